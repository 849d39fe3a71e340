//! Mirrors of the calendar and of an event's dates.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

use super::super::{path, workshop};
use super::{Mirror, get, source};

const MARCH: &str = "/v1/calendar?start=2027-03-01&end=2027-04-01";

/// Ids and whether they are gone, of the changes since ten seconds ago.
async fn told(app: &App, who: Option<&Staff>, address: &str) -> Vec<(String, bool)> {
    let since = (app.clock.now() - TimeDelta::seconds(10)).format("%FT%TZ");
    let separator = if address.contains('?') { '&' } else { '?' };
    let page = get(
        app,
        who,
        &format!("{address}{separator}updated_since={since}"),
    )
    .await;
    let rows = page["data"].as_array().unwrap().iter();
    rows.map(|row| (id(row), row["deleted"] == true)).collect()
}

fn id(row: &Value) -> String {
    row["id"].as_str().unwrap().to_owned()
}

fn first_date(event: &Value) -> String {
    id(&event["occurrences"][0])
}

#[tokio::test]
async fn a_date_that_leaves_the_window_the_filter_or_the_view_comes_as_a_tombstone() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let moved = app.published(&officer, workshop("Déplacé")).await;
        let retagged = app.published(&officer, workshop("Autrement")).await;
        let hidden = app.published(&officer, workshop("Caché")).await;
        let draft = app.event(&officer, workshop("Brouillon")).await;
        let address = format!("{MARCH}&kind=other");
        let mut mirror = Mirror::of(&address);
        mirror.poll(&app, None, 2).await;
        assert_eq!(mirror.rows.len(), 3);
        app.advance(TimeDelta::minutes(1));
        let later = json!({
            "local_start": "2027-05-06T18:30:00", "local_end": "2027-05-06T20:30:00",
            "reason": "Salle prise.",
        });
        let at = format!("/v1/occurrences/{}/move", first_date(&moved));
        let done = app.post(&at).by(&officer).if_match("*").json(&later).await;
        assert_eq!(
            done.expect(200).body()["local_start"],
            "2027-05-06T18:30:00"
        );
        for (event, body) in [
            (&retagged, json!({ "kind": "visit" })),
            (&hidden, json!({ "visibility": "staff" })),
            (&draft, json!({ "title": "Toujours un brouillon" })),
        ] {
            let patch = app
                .patch(&path(event))
                .by(&officer)
                .if_match("*")
                .json(&body);
            assert_eq!(patch.await.expect(200).body()["id"], event["id"]);
        }
        let mut gone: Vec<_> = [&moved, &retagged, &hidden]
            .map(|event| (first_date(event), true))
            .to_vec();
        gone.sort();
        let mut seen = told(&app, None, &address).await;
        seen.sort();
        assert_eq!(seen, gone, "and nothing of the draft");
        mirror.poll(&app, None, 2).await;
        assert_eq!(mirror.rows, source(&app, None, &address).await);
        assert_eq!(mirror.rows.len(), 0);
        // The whole calendar, without a window, still has two of them.
        let all = told(&app, None, "/v1/calendar").await;
        assert!(all.contains(&(first_date(&moved), false)), "{all:?}");
        assert!(all.contains(&(first_date(&hidden), true)), "{all:?}");
        assert_eq!(all.len(), 3);
        let staff = told(&app, Some(&officer), "/v1/calendar").await;
        assert_eq!(staff.len(), 4);
        assert!(staff.iter().all(|(_, gone)| !gone), "{staff:?}");
    })
    .await;
}

#[tokio::test]
async fn a_date_that_a_draft_has_no_more_is_told_to_the_staff_only() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let draft = app.event(&officer, workshop("Brouillon")).await;
        let dates = format!("{}/occurrences", path(&draft));
        let (mut all, mut own) = (Mirror::of(MARCH), Mirror::of(&dates));
        all.poll(&app, Some(&officer), 1).await;
        own.poll(&app, Some(&officer), 1).await;
        assert_eq!((all.rows.len(), own.rows.len()), (1, 1));
        app.advance(TimeDelta::minutes(1));
        let other = json!({ "occurrences": [
            { "local_start": "2027-03-27T10:00:00", "local_end": "2027-03-27T12:00:00" },
            { "local_start": "2027-03-26T10:00:00", "local_end": "2027-03-26T12:00:00" },
        ] });
        let patch = app
            .patch(&path(&draft))
            .by(&officer)
            .if_match("*")
            .json(&other);
        assert_eq!(
            patch.await.expect(200).body()["occurrences"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        for address in [MARCH, dates.as_str()] {
            let told = told(&app, Some(&officer), address).await;
            assert!(
                told.contains(&(first_date(&draft), true)),
                "{address}: {told:?}"
            );
            assert_eq!(told.len(), 3, "{address}");
        }
        all.poll(&app, Some(&officer), 1).await;
        own.poll(&app, Some(&officer), 1).await;
        assert_eq!(all.rows, source(&app, Some(&officer), MARCH).await);
        assert_eq!(own.rows, source(&app, Some(&officer), &dates).await);
        assert_eq!(own.rows.len(), 2);
        assert_eq!(told(&app, None, "/v1/calendar").await, []);
        let counted = format!("{MARCH}&updated_since=2026-01-01&count=true&limit=1");
        let page = get(&app, Some(&officer), &counted).await;
        assert_eq!(page["page"]["total"], 3);
        assert!(page["page"]["next_cursor"].is_string());
    })
    .await;
}

#[tokio::test]
async fn an_event_s_published_dates_are_mirrored_by_their_own_changes() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let mut body = workshop("Cycle");
        body["occurrences"] = json!([
            { "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00" },
            { "local_start": "2027-04-01T18:30:00", "local_end": "2027-04-01T20:30:00" },
        ]);
        let event = app.published(&officer, body).await;
        app.advance(TimeDelta::minutes(1));
        let second = id(&event["occurrences"][1]);
        let cancel = app
            .post(&format!("/v1/occurrences/{second}/cancel"))
            .by(&officer);
        let cancel = cancel.if_match("*").json(&json!({ "reason": "Neige." }));
        assert_eq!(cancel.await.expect(200).body()["state"], "cancelled");
        let dates = format!("{}/occurrences", path(&event));
        assert_eq!(told(&app, None, &dates).await, [(second, false)]);
        let since = format!("{dates}?updated_since=2026-01-01");
        assert_eq!(
            get(&app, None, &since).await["page"]["synced_until"],
            "2026-11-24T09:00:45Z"
        );
        assert!(
            get(&app, None, &dates).await["page"]
                .get("synced_until")
                .is_none()
        );
    })
    .await;
}

#[tokio::test]
async fn a_poll_has_the_order_of_the_changes_and_any_window() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let first = app.published(&officer, workshop("Un")).await;
        app.advance(TimeDelta::minutes(1));
        let second = app.published(&officer, workshop("Deux")).await;
        let at = "/v1/events?updated_since=2026-01-01&sort=-created_at";
        let rows = get(&app, None, at).await["data"].clone();
        let ids: Vec<_> = rows.as_array().unwrap().iter().map(id).collect();
        assert_eq!(ids, [id(&first), id(&second)]);
        let refused = app
            .get("/v1/calendar?updated_since=2026-01-01&start=2027-01-02&end=2027-01-01")
            .await;
        assert_eq!(refused.expect(422).faults(), ["end ends_before_start"]);
        let long = "/v1/calendar?updated_since=2026-01-01&start=2017-01-02&end=2027-12-31";
        assert_eq!(
            get(&app, None, long).await["data"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
    })
    .await;
}
