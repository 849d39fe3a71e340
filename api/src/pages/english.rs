//! What people read on pages, in English.

use chrono::{NaiveDate, NaiveDateTime};
use domain::kernel::Timing;

use super::span::{Span, clock_of};

/// When something takes place, by the clock of its place; which place, where it is not here.
pub(super) fn when(timing: &Timing) -> String {
    let said = match Span::of(timing) {
        Span::Day(only) => format!("{}, all day", day(only)),
        Span::Days(first, last) => format!("{} to {}", day(first), day(last)),
        Span::Hours(start, end) => {
            format!("{}, {} to {}", day(start.date()), hour(start), hour(end))
        }
        Span::Across(start, end) => {
            let (first, last) = (day(start.date()), day(end.date()));
            format!("{first}, {} to {last}, {}", hour(start), hour(end))
        }
    };
    match clock_of(timing) {
        None => said,
        Some(zone) => format!("{said} ({zone} time)"),
    }
}

fn day(day: NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}

fn hour(at: NaiveDateTime) -> String {
    at.format("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    #[test]
    fn a_date_reads_as_people_say_it() {
        for (start, end, zone, expected) in [
            (
                "2018-03-01T18:30:00",
                "2018-03-01T20:00:00",
                Tz::Europe__Paris,
                "Thursday 1 March 2018, 18:30 to 20:00",
            ),
            (
                "2018-08-11T22:05:00",
                "2018-08-12T02:00:00",
                Tz::Europe__Paris,
                "Saturday 11 August 2018, 22:05 to Sunday 12 August 2018, 02:00",
            ),
            (
                "2018-03-02T00:00:00",
                "2018-03-05T00:00:00",
                Tz::Europe__Paris,
                "Friday 2 March 2018 to Sunday 4 March 2018",
            ),
            (
                "2018-12-31T09:00:00",
                "2018-12-31T10:00:00",
                Tz::America__Martinique,
                "Monday 31 December 2018, 09:00 to 10:00 (America/Martinique time)",
            ),
        ] {
            let timing = Timing::new(start.parse().unwrap(), end.parse().unwrap(), zone).unwrap();
            assert_eq!(when(&timing), expected);
        }
    }
}
