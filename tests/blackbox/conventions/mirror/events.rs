//! Mirrors of the events.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::{Value, json};

use super::super::{path, workshop};
use super::{Mirror, source};

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
        let (mut public, mut staff) = (Mirror::of("/v1/events"), Mirror::of("/v1/events"));
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
        assert_eq!(public.rows, source(&app, None, "/v1/events").await);
        assert_eq!(staff.rows, source(&app, Some(&officer), "/v1/events").await);
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
        assert_eq!(public.rows, source(&app, None, "/v1/events").await);
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
