//! Frameworks: read by everybody, made and changed by the staff.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

#[tokio::test]
async fn a_framework_is_made_read_and_changed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({
            "code": "pcaet", "name": "Plan climat", "description": "Ce qui est prévu.",
            "starts_on": "2018-01-01", "ends_on": "2023-12-31",
            "axes": [{
                "code": "1", "name": "Se déplacer", "description": "Autrement.",
                "actions": [{ "code": "1.1", "name": "Pédaler" }, { "code": "1.2", "name": "Partager" }],
            }],
        });
        let made = app.post("/v1/frameworks").by(&officer).json(&body).await;
        let framework = made.expect(201).body();
        let place = made.header("location");
        assert_eq!(app.get(&place).await.expect(200).body(), framework);
        for field in ["code", "name", "description", "starts_on", "ends_on"] {
            assert_eq!(framework[field], body[field], "{field}");
        }
        let again = app.post("/v1/frameworks").by(&officer).json(&body).await;
        assert_eq!(again.expect(409).faults(), ["/code already_used"]);
        // Sent back by their codes, axes and actions are the same.
        let axes = json!({ "axes": body["axes"], "ends_on": null });
        let same = app.patch(&place).by(&officer).if_match("*").json(&axes).await;
        assert_eq!(same.expect(200).body()["axes"], framework["axes"]);
        assert_eq!(same.body()["ends_on"], json!(null));
        let stale = framework["etag"].as_str().unwrap();
        let stale = app.patch(&place).by(&officer).if_match(stale).json(&json!({ "name": "x" })).await;
        assert_eq!(stale.expect(412).problem(), "precondition-failed");
        let list = app.get("/v1/frameworks?updated_since=2020-01-01&count=true").await;
        let list = list.expect(200).body();
        assert_eq!((&list["page"]["total"], &list["data"][0]), (&json!(1), &same.body()));
        assert!(list["page"]["synced_until"].is_string());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_framework_is_told() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let wrong = json!({
            "code": "pcaet", "name": "x", "starts_on": "2020-01-02", "ends_on": "2020-01-01",
        });
        let refused = app.post("/v1/frameworks").by(&officer).json(&wrong).await;
        assert_eq!(refused.expect(422).faults(), ["/ends_on ends_before_start"]);
        let twice = json!({ "code": "pcaet", "name": "x", "axes": [
            { "code": "1", "name": "x", "actions": [{ "code": "a", "name": "x" }, { "code": "a", "name": "y" }] },
            { "code": "1", "name": "y", "id": "0198c0a0-0000-7000-8000-00000000ffff" },
        ] });
        let refused = app.post("/v1/frameworks").by(&officer).json(&twice).await;
        let faults = [
            "/axes/0/actions/1/code duplicate",
            "/axes/1/code duplicate",
            "/axes/1/id unknown_axis",
        ];
        assert_eq!(refused.expect(422).faults(), faults);
        let referent = app.staff(Role::Referent).await;
        let body = json!({ "code": "pcaet", "name": "x" });
        app.post("/v1/frameworks").by(&referent).json(&body).await.expect(403);
    })
    .await;
}
