//! An involvement: as what somebody is tied to a project, and how far that is. It speaks of a pseudonym; nothing
//! that is told of it, in the audit trail or elsewhere, says whose it is.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::citizens::Pseudonym;
use crate::kernel::{Fact, Id, Vocabulary};
use crate::projects::Project;

/// That somebody is tied to a project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Involvement {
    /// Its id.
    pub id: Id<Involvement>,
    /// To which project.
    pub project: Id<Project>,
    /// Who.
    #[serde(skip)]
    pub person: Id<Pseudonym>,
    /// As what.
    pub role: InvolvementRole,
    /// How far it is.
    pub state: InvolvementState,
    /// Whether they are written to when it is told how the project goes.
    pub is_told: bool,
    /// Since which day they really help, or carry it.
    pub since: Option<NaiveDate>,
    /// In what it was noted wrongly.
    pub mistake: Option<InvolvementMistake>,
    /// When it was declined, ended or withdrawn.
    pub ended_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// As what somebody is tied to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvolvementRole {
    /// They want to hear how it goes.
    Follower,
    /// They are for it.
    Supporter,
    /// They help with it.
    Volunteer,
    /// They carry it.
    Holder,
}

impl Vocabulary for InvolvementRole {
    const NAME: &'static str = "InvolvementRole";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Follower, "follower"),
        (Self::Supporter, "supporter"),
        (Self::Volunteer, "volunteer"),
        (Self::Holder, "holder"),
    ];
}

impl InvolvementRole {
    /// Those that the staff records: who takes part, and is counted.
    pub const COUNTED: &'static [Self] = &[Self::Volunteer, Self::Holder];

    /// Whether whoever is that takes part in the project, and is counted.
    #[must_use]
    pub fn is_counted(self) -> bool {
        Self::COUNTED.contains(&self)
    }
}

/// How far an involvement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvolvementState {
    /// They would, and nobody has answered yet.
    Offered,
    /// They are.
    Active,
    /// They are not to.
    Declined,
    /// They are not any more.
    Ended,
    /// They never were: it was noted by mistake.
    Withdrawn,
}

impl Vocabulary for InvolvementState {
    const NAME: &'static str = "InvolvementState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Offered, "offered"),
        (Self::Active, "active"),
        (Self::Declined, "declined"),
        (Self::Ended, "ended"),
        (Self::Withdrawn, "withdrawn"),
    ];
}

impl InvolvementState {
    /// The states in which a person has one at most in a role in a project.
    pub const OPEN: &'static [Self] = &[Self::Offered, Self::Active];

    /// Whether it goes on.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

/// In what an involvement was noted wrongly. Words of a list: what is written freely may name somebody, and the
/// trail keeps this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvolvementMistake {
    /// It is somebody else.
    WrongPerson,
    /// It is another project.
    WrongProject,
    /// They are something else in it.
    WrongRole,
    /// It was on another day.
    WrongDay,
    /// They never took part.
    NeverTookPart,
}

impl Vocabulary for InvolvementMistake {
    const NAME: &'static str = "InvolvementMistake";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::WrongPerson, "wrong_person"),
        (Self::WrongProject, "wrong_project"),
        (Self::WrongRole, "wrong_role"),
        (Self::WrongDay, "wrong_day"),
        (Self::NeverTookPart, "never_took_part"),
    ];
}

/// What the staff can do with an involvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvolvementTransition {
    /// They do help.
    Accept,
    /// They are not to.
    Decline,
    /// They are not any more.
    End,
    /// They never were.
    Withdraw,
}

impl Vocabulary for InvolvementTransition {
    const NAME: &'static str = "InvolvementTransition";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Accept, "accept"),
        (Self::Decline, "decline"),
        (Self::End, "end"),
        (Self::Withdraw, "withdraw"),
    ];
}

impl Involvement {
    /// Since when they take part, if that is counted: what ended was, and what was withdrawn never.
    #[must_use]
    pub fn counted_since(&self) -> Option<NaiveDate> {
        let was = matches!(
            self.state,
            InvolvementState::Active | InvolvementState::Ended
        );
        self.since.filter(|_| was && self.role.is_counted())
    }

    /// What the staff can do with it now.
    #[must_use]
    pub fn transitions(&self) -> Vec<InvolvementTransition> {
        use InvolvementTransition::{Accept, Decline, End, Withdraw};
        let mut open = match self.state {
            InvolvementState::Offered => vec![Accept, Decline, End],
            InvolvementState::Active => vec![End],
            InvolvementState::Declined | InvolvementState::Ended | InvolvementState::Withdrawn => {
                Vec::new()
            }
        };
        if self.counted_since().is_some() {
            open.push(Withdraw);
        }
        open
    }
}

/// What happened to an involvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvolvementFact {
    /// They said that they follow or support the project.
    Begun,
    /// They offered to help.
    Offered,
    /// The staff noted that they take part.
    Recorded,
    /// Their offer was taken.
    Accepted,
    /// It was not.
    Declined,
    /// It ended.
    Ended,
    /// They don't want to be written to any more.
    Silenced,
    /// It turned out to be wrong.
    Withdrawn,
}

impl Fact for InvolvementFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Begun => "involvement.begun",
            Self::Offered => "involvement.offered",
            Self::Recorded => "involvement.recorded",
            Self::Accepted => "involvement.accepted",
            Self::Declined => "involvement.declined",
            Self::Ended => "involvement.ended",
            Self::Silenced => "involvement.silenced",
            Self::Withdrawn => "involvement.withdrawn",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}
