//! A registration: how far it is, and what happened to it. It speaks of a pseudonym; nothing that is told of
//! it, in the audit trail or elsewhere, says whose it is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::citizens::Pseudonym;
use crate::events::{Event, Occurrence};
use crate::kernel::{Fact, Id, Vocabulary};

use super::Openness;

/// A registration for one date of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Registration {
    /// Its id.
    pub id: Id<Registration>,
    /// For which date.
    pub occurrence: Id<Occurrence>,
    /// Of which event.
    pub event: Id<Event>,
    /// Whose it is; absent once they were erased.
    #[serde(skip)]
    pub person: Option<Id<Pseudonym>>,
    /// How many they are.
    pub party_size: u32,
    /// How far it is.
    pub state: RegistrationState,
    /// Whether it is known that whoever registered can be reached as they said.
    pub is_confirmed: bool,
    /// Until when it may be confirmed, or the offer be taken.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    pub because: Option<CancelledBecause>,
    /// How it came in.
    pub channel: RegistrationChannel,
    /// As what they were there.
    pub role: AttendanceRole,
    /// What it was before it was noted that they were there, or were not.
    pub previous_state: Option<RegistrationState>,
    /// How many of the party were there.
    pub present: Option<u32>,
    /// When it was noted that they were there.
    pub checked_in_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was made: their turn, where they wait.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// How far a registration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    /// A place is held until the address is shown to be theirs.
    Pending,
    /// They come.
    Confirmed,
    /// They wait for a place.
    Waitlisted,
    /// A place is held for them until they take it.
    Offered,
    /// They don't come.
    Cancelled,
    /// They were there.
    Attended,
    /// They were not, having said that they would.
    NoShow,
}

impl Vocabulary for RegistrationState {
    const NAME: &'static str = "RegistrationState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Confirmed, "confirmed"),
        (Self::Waitlisted, "waitlisted"),
        (Self::Offered, "offered"),
        (Self::Cancelled, "cancelled"),
        (Self::Attended, "attended"),
        (Self::NoShow, "no_show"),
    ];
}

impl RegistrationState {
    /// The states in which places are held. Whoever was there, or was to be, held theirs as well.
    pub const HOLDING: &'static [Self] = &[
        Self::Pending,
        Self::Confirmed,
        Self::Offered,
        Self::Attended,
        Self::NoShow,
    ];

    /// Whether it holds places.
    #[must_use]
    pub fn holds(self) -> bool {
        Self::HOLDING.contains(&self)
    }

    /// Whether it is still to come.
    #[must_use]
    pub fn is_ahead(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::Confirmed | Self::Waitlisted | Self::Offered
        )
    }
}

/// Why a registration was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBecause {
    /// They said so.
    Withdrawn,
    /// The staff said so.
    ByStaff,
    /// Nobody showed in time that the address is theirs.
    NotConfirmed,
    /// They did not take the place in time.
    OfferExpired,
    /// They registered again.
    Replaced,
    /// They were registered already.
    AlreadyRegistered,
    /// They were erased.
    Erased,
}

impl Vocabulary for CancelledBecause {
    const NAME: &'static str = "RegistrationCancelledBecause";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Withdrawn, "withdrawn"),
        (Self::ByStaff, "by_staff"),
        (Self::NotConfirmed, "not_confirmed"),
        (Self::OfferExpired, "offer_expired"),
        (Self::Replaced, "replaced"),
        (Self::AlreadyRegistered, "already_registered"),
        (Self::Erased, "erased"),
    ];
}

/// How a registration came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationChannel {
    /// By somebody without an account, on the web.
    Web,
    /// By a citizen who is signed in.
    Account,
    /// By the staff.
    Staff,
    /// At the door.
    WalkIn,
}

impl Vocabulary for RegistrationChannel {
    const NAME: &'static str = "RegistrationChannel";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Web, "web"),
        (Self::Account, "account"),
        (Self::Staff, "staff"),
        (Self::WalkIn, "walk_in"),
    ];
}

/// As what somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceRole {
    /// As a citizen.
    #[default]
    Citizen,
    /// As a member of a club.
    Member,
    /// As the elected referent.
    Referent,
    /// As the mission officer, or the director.
    Officer,
}

impl Vocabulary for AttendanceRole {
    const NAME: &'static str = "AttendanceRole";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Citizen, "citizen"),
        (Self::Member, "member"),
        (Self::Referent, "referent"),
        (Self::Officer, "officer"),
    ];
}

/// What can be done with a registration by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationTransition {
    /// The address is theirs, or the offered place is taken.
    Confirm,
    /// They don't come.
    Cancel,
    /// They are there.
    CheckIn,
    /// They were not there.
    Miss,
    /// It was noted by mistake that they were there, or were not.
    TakeBack,
}

impl Vocabulary for RegistrationTransition {
    const NAME: &'static str = "RegistrationTransition";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Confirm, "confirm"),
        (Self::Cancel, "cancel"),
        (Self::CheckIn, "check_in"),
        (Self::Miss, "miss"),
        (Self::TakeBack, "take_back"),
    ];
}

impl Registration {
    /// What is open from here.
    #[must_use]
    pub fn transitions(&self) -> Vec<RegistrationTransition> {
        use RegistrationTransition::{Cancel, CheckIn, Confirm, Miss, TakeBack};
        match self.state {
            RegistrationState::Pending => vec![Confirm, Cancel, CheckIn],
            RegistrationState::Confirmed => vec![Cancel, CheckIn, Miss],
            RegistrationState::Waitlisted if self.is_confirmed => vec![Cancel, CheckIn],
            RegistrationState::Waitlisted | RegistrationState::Offered => {
                vec![Confirm, Cancel, CheckIn]
            }
            RegistrationState::Cancelled => vec![],
            RegistrationState::Attended | RegistrationState::NoShow => vec![TakeBack],
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

/// What happened to a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationFact {
    /// Somebody asks for a place, and has to show that the address is theirs.
    Requested,
    /// They come.
    Confirmed,
    /// They wait for a place.
    Waitlisted,
    /// The address of somebody who waits is theirs.
    AddressConfirmed,
    /// There is a place for somebody who waited.
    Offered,
    /// They don't come any more.
    Cancelled,
    /// Nobody confirmed, or took the offer, in time.
    Expired,
    /// They were there.
    CheckedIn,
    /// They were not there.
    Missed,
    /// What was noted of their presence is taken back.
    TakenBack,
}

impl RegistrationFact {
    /// Whether it changes who was there.
    #[must_use]
    pub fn is_of_presence(&self) -> bool {
        matches!(self, Self::CheckedIn | Self::TakenBack)
    }
}

impl Fact for RegistrationFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Requested => "registration.requested",
            Self::Confirmed => "registration.confirmed",
            Self::Waitlisted => "registration.waitlisted",
            Self::AddressConfirmed => "registration.address_confirmed",
            Self::Offered => "registration.offered",
            Self::Cancelled => "registration.cancelled",
            Self::Expired => "registration.expired",
            Self::CheckedIn => "registration.checked_in",
            Self::Missed => "registration.missed",
            Self::TakenBack => "registration.taken_back",
        }
    }

    // A person's doings are nobody else's matter.
    fn is_told(&self) -> bool {
        false
    }
}

/// Why nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationRefusal {
    /// The date takes none now.
    #[error("the date takes no registrations")]
    NotOpen(Openness),
    /// There is no place, and nobody may wait.
    #[error("there is no place left")]
    Full,
    /// So many never fit.
    #[error("the party is larger than {0}")]
    TooLarge(u32),
    /// Its state doesn't allow it.
    #[error("a registration in this state takes none of this")]
    WrongState(RegistrationState),
    /// It was not done in time.
    #[error("it was not done in time")]
    TooLate,
    /// They are registered for this date already.
    #[error("they are registered already")]
    AlreadyRegistered(Id<Registration>),
    /// More were there than are of the party.
    #[error("more were there than are of the party")]
    MoreThanParty(u32),
    /// Nobody is there before it begins.
    #[error("the date has not begun")]
    NotBegun(DateTime<Utc>),
}
