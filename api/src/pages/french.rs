//! What people read on pages and in feeds, in French: days and hours, and the words of closed lists.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use domain::events::{Accessibility, Audience, EventKind};
use domain::kernel::Timing;

use super::span::{Span, clock_of};

const WEEKDAYS: [&str; 7] = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
];

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// When something takes place, by the clock of its place; which place, where it is not here.
pub(crate) fn when(timing: &Timing) -> String {
    let said = match Span::of(timing) {
        Span::Day(only) => format!("{}, toute la journée", day(only)),
        Span::Days(first, last) => format!("du {} au {}", day(first), day(last)),
        Span::Hours(start, end) => {
            let day = day(start.date());
            format!("{day}, de {} à {}", hour(start), hour(end))
        }
        Span::Across(start, end) => format!(
            "du {} à {} au {} à {}",
            day(start.date()),
            hour(start),
            day(end.date()),
            hour(end)
        ),
    };
    match clock_of(timing) {
        None => said,
        Some(zone) => format!("{said} (heure de {zone})"),
    }
}

fn day(day: NaiveDate) -> String {
    let weekday = WEEKDAYS[day.weekday().num_days_from_monday() as usize];
    let month = MONTHS[day.month0() as usize];
    let first = if day.day() == 1 { "er" } else { "" };
    format!("{weekday} {}{first} {month} {}", day.day(), day.year())
}

/// Its spaces break no line.
fn hour(at: NaiveDateTime) -> String {
    match at.minute() {
        0 => format!("{}\u{a0}h", at.hour()),
        minute => format!("{}\u{a0}h\u{a0}{minute:02}", at.hour()),
    }
}

pub(crate) fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::ClubSession => "Séance du club",
        EventKind::Workshop => "Atelier",
        EventKind::PublicMeeting => "Réunion publique",
        EventKind::Outreach => "Sensibilisation",
        EventKind::Visit => "Visite",
        EventKind::Training => "Formation",
        EventKind::Consultation => "Consultation",
        EventKind::SteeringMeeting => "Réunion agent/élu",
        EventKind::Other => "Autre",
    }
}

pub(crate) fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::GeneralPublic => "Tout public",
        Audience::PrimarySchool => "Écoles",
        Audience::MiddleSchool => "Collèges",
        Audience::HighSchool => "Lycées",
        Audience::Company => "Entreprises",
        Audience::ElectedOfficials => "Élus",
        Audience::Associations => "Associations",
        Audience::Agents => "Agents des collectivités",
    }
}

pub(crate) fn accessibility(way: Accessibility) -> &'static str {
    match way {
        Accessibility::Wheelchair => "fauteuil roulant",
        Accessibility::SignLanguage => "langue des signes",
        Accessibility::HearingLoop => "boucle magnétique",
        Accessibility::Visual => "déficience visuelle",
        Accessibility::EasyToRead => "facile à lire et à comprendre",
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn said(start: &str, end: &str, zone: Tz) -> String {
        let timing = Timing::new(start.parse().unwrap(), end.parse().unwrap(), zone).unwrap();
        when(&timing).replace('\u{a0}', " ")
    }

    #[test]
    fn a_date_reads_as_people_say_it() {
        for (start, end, zone, expected) in [
            (
                "2018-03-01T18:30:00",
                "2018-03-01T20:00:00",
                Tz::Europe__Paris,
                "jeudi 1er mars 2018, de 18 h 30 à 20 h",
            ),
            (
                "2018-08-11T22:05:00",
                "2018-08-12T02:00:00",
                Tz::Europe__Paris,
                "du samedi 11 août 2018 à 22 h 05 au dimanche 12 août 2018 à 2 h",
            ),
            (
                "2018-03-02T00:00:00",
                "2018-03-03T00:00:00",
                Tz::Europe__Paris,
                "vendredi 2 mars 2018, toute la journée",
            ),
            (
                "2018-03-02T00:00:00",
                "2018-03-05T00:00:00",
                Tz::Europe__Paris,
                "du vendredi 2 mars 2018 au dimanche 4 mars 2018",
            ),
            (
                "2018-12-31T09:00:00",
                "2018-12-31T10:00:00",
                Tz::America__Martinique,
                "lundi 31 décembre 2018, de 9 h à 10 h (heure de America/Martinique)",
            ),
        ] {
            assert_eq!(said(start, end, zone), expected);
        }
    }
}
