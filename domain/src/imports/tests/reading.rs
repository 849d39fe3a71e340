//! Timetables, texts and cities, as organisers type them.

use proptest::prelude::*;

use crate::imports::*;
use crate::kernel::{FaultCode, Line, Prose, Timing, WebUrl};

fn read(text: &str) -> Timetable {
    read_timetable(text, "/timetable")
}

fn ends(text: &str) -> Vec<String> {
    read(text)
        .timings
        .iter()
        .map(|timing| format!("{:?}", timing.local_end()))
        .collect()
}

fn said(timetable: &Timetable) -> Vec<(WarningCode, &str)> {
    let said = |w: &ImportWarning| w.code;
    let quotes = timetable
        .warnings
        .iter()
        .map(|w| w.quote.as_deref().unwrap_or_default());
    timetable.warnings.iter().map(said).zip(quotes).collect()
}

#[test]
fn timings_come_in_the_order_of_their_start() {
    let text = "2018-03-31T10:00:00 2018-03-31T12:00:00;2018-03-29T10:00:00 2018-03-29T11:00:00; ";
    assert_eq!(ends(text), ["2018-03-29T11:00:00", "2018-03-31T12:00:00"]);
    assert_eq!(read(text).warnings, []);
}

#[test]
fn an_evening_past_midnight_ends_the_next_day_and_says_so() {
    let pair = "2018-03-29T23:00:00 2018-03-29T00:00:00";
    let timetable = read(pair);
    assert_eq!(ends(pair), ["2018-03-30T00:00:00"]);
    assert_eq!(said(&timetable), [(WarningCode::PastMidnight, pair)]);
    assert_eq!(
        ends("2018-12-31T22:00:00 2018-12-31T22:00:00"),
        ["2019-01-01T22:00:00"]
    );
}

#[test]
fn the_hour_that_comes_twice_is_no_evening_past_midnight() {
    let timetable = read("2026-10-25T02:45:00 2026-10-25T02:15:00");
    assert_eq!((timetable.timings.len(), timetable.warnings.len()), (1, 0));
}

#[test]
fn an_end_on_an_earlier_day_is_a_fault_and_costs_no_other_timing() {
    let text = "2018-03-29T10:00:00 2018-03-28T11:00:00;2018-03-30T10:00:00 2018-03-30T11:00:00";
    let timetable = read(text);
    assert_eq!(timetable.timings.len(), 1);
    assert_eq!(timetable.faults.len(), 1);
    assert_eq!(timetable.faults[0].code, FaultCode::EndsBeforeStart);
    let quote = timetable.faults[0].quote.as_deref();
    assert_eq!(quote, Some("2018-03-29T10:00:00 2018-03-28T11:00:00"));
}

#[test]
fn what_is_no_timing_is_a_fault() {
    for wrong in [
        "demain",
        "2018-03-29T10:00:00",
        "2018-03-29 2018-03-30",
        "a b c",
    ] {
        let timetable = read(wrong);
        assert_eq!(
            timetable.faults[0].code,
            FaultCode::Malformed("timing"),
            "{wrong}"
        );
    }
    let last = read("2199-12-31T23:00:00 2199-12-31T01:00:00");
    assert!(matches!(last.faults[0].code, FaultCode::OutOfRange { .. }));
}

#[test]
fn a_double_is_taken_once_and_said() {
    let pair = "2018-03-29T10:00:00 2018-03-29T11:00:00";
    let timetable = read(&format!("{pair};{pair}; {pair}"));
    assert_eq!(timetable.timings.len(), 1);
    assert_eq!(said(&timetable), [(WarningCode::DuplicateTiming, pair); 2]);
}

#[test]
fn an_offset_is_read_as_what_the_clocks_here_showed() {
    let text = "2026-07-01T16:30:00Z 2026-07-01T20:00:00+02:00";
    assert_eq!(
        format!("{:?}", read(text).timings[0].local_start()),
        "2026-07-01T18:30:00"
    );
    assert_eq!(ends(text), ["2026-07-01T20:00:00"]);
}

#[test]
fn more_timings_than_an_event_has_are_one_fault() {
    let many = "2018-03-29T10:00:00 2018-03-29T11:00:00;".repeat(1_001);
    assert_eq!(read(&many).faults[0].code, FaultCode::TooMany(1_000));
}

fn short(text: &str) -> (Option<String>, usize) {
    let mut warnings = vec![];
    let line: Option<Line<20>> = line(text, "/title", &mut warnings);
    (line.map(|line| line.to_string()), warnings.len())
}

#[test]
fn a_text_is_shortened_after_a_word() {
    assert_eq!(
        short("twenty characters ok"),
        (Some("twenty characters ok".to_owned()), 0)
    );
    assert_eq!(
        short("twenty characters, ok"),
        (Some("twenty characters…".to_owned()), 1)
    );
    assert_eq!(short(&"é".repeat(21)), (Some("é".repeat(19) + "…"), 1));
    assert_eq!(
        short("a bbbbbbbbbbbbbbbbbbbbbbbb"),
        (Some("a bbbbbbbbbbbbbbbbb…".to_owned()), 1)
    );
}

#[test]
fn control_characters_are_dropped_and_lines_joined() {
    assert_eq!(
        short(" a\u{0}b\n\t c\u{202E} "),
        (Some("ab c".to_owned()), 0)
    );
    assert_eq!(short("\u{97}\n"), (None, 0));
    let kept: Option<Prose<50>> = prose("# a\r\n\u{1}* b\u{97}\tc\r", "", &mut vec![]);
    assert_eq!(kept.unwrap().as_str(), "# a\n* b\tc");
}

#[test]
fn a_link_to_the_source_always_has_its_room() {
    let url = WebUrl::parse("https://a.example/x").unwrap();
    let mut warnings = vec![];
    let text: Prose<60> = with_source(&"mot ".repeat(30), &url, "", &mut warnings).unwrap();
    assert!(
        text.as_str()
            .ends_with("mot…\n\n[Source](https://a.example/x)"),
        "{text:?}"
    );
    assert_eq!(warnings.len(), 1);
    let alone: Prose<60> = with_source(" ", &url, "", &mut vec![]).unwrap();
    assert_eq!(alone.as_str(), "[Source](https://a.example/x)");
}

fn find(name: &str, address: &str) -> Option<String> {
    let name = Some(name).filter(|name| !name.is_empty());
    match find_commune(City {
        name,
        address: Some(address),
    }) {
        Found::Commune(code) => Some(code.as_str().to_owned()),
        Found::Unknown(_) => None,
        Found::Unnamed => Some("unnamed".to_owned()),
    }
}

#[test]
fn a_commune_is_found_by_its_name_and_postal_code() {
    for (name, address, code) in [
        ("Paris", "3 rue de Rivoli, 75004 Paris", "75056"),
        ("PARIS", "Quai François-Mauriac, 75706 Paris", "75056"),
        ("Paris 18e Arrondissement", "", "75056"),
        ("Lyon", "1 place Bellecour 69002 Lyon", "69123"),
        ("Marseille", "13001", "13055"),
        ("Lunéville", "54300", "54329"),
        ("", "2 rue du Lac, 54300 luneville, France", "54329"),
        ("St Clément", "54950", "54472"),
        ("Nancy CEDEX 2", "54002 Nancy", "54395"),
    ] {
        assert_eq!(
            find(name, address).as_deref(),
            Some(code),
            "{name} / {address}"
        );
    }
}

#[test]
fn a_namesake_or_an_unknown_city_is_not_guessed() {
    assert_eq!(find("Saint-Clément", ""), None);
    assert_eq!(find("Atlantis", "75001"), None);
    assert_eq!(find("Lunéville", "75001 Lunéville"), None);
    assert_eq!(find("", "3 rue du Lac").as_deref(), Some("unnamed"));
}

proptest! {
    #[test]
    fn no_timetable_makes_the_reader_panic(text in "(\\PC|[0-9T:; -]){0,120}") {
        let _ = read(&text);
    }

    #[test]
    fn what_is_read_comes_in_order_and_once(
        pairs in prop::collection::vec((0_i64..40, 0_i64..48, 0_i64..48), 0..12),
    ) {
        let day = |day: i64, half_hour: i64| {
            let first = chrono::DateTime::from_timestamp(1_519_948_800, 0).unwrap().naive_utc();
            let moment = first + chrono::Duration::minutes(day * 1_440 + half_hour * 30);
            format!("{moment:?}")
        };
        let written = pairs.iter().map(|&(d, a, b)| format!("{} {}", day(d, a), day(d, b)));
        let timetable = read(&written.collect::<Vec<_>>().join(";"));
        prop_assert!(timetable.faults.is_empty());
        let rising = |a: &Timing, b: &Timing| {
            (a.starts_at(), a.ends_at()) < (b.starts_at(), b.ends_at())
        };
        prop_assert!(timetable.timings.is_sorted_by(rising));
        let is_double = |w: &&ImportWarning| w.code == WarningCode::DuplicateTiming;
        let doubles = timetable.warnings.iter().filter(is_double).count();
        prop_assert_eq!(timetable.timings.len() + doubles, pairs.len());
    }

    #[test]
    fn every_text_fits_and_is_valid(text in "\\PC{0,60}|(.|\n){0,60}") {
        let url = WebUrl::parse("https://a.example/x").unwrap();
        let mut warnings = vec![];
        let kept: Option<Line<20>> = line(&text, "", &mut warnings);
        prop_assert!(kept.is_none_or(|kept| Line::<20>::parse(kept.as_str()) == Ok(kept.clone())));
        let stands = |c: char| !c.is_whitespace() && Line::<9>::parse(&format!("a{c}a")).is_ok();
        let nothing = !text.chars().any(stands);
        prop_assert_eq!(line::<20>(&text, "", &mut warnings).is_none(), nothing);
        prop_assert!(with_source::<60>(&text, &url, "", &mut warnings).is_some());
        prop_assert_eq!(prose::<20>(&text, "", &mut warnings).is_none(), nothing);
    }

    #[test]
    fn no_city_makes_the_search_panic(name in "\\PC{0,20}", address in "(\\PC|[0-9 ,]){0,30}") {
        let _ = find(&name, &address);
    }
}
