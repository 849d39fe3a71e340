//! A mirror kept by polling `updated_since`: nothing is missed, whatever is written meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

use super::{path, workshop};

/// A copy of what one may see, by id.
#[derive(Default)]
struct Mirror {
    rows: BTreeMap<String, Value>,
    since: Option<String>,
}

impl Mirror {
    /// Reads all that changed since the last poll, page by page.
    async fn poll(&mut self, app: &App, who: Option<&Staff>, limit: usize) {
        let since = self
            .since
            .clone()
            .unwrap_or_else(|| "2000-01-01T00:00:00Z".to_owned());
        let mut cursor: Option<String> = None;
        loop {
            let mut call = app
                .get("/v1/events")
                .query(&[("updated_since", &since), ("limit", &limit.to_string())]);
            if let Some(cursor) = &cursor {
                call = call.query(&[("cursor", cursor)]);
            }
            let reply = match who {
                Some(who) => call.by(who).await,
                None => call.await,
            };
            let page = reply.expect(200).body();
            for row in page["data"].as_array().expect("rows") {
                self.take(row);
            }
            cursor = page["page"]["next_cursor"].as_str().map(str::to_owned);
            let until = page["page"]["synced_until"].as_str();
            assert_eq!(
                until.is_none(),
                cursor.is_some(),
                "only the last page knows"
            );
            if let Some(until) = until {
                assert!(until.parse::<DateTime<Utc>>().unwrap() <= app.clock.now());
                self.since = Some(until.to_owned());
                return;
            }
        }
    }

    fn take(&mut self, row: &Value) {
        let id = row["id"].as_str().expect("an id").to_owned();
        if row["deleted"] == true {
            let mut names: Vec<_> = row
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            names.sort_unstable();
            assert_eq!(names, ["deleted", "id", "updated_at"]);
            self.rows.remove(&id);
        } else {
            self.rows.insert(id, row.clone());
        }
    }
}

/// All that one sees now.
async fn source(app: &App, who: Option<&Staff>) -> BTreeMap<String, Value> {
    let mut all = Mirror::default();
    let mut at = "/v1/events?limit=200&sort=created_at".to_owned();
    loop {
        let call = app.get(&at);
        let page = match who {
            Some(who) => call.by(who).await,
            None => call.await,
        };
        let page = page.expect(200).body();
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .for_each(|row| all.take(row));
        match page["page"]["next_cursor"].as_str() {
            Some(cursor) => at = format!("/v1/events?limit=200&sort=created_at&cursor={cursor}"),
            None => return all.rows,
        }
    }
}

#[tokio::test]
async fn what_leaves_the_view_comes_as_a_tombstone_and_what_ended_stays() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let post = |event: &Value, action: &str| {
            app.post(&format!("{}/{action}", path(event)))
                .by(&officer)
                .if_match("*")
                .json(&json!({ "reason": "R." }))
        };
        let hidden = app.published(&officer, workshop("Caché")).await;
        let cancelled = app.published(&officer, workshop("Annulé")).await;
        let archived = app.published(&officer, workshop("Archivé")).await;
        let secret = app.event(&officer, workshop("Brouillon")).await;
        let (mut public, mut staff) = (Mirror::default(), Mirror::default());
        public.poll(&app, None, 2).await;
        staff.poll(&app, Some(&officer), 2).await;
        assert_eq!((public.rows.len(), staff.rows.len()), (3, 4));
        app.advance(TimeDelta::minutes(1));
        let patch = app.patch(&path(&hidden)).by(&officer).if_match("*");
        assert_eq!(
            patch
                .json(&json!({ "visibility": "staff" }))
                .await
                .expect(200)
                .body()["visibility"],
            "staff"
        );
        assert_eq!(
            post(&cancelled, "cancel").await.expect(200).body()["state"],
            "cancelled"
        );
        assert_eq!(
            post(&archived, "archive").await.expect(200).body()["state"],
            "archived"
        );
        let deleted = app.delete(&path(&secret)).by(&officer).if_match("*").await;
        assert_eq!(deleted.expect(204).bytes, b"");
        let since = [("updated_since", "2026-11-24T09:00:30Z")];
        let shown = app.get("/v1/events").query(&since).await.expect(200).body();
        let gone: Vec<_> = shown["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["deleted"] == true)
            .collect();
        let tombstone =
            json!({ "id": hidden["id"], "deleted": true, "updated_at": "2026-11-24T09:01:00Z" });
        assert_eq!(
            gone,
            [&tombstone],
            "and nothing of the draft that never was public"
        );
        assert_eq!(shown["data"].as_array().unwrap().len(), 3);
        public.poll(&app, None, 2).await;
        staff.poll(&app, Some(&officer), 2).await;
        assert_eq!(public.rows, source(&app, None).await);
        assert_eq!(staff.rows, source(&app, Some(&officer)).await);
        let mut states: Vec<_> = public
            .rows
            .values()
            .map(|row| row["state"].to_string())
            .collect();
        states.sort();
        assert_eq!(states, ["\"archived\"", "\"cancelled\""]);
        let patch = app.patch(&path(&hidden)).by(&officer).if_match("*");
        assert_eq!(
            patch
                .json(&json!({ "visibility": "public" }))
                .await
                .expect(200)
                .body()["visibility"],
            "public"
        );
        public.poll(&app, None, 2).await;
        assert_eq!(public.rows, source(&app, None).await);
        assert_eq!(public.rows.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn what_leaves_a_filter_is_told_to_whoever_mirrors_by_it() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let mut body = workshop("Visite");
        body["kind"] = json!("visit");
        let event = app.published(&officer, body).await;
        let other = app.published(&officer, workshop("Autre")).await;
        let changed = || async {
            let since = [("updated_since", "2026-11-24T09:00:00Z"), ("kind", "visit")];
            let page = app.get("/v1/events").query(&since).await.expect(200).body();
            let rows = page["data"].as_array().unwrap().iter();
            rows.map(|row| (row["id"].clone(), row["deleted"] == true))
                .collect::<Vec<_>>()
        };
        assert!(changed().await.contains(&(event["id"].clone(), false)));
        let patch = app.patch(&path(&event)).by(&officer).if_match("*");
        let patch = patch.json(&json!({ "kind": "workshop" })).await;
        assert_eq!(patch.expect(200).body()["kind"], "workshop");
        let rows = changed().await;
        assert!(rows.contains(&(event["id"].clone(), true)), "{rows:?}");
        assert!(!rows.contains(&(other["id"].clone(), false)), "{rows:?}");
    })
    .await;
}

#[tokio::test]
async fn updated_since_is_inclusive_and_synced_until_leaves_room_for_slow_writes() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.published(&officer, workshop("Séance")).await;
        let at = event["updated_at"].as_str().unwrap();
        let ids = |since: &str| {
            let since = since.to_owned();
            let app = &app;
            async move {
                let page = app
                    .get("/v1/events")
                    .query(&[("updated_since", since.as_str())])
                    .await;
                page.expect(200).body()
            }
        };
        let page = ids(at).await;
        assert_eq!(page["data"][0]["id"], event["id"]);
        assert_eq!(page["page"]["synced_until"], "2026-11-24T08:59:45Z");
        assert_eq!(ids("2026-11-24T09:00:00.000001Z").await["data"], json!([]));
        assert_eq!(ids("2026-11-24").await["data"][0]["id"], event["id"]);
        assert_eq!(ids("2026-11-25").await["data"], json!([]));
        assert_eq!(
            ids("2026-11-24T11:00:00+02:00").await["data"][0]["id"],
            event["id"]
        );
        let without = app.get("/v1/events").await.expect(200).body();
        assert!(without["page"].get("synced_until").is_none());
    })
    .await;
}

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

/// Makes and changes events at random.
async fn write_at_random(app: &App, officer: &Staff, seed: u64, changes: usize) {
    let mut dice = Dice(seed);
    let mut mine: Vec<String> = Vec::new();
    for number in 0..changes {
        // Slowly: a write under way must not see more time pass than a write may take.
        app.advance(TimeDelta::milliseconds(1 + dice.below(100) as i64));
        if mine.is_empty() || dice.below(4) == 0 {
            let event = app
                .event(officer, workshop(&format!("Événement {seed}-{number}")))
                .await;
            mine.push(path(&event));
            continue;
        }
        let at = &mine[dice.below(mine.len())];
        let patch = |body: Value| app.patch(at).by(officer).if_match("*").json(&body);
        let post = |action: &str| {
            app.post(&format!("{at}/{action}"))
                .by(officer)
                .if_match("*")
                .json(&json!({ "reason": "R." }))
        };
        let call = match dice.below(7) {
            0 | 1 => post("publish"),
            2 => patch(json!({ "title": format!("Changé {seed}-{number}") })),
            3 => patch(json!({ "visibility": "staff" })),
            4 => patch(json!({ "visibility": "public" })),
            5 => app.delete(at).by(officer).if_match("*"),
            _ => post("cancel"),
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

#[tokio::test]
async fn a_mirror_equals_its_source_after_hundreds_of_changes_by_several_at_once() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (app, officer) = (&app, &officer);
        let done = AtomicBool::new(false);
        let (mut public, mut staff) = (Mirror::default(), Mirror::default());
        let writers = async {
            tokio::join!(
                write_at_random(app, officer, 11, 90),
                write_at_random(app, officer, 22, 90),
                write_at_random(app, officer, 33, 90),
                write_at_random(app, officer, 44, 90),
            );
            done.store(true, Ordering::SeqCst);
        };
        let readers = async {
            let mut polls = 0;
            while !done.load(Ordering::SeqCst) {
                public.poll(app, None, 7).await;
                staff.poll(app, Some(officer), 7).await;
                polls += 1;
            }
            polls
        };
        let ((), polls) = tokio::join!(writers, readers);
        assert!(polls > 3, "{polls}");
        public.poll(app, None, 7).await;
        staff.poll(app, Some(officer), 7).await;
        let (seen, all) = (source(app, None).await, source(app, Some(officer)).await);
        assert!(
            seen.len() > 10 && all.len() > seen.len(),
            "{} {}",
            seen.len(),
            all.len()
        );
        assert_eq!(public.rows, seen);
        assert_eq!(staff.rows, all);
    })
    .await;
}
