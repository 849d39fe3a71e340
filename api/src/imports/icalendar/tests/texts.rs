//! Lines, letters and marks as programs get them wrong, and entries of this service's own.

use domain::events::Visibility;

use super::*;

const START: &str = "DTSTART;TZID=Europe/Paris:20270304T183000\r\nDURATION:PT1H\r\n";

fn file(lines: &[u8]) -> Vec<u8> {
    let head = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n".as_slice();
    let tail = b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".as_slice();
    [head, START.as_bytes(), lines, tail].concat()
}

fn one(bytes: &[u8]) -> Parsed {
    let (mut read, end) = all(bytes);
    assert_eq!(end.unwrap().records, 1);
    read.remove(0).unwrap()
}

fn title(parsed: &Parsed) -> &str {
    parsed.event.content.title.as_str()
}

fn text(parsed: &Parsed) -> &str {
    parsed.event.content.description.as_ref().unwrap().as_str()
}

#[test]
fn a_fold_in_the_middle_of_a_letter_is_undone() {
    let read = one(&file(
        b"SUMMARY:F\xc3\r\n \xaate de l'\xc3\xa9t\r\n\t\xc3\xa9",
    ));
    assert_eq!(title(&read), "Fête de l'été");
    assert_eq!(codes(&read), []);
}

#[test]
fn every_kind_of_line_end_and_a_mark_at_the_start_are_taken() {
    let plain = String::from_utf8(file("SUMMARY:Fê\r\n te".as_bytes())).unwrap();
    for end in ["\n", "\r", "\r\n", "\r\r\n"] {
        let text = plain.replace("\r\n", end);
        for mark in ["", "\u{feff}", "\r\n"] {
            let read = one(format!("{mark}{text}").as_bytes());
            assert_eq!(title(&read), "Fête", "{end:?} {mark:?}");
        }
    }
}

#[test]
fn a_text_broken_without_the_sign_is_put_together() {
    let long = format!("DESCRIPTION:{}", "mot ".repeat(15));
    assert_eq!(long.len(), 72);
    let lines = format!("SUMMARY:Un\r\n{long}\r\nsuite: ici\r\nNouvelle ligne\r\nhttp://a.example");
    let read = one(&file(lines.as_bytes()));
    let mots = "mot ".repeat(15);
    assert_eq!(
        text(&read),
        format!("{mots}suite: ici\nNouvelle ligne\nhttp://a.example")
    );
    assert_eq!(codes(&read), [WarningCode::LineMended]);
}

#[test]
fn other_letters_than_utf_8_are_read_as_western_european() {
    let read = one(&file(b"SUMMARY:L'\xe9t\xe9 \x96 c\x9cur"));
    assert_eq!(title(&read), "L'été – cœur");
    assert_eq!(codes(&read), [WarningCode::EncodingAssumed]);
}

#[test]
fn escapes_and_parameters_are_resolved() {
    let lines = "SUMMARY;LANGUAGE=de;X-A=\"b:c;d\":Eins\\, zwei\\; drei\\\\vier\r\n\
        DESCRIPTION:a\\nb\\Nc\\x";
    let read = one(&file(lines.as_bytes()));
    assert_eq!(title(&read), "Eins, zwei; drei\\vier");
    assert_eq!(text(&read), "a\nb\nc\\x");
    assert_eq!(read.event.content.languages[0].as_str(), "de");
}

#[test]
fn classes_say_who_sees_it() {
    for (class, visibility) in [
        ("PUBLIC", Visibility::Public),
        ("PRIVATE", Visibility::Staff),
        ("CONFIDENTIAL", Visibility::Staff),
        ("X-SECRET", Visibility::Staff),
    ] {
        let read = one(&file(format!("SUMMARY:A\r\nCLASS:{class}").as_bytes()));
        assert_eq!(read.event.content.visibility, visibility, "{class}");
    }
}

#[test]
fn an_organiser_who_may_be_a_person_is_set_aside() {
    for (address, is_role) in [
        ("mailto:contact@asso.example", true),
        ("MAILTO:mairie54@ville.example", true),
        ("mailto:info-culture@ville.example", true),
        ("mailto:jean.dupont@ville.example", false),
        ("mailto:infosec.martin@ville.example", false),
        ("https://ville.example", false),
    ] {
        // Whoever writes a file can write that it is of this service.
        for own in ["", "X-CONCERTATION-EVENT:e1\r\n"] {
            let line = format!("{own}SUMMARY:A\r\nORGANIZER;CN=\"Jean Dupont\":{address}");
            let read = one(&file(line.as_bytes()));
            let content = &read.event.content;
            assert_eq!(content.contact.is_some(), is_role, "{own}{address}");
            assert_eq!(content.organiser_name.is_some(), is_role, "{own}{address}");
            let set_aside = codes(&read) == [WarningCode::OrganiserSetAside];
            assert_eq!(set_aside, !is_role, "{own}{address}");
        }
    }
}

#[test]
fn an_entry_without_title_or_key_or_end_is_refused_and_costs_no_other() {
    let start = START.replace("\r\n", "\n");
    let read = records(&format!(
        "BEGIN:VEVENT\nUID:1\n{start}END:VEVENT\n\
         BEGIN:VEVENT\nSUMMARY:Sans clé\n{start}END:VEVENT\n\
         BEGIN:VEVENT\nUID:3\nSUMMARY:Sans fin\n{start}\
         BEGIN:VEVENT\nUID:4\nSUMMARY:Entier\n{start}BEGIN:VALARM\nTRIGGER:-PT5M\nEND:VEVENT"
    ));
    let outcome = |read: &Result<Parsed, Refused>| match read {
        Ok(parsed) => parsed.event.uid.to_string(),
        Err(refused) => format!("{:?}", faults(refused)),
    };
    let outcomes: Vec<_> = read.iter().map(outcome).collect();
    assert_eq!(
        outcomes,
        [
            "[(\"/SUMMARY\", Required)]",
            "[(\"/UID\", Required)]",
            "[(\"\", Malformed(\"entry\"))]",
            "4",
        ]
    );
}

#[test]
fn what_is_no_calendar_or_breaks_off_is_refused_whole() {
    let refused = |bytes: &[u8]| count_records(bytes).unwrap_err().to_string();
    assert_eq!(refused(b"{\"records\":[]}"), "no calendar");
    assert_eq!(refused(b""), "no calendar");
    assert_eq!(refused(b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n"), "no calendar");
    let whole = file(b"SUMMARY:A");
    for cut in [whole.len() - 17, whole.len() - 40, 60] {
        assert_eq!(refused(&whole[..cut]), "the calendar breaks off", "{cut}");
    }
    let empty = count_records(&b"BEGIN:VCALENDAR\nEND:VCALENDAR"[..]);
    assert_eq!(empty.unwrap(), Summary { records: 0 });
}

#[test]
fn what_is_too_large_or_too_often_is_refused_and_costs_no_other() {
    let other = "BEGIN:VEVENT\nUID:2\nSUMMARY:B\nDTSTART:20270101T100000Z\nEND:VEVENT\n";
    let entry = "BEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART:20270101T100000Z\nEND:VEVENT\n";
    let read = records(&format!("{other}{}", entry.repeat(MOST_ENTRIES + 1)));
    assert_eq!(read.len(), 2);
    assert!(read[0].is_ok());
    let refused = read[1].as_ref().unwrap_err();
    assert_eq!(faults(refused), [("", FaultCode::TooMany(MOST_ENTRIES))]);
    assert_eq!(refused.source_id.as_deref(), Some("1"));

    let line = format!("X-A:{}\n", "a".repeat(1000));
    let large = format!("BEGIN:VEVENT\nUID:1\n{}END:VEVENT\n", line.repeat(3_000));
    let read = records(&format!("{large}{other}"));
    let refused = read[0].as_ref().unwrap_err();
    assert_eq!(faults(refused)[0], ("", FaultCode::Malformed("entry")));
    assert!(read[1].is_ok());
}

#[test]
fn a_key_of_any_length_tells_records_apart() {
    let entry = |uid: &str| {
        format!("BEGIN:VEVENT\nUID:{uid}\nSUMMARY:A\nDTSTART:20270101T100000Z\nEND:VEVENT\n")
    };
    let long = |end: &str| format!("{}{end}", "u".repeat(300));
    let read = records(
        &[
            entry(&long("1")),
            entry(&long("2")),
            entry(&"u".repeat(1001)),
        ]
        .concat(),
    );
    let one = read[0].as_ref().unwrap();
    let two = read[1].as_ref().unwrap();
    assert_ne!(one.event.uid, two.event.uid);
    assert_eq!(one.event.uid.as_str().chars().count(), 200);
    assert_eq!(uids(one), [long("1")]);
    let refused = read[2].as_ref().unwrap_err();
    assert_eq!(faults(refused), [("/UID", FaultCode::TooLong(1_000))]);
}

#[test]
fn the_entries_of_one_event_of_this_service_are_one_record() {
    let entry = |uid: u8, status: &str, title: &str, text: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nX-CONCERTATION-EVENT:e1\nSTATUS:{status}\n\
             DTSTART;TZID=Europe/Paris:2027030{uid}T183000\n\
             DTEND;TZID=Europe/Paris:2027030{uid}T200000\nSUMMARY:{title}\n\
             DESCRIPTION:{text}https://a.example/e\nURL:https://a.example/e\nEND:VEVENT\n"
        )
    };
    let common = "Une heure.\\n\\nAutour d’un café.\\n\\n";
    let off = format!("La salle est fermée.\\n\\nOn vous écrira.\\n\\n{common}");
    let later = format!("Grève.\\n\\n{common}");
    let read = records(
        &[
            entry(1, "CANCELLED", "ANNULÉ : Café climat", &off),
            entry(2, "CONFIRMED", "Café climat", common),
            entry(3, "TENTATIVE", "REPORTÉ : Café climat", &later),
        ]
        .concat(),
    );
    assert_eq!(read.len(), 1);
    let read = read[0].as_ref().unwrap();
    assert_eq!(read.event.uid.as_str(), "e1");
    assert_eq!(title(read), "Café climat");
    let summary = read.event.content.summary.as_ref().unwrap();
    assert_eq!(summary.as_str(), "Une heure.\n\nAutour d’un café.");
    assert_eq!(read.event.content.description, None);
    assert_eq!(uids(read), ["1", "2", "3"]);
    assert_eq!(codes(read), []);
    let why = |at: usize| {
        let date = &read.event.dates[at];
        let said = |text: Option<&str>| text.unwrap_or("-").to_owned();
        let reason = said(date.reason.reason.as_ref().map(|r| r.as_str()));
        let note = said(date.reason.note.as_ref().map(|n| n.as_str()));
        format!("{:?} {reason} {note}", date.state)
    };
    assert_eq!(why(0), "Cancelled La salle est fermée. On vous écrira.");
    assert_eq!(why(1), "Scheduled - -");
    assert_eq!(why(2), "Postponed Grève. -");
}

#[test]
fn what_this_service_withdrew_is_said_to_be_withdrawn() {
    let read = records(
        "BEGIN:VEVENT\nUID:1\nX-CONCERTATION-EVENT:e1\nSTATUS:CANCELLED\n\
         DTSTART:20270301T183000Z\nSUMMARY:Événement retiré de l’agenda\nEND:VEVENT",
    );
    let refused = read[0].as_ref().unwrap_err();
    assert_eq!(faults(refused), [("", FaultCode::Malformed("withdrawn"))]);
}
