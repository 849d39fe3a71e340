//! Pages: cursors that hold, are bound to their list, and can be followed as they stand.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::http::Reply;
use serde_json::{Value, json};

use super::{path, workshop};

fn ids(page: &Value) -> Vec<String> {
    let rows = page["data"].as_array().expect("data").iter();
    rows.map(|row| {
        row["id"]
            .as_str()
            .or(row["code"].as_str())
            .expect("an id")
            .to_owned()
    })
    .collect()
}

/// The address behind a relation of the `Link` header.
fn link(reply: &Reply, relation: &str) -> Option<String> {
    let header = reply.header("link");
    let link = header
        .split(", <")
        .find(|part| part.contains(&format!("rel=\"{relation}\"")))?;
    Some(
        link.trim_start_matches('<')
            .split('>')
            .next()
            .unwrap_or_default()
            .to_owned(),
    )
}

/// Follows `next` from an address to the last page.
async fn walk(app: &App, who: Option<&Staff>, at: &str) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), Some(at.to_owned()));
    while let Some(at) = next {
        let call = app.get(&at);
        let reply = match who {
            Some(who) => call.by(who).await,
            None => call.await,
        };
        let page = reply.expect(200).body();
        all.extend(ids(&page));
        next = link(&reply, "next");
        assert_eq!(next.is_some(), page["page"].get("next_cursor").is_some());
    }
    all
}

async fn on_days(app: &App, officer: &Staff, days: impl Iterator<Item = u32>) -> Vec<String> {
    let mut made = Vec::new();
    for day in days {
        let dates = json!([{
            "local_start": format!("2027-03-{day:02}T18:30:00"),
            "local_end": format!("2027-03-{day:02}T20:30:00"),
        }]);
        let title = format!("Jour {day}");
        // So that the order of making is one of time.
        app.advance(chrono::TimeDelta::seconds(1));
        let event = app
            .published(officer, json!({ "title": title, "occurrences": dates }))
            .await;
        made.push(event["id"].as_str().unwrap().to_owned());
    }
    made
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_in_every_order() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let made = on_days(&app, &officer, 1..=7).await;
        let mut backwards = made.clone();
        backwards.reverse();
        for (sort, wanted) in [
            ("starts_at", &made),
            ("-starts_at", &backwards),
            ("created_at", &made),
            ("-updated_at", &backwards),
        ] {
            for limit in [1, 3, 7, 200] {
                let at = format!("/v1/events?sort={sort}&limit={limit}");
                assert_eq!(walk(&app, None, &at).await, *wanted, "{at}");
            }
        }
        // Those without a date are listed too, each once.
        for title in ["Sans date", "Sans date non plus"] {
            let _ = app.event(&officer, json!({ "title": title })).await;
        }
        let mut all = walk(&app, Some(&officer), "/v1/events?limit=2").await;
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 9);
    })
    .await;
}

#[tokio::test]
async fn what_is_added_while_paging_neither_repeats_nor_hides_a_row() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let made = on_days(&app, &officer, (2..=20).step_by(2)).await;
        let (mut seen, mut at) = (Vec::new(), "/v1/events?limit=3".to_owned());
        let mut added = (1..=21).step_by(2);
        loop {
            let reply = app.get(&at).await;
            seen.extend(ids(&reply.expect(200).body()));
            let Some(next) = link(&reply, "next") else {
                break;
            };
            let _ = on_days(&app, &officer, added.by_ref().take(2)).await;
            at = next;
        }
        let old: Vec<_> = seen
            .iter()
            .filter(|id| made.contains(id))
            .cloned()
            .collect();
        assert_eq!(old, made);
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len());
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_taken_by_its_own_list_and_filters_only() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let _ = on_days(&app, &officer, 1..=3).await;
        let page = app
            .get("/v1/events?limit=1&kind=other,visit")
            .await
            .expect(200)
            .body();
        let cursor = page["page"]["next_cursor"].as_str().unwrap();
        // The page's size and its count are no filters; the order of the parameters is none either.
        for same in [
            format!("limit=2&kind=other,visit&cursor={cursor}"),
            format!("cursor={cursor}&kind=other,visit&count=true"),
            format!("cursor={cursor}&kind=other,visit&q="),
        ] {
            let page = app.get(&format!("/v1/events?{same}")).await;
            assert_eq!(
                page.expect(200).body()["data"][0]["title"],
                "Jour 2",
                "{same}"
            );
        }
        let forged = format!("{}A", &cursor[..cursor.len() - 1]);
        let forged = if forged == cursor {
            format!("{}B", &cursor[..cursor.len() - 1])
        } else {
            forged
        };
        for other in [
            format!("/v1/events?cursor={cursor}"),
            format!("/v1/events?kind=other&cursor={cursor}"),
            format!("/v1/events?kind=other,visit&sort=created_at&cursor={cursor}"),
            format!("/v1/events?kind=other,visit&updated_since=2026-01-01&cursor={cursor}"),
            format!("/v1/communes?cursor={cursor}"),
            format!("/v1/events?kind=other,visit&cursor={forged}"),
            "/v1/events?cursor=x".to_owned(),
            "/v1/events?cursor=%F0%9F%8C%B1".to_owned(),
            format!("/v1/events?cursor={}", "A".repeat(5_000)),
        ] {
            let reply = app.get(&other).await;
            assert_eq!(
                reply.expect(422).faults(),
                ["cursor cursor_invalid"],
                "{other}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_one_events_dates_is_none_of_anothers() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dates: Vec<_> = (1..=5)
            .map(|day| {
                json!({
                    "local_start": format!("2027-03-{day:02}T18:30:00"),
                    "local_end": format!("2027-03-{day:02}T20:30:00"),
                })
            })
            .collect();
        let body = json!({ "title": "Cycle", "occurrences": dates });
        let one = app.published(&officer, body.clone()).await;
        let other = app.published(&officer, body).await;
        let at = format!("{}/occurrences?limit=2", path(&one));
        let all: Vec<_> = one["occurrences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["id"].clone())
            .collect();
        assert_eq!(walk(&app, None, &at).await, all);
        let cursor = app.get(&at).await.body()["page"]["next_cursor"].clone();
        let there = format!(
            "{}/occurrences?cursor={}",
            path(&other),
            cursor.as_str().unwrap()
        );
        assert_eq!(
            app.get(&there).await.expect(422).faults(),
            ["cursor cursor_invalid"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_page_says_its_size_its_links_and_its_count() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let made = on_days(&app, &officer, 1..=3).await;
        let whole = app.get("/v1/events").await;
        assert_eq!(whole.expect(200).body()["page"], json!({ "limit": 50 }));
        assert_eq!(link(&whole, "next"), None);
        let first = app.get("/v1/events?q=jour&limit=2&count=true").await;
        let page = first.expect(200).body();
        assert_eq!(
            (&page["page"]["limit"], &page["page"]["total"]),
            (&json!(2), &json!(3))
        );
        let second = app.get(&link(&first, "next").unwrap()).await;
        let last = second.expect(200).body();
        assert_eq!(last["page"], json!({ "limit": 2, "total": 3 }));
        assert_eq!([ids(&page), ids(&last)].concat(), made);
        let back = app.get(&link(&second, "first").unwrap()).await;
        assert_eq!(back.expect(200).body(), page);
        for (limit, code) in [
            ("0", "out_of_range"),
            ("201", "out_of_range"),
            ("-1", "malformed"),
            ("x", "malformed"),
            ("1.5", "malformed"),
            ("99999999999999999999", "malformed"),
        ] {
            let reply = app.get(&format!("/v1/events?limit={limit}")).await;
            assert_eq!(
                reply.expect(422).faults(),
                [format!("limit {code}")],
                "{limit}"
            );
        }
        let reply = app.get("/v1/events?limit=200&count=yes").await;
        assert_eq!(reply.expect(422).faults(), ["count malformed"]);
        // Lists carry no rendered HTML.
        assert!(page["data"][0].get("description_html").is_none());
    })
    .await;
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.published(&officer, workshop("Séance")).await;
        for at in [
            path(&event),
            "/v1/events?limit=1&count=true".to_owned(),
            "/v1/communes?q=luneville".to_owned(),
            "/v1/calendar?start=2027-01-01&end=2027-12-01".to_owned(),
            "/v1/events/0198c0a0-0000-7000-8000-00000000ffff".to_owned(),
            "/v1/users".to_owned(),
            "/docs".to_owned(),
        ] {
            let (get, head) = (app.get(&at).await, app.call("HEAD", &at).await);
            assert_eq!(head.status, get.status, "{at}");
            assert_eq!(head.bytes, b"");
            let changing = ["x-request-id", "ratelimit", "date"];
            let told = |reply: &Reply| {
                let told = reply
                    .headers
                    .iter()
                    .filter(|(name, _)| !changing.contains(&name.as_str()));
                let mut told: Vec<_> = told
                    .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                    .collect();
                told.sort();
                told
            };
            // An announced length is that of the body, the id in a problem being always as long.
            assert_eq!(told(&head), told(&get), "{at}");
        }
    })
    .await;
}

#[tokio::test]
async fn communes_are_walked_whole() {
    let app = App::start(harness::engines::Engine::Sqlite).await;
    let all = walk(&app, None, "/v1/communes?in_perimeter=true&limit=50").await;
    let count = app
        .get("/v1/communes?in_perimeter=true&limit=1&count=true")
        .await
        .body();
    assert_eq!(count["page"]["total"], all.len());
    let mut once = all.clone();
    once.dedup();
    assert_eq!(once.len(), all.len());
    assert!(all.len() > 100, "{}", all.len());
}
