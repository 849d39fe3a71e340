//! The closed lists of words that events are described with.

use serde::{Deserialize, Serialize};

use crate::kernel::Vocabulary;

/// What sort of event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A session of a club (*séance du club*).
    ClubSession,
    /// A workshop.
    Workshop,
    /// A public meeting.
    PublicMeeting,
    /// Outreach (*sensibilisation*).
    Outreach,
    /// A visit.
    Visit,
    /// A training.
    Training,
    /// A consultation.
    Consultation,
    /// A meeting of the officer and the referent (*réunion agent/élu*).
    SteeringMeeting,
    /// Anything else.
    Other,
}

impl Vocabulary for EventKind {
    const NAME: &'static str = "EventKind";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::ClubSession, "club_session"),
        (Self::Workshop, "workshop"),
        (Self::PublicMeeting, "public_meeting"),
        (Self::Outreach, "outreach"),
        (Self::Visit, "visit"),
        (Self::Training, "training"),
        (Self::Consultation, "consultation"),
        (Self::SteeringMeeting, "steering_meeting"),
        (Self::Other, "other"),
    ];
}

/// Whom an event is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody.
    GeneralPublic,
    /// Primary schools.
    PrimarySchool,
    /// Middle schools (*collèges*).
    MiddleSchool,
    /// High schools (*lycées*).
    HighSchool,
    /// Companies.
    Company,
    /// Elected officials.
    ElectedOfficials,
    /// Associations.
    Associations,
    /// Agents of local authorities.
    Agents,
}

impl Vocabulary for Audience {
    const NAME: &'static str = "Audience";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::GeneralPublic, "general_public"),
        (Self::PrimarySchool, "primary_school"),
        (Self::MiddleSchool, "middle_school"),
        (Self::HighSchool, "high_school"),
        (Self::Company, "company"),
        (Self::ElectedOfficials, "elected_officials"),
        (Self::Associations, "associations"),
        (Self::Agents, "agents"),
    ];
}

/// What makes an event reachable for people with a disability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accessibility {
    /// By wheelchair.
    Wheelchair,
    /// Interpreted in sign language.
    SignLanguage,
    /// With a hearing loop.
    HearingLoop,
    /// For blind and partially sighted people.
    Visual,
    /// With material that is easy to read and understand.
    EasyToRead,
}

impl Vocabulary for Accessibility {
    const NAME: &'static str = "Accessibility";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Wheelchair, "wheelchair"),
        (Self::SignLanguage, "sign_language"),
        (Self::HearingLoop, "hearing_loop"),
        (Self::Visual, "visual"),
        (Self::EasyToRead, "easy_to_read"),
    ];
}

/// Who sees an event once it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Members of a club; the staff, as long as there are no clubs.
    Members,
    /// The staff.
    Staff,
}

impl Vocabulary for Visibility {
    const NAME: &'static str = "Visibility";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Public, "public"),
        (Self::Members, "members"),
        (Self::Staff, "staff"),
    ];
}

/// How far an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventState {
    /// In the making; the staff sees it.
    Draft,
    /// A partner proposes it; the staff and that partner see it.
    Proposed,
    /// Proposed, and not taken into the calendar.
    Declined,
    /// In the calendar.
    Published,
    /// Does not take place; stays in the calendar, with the reason.
    Cancelled,
    /// Takes place later, nobody knows when yet; stays in the calendar, with the reason.
    Postponed,
    /// Over and filed; stays readable.
    Archived,
}

impl Vocabulary for EventState {
    const NAME: &'static str = "EventState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Draft, "draft"),
        (Self::Proposed, "proposed"),
        (Self::Declined, "declined"),
        (Self::Published, "published"),
        (Self::Cancelled, "cancelled"),
        (Self::Postponed, "postponed"),
        (Self::Archived, "archived"),
    ];
}

impl EventState {
    /// Whether it is announced, or was: the others are known to those who make it only.
    #[must_use]
    pub fn is_announced(self) -> bool {
        !Self::UNANNOUNCED.contains(&self)
    }

    /// The states in which it is not.
    pub const UNANNOUNCED: &'static [Self] = &[Self::Draft, Self::Proposed, Self::Declined];
}

/// How far one occurrence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OccurrenceState {
    /// Takes place, or took place.
    Scheduled,
    /// Does not take place.
    Cancelled,
    /// Takes place later, nobody knows when yet.
    Postponed,
}

impl Vocabulary for OccurrenceState {
    const NAME: &'static str = "OccurrenceState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Scheduled, "scheduled"),
        (Self::Cancelled, "cancelled"),
        (Self::Postponed, "postponed"),
    ];
}

/// What can be done with an event by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventTransition {
    /// Into the calendar.
    Publish,
    /// Not into the calendar.
    Decline,
    /// It does not take place.
    Cancel,
    /// It takes place later.
    Postpone,
    /// Filed.
    Archive,
    /// Removed, never having been published.
    Delete,
}

impl Vocabulary for EventTransition {
    const NAME: &'static str = "EventTransition";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Publish, "publish"),
        (Self::Decline, "decline"),
        (Self::Cancel, "cancel"),
        (Self::Postpone, "postpone"),
        (Self::Archive, "archive"),
        (Self::Delete, "delete"),
    ];
}

/// What can be done with one occurrence by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OccurrenceTransition {
    /// It does not take place.
    Cancel,
    /// It takes place later, nobody knows when yet.
    Postpone,
    /// It takes place at another time.
    Move,
}

impl Vocabulary for OccurrenceTransition {
    const NAME: &'static str = "OccurrenceTransition";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Cancel, "cancel"),
        (Self::Postpone, "postpone"),
        (Self::Move, "move"),
    ];
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn speaks_as_serde<V: Vocabulary + Serialize + Debug>() {
        for (value, word) in V::WORDS {
            assert_eq!(serde_json::to_value(value).unwrap(), *word);
            assert_eq!(V::parse(word), Ok(*value));
        }
    }

    #[test]
    fn one_word_for_one_thing() {
        speaks_as_serde::<EventKind>();
        speaks_as_serde::<Audience>();
        speaks_as_serde::<Accessibility>();
        speaks_as_serde::<Visibility>();
        speaks_as_serde::<EventState>();
        speaks_as_serde::<OccurrenceState>();
        speaks_as_serde::<EventTransition>();
        speaks_as_serde::<OccurrenceTransition>();
    }
}
