//! How long data are kept, by what they are kept for. The jobs that forget and the register that people read both
//! take it from here, so that neither can say other than the other.

use chrono::{DateTime, Months, TimeDelta, Utc};
use serde::Serialize;

use super::Said;
use crate::kernel::Vocabulary;

/// What the clock forgets of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// Who typed an address that nobody showed to be theirs.
    Strangers,
    /// Citizens of whom nothing was heard for long.
    InactiveCitizens,
    /// Mails that were sent, or could not be.
    Mails,
    /// Mails by which citizens sign in: that they were asked for.
    SignInLinks,
    /// Sessions that have ended.
    Sessions,
    /// Sign-ins that failed.
    FailedSignIns,
    /// Sign-ins that succeeded.
    SignIns,
    /// Answers that are given again to who repeats a request.
    RepeatedAnswers,
}

impl Vocabulary for Retention {
    const NAME: &'static str = "RetentionPurpose";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Strangers, "strangers"),
        (Self::InactiveCitizens, "inactive_citizens"),
        (Self::Mails, "mails"),
        (Self::SignInLinks, "sign_in_links"),
        (Self::Sessions, "sessions"),
        (Self::FailedSignIns, "failed_sign_ins"),
        (Self::SignIns, "sign_ins"),
        (Self::RepeatedAnswers, "repeated_answers"),
    ];
}

/// A length of time, as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// So many hours.
    Hours(u32),
    /// So many days of 24 hours.
    Days(u32),
    /// So many years of the calendar.
    Years(u32),
}

impl Period {
    /// The moment that lies so long before another.
    #[must_use]
    pub fn before(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let earlier = match self {
            Self::Hours(hours) => now.checked_sub_signed(TimeDelta::hours(hours.into())),
            Self::Days(days) => now.checked_sub_signed(TimeDelta::days(days.into())),
            Self::Years(years) => now.checked_sub_months(Months::new(years.saturating_mul(12))),
        };
        earlier.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// As programs read it: a duration of ISO 8601.
    #[must_use]
    pub fn iso(self) -> String {
        match self {
            Self::Hours(hours) => format!("PT{hours}H"),
            Self::Days(days) => format!("P{days}D"),
            Self::Years(years) => format!("P{years}Y"),
        }
    }

    /// As people read it.
    #[must_use]
    pub fn said(self) -> (String, String) {
        let (count, french, english) = match self {
            Self::Hours(count) => (count, "heure", "hour"),
            Self::Days(count) => (count, "jour", "day"),
            Self::Years(count) => (count, "an", "year"),
        };
        let s = if count > 1 { "s" } else { "" };
        (
            format!("{count} {french}{s}"),
            format!("{count} {english}{s}"),
        )
    }
}

impl Retention {
    /// How long it is kept.
    #[must_use]
    pub const fn period(self) -> Period {
        match self {
            Self::Strangers | Self::RepeatedAnswers => Period::Hours(24),
            Self::InactiveCitizens => Period::Years(3),
            Self::Mails | Self::SignInLinks | Self::SignIns => Period::Days(90),
            Self::Sessions | Self::FailedSignIns => Period::Days(1),
        }
    }

    /// What began before this moment has had its time.
    #[must_use]
    pub fn before(self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.period().before(now)
    }

    /// The rule: from when on the time is counted, and what happens then.
    #[must_use]
    pub const fn rule(self) -> Said {
        match self {
            Self::Strangers => Said {
                french: "Qui a donné une adresse sans montrer qu'elle est la sienne est effacé·e, compté depuis la \
                         saisie, sauf si une inscription est encore à venir.",
                english: "Who typed an address and did not show that it is theirs is erased, counted from when \
                          it was typed, unless a registration is still ahead.",
            },
            Self::InactiveCitizens => Said {
                french: "Un·e citoyen·ne est effacé·e, compté depuis sa dernière activité (inscription, date \
                         passée, participation, connexion, consentement, fiche modifiée), sauf si une inscription \
                         est à venir ou si un consentement à la lettre d'information ou aux photographies tient.",
                english: "A citizen is erased, counted from their last activity (registration, date that took \
                          place, participation, sign-in, consent, change of what is known), unless a registration \
                          is ahead or a consent to the newsletter or to pictures stands.",
            },
            Self::Mails => Said {
                french: "Un courriel est supprimé, avec son fichier, compté depuis son écriture.",
                english: "A mail is removed, with its file, counted from when it was written.",
            },
            Self::SignInLinks => Said {
                french: "Une demande de lien de connexion est supprimée, compté depuis la demande ; ce qui fut \
                         saisi l'est dès que le lien ne vaut plus.",
                english: "A request for a sign-in link is removed, counted from the request; what was typed goes \
                          as soon as the link counts no more.",
            },
            Self::Sessions => Said {
                french: "Une session est supprimée, compté depuis sa fin.",
                english: "A session is removed, counted from its end.",
            },
            Self::FailedSignIns => Said {
                french: "Un échec de connexion est oublié, compté depuis l'essai.",
                english: "A failed sign-in is forgotten, counted from the attempt.",
            },
            Self::SignIns => Said {
                french: "Une connexion réussie est oubliée, compté depuis la connexion.",
                english: "A successful sign-in is forgotten, counted from the sign-in.",
            },
            Self::RepeatedAnswers => Said {
                french: "La réponse gardée pour qui répète sa demande est supprimée, compté depuis la demande.",
                english: "The answer kept for who repeats a request is removed, counted from the request.",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_as_people_count_it() {
        let now: DateTime<Utc> = "2028-02-29T12:00:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (kept, expected, iso) in [
            (Retention::Strangers, "2028-02-28T12:00:00Z", "PT24H"),
            (Retention::InactiveCitizens, "2025-02-28T12:00:00Z", "P3Y"),
            (Retention::Mails, "2027-12-01T12:00:00Z", "P90D"),
        ] {
            assert_eq!(kept.before(now), at(expected));
            assert_eq!(kept.period().iso(), iso);
        }
        let said = |period: Period| period.said().0;
        assert_eq!(said(Period::Days(1)), "1 jour");
        assert_eq!(said(Period::Years(3)), "3 ans");
    }
}
