//! What credentials reach: one structure, and nothing of another.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_partner_sees_and_changes_itself_but_not_what_was_checked() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let body = json!({ "name": "Jardins", "kind": "association", "rna": "W543001234" });
        let made = app.post("/v1/organisations").by(&director).json(&body).await;
        let garden = made.expect(201).text("id");
        let client = issued(&app, &director, &garden, &json!({})).await;
        let partner = signed_in(&app, &client).await;
        let at = format!("/v1/organisations/{garden}");
        // It is pending: nobody else sees it.
        app.get(&at).await.expect(404);
        let own = app.get(&at).by(&partner).await.expect(200).body();
        assert_eq!((&own["state"], own.get("allowed_transitions")), (&json!("pending"), None));
        let change = json!({ "website": "https://jardins.example/", "description": "Un jardin." });
        let changed = app.patch(&at).by(&partner).if_match(text(&own, "etag")).json(&change).await;
        let changed = changed.expect(200).body();
        assert_eq!(changed["website"], "https://jardins.example/");
        assert!(text(&changed, "etag").starts_with("\"v2-own-"));
        let other = json!({ "name": "Autres", "kind": "company", "rna": null, "commune_code": "54329", "website": null });
        let refused = app.patch(&at).by(&partner).if_match("*").json(&other).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/commune_code set_by_petr", "/kind set_by_petr", "/name set_by_petr", "/rna set_by_petr"]
        );
        let kept = app.get(&at).by(&partner).await.expect(200).body();
        assert_eq!(kept, changed);
        let audit = app.get("/v1/audit-entries?operation=organisations_update").by(&director).await;
        let entry = audit.expect(200).body()["data"][0].clone();
        assert_eq!((&entry["actor"]["kind"], &entry["actor"]["id"]), (&json!("client"), &client["id"]));
    })
    .await;
}

#[tokio::test]
async fn a_partner_has_nothing_of_another() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Jardins").await;
        let body = json!({ "name": "Vélo", "kind": "association" });
        let other = app
            .post("/v1/organisations")
            .by(&director)
            .json(&body)
            .await;
        let at = format!("/v1/organisations/{}", other.expect(201).text("id"));
        app.get(&at).by(&partner).await.expect(404);
        let listed = app
            .get("/v1/organisations")
            .by(&partner)
            .await
            .expect(200)
            .body();
        let names: Vec<_> = listed["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["name"])
            .collect();
        assert_eq!(names, ["Jardins"]);
        let change = app
            .patch(&at)
            .by(&partner)
            .if_match("*")
            .json(&json!({ "website": null }))
            .await;
        assert_eq!(change.expect(404).problem(), "not-found");
        let made = app.post("/v1/organisations").by(&partner).json(&body).await;
        assert_eq!(made.expect(403).problem(), "forbidden");
        // One that is public is read, and changed by nobody but itself and the staff.
        let turned = app
            .post(&format!("{at}/activate"))
            .by(&director)
            .if_match("*")
            .await;
        let etag = turned.expect(200).text("etag");
        let read = app.get(&at).by(&partner).await.expect(200).body();
        assert!(text(&read, "etag").starts_with("\"v2-public-"));
        app.patch(&at)
            .by(&partner)
            .if_match("*")
            .json(&json!({ "website": null }))
            .await
            .expect(404);
        assert_eq!(
            app.get(&at).by(&director).await.expect(200).text("etag"),
            etag
        );
    })
    .await;
}

#[tokio::test]
async fn who_is_shut_out_is_so_with_all_credentials_and_comes_back_with_them() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let garden = structure(&app, &director, "Jardins").await;
        let client = issued(&app, &director, &garden, &json!({})).await;
        let partner = signed_in(&app, &client).await;
        me(&app, &partner).await.expect(200);
        turn(&app, &director, &garden, "suspend").await.expect(200);
        me(&app, &partner).await.expect(401);
        sign_in(&app, &client).await.expect(401);
        let more = issue(&app, &director, &garden, &json!({})).await;
        assert_eq!(more.expect(409).problem(), "wrong-state");
        turn(&app, &director, &garden, "activate").await.expect(200);
        me(&app, &partner).await.expect(200);
        sign_in(&app, &client).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn credentials_of_a_structure_that_was_merged_act_for_the_one_that_stays() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let goes = structure(&app, &director, "Jardins").await;
        let stays = structure(&app, &director, "Potagers").await;
        let client = issued(&app, &director, &goes, &json!({})).await;
        let partner = signed_in(&app, &client).await;
        me(&app, &partner).await.expect(200);
        let path = format!("/v1/organisations/{goes}/merge");
        let merge = app
            .post(&path)
            .by(&director)
            .if_match("*")
            .json(&json!({ "into": stays }));
        merge.await.expect(200);
        let told = me(&app, &partner).await.expect(200).body();
        assert_eq!(
            told["organisation"],
            json!({ "id": stays, "name": "Potagers" })
        );
        let more = issue(&app, &director, &goes, &json!({})).await;
        assert_eq!(more.expect(409).problem(), "conflict");
        let list = format!("/v1/organisations/{stays}/clients");
        let list = app.get(&list).by(&director).await.expect(200).body();
        assert_eq!(list["data"][0]["id"], client["id"]);
    })
    .await;
}

#[tokio::test]
async fn credentials_of_one_that_was_shut_out_do_not_come_back_by_a_merge() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let mut made = Vec::new();
        for name in ["Jardins", "Vergers"] {
            let body = json!({ "name": name, "kind": "association" });
            let one = app
                .post("/v1/organisations")
                .by(&director)
                .json(&body)
                .await;
            made.push(one.expect(201).text("id"));
        }
        let client = issued(&app, &director, &made[0], &json!({})).await;
        let partner = signed_in(&app, &client).await;
        let turn = |id: &str, how: &str| app.post(&format!("/v1/organisations/{id}/{how}"));
        let suspend = turn(&made[0], "suspend").by(&director).if_match("*");
        suspend.empty().await.expect(200);
        let merge = turn(&made[0], "merge").by(&director).if_match("*");
        merge.json(&json!({ "into": made[1] })).await.expect(200);
        let me = app.get("/v1/me").by(&partner).await;
        me.expect(401);
        let listed = app
            .get(&format!("/v1/clients/{}", text(&client, "id")))
            .by(&director);
        assert_eq!(listed.await.expect(200).text("state"), "revoked");
    })
    .await;
}
