//! What people read on pages, in English.

use chrono::{Days, NaiveDate, NaiveDateTime};
use domain::kernel::{DEFAULT_ZONE, Timing};

use super::french::whole_days;

/// When something takes place, by the clock of its place; which place, where it is not here.
pub(super) fn when(timing: &Timing) -> String {
    let (start, end) = (timing.local_start(), timing.local_end());
    let said = match whole_days(timing) {
        Some((first, after)) => match after.checked_sub_days(Days::new(1)) {
            Some(last) if last > first => format!("{} to {}", day(first), day(last)),
            _ => format!("{}, all day", day(first)),
        },
        None if start.date() == end.date() => {
            format!("{}, {} to {}", day(start.date()), hour(start), hour(end))
        }
        None => {
            let (first, last) = (day(start.date()), day(end.date()));
            format!("{first}, {} to {last}, {}", hour(start), hour(end))
        }
    };
    if timing.zone() == DEFAULT_ZONE {
        said
    } else {
        format!("{said} ({} time)", timing.zone().name())
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
