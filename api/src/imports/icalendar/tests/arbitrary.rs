//! Whatever comes in: nothing panics, nothing goes on without end, no more is held than is allowed.

use std::io::{BufReader, Read};

use proptest::prelude::*;

use super::super::index::Index;
use super::super::lines::Lines;
use super::*;

/// Pieces of calendars, in any order.
const PIECES: [&str; 28] = [
    "BEGIN:VCALENDAR\r\n",
    "END:VCALENDAR\r\n",
    "BEGIN:VEVENT\r\n",
    "END:VEVENT\n",
    "BEGIN:VALARM\r",
    "END:VALARM\r\n",
    "BEGIN:VTIMEZONE\r\nTZID:X\r\n",
    "BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n",
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:-9999\r\n",
    "RRULE:FREQ=YEARLY;BYMONTH=13;BYDAY=-9SU\r\n",
    "END:VTIMEZONE\r\n",
    "UID:1\r\n",
    "SUMMARY:Été\r\n",
    "DTSTART;TZID=X:20270304T183000\r\n",
    "DTSTART;VALUE=DATE:20270304\r\n",
    "DTSTART:99991231T235959Z\r\n",
    "DTEND:00010101T000000Z\r\n",
    "DURATION:P100000000W\r\n",
    "RRULE:FREQ=DAILY;INTERVAL=1\r\n",
    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n",
    "EXDATE:20270304,20270305T183000Z,x\r\n",
    "RDATE;VALUE=PERIOD:20270304T183000Z/PT1H\r\n",
    "RECURRENCE-ID;RANGE=THISANDFUTURE:20270305T183000\r\n",
    "X-CONCERTATION-EVENT:e\r\n",
    "DESCRIPTION;A=\"b:<p>\\n\\,\r\n",
    "GEO:1e999;-0\r\n",
    " \r\n",
    "ORGANIZER;CN=\"^n^'\":mailto:info%4@%\r\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let whole = [b"BEGIN:VCALENDAR\n", &bytes[..], b"\nEND:VCALENDAR\n"].concat();
        let _ = all(&whole);
        let _ = all(&bytes);
    }

    #[test]
    fn no_order_of_pieces_makes_it_panic(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40),
    ) {
        let whole = format!("BEGIN:VCALENDAR\r\n{}\r\nEND:VCALENDAR\r\n", pieces.concat());
        let (read, end) = all(whole.as_bytes());
        if let Ok(summary) = end {
            prop_assert_eq!(summary.records as usize, read.len());
            prop_assert_eq!(count_records(whole.as_bytes()).unwrap(), summary);
        }
        for parsed in read.into_iter().flatten() {
            prop_assert!(parsed.event.dates.len() <= MAX_OCCURRENCES);
        }
    }

    #[test]
    fn lines_cover_the_file_and_keep_no_more_than_they_may(
        bytes in prop::collection::vec(
            prop::sample::select(&b"AB:; \t\r\na\xc3\xa9"[..]), 0..300,
        ),
        most in 1_usize..40,
        buffer in 1_usize..20,
    ) {
        let reader = BufReader::with_capacity(buffer, &bytes[..]);
        let mut lines = Lines::new(reader, 0, most);
        let mut at = 0;
        while let Some(line) = lines.next().unwrap() {
            prop_assert!(line.bytes.len() <= most);
            prop_assert!(line.start >= at && line.end > line.start);
            at = line.end;
        }
        prop_assert!(at <= bytes.len() as u64);
    }

    #[test]
    fn how_a_text_is_folded_does_not_matter(
        text in "[a-zéœ🌱 ]{1,80}", cuts in prop::collection::btree_set(1_usize..200, 0..6),
    ) {
        let mut line = format!("SUMMARY:x{text}x").into_bytes();
        let length = line.len();
        // From behind, so that no fold is cut by another.
        for cut in cuts.into_iter().rev().filter(|cut| (9..length).contains(cut)) {
            line.splice(cut..cut, *b"\r\n ");
        }
        let head = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270304T183000Z\r\n";
        let tail = b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let (read, _) = all(&[&head[..], &line, tail].concat());
        let parsed = read[0].as_ref().unwrap();
        let words: Vec<_> = format!("x{text}x").split_whitespace().map(str::to_owned).collect();
        prop_assert_eq!(parsed.event.content.title.as_str(), words.join(" "));
    }
}

/// A file that goes on for so many bytes, all of them the same.
fn endless(byte: u8, length: u64) -> impl Read {
    let head = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:";
    let tail = b"\nEND:VEVENT\nEND:VCALENDAR\n";
    head.chain(io::repeat(byte).take(length)).chain(&tail[..])
}

#[test]
fn a_line_without_end_is_passed_over() {
    for byte in [b'a', b' ', b'\n', b'\r', b':'] {
        let read = count_records(endless(byte, 8 << 20));
        assert_eq!(read.unwrap(), Summary { records: 1 }, "{byte}");
    }
}

#[test]
fn more_entries_than_are_held_are_refused() {
    let entry = b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n";
    let all = |count| {
        [
            &b"BEGIN:VCALENDAR\n"[..],
            &entry.repeat(count),
            b"END:VCALENDAR",
        ]
        .concat()
    };
    let read = |count| Index::up_to(&all(count)[..], 1_000).map(|index| index.records);
    assert_eq!(read(1_000).unwrap(), 1);
    assert_eq!(
        read(1_001).unwrap_err().to_string(),
        "more than 1000 entries"
    );
}
