//! Rules that repeat a date: what they mean, across the changes of hour, and where they are stopped.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

fn rule(text: &str) -> Rule {
    Rule::parse(text).unwrap()
}

/// From half past six in the evening of a day, by one rule.
fn evenings(day: &str, text: &str) -> Recurrence {
    Recurrence::new(evening_of(day), vec![rule(text)], vec![], vec![]).unwrap()
}

fn days(recurrence: &Recurrence) -> Vec<String> {
    let dates = recurrence.expand(Bound::Strict).unwrap().timings;
    let day = |timing: &Timing| timing.local_start().date().to_string();
    dates.iter().map(day).collect()
}

fn refused(recurrence: &Recurrence) -> Vec<(String, FaultCode)> {
    faults(recurrence.expand(Bound::Strict).map_err(EventRefusal::from))
}

#[test]
fn a_weekly_evening_stays_at_its_hour_across_both_changes() {
    for (first, hours) in [
        ("2026-03-19", ["17:30", "17:30", "16:30"]),
        ("2026-10-15", ["16:30", "16:30", "17:30"]),
    ] {
        let dates = evenings(first, "FREQ=WEEKLY;BYDAY=TH;COUNT=3").expand(Bound::Strict);
        let dates = dates.unwrap().timings;
        let utc = dates
            .iter()
            .map(|t| t.starts_at().format("%H:%M").to_string());
        assert_eq!(utc.collect::<Vec<_>>(), hours);
        for date in dates {
            assert_eq!(date.local_start().format("%H:%M").to_string(), "18:30");
            assert_eq!(date.local_end().format("%H:%M").to_string(), "20:00");
        }
    }
}

#[test]
fn rules_mean_what_the_standard_says() {
    for (first, text, expected) in [
        (
            "2026-05-14",
            "FREQ=MONTHLY;BYDAY=2TH;COUNT=3",
            "2026-05-14 2026-06-11 2026-07-09",
        ),
        (
            "2026-01-30",
            "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
            "2026-01-30 2026-02-27 2026-03-27",
        ),
        (
            "2026-01-31",
            "FREQ=MONTHLY;COUNT=3",
            "2026-01-31 2026-03-31 2026-05-31",
        ),
        (
            "2026-05-14",
            "freq=daily;interval=10;until=20260603",
            "2026-05-14 2026-05-24 2026-06-03",
        ),
        (
            "2026-05-12",
            "FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2;COUNT=3",
            "2026-05-12 2026-05-14 2026-05-26",
        ),
        ("2024-02-29", "FREQ=YEARLY;COUNT=2", "2024-02-29 2028-02-29"),
        (
            "2026-05-29",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2",
            "2026-05-29 2026-06-30",
        ),
    ] {
        assert_eq!(days(&evenings(first, text)).join(" "), expected, "{text}");
    }
}

#[test]
fn every_form_of_until_is_taken_and_its_date_is_the_last() {
    let two = ["2026-10-22", "2026-10-29"];
    let one = ["2026-10-22"];
    for (until, expected) in [
        ("20261029", &two[..]),
        ("20261028", &one),
        ("20261029T183000", &two),
        ("20261029T182959", &one),
        // Half past six in winter time is half past five in UTC.
        ("20261029T173000Z", &two),
        ("20261029T172959Z", &one),
    ] {
        let text = format!("FREQ=WEEKLY;UNTIL={until}");
        let recurrence = evenings("2026-10-22", &text);
        assert_eq!(days(&recurrence), expected, "{until}");
        assert_eq!(recurrence.rules()[0].to_string(), text);
    }
}

#[test]
fn what_is_added_and_left_out_has_the_last_word() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let recurrence = Recurrence::new(
        evening_of("2026-05-14"),
        vec![rule("FREQ=WEEKLY;COUNT=4")],
        vec![
            local("2026-05-30T10:00"),
            local("2026-05-21T18:30"),
            local("2026-05-30T10:00"),
        ],
        vec![
            Excluded::Day(day("2026-05-28")),
            Excluded::Start(local("2026-06-04T18:30")),
            Excluded::Start(local("2026-05-21T10:00")),
        ],
    )
    .unwrap();
    let dates = recurrence.expand(Bound::Strict).unwrap().timings;
    let expected = [
        evening_of("2026-05-14"),
        evening_of("2026-05-21"),
        lasting("2026-05-30T10:00", 90),
    ];
    assert_eq!(dates, expected);
}

#[test]
fn what_cannot_be_read_or_repeats_too_often_is_refused() {
    let unreadable = FaultCode::Malformed("recurrence_rule");
    for (text, code) in [
        ("", unreadable.clone()),
        ("FREQ", unreadable.clone()),
        ("COUNT=3", unreadable.clone()),
        ("FREQ=FORTNIGHTLY", unreadable.clone()),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20260101", unreadable.clone()),
        ("FREQ=WEEKLY;COUNT=0", unreadable.clone()),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=2", unreadable.clone()),
        ("FREQ=WEEKLY;BYDAY=XX", unreadable.clone()),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", unreadable.clone()),
        ("FREQ=WEEKLY;BYMONTHDAY=3", unreadable.clone()),
        ("FREQ=WEEKLY;UNTIL=tomorrow", unreadable.clone()),
        ("FREQ=WEEKLY;UNTIL=20260230", unreadable.clone()),
        ("FREQ=WEEKLY;X-COLOUR=RED", unreadable),
        ("FREQ=HOURLY;COUNT=3", FaultCode::RuleTooFrequent),
        ("FREQ=SECONDLY;COUNT=3", FaultCode::RuleTooFrequent),
        (
            "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=0,10,20,30,40",
            FaultCode::RuleTooFrequent,
        ),
        (
            &format!("FREQ=DAILY;{}", "BYDAY=MO;".repeat(60)),
            FaultCode::TooLong(500),
        ),
    ] {
        assert_eq!(Rule::parse(text), Err(code), "{text}");
    }
}

#[test]
fn a_strict_recurrence_says_what_is_wrong_with_it() {
    for (text, pointer, code) in [
        ("FREQ=WEEKLY", "/rrule", FaultCode::RuleUnbounded),
        (
            "FREQ=DAILY;COUNT=1001",
            "/rrule",
            FaultCode::TooMany(MAX_OCCURRENCES),
        ),
        (
            "FREQ=WEEKLY;UNTIL=20310515",
            "/rrule",
            FaultCode::SpansTooLong(5),
        ),
        (
            "FREQ=YEARLY;INTERVAL=300;COUNT=2",
            "/rrule",
            FaultCode::SpansTooLong(5),
        ),
        (
            "FREQ=WEEKLY;BYDAY=FR;COUNT=3",
            "/local_start",
            FaultCode::StartOffRule,
        ),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
            "/rrule",
            FaultCode::RuleWithoutDate,
        ),
    ] {
        assert_eq!(
            refused(&evenings("2026-05-14", text)),
            fault(pointer, code),
            "{text}"
        );
    }
    assert_eq!(
        days(&evenings("2026-05-14", "FREQ=WEEKLY;UNTIL=20310514")).len(),
        261
    );
    assert_eq!(
        days(&evenings("2026-05-14", "FREQ=DAILY;COUNT=1000")).len(),
        1000
    );
    let none = Recurrence::new(
        evening_of("2026-05-14"),
        vec![rule("FREQ=WEEKLY;COUNT=1")],
        vec![],
        vec![Excluded::Start(local("2026-05-14T18:30"))],
    );
    assert_eq!(
        refused(&none.unwrap()),
        fault("/rrule", FaultCode::RuleWithoutDate)
    );
    let far = vec![local("2031-05-15T18:30"), local("2021-05-13T18:30")];
    let far = Recurrence::new(evening_of("2026-05-14"), vec![], far, vec![]).unwrap();
    let too_long = |pointer: &str| (pointer.to_owned(), FaultCode::SpansTooLong(5));
    assert_eq!(
        refused(&far),
        [too_long("/rdates/0"), too_long("/rdates/1")]
    );
}

#[test]
fn a_rule_of_others_is_cut_and_its_first_date_counts() {
    let cut = |text: &str, at: &str| {
        let dates = evenings("2026-05-14", text).expand(Bound::CutAt(local(at)));
        let dates = dates.unwrap();
        let days = dates
            .timings
            .iter()
            .map(|t| t.local_start().format("%d/%m").to_string());
        (days.collect::<Vec<_>>().join(" "), dates.is_cut)
    };
    let case = |days: &str, is_cut| (days.to_owned(), is_cut);
    assert_eq!(
        cut("FREQ=WEEKLY", "2026-05-28T18:30"),
        case("14/05 21/05 28/05", true)
    );
    assert_eq!(
        cut("FREQ=WEEKLY;COUNT=2", "2026-05-28T18:30"),
        case("14/05 21/05", false)
    );
    assert_eq!(
        cut("FREQ=WEEKLY;COUNT=9", "2026-05-21T18:29"),
        case("14/05", true)
    );
    assert_eq!(
        cut("FREQ=YEARLY;INTERVAL=300", "2030-01-01T00:00"),
        case("14/05", true)
    );
    // A first date that the rule doesn't mean is one of the three all the same.
    assert_eq!(
        cut("FREQ=WEEKLY;BYDAY=FR;COUNT=3", "2030-01-01T00:00"),
        case("14/05 15/05 22/05", false)
    );
    assert_eq!(
        cut("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2030-01-01T00:00"),
        case("14/05", false)
    );
    // All of it lies behind the horizon but the first: it stands.
    assert_eq!(
        cut("FREQ=WEEKLY;COUNT=2", "2020-01-01T00:00"),
        case("14/05", true)
    );
    let endless =
        evenings("2026-05-14", "FREQ=DAILY").expand(Bound::CutAt(local("2030-01-01T00:00")));
    let endless = faults(endless.map_err(EventRefusal::from));
    assert_eq!(
        endless,
        fault("/rrule", FaultCode::TooMany(MAX_OCCURRENCES))
    );
}

#[test]
fn a_date_in_the_skipped_hour_lasts_as_long_as_the_others() {
    let first = lasting("2026-03-22T02:30", 45);
    let rules = vec![rule("FREQ=WEEKLY;COUNT=3")];
    let dates = Recurrence::new(first, rules, vec![], vec![])
        .unwrap()
        .expand(Bound::Strict);
    let dates = dates.unwrap().timings;
    assert_eq!(dates[1].local_start(), local("2026-03-29T02:30"));
    assert_eq!(dates[1].starts_at(), instant("2026-03-29T01:30"));
    for date in &dates {
        assert_eq!(date.ends_at() - date.starts_at(), Duration::minutes(45));
    }
    assert_eq!(dates[2].local_end(), local("2026-04-05T03:15"));
}

fn any_rule() -> impl Strategy<Value = String> {
    let freq = prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
    let part = prop_oneof![
        (1_u16..500).prop_map(|n| format!("INTERVAL={n}")),
        (1_u8..=12).prop_map(|n| format!("BYMONTH={n}")),
        (-31_i8..=31).prop_map(|n| format!("BYMONTHDAY={n}")),
        (-366_i16..=366).prop_map(|n| format!("BYYEARDAY={n}")),
        (-53_i8..=53).prop_map(|n| format!("BYWEEKNO={n}")),
        (-9_i8..=9).prop_map(|n| format!("BYSETPOS={n}")),
        (0_u8..=24, 0_u8..=24).prop_map(|(a, b)| format!("BYHOUR={a},{b}")),
        prop::sample::subsequence(vec!["MO", "-1TU", "2WE", "TH", "FR", "5SA", "SU"], 1..4)
            .prop_map(|days| format!("BYDAY={}", days.join(","))),
        prop::sample::select(vec!["WKST=SU", "WKST=TH", "BYMINUTE=0,30", "BYSECOND=59"])
            .prop_map(str::to_owned),
    ];
    let end = prop_oneof![
        (1_u32..1_500).prop_map(|n| format!(";COUNT={n}")),
        (2025_u16..2040, 1_u8..=12).prop_map(|(y, m)| format!(";UNTIL={y}{m:02}28")),
        (2025_u16..2040, 1_u8..=12).prop_map(|(y, m)| format!(";UNTIL={y}{m:02}28T173000Z")),
        Just(String::new()),
    ];
    (freq, prop::collection::vec(part, 0..4), end)
        .prop_map(|(freq, parts, end)| format!("FREQ={freq};{}{end}", parts.join(";")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_follows_from_any_rule_is_in_order_bounded_and_by_the_wall(
        text in any_rule(), day in 0_u16..3_000, hour in 0_u32..24, excluded in 0_usize..5,
        zone in prop::sample::select(vec!["Europe/Paris", "America/New_York", "Pacific/Apia", "UTC"]),
    ) {
        let Ok(rule) = Rule::parse(&text) else { return Ok(()) };
        let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Duration::days(day.into());
        let start = start.and_hms_opt(hour, 30, 0).unwrap();
        let zone = zone.parse().unwrap();
        let Ok(first) = Timing::new(start, start + Duration::minutes(90), zone) else { return Ok(()) };
        let whole = Recurrence::new(first, vec![rule.clone()], vec![], vec![]).unwrap();
        let horizon = start + Duration::days(700);
        for bound in [Bound::Strict, Bound::CutAt(horizon)] {
            let Ok(found) = whole.expand(bound) else { continue };
            let starts: Vec<_> = found.timings.iter().map(Timing::local_start).collect();
            prop_assert!(starts.is_sorted_by(|a, b| a < b), "{text}");
            prop_assert!(!starts.is_empty() && starts.len() <= MAX_OCCURRENCES);
            prop_assert_eq!(starts[0], start);
            if let RuleEnd::Count(count) = rule.end() {
                prop_assert!(starts.len() <= count as usize);
            }
            if bound != Bound::Strict {
                prop_assert!(starts.iter().all(|at| *at <= horizon));
            }
            if !text.contains("BYHOUR") && !text.contains("BYMINUTE") && !text.contains("BYSECOND") {
                prop_assert!(starts.iter().all(|at| at.time() == start.time()), "{text}");
            }
            let out = starts[excluded % starts.len()];
            let without = Recurrence::new(first, vec![rule.clone()], vec![], vec![Excluded::Start(out)]);
            let kept: Vec<_> = starts.into_iter().filter(|at| *at != out).collect();
            match without.unwrap().expand(bound) {
                Ok(found) => {
                    let found: Vec<_> = found.timings.iter().map(Timing::local_start).collect();
                    prop_assert_eq!(found, kept);
                }
                Err(_) => prop_assert!(kept.is_empty()),
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_is_written_as_it_was(
        text in prop_oneof![any::<String>(), "(RRULE:)?[A-Z=;,:+0-9 -]{0,60}", any_rule(), "FREQ=DAILY;[A-Z]{2,8}=[0-9A-Z,+-]{1,12}"],
    ) {
        if let Ok(rule) = Rule::parse(&text) {
            prop_assert_eq!(Rule::parse(&rule.to_string()), Ok(rule.clone()));
            let first = evening_of("2026-05-14");
            let recurrence = Recurrence::new(first, vec![rule], vec![], vec![]).unwrap();
            let _ = recurrence.expand(Bound::CutAt(local("2027-05-14T00:00")));
        }
    }
}
