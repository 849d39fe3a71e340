//! The data: events spread over five years, the same at each run.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use domain::kernel::text;
use serde_json::json;
use uuid::Uuid;

/// From this day on, for five years.
const FIRST_YEAR: i32 = 2025;
const DAYS: u64 = 1_826;

/// How many words the texts are made of.
const WORDS: u64 = 600;

/// A published event with one date.
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) date_id: Uuid,
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) local_start: NaiveDateTime,
    pub(crate) local_end: NaiveDateTime,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) made_at: DateTime<Utc>,
    pub(crate) stems: String,
}

/// Numbers that look random and are the same each time.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A word that is none, of a few syllables; those with small numbers are used more often.
pub(crate) fn word(number: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "co", "du", "fe", "gi", "lo", "ma", "nu", "pe", "ri", "so", "ta", "ve", "zu", "cla",
        "tri",
    ];
    let mut rest = number + 17;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[usize::try_from(rest % 16).unwrap_or(0)]);
        rest /= 16;
    }
    word + "k"
}

/// Some words of a text.
fn words(seed: u64, count: u64) -> String {
    let pick = |place: u64| {
        let (one, other) = (mixed(seed ^ (place << 40)), mixed(seed ^ (place << 41) ^ 5));
        word((one % WORDS).min(other % WORDS))
    };
    (1..=count).map(pick).collect::<Vec<_>>().join(" ")
}

/// An id as the service makes them: a time, and chance.
fn id(number: u64, kind: u64) -> Uuid {
    let time = u128::from(1_760_000_000_000 + number);
    let chance = u128::from(mixed(number * 2 + kind) >> 2);
    Uuid::from_u128((time << 80) | (7 << 76) | (u128::from(kind) << 64) | (0b10 << 62) | chance)
}

/// The clock on the wall, by which the service goes as well.
#[expect(
    clippy::disallowed_methods,
    reason = "the service that is measured has no other clock"
)]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The first instant of a day of the five years.
fn day(number: u64) -> NaiveDateTime {
    let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or_default();
    let days = Duration::days(i64::try_from(number).unwrap_or(0));
    NaiveDateTime::from(first) + days
}

impl Event {
    /// The event of that number; numbers follow the days in no order.
    pub(crate) fn of(number: u64) -> Self {
        Self::on(number, mixed(number ^ 77) % DAYS)
    }

    /// One after the five years, as they are made while the rest is read.
    pub(crate) fn later(number: u64) -> Self {
        Self::on(number, DAYS + 400 + number % 300)
    }

    fn on(number: u64, day_number: u64) -> Self {
        let quarter = i64::try_from(mixed(number ^ 99) % 44).unwrap_or(0);
        let local_start = day(day_number) + Duration::minutes(8 * 60 + 15 * quarter);
        let local_end = local_start + Duration::hours(2);
        // No date is in the night, when a clock is put forward or back.
        let instant = |local: NaiveDateTime| {
            let here = Paris.from_local_datetime(&local).earliest();
            here.map_or_else(|| local.and_utc(), |here| here.to_utc())
        };
        let title = format!("Atelier {} {number}", words(number ^ 3, 3));
        let summary = format!("{}.", words(number ^ 4, 10));
        let description = format!("{}.", words(number ^ 5, 60));
        let found_by =
            format!("{title}\n{summary}\n{description}\nSalle des fêtes\nBaccarat\nPETR");
        Self {
            id: id(number, 0),
            date_id: id(number, 1),
            slug: format!("atelier-{number}"),
            stems: text::index(&found_by),
            title,
            summary,
            description,
            local_start,
            local_end,
            starts_at: instant(local_start),
            ends_at: instant(local_end),
            made_at: day(0).and_utc() - Duration::days(30)
                + Duration::seconds(number as i64 % 86_400),
        }
    }

    /// Whether it lies near the month whose reading is compared among few and among many.
    pub(crate) fn is_near_march(&self) -> bool {
        let day = |month| NaiveDate::from_ymd_opt(2027, month, 15).unwrap_or_default();
        (day(1)..day(5)).contains(&self.local_start.date())
    }

    /// What the audit trail says of its making, about as long as the service says it.
    pub(crate) fn changes(&self) -> String {
        json!({
            "id": { "after": self.id }, "slug": { "after": self.slug },
            "content": { "after": self.input() }, "state": { "after": "draft" },
            "reason": { "after": { "reason": null, "note": null, "internal_note": null } },
            "occurrences": { "after": [{
                "id": self.date_id, "uid": self.date_id, "starts_at": self.starts_at,
                "ends_at": self.ends_at, "previous": null, "capacity": 30, "series": null,
                "state": "scheduled", "sequence": 0, "version": 1, "updated_at": self.made_at,
            }] },
            "series": { "after": [] }, "sequence": { "after": 0 },
            "was_public": { "after": false }, "created_at": { "after": self.made_at },
        })
        .to_string()
    }

    /// The event as it is sent to the service.
    pub(crate) fn input(&self) -> serde_json::Value {
        json!({
            "title": self.title, "summary": self.summary, "description": self.description,
            "kind": "workshop", "audiences": ["general_public"], "tags": ["réparation"],
            "accessibility": ["wheelchair"], "languages": ["fr"], "visibility": "public",
            "place": { "name": "Salle des fêtes", "commune_code": "54039" },
            "organiser_name": "PETR",
            "occurrences": [{
                "local_start": self.local_start.format("%FT%T").to_string(),
                "local_end": self.local_end.format("%FT%T").to_string(),
                "capacity": 30,
            }],
        })
    }

    /// The event as an entry of a calendar file.
    pub(crate) fn entry(&self) -> String {
        let time = |at: NaiveDateTime| at.format("%Y%m%dT%H%M%S").to_string();
        format!(
            "BEGIN:VEVENT\r\nUID:{}@ailleurs.example\r\nDTSTAMP:20250101T000000Z\r\n\
             DTSTART;TZID=Europe/Paris:{}\r\nDTEND;TZID=Europe/Paris:{}\r\nSUMMARY:{}\r\n\
             DESCRIPTION:{}\r\nLOCATION:Salle des fêtes\r\nEND:VEVENT\r\n",
            self.id,
            time(self.local_start),
            time(self.local_end),
            self.title,
            self.description,
        )
    }
}

/// From when to when a calendar is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
}

impl Window {
    /// About a month from one of the days on. No two numbers give the same.
    pub(crate) fn month(number: u64) -> Self {
        let second = Duration::seconds(i64::try_from(number / (DAYS - 40)).unwrap_or(0));
        let start = day(number * 7 % (DAYS - 40)).and_utc() + second;
        let end = start + Duration::days(30);
        Self { start, end }
    }

    /// March 2027, begun a few seconds later each time.
    pub(crate) fn march(number: u64) -> Self {
        let start = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap_or_default();
        let second = Duration::seconds(i64::try_from(number % 20_000).unwrap_or(0));
        let start = NaiveDateTime::from(start).and_utc() + second;
        Self {
            start,
            end: start + Duration::days(31),
        }
    }

    pub(crate) fn query(self) -> String {
        let time = |at: DateTime<Utc>| at.format("%FT%TZ").to_string();
        format!("start={}&end={}", time(self.start), time(self.end))
    }
}

/// Two words that some events have; no two numbers below 10 000 give the same.
pub(crate) fn asked(number: u64) -> [String; 2] {
    [word(number % 100), word(100 + number / 100 % 100)]
}
