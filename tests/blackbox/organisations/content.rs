//! What is known of a structure: sent, shown, changed, refused.

use domain::accounts::Role;
use harness::app::on_each_database;
use harness::behind::everything_in;
use serde_json::json;

use super::*;

fn whole() -> Value {
    with(
        association("Compagnons du compost"),
        json!({
            "siret": "200 067 643 00011", "rna": "w543009876", "address": "12 rue du Moulin",
            "description": "Du compost\nau pied des immeubles.", "website": "https://compost.example/",
            "contact": { "role": "Secrétariat", "email": "contact@Compost.example" },
            "other_contacts": [{ "role": "Presse", "telephone": "+33 3 83 00 00 00" }],
            "language": "en",
        }),
    )
}

#[tokio::test]
async fn it_is_made_pending_and_everybody_reads_it_once_it_is_a_partner() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let reply = create(&app, &officer, &whole()).await;
        let made = reply.expect(201).body();
        assert_eq!(reply.header("location"), path(&made));
        assert_eq!(reply.header("etag"), made["etag"]);
        let base = app.base.replace("127.0.0.1", "localhost");
        let expected = json!({
            "id": made["id"], "slug": "compagnons-du-compost", "name": "Compagnons du compost", "kind": "association",
            "siret": "20006764300011", "rna": "W543009876", "address": "12 rue du Moulin",
            "commune_code": "54329", "commune_name": "Lunéville",
            "description": "Du compost\nau pied des immeubles.", "website": "https://compost.example/",
            "contact": { "role": "Secrétariat", "email": "contact@compost.example" },
            "other_contacts": [{ "role": "Presse", "telephone": "+33 3 83 00 00 00" }],
            "language": "en", "state": "pending", "distinct_from": [],
            "allowed_transitions": ["activate", "suspend", "merge"],
            "url": format!("{base}{}", path(&made)),
            "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
            "etag": made["etag"],
        });
        assert_eq!(made, expected);
        let read = app.get(&path(&made)).by(&officer).await;
        assert_eq!(read.expect(200).body(), expected);
        let hidden = app.get(&path(&made)).await;
        assert_eq!(hidden.expect(404).problem(), "not-found");

        turn(&app, &officer, &made, "activate").await.expect(200);
        let public = app.get(&path(&made)).await.expect(200).body();
        let mut seen = expected;
        let page = format!("{base}/organisations/compagnons-du-compost");
        for (field, value) in [
            ("state", json!("active")),
            ("etag", public["etag"].clone()),
            ("page_url", json!(page)),
        ] {
            seen[field] = value;
        }
        for field in ["distinct_from", "allowed_transitions", "language"] {
            seen.as_object_mut().unwrap().remove(field);
        }
        assert_eq!(public, seen);
    })
    .await;
}

#[tokio::test]
async fn every_fault_is_told_at_once() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({
            "name": " ", "kind": "association", "siret": "20006764300012", "rna": "X543009876",
            "commune_code": "54000", "website": "ftp://compost.example/", "contact": { "role": "Accueil" },
        });
        let refused = create(&app, &officer, &body).await;
        assert_eq!(
            refused.expect(422).faults(),
            [
                "/commune_code unknown_commune",
                "/contact/email required",
                "/name required",
                "/rna malformed",
                "/siret malformed",
                "/website malformed",
            ]
        );
        let unknown = json!({ "nom": "Compost", "kind": "club" });
        let refused = create(&app, &officer, &unknown).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/kind unknown_value", "/name required", "/nom unknown_field"]
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_key_makes_it_once() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let call = || create(&app, &officer, &whole()).header("Idempotency-Key", "compost");
        let first = call().await.expect(201).body();
        assert_eq!(call().await.expect(201).body(), first);
        let count = app.get("/v1/organisations?count=true").by(&officer).await;
        assert_eq!(count.expect(200).body()["page"]["total"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_patch_changes_what_it_says_of_the_version_that_was_read() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let made = made(&app, &officer, &whole()).await;
        let body = json!({ "address": null, "contact": { "telephone": "03 83 00 00 00" } });
        let missing = app.patch(&path(&made)).by(&officer).json(&body).await;
        assert_eq!(missing.expect(428).problem(), "precondition-required");
        let call = |body: &Value| {
            let etag = made["etag"].as_str().unwrap();
            app.patch(&path(&made)).by(&officer).if_match(etag).json(body)
        };
        let same = call(&json!({ "name": "Compagnons du compost" })).await;
        assert_eq!(same.expect(200).body(), made);
        let changed = call(&body).await.expect(200).body();
        assert_eq!(changed.get("address"), None);
        assert_eq!(
            changed["contact"],
            json!({
                "role": "Secrétariat", "email": "contact@compost.example", "telephone": "03 83 00 00 00",
            })
        );
        let stale = call(&json!({ "name": "Autre" })).await;
        assert_eq!(stale.expect(412).problem(), "precondition-failed");
        assert_eq!(stale.header("etag"), changed["etag"]);
        let nameless = patch(&app, &officer, &made, &json!({ "name": null })).await;
        assert_eq!(nameless.expect(422).faults(), ["/name type"]);
        let silent = patch(&app, &officer, &made, &json!({ "contact": { "email": null, "telephone": null } }));
        assert_eq!(silent.await.expect(422).faults(), ["/contact/email required"]);
    })
    .await;
}

#[tokio::test]
async fn who_may_only_read_sees_all_and_changes_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let (referent, funder) = (
            app.staff(Role::Referent).await,
            app.staff(Role::Funder).await,
        );
        let made = made(&app, &officer, &whole()).await;
        assert_eq!(
            app.get(&path(&made)).by(&referent).await.expect(200).body(),
            made
        );
        app.get(&path(&made)).by(&funder).await.expect(404);
        for staff in [&referent, &funder] {
            let refused = create(&app, staff, &association("Autre")).await;
            assert_eq!(refused.expect(403).problem(), "forbidden");
        }
    })
    .await;
}

#[tokio::test]
async fn others_are_told_ids_and_states_and_never_a_name() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = with(
            association("Canari libre"),
            json!({ "contact": { "role": "Canari", "email": "canari@nid.example" } }),
        );
        let partner = partner(&app, &officer, &body).await;
        let reason = json!({ "reason": "Canari envolé." });
        let suspend = app.post(&format!("{}/suspend", path(&partner)));
        suspend
            .by(&officer)
            .if_match("*")
            .json(&reason)
            .await
            .expect(200);
        let told = everything_in(&app, "outbox").await;
        assert!(told.contains("organisation.suspended"), "{told}");
        assert!(!told.to_lowercase().contains("canari"), "{told}");
    })
    .await;
}
