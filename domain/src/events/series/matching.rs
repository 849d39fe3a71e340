//! Which date of a series is which, once its rule has changed: subscribers are to see a move rather
//! than a cancellation and something new.

use chrono::{Datelike, NaiveDateTime};

/// For each date so far the index of the new start that it has from now on. First what starts at the
/// same time, then on the same day, then in the same week. Where none of them has any, the whole series
/// goes elsewhere: in order, when there are as many. Else no date is taken for one far away.
pub(super) fn pairs(old: &[NaiveDateTime], new: &[NaiveDateTime]) -> Vec<Option<usize>> {
    let mut found = vec![None; old.len()];
    let mut taken = vec![false; new.len()];
    let same_day = |a: &NaiveDateTime, b: &NaiveDateTime| a.date() == b.date();
    let same_week = |a: &NaiveDateTime, b: &NaiveDateTime| a.iso_week() == b.iso_week();
    for alike in [NaiveDateTime::eq, same_day, same_week] {
        for (index, start) in old.iter().enumerate() {
            if found[index].is_none()
                && let Some(at) = (0..new.len()).find(|at| !taken[*at] && alike(start, &new[*at]))
            {
                (found[index], taken[at]) = (Some(at), true);
            }
        }
    }
    if old.len() == new.len() && found.iter().all(Option::is_none) {
        return (0..new.len()).map(Some).collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(days: &[&str]) -> Vec<NaiveDateTime> {
        let at = |day: &&str| format!("2026-{day}:00").parse().unwrap();
        days.iter().map(at).collect()
    }

    fn found(old: &[&str], new: &[&str]) -> Vec<Option<usize>> {
        pairs(&starts(old), &starts(new))
    }

    #[test]
    fn another_hour_or_weekday_is_a_move_of_each() {
        let thursdays = ["05-14T18:30", "05-21T18:30", "05-28T18:30"];
        let later = ["05-14T19:00", "05-21T19:00", "05-28T19:00"];
        let fridays = ["05-15T18:30", "05-22T18:30", "05-29T18:30"];
        assert_eq!(found(&thursdays, &later), [Some(0), Some(1), Some(2)]);
        assert_eq!(found(&thursdays, &fridays[1..]), [None, Some(0), Some(1)]);
    }

    #[test]
    fn the_same_time_goes_before_the_same_day_and_nothing_is_taken_twice() {
        let old = ["05-14T10:00", "05-14T18:30"];
        assert_eq!(found(&old, &["05-14T18:30"]), [None, Some(0)]);
        assert_eq!(
            found(&old, &["05-14T18:30", "05-14T20:00"]),
            [Some(1), Some(0)]
        );
    }

    #[test]
    fn what_lies_far_apart_goes_in_order_only_as_a_whole() {
        let old = ["05-14T18:30", "06-11T18:30"];
        assert_eq!(
            found(&old, &["09-03T18:30", "10-01T18:30"]),
            [Some(0), Some(1)]
        );
        assert_eq!(found(&old, &["09-03T18:30"]), [None, None]);
        // The first one is given up, and one is added at the end.
        let weekly = ["10-14T18:30", "10-21T18:30", "10-28T18:30"];
        let a_week_later = ["10-21T18:30", "10-28T18:30", "11-04T18:30"];
        assert_eq!(found(&weekly, &a_week_later), [None, Some(0), Some(1)]);
        assert_eq!(
            found(&weekly[..2], &["10-14T18:30", "11-05T18:30"]),
            [Some(0), None]
        );
    }
}
