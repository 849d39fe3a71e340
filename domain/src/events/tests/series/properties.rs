//! What holds of any edits of any series, one after the other.

use proptest::prelude::*;

use super::*;

fn any_plan() -> impl Strategy<Value = SeriesPlan> {
    let rules = prop::sample::select(vec![
        "FREQ=WEEKLY;COUNT=5",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4",
        "FREQ=DAILY;COUNT=9",
        "FREQ=MONTHLY;UNTIL=20260901",
        "FREQ=WEEKLY;COUNT=1",
    ]);
    let excluded = prop::collection::vec(0_i64..40, 0..3);
    (
        0_i64..40,
        8_u32..22,
        rules,
        excluded,
        prop::option::of(1_u32..99),
    )
        .prop_filter_map(
            "some date is left",
            |(day, hour, rule, excluded, capacity)| {
                let first = local("2026-05-01T00:00").date() + Duration::days(day);
                let start = first.and_hms_opt(hour, 0, 0)?;
                let timing = Timing::new(start, start + Duration::hours(2), DEFAULT_ZONE).ok()?;
                let excluded = excluded
                    .into_iter()
                    .map(|days| Excluded::Day(first + Duration::days(days)));
                let rule = Rule::parse(rule).ok()?;
                SeriesPlan::new(timing, rule, vec![], excluded.collect(), capacity).ok()
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn of_what_is_published_nothing_vanishes_and_the_past_and_what_was_changed_alone_stay(
        first in any_plan(), plans in prop::collection::vec((any_plan(), prop::option::of(0_usize..9), 0_usize..4), 1..6),
    ) {
        let event = with_series(an_event().draft(), first);
        let mut event = after(publish(event, no_reason(), instant("2026-01-06T08:00")));
        for (round, (plan, from, alone)) in (1_u32..).zip(plans) {
            if let Some(one) = event.occurrences.get(alone) && one.state == OccurrenceState::Scheduled {
                let (id, day) = (one.id, one.timing.local_start() + Duration::days(1));
                let timing = Timing::new(day, day + Duration::hours(1), DEFAULT_ZONE).unwrap();
                event = after(move_occurrence(event, id, timing, no_reason(), in_may()));
            }
            let series = event.series.last().unwrap();
            let from = from.and_then(|at| series.dates(&event).get(at).map(|one| one.series.unwrap().original));
            let edit = SeriesEdit { series: series.id, from, plan, reason: Prose::parse("Parce que.").ok() };
            let decided = edit_series(event.clone(), edit, &mut Counter(u128::from(round) << 64), in_may());
            let Ok(Some((change, id))) = decided else { continue };
            let new = change.after();
            for old in &event.occurrences {
                let now = new.occurrences.iter().find(|one| one.id == old.id);
                let now = now.expect("nothing published vanishes");
                let settled = old.timing.ends_at() <= in_may() || old.series.unwrap().detached
                    || old.state == OccurrenceState::Cancelled;
                if settled {
                    prop_assert_eq!((now.timing, now.state, now.capacity), (old.timing, old.state, old.capacity));
                    prop_assert_eq!(now.sequence, old.sequence);
                }
                prop_assert_eq!(now.version > old.version, now != old);
            }
            let series = new.series.iter().find(|one| one.id == id).unwrap();
            let mut stands: Vec<_> = series.dates(new).into_iter()
                .filter(|one| one.state == OccurrenceState::Scheduled && !one.series.unwrap().detached)
                .filter(|one| one.timing.ends_at() > in_may())
                .map(|one| one.series.unwrap().original)
                .collect();
            let planned: Vec<_> = series.plan.timings().iter().map(Timing::local_start).collect();
            // What was overtaken by the clock stays; all else that stands is in the plan, once.
            let ahead: Vec<_> = planned.iter().filter(|at| **at >= local("2026-05-20T12:00")).copied().collect();
            stands.retain(|at| *at >= local("2026-05-20T12:00") && planned.contains(at));
            let count = stands.len();
            stands.dedup();
            prop_assert_eq!(stands.len(), count);
            prop_assert!(stands.iter().all(|at| ahead.contains(at)));
            event = change.into_after();
        }
    }
}
