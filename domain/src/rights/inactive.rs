//! Whether somebody is forgotten by the clock.

use chrono::{DateTime, Utc};

use super::Retention;
use crate::consents::ConsentPurpose;

/// What is looked at before a person is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// Whether there is somebody: not only an address that anybody may have typed.
    pub is_known: bool,
    /// When they came.
    pub came_at: DateTime<Utc>,
    /// When something was last heard of them.
    pub last_at: DateTime<Utc>,
    /// Whether they have a place, or wait for one, on a date that is not over.
    pub has_ahead: bool,
    /// Whether a consent stands that wants them to be known.
    pub has_consent: bool,
    /// Whether their data are restricted: they are kept, if only for the claims that depend on them.
    pub is_restricted: bool,
    /// Whether they follow, support, help or carry a project that is not over: each of its mails says how to end
    /// that.
    pub is_involved: bool,
}

impl Activity {
    /// Notes that something was heard of them then.
    #[must_use]
    pub fn heard(self, at: DateTime<Utc>) -> Self {
        Self {
            last_at: self.last_at.max(at),
            ..self
        }
    }

    /// Of two who share an address and go together: who of them stays keeps the other.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            is_known: self.is_known || other.is_known,
            came_at: self.came_at.max(other.came_at),
            last_at: self.last_at.max(other.last_at),
            has_ahead: self.has_ahead || other.has_ahead,
            has_consent: self.has_consent || other.has_consent,
            is_restricted: self.is_restricted || other.is_restricted,
            is_involved: self.is_involved || other.is_involved,
        }
    }

    /// As what they are forgotten, when they are.
    #[must_use]
    pub fn forgotten_as(&self, now: DateTime<Utc>) -> Option<Retention> {
        if self.has_ahead || self.is_restricted {
            return None;
        }
        if !self.is_known {
            let is_over = self.came_at < Retention::Strangers.before(now);
            return is_over.then_some(Retention::Strangers);
        }
        let is_over = self.last_at < Retention::InactiveCitizens.before(now);
        let is_wanted = self.has_consent || self.is_involved;
        (is_over && !is_wanted).then_some(Retention::InactiveCitizens)
    }
}

/// Whether a consent to that wants somebody to be known for as long as it stands. A parent's doesn't: it only lets a
/// child be registered.
#[must_use]
pub fn keeps_here(purpose: ConsentPurpose) -> bool {
    match purpose {
        ConsentPurpose::Newsletter | ConsentPurpose::Pictures => true,
        ConsentPurpose::Parental => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn citizen() -> Activity {
        Activity {
            is_known: true,
            came_at: at("2020-01-01T00:00:00Z"),
            last_at: at("2020-01-01T00:00:00Z"),
            has_ahead: false,
            has_consent: false,
            is_restricted: false,
            is_involved: false,
        }
    }

    #[test]
    fn a_citizen_is_forgotten_three_years_after_the_last_that_was_heard() {
        let (before, after) = (at("2023-01-01T00:00:00Z"), at("2023-01-01T00:00:01Z"));
        let inactive = Some(Retention::InactiveCitizens);
        assert_eq!(citizen().forgotten_as(before), None);
        assert_eq!(citizen().forgotten_as(after), inactive);
        let heard = citizen().heard(at("2021-06-01T00:00:00Z"));
        assert_eq!(heard.forgotten_as(after), None);
        assert_eq!(heard.forgotten_as(at("2024-06-02T00:00:00Z")), inactive);
    }

    #[test]
    fn what_is_ahead_consented_to_or_followed_keeps_them() {
        let late = at("2040-01-01T00:00:00Z");
        let ahead = Activity {
            has_ahead: true,
            ..citizen()
        };
        let consents = Activity {
            has_consent: true,
            ..citizen()
        };
        let restricted = Activity {
            is_restricted: true,
            ..citizen()
        };
        let involved = Activity {
            is_involved: true,
            ..citizen()
        };
        for kept in [ahead, consents, restricted, involved, citizen().with(ahead)] {
            assert_eq!(kept.forgotten_as(late), None);
        }
    }

    #[test]
    fn a_stranger_is_forgotten_after_a_day_whatever_was_heard() {
        let stranger = Activity {
            is_known: false,
            ..citizen()
        };
        let next = at("2020-01-02T00:00:01Z");
        let heard = stranger.heard(next);
        assert_eq!(heard.forgotten_as(next), Some(Retention::Strangers));
        assert_eq!(stranger.forgotten_as(at("2020-01-02T00:00:00Z")), None);
        let ahead = Activity {
            has_ahead: true,
            ..stranger
        };
        assert_eq!(ahead.forgotten_as(next), None);
    }
}
