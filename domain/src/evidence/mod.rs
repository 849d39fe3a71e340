//! What shows that people were there: a scanned sheet that they signed, a school's letter. It names many, is kept
//! for the audit, and destroyed after it. Uses `kernel`, `attachments`, `events`, `participations` and
//! `registrations`.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::attachments::MediaType;
use crate::events::{Event, EventState, Occurrence};
use crate::kernel::{Change, Fact, Id, Line, Vocabulary};
use crate::participations::Participation;
use crate::registrations::Date;

/// The most files that show something of one date.
pub const MOST_FILES: u64 = 50;

/// A file that shows who was there. What it holds lies elsewhere, under its id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// Its id.
    pub id: Id<Evidence>,
    /// Of which event.
    pub event: Id<Event>,
    /// Of which of its dates.
    pub occurrence: Id<Occurrence>,
    /// Of which headcount, where it is of one.
    pub headcount: Option<Id<Participation>>,
    /// What it is, in a few words; never a name.
    pub title: Line<200>,
    /// What it holds.
    #[serde(serialize_with = "as_word")]
    pub media_type: MediaType,
    /// How much.
    pub bytes: u64,
    /// SHA-256 of what it holds, in hexadecimal.
    pub sha256: String,
    /// By what right it is kept.
    pub basis: EvidenceBasis,
    /// Changes with every write.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

fn as_word<S: serde::Serializer>(media_type: &MediaType, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(media_type.word())
}

/// By what right evidence is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceBasis {
    /// A task of public interest has to be accounted for: until the end of the audit.
    PublicInterest,
}

impl Vocabulary for EvidenceBasis {
    const NAME: &'static str = "EvidenceBasis";
    const WORDS: &'static [(Self, &'static str)] = &[(Self::PublicInterest, "public_interest")];
}

/// A file that came in.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceDraft {
    /// Under which its content lies already.
    pub id: Id<Evidence>,
    /// What it is.
    pub title: Line<200>,
    /// What it holds.
    pub media_type: MediaType,
    /// How much.
    pub bytes: u64,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
}

/// What happened to evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceFact {
    /// It was added.
    Added,
    /// It was destroyed: what it held is nowhere.
    Destroyed,
}

impl Fact for EvidenceFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Added => "evidence.added",
            Self::Destroyed => "evidence.destroyed",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceRefusal {
    /// Nobody was told of the event yet: its dates may still be removed.
    #[error("the event is a draft")]
    NotAnnounced,
    /// The date has as many files as it may.
    #[error("the date has all the files that it may have")]
    TooMany,
}

impl Evidence {
    /// What it is called when it is saved: what the file was called may name somebody.
    #[must_use]
    pub fn file_name(&self) -> String {
        let end = self.media_type.extensions()[0];
        format!("justificatif-{}.{end}", self.id)
    }
}

/// Adds a file that shows who was at a date, which has so many already, or what was counted there.
///
/// # Errors
/// The event is a draft, or the date has all the files that it may have.
pub fn add(
    date: &Date,
    headcount: Option<Id<Participation>>,
    draft: EvidenceDraft,
    held: u64,
    now: DateTime<Utc>,
) -> Result<Change<Evidence, EvidenceFact>, EvidenceRefusal> {
    if date.event_state == EventState::Draft {
        return Err(EvidenceRefusal::NotAnnounced);
    }
    if held >= MOST_FILES {
        return Err(EvidenceRefusal::TooMany);
    }
    let evidence = Evidence {
        id: draft.id,
        event: date.event,
        occurrence: date.occurrence,
        headcount,
        title: draft.title,
        media_type: draft.media_type,
        bytes: draft.bytes,
        sha256: draft.sha256,
        basis: EvidenceBasis::PublicInterest,
        version: 1,
        created_at: now,
    };
    Ok(Change::new(None, evidence, EvidenceFact::Added))
}

/// Destroys it: the trail keeps that there was such a file, and when it went.
#[must_use]
pub fn destroy(evidence: Evidence) -> Change<Evidence, EvidenceFact> {
    let after = Evidence {
        version: evidence.version + 1,
        ..evidence.clone()
    };
    Change::new(Some(evidence), after, EvidenceFact::Destroyed)
}
