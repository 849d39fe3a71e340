//! A citizen: the one place where a name stands. All else speaks of a pseudonym, whose only link to a person
//! is in here, and goes when this goes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{EmailAddress, Fact, Id, InseeCode, Line, MailLanguage, Telephone, Vocabulary};
use crate::projects::Theme;

/// What stands for a person wherever no name may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pseudonym {}

/// A person of the territory, or a guest of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Citizen {
    /// The id that the staff and the person see. It is nowhere but here.
    #[serde(skip)]
    pub id: Id<Citizen>,
    /// What everything else calls them.
    #[serde(skip)]
    pub pseudonym: Id<Pseudonym>,
    /// What they said of themselves.
    pub content: CitizenContent,
    /// Since when it is known that the e-mail address is theirs.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// How they came here.
    pub source: CitizenSource,
    /// Who they turned out to be: that one is kept.
    #[serde(skip)]
    pub merged_into: Option<Id<Pseudonym>>,
    /// Since when their data are kept and not used (GDPR, article 18).
    pub restricted_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When they came.
    pub created_at: DateTime<Utc>,
    /// When this was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a person says of themselves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CitizenContent {
    /// What they are called.
    pub name: Line<200>,
    /// Where they are written to.
    pub email: Option<EmailAddress>,
    /// Where they are called.
    pub telephone: Option<Telephone>,
    /// Where they live.
    pub commune: Option<InseeCode>,
    /// How old they are, roughly; never the date of birth.
    pub age_band: Option<AgeBand>,
    /// In which language they are written to.
    pub language: MailLanguage,
    /// What they want to hear about.
    pub interests: Vec<Theme>,
}

/// How old somebody is, as far as anybody needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AgeBand {
    /// Under 15: a parent consents for them.
    #[serde(rename = "under_15")]
    Under15,
    /// 15 to 17.
    #[serde(rename = "15_17")]
    From15To17,
    /// 18 to 24.
    #[serde(rename = "18_24")]
    From18To24,
    /// 25 to 39.
    #[serde(rename = "25_39")]
    From25To39,
    /// 40 to 64.
    #[serde(rename = "40_64")]
    From40To64,
    /// 65 and over.
    #[serde(rename = "65_and_over")]
    From65,
}

impl Vocabulary for AgeBand {
    const NAME: &'static str = "AgeBand";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Under15, "under_15"),
        (Self::From15To17, "15_17"),
        (Self::From18To24, "18_24"),
        (Self::From25To39, "25_39"),
        (Self::From40To64, "40_64"),
        (Self::From65, "65_and_over"),
    ];
}

/// How somebody came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CitizenSource {
    /// By themselves, with an address that they must show to be theirs.
    Own,
    /// The staff wrote them down.
    Staff,
}

impl Vocabulary for CitizenSource {
    const NAME: &'static str = "CitizenSource";
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Own, "own"), (Self::Staff, "staff")];
}

impl Citizen {
    /// Whether they count as a person when citizens are counted: somebody who can be reached, and who either
    /// showed that the address is theirs or was written down by the staff.
    #[must_use]
    pub fn is_identified(&self) -> bool {
        let is_vouched_for = self.confirmed_at.is_some() || self.source == CitizenSource::Staff;
        is_vouched_for && (self.content.email.is_some() || self.content.telephone.is_some())
    }

    /// Whether there is somebody: not only an address that anybody may have typed.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.confirmed_at.is_some() || self.source == CitizenSource::Staff
    }

    /// Whether something new may be done with what is known of them: a registration, a merge.
    ///
    /// # Errors
    /// Their data are restricted.
    pub fn may_be_used(&self) -> Result<(), CitizenRefusal> {
        match self.restricted_at {
            Some(_) => Err(CitizenRefusal::Restricted),
            None => Ok(()),
        }
    }

    pub(super) fn next(&self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now.max(self.updated_at),
            ..self.clone()
        }
    }
}

/// What happened to what is known of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CitizenFact {
    /// The staff wrote them down.
    Entered,
    /// They gave their name and an address.
    Announced,
    /// The address turned out to be theirs.
    Confirmed,
    /// The staff vouches for them.
    Vouched,
    /// What is known of them was set right.
    Rectified,
    /// They turned out to be somebody else.
    Merged,
    /// Somebody turned out to be them.
    Absorbed,
    /// It was taken back that they are somebody else.
    Unmerged,
    /// It was taken back that somebody is them.
    Released,
    /// Their data are kept and not used, from now on.
    Restricted,
    /// Their data are used again.
    RestrictionLifted,
}

impl Fact for CitizenFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Entered => "citizen.entered",
            Self::Announced => "citizen.announced",
            Self::Confirmed => "citizen.confirmed",
            Self::Vouched => "citizen.vouched",
            Self::Rectified => "citizen.rectified",
            Self::Merged => "citizen.merged",
            Self::Absorbed => "citizen.absorbed",
            Self::Unmerged => "citizen.unmerged",
            Self::Released => "citizen.released",
            Self::Restricted => "citizen.restricted",
            Self::RestrictionLifted => "citizen.restriction_lifted",
        }
    }

    // Nobody outside is told anything of a person.
    fn is_told(&self) -> bool {
        false
    }
}

/// Why nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CitizenRefusal {
    /// The address is the one by which they come in: they change it by showing that the other one is theirs.
    #[error("the address was shown to be theirs, and is not changed by others")]
    AddressConfirmed,
    /// They are under 15: a parent says to the staff that they are not any more.
    #[error("a parent speaks for them")]
    ParentSpeaks,
    /// They turned out to be somebody else, and are changed there.
    #[error("the citizen was merged into another one")]
    Merged,
    /// Whom they are said to be turned out to be somebody else.
    #[error("the other citizen was merged into another one")]
    IntoMerged,
    /// They were not merged into anybody.
    #[error("the citizen was not merged into another one")]
    NotMerged,
    /// Nobody is merged into themselves.
    #[error("a citizen is not merged into themselves")]
    Itself,
    /// Both are registered for a date that begins then: one of the two registrations is cancelled first.
    #[error("both are registered for one date")]
    BothRegistered(DateTime<Utc>),
    /// Their data are kept and not used.
    #[error("their data are restricted")]
    Restricted,
    /// Their data are used as others' are.
    #[error("their data are not restricted")]
    NotRestricted,
    /// They objected, and are owed an answer first.
    #[error("an objection of theirs waits for its answer")]
    ObjectionPending,
    /// They are told before, and not after.
    #[error("they are told before it is lifted")]
    ToldLater,
}
