//! Whether a structure is a partner.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_partner_is_suspended_with_a_reason_and_comes_back() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let partner = partner(&app, &officer, &association("Jardins")).await;
        assert_eq!(partner["allowed_transitions"], json!(["suspend", "merge"]));
        let at = format!("{}/suspend", path(&partner));
        let why = json!({ "reason": "Convention échue.", "note": "Jusqu’à mai.", "internal_note": "Voir Zoé." });
        let missing = app.post(&at).by(&officer).json(&why).await;
        assert_eq!(missing.expect(428).problem(), "precondition-required");
        let stale = app.post(&at).by(&officer).if_match("\"v1-staff-0\"").json(&why).await;
        assert_eq!(stale.expect(412).header("etag"), partner["etag"]);
        let etag = partner["etag"].as_str().unwrap();
        let out = app.post(&at).by(&officer).if_match(etag).json(&why).await;
        let out = out.expect(200).body();
        assert_eq!(out["state"], "suspended");
        for (field, value) in why.as_object().unwrap() {
            assert_eq!(&out[field], value);
        }
        app.get(&path(&partner)).await.expect(404);

        let back = turn(&app, &officer, &partner, "activate").await.expect(200).body();
        assert_eq!((&back["state"], back.get("reason")), (&json!("active"), None));
        let thanks = json!({ "reason": "Convention renouvelée.", "internal_note": "Ouf." });
        turn(&app, &officer, &partner, "suspend").await.expect(200);
        let again = app.post(&format!("{}/activate", path(&partner)));
        again.by(&officer).if_match("*").json(&thanks).await.expect(200);
        let public = app.get(&path(&partner)).await.expect(200).body();
        assert_eq!(
            (&public["reason"], public.get("internal_note")),
            (&json!("Convention renouvelée."), None)
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_so_already_is_refused_with_what_is_possible() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let partner = partner(&app, &officer, &association("Jardins")).await;
        let refused = turn(&app, &officer, &partner, "activate").await;
        assert_eq!(refused.expect(409).problem(), "wrong-state");
        let told = refused.body();
        assert_eq!(
            (&told["state"], &told["allowed_transitions"]),
            (&json!("active"), &json!(["suspend", "merge"]))
        );
        let nobody = "/v1/organisations/0198c0a0-0000-7000-8000-000000000000/activate";
        let nobody = app.post(nobody).by(&officer).if_match("*").await;
        assert_eq!(nobody.expect(404).problem(), "not-found");
    })
    .await;
}
