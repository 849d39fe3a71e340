//! Mirrors of everything that has dates, while several people write at random.
//! `CONCERTATION_TEST_CHANGES` asks for more changes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use api::config::RawSettings;
use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database_with};
use serde_json::{Value, json};

use super::super::{path, workshop};
use super::{Mirror, source};
use crate::process::times;

/// By four writers together.
const CHANGES: usize = 600;

/// A small generator of numbers that a failure can be repeated with.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

/// A day in the year that the mirrors look at, and the evening of it.
fn evening(dice: &mut Dice) -> Value {
    let (month, day) = (1 + dice.below(12), 1 + dice.below(28));
    json!({
        "local_start": format!("2027-{month:02}-{day:02}T18:30:00"),
        "local_end": format!("2027-{month:02}-{day:02}T20:30:00"),
        "reason": "R.",
    })
}

/// A date as events take it.
fn date(dice: &mut Dice) -> Value {
    let mut date = evening(dice);
    date.as_object_mut().unwrap().remove("reason");
    date
}

/// Makes and changes events and their dates at random.
pub(super) async fn write_at_random(app: &App, officer: &Staff, seed: u64, changes: usize) {
    let mut dice = Dice(seed);
    let mut mine: Vec<String> = Vec::new();
    for number in 0..changes {
        // Slowly: a write under way must not see more time pass than a write may take.
        app.advance(TimeDelta::milliseconds(1 + dice.below(100) as i64));
        if mine.is_empty() || dice.below(5) == 0 {
            let mut event = workshop(&format!("Événement {seed}-{number}"));
            event["tags"] = json!(["Été"]);
            event["occurrences"] = json!([date(&mut dice), date(&mut dice)]);
            mine.push(path(&app.event(officer, event).await));
            continue;
        }
        let at = mine[dice.below(mine.len())].clone();
        let call = |method: &str, at: &str, body: Value| {
            app.call(method, at).by(officer).if_match("*").json(&body)
        };
        let why = json!({ "reason": "R." });
        let tag = ["été", "hiver"][dice.below(2)];
        let call = match dice.below(12) {
            0..=2 => call("POST", &format!("{at}/publish"), why),
            3 => call(
                "PATCH",
                &at,
                json!({ "title": format!("Changé {seed}-{number}") }),
            ),
            4 => call("PATCH", &at, json!({ "visibility": "staff" })),
            5 => call("PATCH", &at, json!({ "visibility": "public" })),
            6 => call("PATCH", &at, json!({ "tags": [tag] })),
            7 => call("PATCH", &at, json!({ "occurrences": [date(&mut dice)] })),
            8 => app.delete(&at).by(officer).if_match("*"),
            9 => call("POST", &format!("{at}/cancel"), why),
            other => {
                let dates = app.get(&format!("{at}/occurrences")).by(officer).await;
                let Some(first) = dates.body()["data"][0]["id"].as_str().map(str::to_owned) else {
                    continue;
                };
                let action = ["move", "cancel"][other - 10];
                let why = if action == "move" {
                    evening(&mut dice)
                } else {
                    why
                };
                call("POST", &format!("/v1/occurrences/{first}/{action}"), why)
            }
        };
        let reply = call.await;
        // What the rules refuse is part of the noise; nothing else is.
        assert!(
            matches!(reply.status, 200 | 204 | 404 | 409 | 422),
            "{}",
            reply.utf8()
        );
    }
}

/// What is mirrored: all events, a year of dates, and those of a season with one tag.
const ADDRESSES: [&str; 3] = [
    "/v1/events",
    "/v1/calendar?start=2027-01-01&end=2028-01-01",
    "/v1/calendar?start=2027-04-01&end=2027-11-01&tag=ete",
];

#[tokio::test]
async fn mirrors_equal_their_sources_after_hundreds_of_changes_by_several_at_once() {
    let changes = times("CONCERTATION_TEST_CHANGES", CHANGES) / 4;
    let no_limits = |raw: &mut RawSettings| raw.rate_limits = "off".parse().ok();
    on_each_database_with(no_limits, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let (app, officer) = (&app, &officer);
        let done = AtomicBool::new(false);
        let mut mirrors: Vec<(Mirror, Option<&Staff>)> = Vec::new();
        for address in ADDRESSES {
            mirrors.push((Mirror::of(address), None));
            mirrors.push((Mirror::of(address), Some(officer)));
        }
        let polls = AtomicUsize::new(0);
        // However slow the machine is, the mirrors are polled some times meanwhile.
        let write = async |mut seed: u64| {
            write_at_random(app, officer, seed, changes).await;
            while polls.load(Ordering::SeqCst) <= 2 {
                seed += 100;
                write_at_random(app, officer, seed, 10).await;
            }
        };
        let writers = async {
            tokio::join!(write(11), write(22), write(33), write(44));
            done.store(true, Ordering::SeqCst);
        };
        let readers = async {
            while !done.load(Ordering::SeqCst) {
                for (mirror, who) in &mut mirrors {
                    mirror.poll(app, *who, 7).await;
                }
                polls.fetch_add(1, Ordering::SeqCst);
            }
        };
        tokio::join!(writers, readers);
        for (mirror, who) in &mut mirrors {
            mirror.poll(app, *who, 7).await;
            let source = source(app, *who, &mirror.address).await;
            assert!(source.len() > 3, "{}: {}", mirror.address, source.len());
            assert_eq!(mirror.rows, source, "{}", mirror.address);
        }
    })
    .await;
}
