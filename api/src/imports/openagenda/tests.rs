//! The real export, and what no export should hold.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDateTime};
use domain::imports::WarningCode;
use domain::kernel::{FaultCode, Line, Prose};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::imports::format::{Parsed, Refused};

const EXPORT: &[u8] = include_bytes!("../../../../tests/data/openagenda-export-2018.json");

type Read = Vec<Result<Parsed, Refused>>;

fn all(bytes: &[u8]) -> (Read, Result<Summary, FormatError>) {
    let mut read = vec![];
    let end = read_records(bytes, &mut |position, record| {
        read.push(record);
        assert_eq!(position as usize, read.len());
        ControlFlow::Continue(())
    });
    (read, end)
}

fn one(record: &Value) -> Result<Parsed, Refused> {
    let (mut read, end) = all(json!([record]).to_string().as_bytes());
    assert_eq!(end.unwrap().records, 1);
    read.remove(0)
}

fn with(changes: Value) -> Result<Parsed, Refused> {
    let timetable = "2026-05-01T18:00:00 2026-05-01T20:00:00";
    let mut fields = json!({ "uid": "7", "title": "Atelier", "timetable": timetable });
    for (name, value) in changes.as_object().unwrap() {
        fields[name] = value.clone();
    }
    one(&json!({ "datasetid": "d", "recordid": "r", "fields": fields }))
}

fn codes(parsed: &Parsed) -> Vec<WarningCode> {
    parsed.warnings.iter().map(|warning| warning.code).collect()
}

fn the_export() -> HashMap<String, Parsed> {
    let (read, end) = all(EXPORT);
    assert_eq!(end.unwrap(), Summary { records: 100 });
    let parsed = read.into_iter().map(|record| record.unwrap());
    parsed
        .map(|parsed| (parsed.event.uid.to_string(), parsed))
        .collect()
}

#[test]
fn the_real_export_comes_in_whole() {
    let export = the_export();
    assert_eq!(export.len(), 100);
    let timings: Vec<_> = export
        .values()
        .flat_map(|p| &p.event.dates)
        .map(|s| s.timing)
        .collect();
    assert_eq!(timings.len(), 390);
    let in_march = |start: NaiveDateTime| (start.year(), start.month()) == (2018, 3);
    assert_eq!(
        timings.iter().filter(|t| in_march(t.local_start())).count(),
        113
    );
}

#[test]
fn six_evenings_of_the_real_export_go_past_midnight() {
    let export = the_export();
    let mut late: Vec<&str> = export
        .iter()
        .flat_map(|(uid, parsed)| {
            let late = codes(parsed)
                .into_iter()
                .filter(|c| *c == WarningCode::PastMidnight);
            late.map(|_| uid.as_str())
        })
        .collect();
    late.sort_unstable();
    assert_eq!(
        late,
        [
            "13047272", "13613384", "38890299", "68195516", "8039752", "8039752"
        ]
    );
    let ends = |uid: &str| -> Vec<String> {
        let slots = export[uid].event.dates.iter();
        slots
            .map(|date| format!("{:?}", date.timing.local_end()))
            .collect()
    };
    assert_eq!(ends("13047272"), ["2018-02-03T05:30:00"]);
    assert!(ends("8039752").contains(&"2018-03-30T00:00:00".to_owned()));
}

#[test]
fn the_real_export_is_decoded_and_found_in_paris() {
    let export = the_export();
    for uid in ["91447191", "89464975"] {
        let title = export[uid].event.content.title.as_str();
        assert!(title.contains(" & ") && !title.contains("&amp;"), "{title}");
    }
    for parsed in export.values() {
        let content = &parsed.event.content;
        let place = content.place.as_ref().unwrap();
        assert_eq!(place.commune_code.unwrap().as_str(), "75056");
        assert!(place.coordinates.is_some());
        assert!(content.image.is_none() && content.description.is_some());
        let known = [WarningCode::PastMidnight, WarningCode::ImageSetAside];
        assert!(
            codes(parsed).iter().all(|code| known.contains(code)),
            "{:?}",
            parsed.warnings
        );
    }
    let aside = export
        .values()
        .filter(|p| codes(p).contains(&WarningCode::ImageSetAside));
    assert_eq!(aside.count(), 88);
}

#[test]
fn the_digest_is_of_what_a_record_says() {
    let of = |record: Value| one(&record).unwrap().event.digest;
    let fields = json!({ "uid": "7", "title": "Atelier" });
    let first = of(json!({ "recordid": "r", "fields": fields, "record_timestamp": "1" }));
    assert_eq!(first.len(), 64);
    let turned = json!({ "title": "Atelier", "uid": "7" });
    assert_eq!(
        of(json!({ "record_timestamp": "2", "fields": turned, "recordid": "r" })),
        first
    );
    let other = json!({ "title": "Ateliers", "uid": "7" });
    assert_ne!(of(json!({ "recordid": "r", "fields": other })), first);
}

#[test]
fn a_record_without_key_or_title_is_refused_at_its_place() {
    let refused = one(&json!({ "recordid": "r9", "fields": { "title": " " } })).unwrap_err();
    assert_eq!(refused.source_id.as_deref(), Some("r9"));
    let found: Vec<_> = refused
        .faults
        .iter()
        .map(|f| (f.at.as_str(), &f.code))
        .collect();
    let required = &FaultCode::Required;
    assert_eq!(
        found,
        [("/fields/uid", required), ("/fields/title", required)]
    );
    for wrong in [json!(null), json!(7), json!("x"), json!([[]])] {
        let refused = one(&wrong).unwrap_err();
        assert_eq!(refused.faults[0].code, FaultCode::Malformed("record"));
    }
    let refused = with(json!({ "title": ["a"] })).unwrap_err();
    assert_eq!(refused.faults.len(), 1);
    assert_eq!(refused.faults[0].code, FaultCode::Malformed("text"));
}

#[test]
fn one_bad_record_does_not_stop_the_others() {
    let good = r#"{"fields": {"uid": 7, "title": "Atelier"}}"#;
    let deep = "[".repeat(500) + &"]".repeat(500);
    let file =
        format!(r#"{{"nhits": 5, "records": [7, {{"a": 1e999}}, "\ud800", {deep}, {good}]}}"#);
    let (read, end) = all(file.as_bytes());
    assert_eq!(end.unwrap().records, 5);
    let taken: Vec<bool> = read.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [false, false, false, false, true]);
    assert_eq!(read[4].as_ref().unwrap().event.uid.as_str(), "7");
}

#[test]
fn a_list_alone_and_flat_records_are_taken() {
    let marked = [
        b"\xef\xbb\xbf".as_slice(),
        br#"[{"uid": "7", "title": "Atelier"}]"#,
    ]
    .concat();
    let (read, end) = all(&marked);
    assert_eq!(end.unwrap().records, 1);
    let parsed = read[0].as_ref().unwrap();
    assert_eq!(codes(parsed), [WarningCode::NoTiming]);
    assert_eq!(parsed.warnings[0].at, "/timetable");
}

#[test]
fn a_file_that_is_no_export_says_so() {
    for wrong in [
        "7",
        "null",
        "\"x\"",
        "{}",
        r#"{"records": {}}"#,
        r#"{"a": [1]}"#,
    ] {
        assert!(
            matches!(all(wrong.as_bytes()).1, Err(FormatError::NotAnExport)),
            "{wrong}"
        );
    }
    for (wrong, at) in [
        ("", (1, 0)),
        ("[{},\n  x]", (2, 3)),
        ("[{}", (1, 3)),
        ("[] x", (1, 4)),
    ] {
        match all(wrong.as_bytes()).1 {
            Err(FormatError::Malformed { line, column }) => assert_eq!((line, column), at),
            other => panic!("{wrong:?}: {other:?}"),
        }
    }
    let (read, end) = all(b"[{}, {}, ");
    assert!(read.len() == 2 && end.is_err());
}

#[test]
fn a_record_that_is_too_large_ends_the_file() {
    let large = format!("[{{}}, \"{}\"]", "x".repeat(LARGEST_RECORD));
    let (read, end) = all(large.as_bytes());
    assert_eq!(read.len(), 1);
    assert!(matches!(
        end,
        Err(FormatError::RecordTooLarge { position: 2 })
    ));
}

#[test]
fn who_takes_no_more_stops_the_reading() {
    let mut taken = 0;
    let end = read_records(EXPORT, &mut |_, _| {
        taken += 1;
        if taken == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert_eq!((taken, end.unwrap().records), (3, 3));
    assert_eq!(count_records(EXPORT).unwrap().records, 100);
}

#[test]
fn tags_are_cut_at_commas_and_kept_once() {
    let tags = |written: Value| -> Vec<String> {
        let parsed = with(json!({ "tags": written })).unwrap();
        parsed
            .event
            .content
            .tags
            .iter()
            .map(Line::to_string)
            .collect()
    };
    assert_eq!(tags(json!("film documentaire")), ["film documentaire"]);
    assert_eq!(
        tags(json!("climat, Énergie,,energie,&amp;")),
        ["climat", "Énergie", "&"]
    );
    assert_eq!(tags(json!(["climat", "eau"])), ["climat", "eau"]);
    assert!(tags(json!("x".repeat(61))).is_empty());
    let many: Vec<String> = (0..40).map(|n| format!("mot {n}")).collect();
    assert_eq!(tags(json!(many.join(","))).len(), 30);
}

#[test]
fn what_we_cannot_hold_is_set_aside_with_a_warning() {
    let parsed = with(json!({
        "link": "javascript:alert(1)", "latlon": [98.0, 2.0], "lang": "français",
        "city": "Nulle-Part-sur-Rien", "address": "3 rue du Lac", "description": "a b ".repeat(400),
    }))
    .unwrap();
    let mut found = codes(&parsed);
    found.sort_by_key(|code| format!("{code:?}"));
    use WarningCode::*;
    let expected = [
        CommuneNotFound,
        CoordinatesSetAside,
        LanguageAssumed,
        LinkSetAside,
        TextShortened,
    ];
    assert_eq!(found, expected);
    let content = &parsed.event.content;
    let address = content.place.as_ref().unwrap().address.as_ref().unwrap();
    assert_eq!(address.as_str(), "3 rue du Lac, Nulle-Part-sur-Rien");
    let summary = content.summary.as_ref().unwrap().as_str();
    assert!(summary.chars().count() <= 1000 && summary.ends_with("b…") || summary.ends_with("a…"));
}

#[test]
fn the_description_keeps_its_markdown_and_ends_with_its_source() {
    let parsed = with(json!({
        "free_text": "# Été\r\n\r\n* l&rsquo;un\u{97}\r\n* l'autre",
        "link": "https://agenda.example/e(1)",
    }))
    .unwrap();
    let description = parsed.event.content.description.as_ref().map(Prose::as_str);
    let expected = "# Été\n\n* l’un\n* l'autre\n\n[Source](https://agenda.example/e%281%29)";
    assert_eq!(description, Some(expected));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        let name = prop_oneof![Just("fields".to_owned()), ".{0,8}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..5).prop_map(|m| json!(m)),
        ]
    })
}

fn any_record() -> impl Strategy<Value = Value> {
    const NAMES: [&str; 13] = [
        "uid",
        "title",
        "description",
        "free_text",
        "timetable",
        "placename",
        "address",
        "city",
        "latlon",
        "tags",
        "image",
        "link",
        "lang",
    ];
    let value = prop_oneof![any_json(), "[0-9T:; -]{0,60}".prop_map(Value::from)];
    let fields = prop::collection::btree_map(prop::sample::select(&NAMES[..]), value, 0..13);
    fields.prop_map(|fields| json!({ "fields": fields }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = all(&bytes);
    }

    #[test]
    fn no_changed_byte_of_the_real_export_makes_the_reader_panic(cut in 0..EXPORT.len() - 1, byte: u8) {
        let rest = &EXPORT[(cut + 1)..(cut + 200).min(EXPORT.len())];
        let _ = all(&[&EXPORT[..cut], &[byte], rest].concat());
    }

    #[test]
    fn any_values_are_taken_or_refused_for_a_reason(
        records in prop::collection::vec(prop_oneof![any_json(), any_record()], 0..4),
    ) {
        let (read, end) = all(json!({ "records": records }).to_string().as_bytes());
        prop_assert_eq!(end.unwrap().records as usize, records.len());
        prop_assert_eq!(read.len(), records.len());
        for refused in read.into_iter().filter_map(Result::err) {
            prop_assert!(!refused.faults.is_empty());
        }
    }
}
