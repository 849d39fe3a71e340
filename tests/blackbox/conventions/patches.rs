//! JSON Merge Patch (RFC 7396): absent stays, `null` clears, objects merge, lists are replaced.

use domain::accounts::Role;
use harness::app::{App, on_each_database};
use harness::engines::Engine;
use serde_json::{Map, Value, json};

use super::{etag, path, workshop};

/// An event that says all there is to say.
fn full() -> Value {
    json!({
        "title": "Atelier",
        "slug": "atelier",
        "summary": "En deux mots.",
        "description": "En **plus** de mots.",
        "kind": "workshop",
        "audiences": ["company", "agents"],
        "tags": ["climat", "eau"],
        "place": { "name": "Salle", "address": "1 place", "commune_code": "54329", "latitude": 48.6, "longitude": 6.5 },
        "online_url": "https://petr.example/visio",
        "accessibility": ["wheelchair"],
        "price_note": "Gratuit",
        "organiser_name": "PETR",
        "contact": { "role": "Accueil", "email": "accueil@petr.example", "telephone": "+33383000000" },
        "image": { "url": "https://petr.example/a.jpg", "alternative_text": "Une salle", "credit": "PETR" },
        "languages": ["fr", "de"],
        "visibility": "staff",
        "occurrences": [{ "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00" }],
    })
}

/// What a patch alone can't decide, or what changes with every change.
fn said(event: &Value) -> Map<String, Value> {
    let moving = ["etag", "updated_at"];
    let object = event.as_object().expect("an event").clone();
    object
        .into_iter()
        .filter(|(name, _)| !moving.contains(&name.as_str()))
        .collect()
}

#[tokio::test]
async fn every_field_is_kept_when_absent_and_cleared_by_null() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let contract = app.get("/openapi.json").await.body();
        let schema = &contract["components"]["schemas"]["EventPatch"]["properties"];
        let fields: Vec<_> = schema
            .as_object()
            .expect("a schema")
            .keys()
            .cloned()
            .collect();
        let given = full();
        let named: Vec<_> = given.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            {
                let mut f = fields.clone();
                f.sort();
                f
            },
            {
                let mut n = named;
                n.sort();
                n
            }
        );
        for field in fields.iter().filter(|field| *field != "title") {
            let mut body = full();
            body["slug"] = json!(format!("atelier-{}", field.replace('_', "-")));
            let event = app.event(&officer, body).await;
            let patch = app
                .patch(&path(&event))
                .by(&officer)
                .if_match(&etag(&event));
            let patch = patch.body(
                "application/merge-patch+json",
                json!({ field: null }).to_string(),
            );
            let now = said(&patch.await.expect(200).body());
            let mut wanted = said(&event);
            match field.as_str() {
                "kind" => wanted.insert(field.clone(), json!("other")),
                "audiences" => wanted.insert(field.clone(), json!(["general_public"])),
                "languages" => wanted.insert(field.clone(), json!(["fr"])),
                "visibility" => wanted.insert(field.clone(), json!("public")),
                "tags" | "accessibility" | "occurrences" => wanted.insert(field.clone(), json!([])),
                // What has an address keeps it.
                "slug" => None,
                "description" => {
                    wanted.remove("description_html");
                    wanted.remove(field)
                }
                _ => wanted.remove(field),
            };
            assert_eq!(now, wanted, "{field}");
            let read = app.get(&path(&event)).by(&officer).await.expect(200).body();
            assert_eq!(said(&read), wanted, "{field}");
        }
    })
    .await;
}

#[tokio::test]
async fn null_where_a_value_is_needed_is_refused_with_its_place() {
    on_each_database(|app| async move {
        let (officer, director) = (
            app.staff(Role::Officer).await,
            app.staff(Role::Director).await,
        );
        let event = app.event(&officer, full()).await;
        let patch = |body: Value| {
            app.patch(&path(&event))
                .by(&officer)
                .if_match("*")
                .json(&body)
        };
        let reply = patch(json!({ "title": null, "image": { "url": null }, "kind": 3 })).await;
        assert_eq!(reply.expect(422).problem(), "invalid");
        assert_eq!(
            reply.faults(),
            ["/image/url type", "/kind type", "/title type"]
        );
        // What is needed only together with the rest is known once they are one.
        let cleared = patch(json!({ "image": null })).await.expect(200).body();
        assert!(cleared.get("image").is_none());
        let reply = patch(json!({ "image": { "url": "https://petr.example/b.jpg" } })).await;
        assert_eq!(
            reply.expect(422).faults(),
            ["/image/alternative_text required", "/image/credit required"]
        );
        let reply = patch(json!({ "contact": { "email": null, "telephone": null } })).await;
        assert_eq!(reply.expect(422).problem(), "invalid");
        let me = app
            .patch(&format!("/v1/users/{}", officer.id))
            .by(&director)
            .if_match("*");
        let reply = me
            .json(&json!({ "email": null, "roles": null, "name": null }))
            .await;
        assert_eq!(
            reply.expect(422).faults(),
            ["/email type", "/name type", "/roles type"]
        );
    })
    .await;
}

#[tokio::test]
async fn objects_merge_and_lists_are_replaced() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, full()).await;
        let body = json!({
            "place": { "address": null, "name": "Mairie" },
            "contact": { "telephone": null },
            "image": { "credit": "Ville" },
            "tags": ["sol"],
        });
        let mut wanted = said(&event);
        wanted["place"]["name"] = json!("Mairie");
        wanted["place"].as_object_mut().unwrap().remove("address");
        wanted["contact"]
            .as_object_mut()
            .unwrap()
            .remove("telephone");
        wanted["image"]["credit"] = json!("Ville");
        wanted["tags"] = json!(["sol"]);
        let patch = app
            .patch(&path(&event))
            .by(&officer)
            .if_match(&etag(&event))
            .json(&body);
        assert_eq!(said(&patch.await.expect(200).body()), wanted);
    })
    .await;
}

#[tokio::test]
async fn plain_json_is_taken_as_a_merge_patch() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let body = json!({ "summary": null, "place": { "name": null }, "title": "Autre" }).to_string();
    let mut shown = Vec::new();
    for media_type in [
        "application/json",
        "application/merge-patch+json",
        "application/merge-patch+json; charset=utf-8",
    ] {
        let mut made = full();
        made.as_object_mut().unwrap().remove("slug");
        let event = app.event(&officer, made).await;
        let patch = app
            .patch(&path(&event))
            .by(&officer)
            .if_match("*")
            .body(media_type, body.clone());
        let mut now = said(&patch.await.expect(200).body());
        for own in ["id", "slug", "url", "occurrences"] {
            now.remove(own);
        }
        shown.push(now);
    }
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[1], shown[2]);
    assert_eq!(shown[0]["title"], "Autre");
    assert!(shown[0].get("summary").is_none());
}

#[tokio::test]
async fn a_patch_that_changes_nothing_leaves_no_trace() {
    on_each_database(|app| async move {
        let (officer, director) = (
            app.staff(Role::Officer).await,
            app.staff(Role::Director).await,
        );
        let event = app.event(&officer, full()).await;
        let trail = || async {
            let at = format!(
                "/v1/audit-entries?count=true&subject={}",
                event["id"].as_str().unwrap()
            );
            app.get(&at).by(&director).await.expect(200).body()["page"]["total"].clone()
        };
        let before = trail().await;
        app.advance(chrono::TimeDelta::minutes(1));
        let mut same = full();
        same.as_object_mut().unwrap().remove("occurrences");
        for body in [
            json!({}),
            json!({ "title": "Atelier", "place": {}, "tags": ["climat", "eau"] }),
            same,
            full(),
        ] {
            let patch = app
                .patch(&path(&event))
                .by(&officer)
                .if_match(&etag(&event))
                .json(&body);
            let reply = patch.await;
            assert_eq!(reply.expect(200).body(), event, "{body}");
            assert_eq!(reply.header("etag"), etag(&event));
        }
        assert_eq!(trail().await, before);
        let real = app
            .patch(&path(&event))
            .by(&officer)
            .if_match(&etag(&event));
        assert_ne!(
            real.json(&json!({ "title": "Autre" }))
                .await
                .expect(200)
                .header("etag"),
            etag(&event)
        );
        assert_eq!(trail().await, before.as_u64().unwrap() + 1);
    })
    .await;
}

#[tokio::test]
async fn dates_that_were_published_are_not_cleared() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.published(&officer, workshop("Séance")).await;
        for none in [json!(null), json!([])] {
            let patch = app.patch(&path(&event)).by(&officer).if_match("*");
            let reply = patch.json(&json!({ "occurrences": none })).await;
            assert_eq!(reply.expect(422).problem(), "rule-broken", "{none}");
        }
        assert_eq!(
            app.get(&path(&event)).by(&officer).await.expect(200).body(),
            event
        );
    })
    .await;
}
