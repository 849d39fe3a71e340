//! The names of events in addresses: made, numbered, kept, leading on.

use std::collections::BTreeSet;

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::{at, id, patch, path};

#[tokio::test]
async fn a_slug_is_made_of_the_title_and_numbered() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let slug = async |body| {
            app.event(&officer, body).await["slug"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(
            slug(json!({ "title": "L’Été du Forum" })).await,
            "l-ete-du-forum"
        );
        assert_eq!(
            slug(json!({ "title": "L'ete du forum" })).await,
            "l-ete-du-forum-2"
        );
        // A year behind a name is no number of it, nor is the largest number there is.
        slug(json!({ "title": "L’Été du Forum 2026" })).await;
        slug(json!({ "title": "x", "slug": "l-ete-du-forum-4294967295" })).await;
        assert_eq!(
            slug(json!({ "title": "l ete du forum" })).await,
            "l-ete-du-forum-3"
        );
        assert_eq!(slug(json!({ "title": "…" })).await, "sans-titre");
        assert_eq!(
            slug(json!({ "title": "x", "slug": "mon-nom" })).await,
            "mon-nom"
        );
        let taken = json!({ "title": "x", "slug": "mon-nom" });
        let reply = app.post("/v1/events").by(&officer).json(&taken).await;
        assert_eq!(reply.expect(422).problem(), "rule-broken");
        assert_eq!(reply.faults(), ["/slug already_used"]);
    })
    .await;
}

#[tokio::test]
async fn a_slug_is_never_like_an_id_or_a_file_name() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for slug in [
            "0198c0a0-0000-7000-8000-000000000000",
            "0198c0a0000070008000000000000000",
            "agenda.ics",
            "Majuscules",
            "été",
            "a--b",
            "-a",
            "a/b",
        ] {
            let body = json!({ "title": "x", "slug": slug });
            let reply = app.post("/v1/events").by(&officer).json(&body).await;
            assert_eq!(reply.expect(422).faults(), ["/slug malformed"], "{slug}");
        }
        for name in [
            "A.B",
            "%00",
            "0198c0a0000070008000000000000000",
            "a%2Fb",
            "%F0%9F%8E%89",
        ] {
            let reply = app.get(&format!("/v1/events/{name}")).await;
            assert_eq!(reply.expect(404).problem(), "not-found", "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_old_slug_leads_to_the_event_for_ever() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dates = json!([at("2027-03-25", "18:30", "20:30")]);
        let event = app
            .published(
                &officer,
                json!({ "title": "Premier", "occurrences": dates }),
            )
            .await;
        let renamed = patch(&app, &officer, &event, json!({ "title": "Autre titre" })).await;
        assert_eq!(renamed.expect(200).body()["slug"], "premier");

        patch(&app, &officer, &event, json!({ "slug": "deuxieme" }))
            .await
            .expect(200);
        let there = |slug: &str| format!("/v1/events/{slug}");
        let moved = app.get(&there("premier")).await;
        assert_eq!(moved.expect(308).header("location"), there("deuxieme"));
        assert_eq!(moved.header("access-control-allow-origin"), "*");
        patch(&app, &officer, &event, json!({ "slug": "troisieme" }))
            .await
            .expect(200);
        for old in ["premier", "deuxieme"] {
            let moved = app.get(&there(old)).await;
            assert_eq!(moved.expect(308).header("location"), there("troisieme"));
        }
        let now = app.get(&there("troisieme")).await.expect(200).body();
        assert_eq!(now, app.get(&path(&event)).await.expect(200).body());

        // Nobody else gets an old one; the event itself may have it back.
        let other = app.event(&officer, json!({ "title": "Premier" })).await;
        assert_eq!(other["slug"], "premier-2");
        let taken = patch(&app, &officer, &other, json!({ "slug": "deuxieme" })).await;
        assert_eq!(taken.expect(422).faults(), ["/slug already_used"]);
        let back = patch(&app, &officer, &event, json!({ "slug": "premier" })).await;
        assert_eq!(back.expect(200).body()["slug"], "premier");
        assert_eq!(
            app.get(&there("troisieme"))
                .await
                .expect(308)
                .header("location"),
            there("premier")
        );
        assert_eq!(
            id(&app.get(&there("premier")).await.expect(200).body()),
            id(&event)
        );
        let feed = app.get("/v1/events/troisieme.ics").await;
        assert!(feed.expect(200).utf8().contains("SUMMARY:Autre titre\r\n"));
    })
    .await;
}

#[tokio::test]
async fn twelve_events_of_one_title_made_at_once_get_twelve_slugs() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({ "title": "Même titre" });
        let calls = (0..12).map(|_| {
            let call = app.post("/v1/events").by(&officer).json(&body);
            tokio::spawn(async move { call.await.expect(201).text("slug") })
        });
        let mut slugs = BTreeSet::new();
        for call in calls.collect::<Vec<_>>() {
            slugs.insert(call.await.unwrap());
        }
        let numbered = (2..=12).map(|n| format!("meme-titre-{n}"));
        assert_eq!(
            slugs,
            std::iter::once("meme-titre".to_owned())
                .chain(numbered)
                .collect()
        );

        // One slug asked for by all: one has it, and the others are told.
        let body = json!({ "title": "x", "slug": "le-seul" });
        let calls = (0..8).map(|_| {
            let call = app.post("/v1/events").by(&officer).json(&body);
            tokio::spawn(async move { call.await.status })
        });
        let mut statuses = Vec::new();
        for call in calls.collect::<Vec<_>>() {
            statuses.push(call.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422, 422, 422, 422, 422, 422, 422]);
    })
    .await;
}
