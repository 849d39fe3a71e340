//! Times, zones, lengths and series, one trap at a time.

use chrono_tz::Tz;

use super::*;

const EVENING: &str = "DTSTART;TZID=Europe/Paris:20270304T183000\nDURATION:PT1H30M";

fn evening(lines: &str) -> Result<Parsed, Refused> {
    entry(&format!("{EVENING}\n{lines}"))
}

#[test]
fn zones_are_known_by_the_names_of_many_programs() {
    for (name, zone) in [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("America/New_York", "America/New_York"),
        ("Romance Standard Time", "Europe/Paris"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("GMT Standard Time", "Europe/London"),
        (
            "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
            "Europe/Paris",
        ),
        (
            "/freeassociation.sourceforge.net/Europe/Paris",
            "Europe/Paris",
        ),
        (
            "/softwarestudio.org/Olson_20011030_5/Europe/Paris",
            "Europe/Paris",
        ),
    ] {
        let read = entry(&format!(
            "DTSTART;TZID=\"{name}\":20270304T183000\nDURATION:PT1H"
        ));
        let read = read.unwrap_or_else(|refused| panic!("{name}: {refused:?}"));
        assert_eq!(read.event.dates[0].timing.zone().name(), zone, "{name}");
        assert_eq!(codes(&read), [], "{name}");
    }
}

#[test]
fn an_offset_for_a_name_is_known_by_its_rules_and_keeps_its_summer_time() {
    let zone = "BEGIN:VTIMEZONE\nTZID:(UTC+01:00) Heure du bureau\n\
        BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n\
        BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n";
    let read = records(&format!(
        "{zone}BEGIN:VEVENT\nUID:1\nSUMMARY:Été\n\
         DTSTART;TZID=\"(UTC+01:00) Heure du bureau\":20270704T183000\nDURATION:PT1H\nEND:VEVENT"
    ));
    let read = read[0].as_ref().unwrap();
    assert_eq!(read.event.dates[0].timing.zone().name(), "Europe/Paris");
    assert_eq!(codes(read), [WarningCode::ZoneGuessed]);
}

#[test]
fn a_zone_of_an_offset_alone_is_known_by_it() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Ici\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
        TZOFFSETFROM:+0400\nTZOFFSETTO:+0400\nEND:STANDARD\nEND:VTIMEZONE\n";
    let read = records(&format!(
        "{zone}BEGIN:VEVENT\nUID:1\nSUMMARY:Été\nDTSTART;TZID=Ici:20270704T183000\n\
         DURATION:PT1H\nEND:VEVENT"
    ));
    let date = read[0].as_ref().unwrap().event.dates[0].clone();
    assert_eq!(date.timing.zone().name(), "Indian/Reunion");
}

#[test]
fn a_weekly_evening_stays_at_its_hour_across_both_changes() {
    let read = evening("RRULE:FREQ=WEEKLY;UNTIL=20271231").unwrap();
    let times: std::collections::BTreeSet<_> = dates(&read)
        .iter()
        .map(|date| date[11..].to_owned())
        .collect();
    assert_eq!(read.event.dates.len(), 44);
    let hours: std::collections::BTreeSet<_> = times.iter().map(|t| &t[..5]).collect();
    assert_eq!(hours.into_iter().collect::<Vec<_>>(), ["18:30"]);
}

#[test]
fn a_series_in_utc_goes_by_utc() {
    let read = entry("DTSTART:20270318T173000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3");
    assert_eq!(
        dates(&read.unwrap()),
        [
            "2027-03-18 18:30 – 2027-03-18 19:30",
            "2027-03-25 18:30 – 2027-03-25 19:30",
            "2027-04-01 19:30 – 2027-04-01 20:30",
        ]
    );
}

#[test]
fn a_time_in_utc_is_shown_by_the_clock_that_a_calendar_of_this_service_names() {
    for (named, zone, start) in [
        ("UTC", Tz::UTC, "2027-03-18 17:30"),
        ("Etc/UTC", Tz::Etc__UTC, "2027-03-18 17:30"),
        (
            "America/New_York",
            Tz::America__New_York,
            "2027-03-18 13:30",
        ),
        ("Nulle/Part", Tz::Europe__Paris, "2027-03-18 18:30"),
    ] {
        let line = format!("X-CONCERTATION-ZONE:{named}");
        let read = entry(&format!("DTSTART:20270318T173000Z\nDURATION:PT1H\n{line}"));
        let read = read.unwrap();
        assert_eq!(read.event.dates[0].timing.zone(), zone, "{named}");
        assert!(dates(&read)[0].starts_with(start), "{named}");
    }
}

#[test]
fn a_duration_is_of_hours_that_pass_and_of_days_of_the_calendar() {
    let at = |start: &str, duration: &str| {
        let lines = format!("DTSTART;TZID=Europe/Paris:{start}\nDURATION:{duration}");
        let date = dates(&entry(&lines).unwrap()).remove(0);
        date.split_once(" – ").unwrap().1.to_owned()
    };
    assert_eq!(at("20270328T010000", "PT3H"), "2027-03-28 05:00");
    assert_eq!(at("20270327T183000", "P1D"), "2027-03-28 18:30");
    assert_eq!(at("20270304T183000", "P1W"), "2027-03-11 18:30");
    assert_eq!(at("20270304T183000", "P1DT30M"), "2027-03-05 19:00");
    for wrong in ["", "PT", "1H", "P1H", "-PT1H", "PT1H2", "P99999999999W"] {
        let lines = format!("DTSTART:20270304T183000Z\nDURATION:{wrong}");
        let refused = entry(&lines).unwrap_err();
        let known = [("/DURATION", FaultCode::Malformed("duration"))];
        assert_eq!(faults(&refused), known, "{wrong}");
    }
}

#[test]
fn what_has_no_end_lasts_a_day_or_a_minute() {
    let day = entry("DTSTART;VALUE=DATE:20270304").unwrap();
    assert_eq!(dates(&day), ["2027-03-04 00:00 – 2027-03-05 00:00"]);
    let same_day = entry("DTSTART;VALUE=DATE:20270304\nDTEND;VALUE=DATE:20270304").unwrap();
    assert_eq!(dates(&same_day), dates(&day));
    let time = entry("DTSTART;TZID=Europe/Paris:20270304T183000").unwrap();
    assert_eq!(dates(&time), ["2027-03-04 18:30 – 2027-03-04 18:31"]);
    assert_eq!(codes(&time), [WarningCode::NoEnd]);
}

#[test]
fn an_end_before_the_start_is_past_midnight_or_wrong() {
    let late = entry("DTSTART:20270304T220000\nDTEND:20270304T020000").unwrap();
    assert_eq!(dates(&late), ["2027-03-04 22:00 – 2027-03-05 02:00"]);
    let known = [WarningCode::ZoneAssumed, WarningCode::PastMidnight];
    assert_eq!(codes(&late), known);
    let wrong = entry("DTSTART:20270304T220000\nDTEND:20270303T020000").unwrap_err();
    assert_eq!(faults(&wrong), [("/DTEND", FaultCode::EndsBeforeStart)]);
}

#[test]
fn times_that_are_none_are_refused_all_at_once() {
    let refused = entry("DTSTART:20270231T183000\nRRULE:FREQ=SOMETIMES").unwrap_err();
    let at_start = ("/DTSTART", FaultCode::Malformed("calendar_time"));
    assert_eq!(faults(&refused), [at_start]);
    assert_eq!(refused.source_id.as_deref(), Some("1@a.example"));
    let refused = evening("RRULE:FREQ=SOMETIMES\nEXDATE:demain\nRDATE:hier").unwrap_err();
    let at: Vec<_> = faults(&refused).iter().map(|(at, _)| *at).collect();
    assert_eq!(at, ["/RRULE", "/RDATE", "/EXDATE"]);
    let refused = entry("SEQUENCE:1").unwrap_err();
    assert_eq!(faults(&refused), [("/DTSTART", FaultCode::Required)]);
    let refused = evening("RRULE:FREQ=DAILY;COUNT=3\nEXRULE:FREQ=WEEKLY").unwrap_err();
    assert_eq!(faults(&refused)[0].0, "/EXRULE");
}

#[test]
fn dates_are_left_out_by_their_time_or_by_their_day() {
    let read = evening(
        "RRULE:FREQ=DAILY;COUNT=5\nEXDATE;TZID=Europe/Paris:20270305T183000\n\
         EXDATE;VALUE=DATE:20270306\nEXDATE:20270307T173000Z",
    );
    assert_eq!(
        dates(&read.unwrap()),
        [
            "2027-03-04 18:30 – 2027-03-04 20:00",
            "2027-03-08 18:30 – 2027-03-08 20:00",
        ]
    );
}

#[test]
fn a_series_of_long_ago_still_comes() {
    let read = entry("DTSTART;TZID=Europe/Paris:20150106T190000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY");
    let read = read.unwrap();
    assert_eq!(read.event.dates.len(), 725);
    assert_eq!(dates(&read)[724], "2028-11-21 19:00 – 2028-11-21 21:00");
    let daily = entry("DTSTART;TZID=Europe/Paris:20150106T190000\nDURATION:PT2H\nRRULE:FREQ=DAILY");
    let daily = daily.unwrap();
    assert_eq!(daily.event.dates.len(), MAX_OCCURRENCES);
    assert_eq!(dates(&daily)[999], "2028-11-22 19:00 – 2028-11-22 21:00");
    assert_eq!(codes(&daily), [WarningCode::SeriesCut]);
}

#[test]
fn a_change_of_a_date_without_its_series_is_a_date_of_its_own() {
    let read = evening("RECURRENCE-ID;TZID=Europe/Paris:20270303T183000").unwrap();
    assert_eq!(dates(&read), ["2027-03-04 18:30 – 2027-03-04 20:00"]);
    assert_eq!(uids(&read), ["1@a.example#20270303T183000"]);
    assert_eq!(codes(&read), [WarningCode::OverrideAlone]);
}

#[test]
fn the_latest_of_two_versions_counts() {
    let version = |sequence: u32, title: &str| {
        format!(
            "BEGIN:VEVENT\nUID:1\nSEQUENCE:{sequence}\nSUMMARY:{title}\n{EVENING}\nEND:VEVENT\n"
        )
    };
    let read = records(&[version(2, "Neuf"), version(1, "Vieux")].concat());
    assert_eq!(read.len(), 1);
    let read = read[0].as_ref().unwrap();
    assert_eq!(read.event.dates.len(), 1);
    assert_eq!(codes(read), [WarningCode::DuplicateEntry]);
    assert_eq!(read.event.content.title.as_str(), "Neuf");
}

#[test]
fn what_the_source_cancels_is_cancelled_with_its_reason() {
    let read = evening("STATUS:CANCELLED\nCOMMENT:La salle est fermée.").unwrap();
    let date = &read.event.dates[0];
    assert_eq!(date.state, OccurrenceState::Cancelled);
    let reason = date.reason.reason.as_ref().unwrap();
    assert_eq!(reason.as_str(), "La salle est fermée.");
}

#[test]
fn stamps_change_nothing() {
    let one = evening("DTSTAMP:20261124T090000Z\nSEQUENCE:1").unwrap();
    let other = evening("DTSTAMP:20261125T090000Z\nSEQUENCE:2\nATTENDEE:mailto:a@b.example");
    assert_eq!(one.event.digest, other.unwrap().event.digest);
    let moved = evening("RDATE;TZID=Europe/Paris:20270311T183000").unwrap();
    assert_ne!(one.event.digest, moved.event.digest);
}
