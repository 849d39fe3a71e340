//! Two that turn out to be one.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn the_one_that_stays_gains_what_only_the_other_said_and_its_address_leads_there() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let more = json!({ "rna": "W543001234", "address": "1 rue Basse", "website": "https://a.example/" });
        let goes = partner(&app, &officer, &with(association("Jardins"), more)).await;
        let stays = json!({ "siret": "20006764300011", "address": "2 rue Haute" });
        let stays = partner(&app, &officer, &with(association("Vergers"), stays)).await;

        let missing = app.post(&format!("{}/merge", path(&goes))).by(&officer);
        let missing = missing.json(&json!({ "into": stays["id"] })).await;
        assert_eq!(missing.expect(428).problem(), "precondition-required");
        let reply = merge(&app, &officer, &goes, &stays).await;
        let kept = reply.expect(200).body();
        assert_eq!(reply.header("etag"), kept["etag"]);
        assert_eq!(
            [&kept["id"], &kept["name"], &kept["siret"], &kept["rna"], &kept["address"], &kept["website"]],
            [
                &stays["id"], &json!("Vergers"), &json!("20006764300011"), &json!("W543001234"),
                &json!("2 rue Haute"), &json!("https://a.example/"),
            ]
        );
        for who in [None, Some(&officer)] {
            let call = app.get(&path(&goes));
            let call = match who {
                Some(staff) => call.by(staff),
                None => call,
            };
            let moved = call.await;
            assert_eq!(moved.expect(308).header("location"), path(&stays));
        }
        // The number is the other's now, and refused with it.
        let again = with(association("Autre"), json!({ "rna": "W543001234" }));
        let refused = create(&app, &officer, &again).await;
        assert_eq!(refused.expect(409).body()["existing"], named(&kept));
    })
    .await;
}

#[tokio::test]
async fn what_was_merged_changes_no_more_and_says_where_to_go() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let [one, two, three] = ["Jardins", "Vergers", "Ruches"].map(association);
        let one = made(&app, &officer, &one).await;
        let two = partner(&app, &officer, &two).await;
        let three = partner(&app, &officer, &three).await;
        merge(&app, &officer, &one, &two).await.expect(200);
        let place = json!({ "id": two["id"], "url": two["url"] });
        let refusals = [
            patch(&app, &officer, &one, &json!({ "name": "X" })).await,
            turn(&app, &officer, &one, "activate").await,
            merge(&app, &officer, &one, &three).await,
            merge(&app, &officer, &three, &one).await,
        ];
        for refused in refusals {
            assert_eq!(refused.expect(409).problem(), "conflict");
            assert_eq!(refused.body()["existing"], place);
        }
        // It was never public: to everybody it is not there. To the staff, it leads on and on.
        app.get(&path(&one)).await.expect(404);
        merge(&app, &officer, &two, &three).await.expect(200);
        let moved = app.get(&path(&one)).by(&officer).await;
        assert_eq!(moved.expect(308).header("location"), path(&three));
        let moved = app.get(&path(&two)).await;
        assert_eq!(moved.expect(308).header("location"), path(&three));
        turn(&app, &officer, &three, "suspend").await.expect(200);
        app.get(&path(&two)).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn it_is_merged_into_another_one_that_there_is() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let one = made(&app, &officer, &association("Jardins")).await;
        let itself = merge(&app, &officer, &one, &one).await;
        assert_eq!(itself.expect(409).problem(), "conflict");
        let nobody = json!({ "id": "0198c0a0-0000-7000-8000-000000000000" });
        let unknown = merge(&app, &officer, &one, &nobody).await;
        assert_eq!(unknown.expect(422).faults(), ["/into unknown_organisation"]);
        let malformed = app.post(&format!("{}/merge", path(&one))).by(&officer);
        let malformed = malformed.if_match("*").json(&json!({ "into": "x" })).await;
        assert_eq!(malformed.expect(422).faults(), ["/into malformed"]);
        let read = app.get(&path(&one)).by(&officer).await;
        assert_eq!(read.expect(200).body(), one);
    })
    .await;
}

#[tokio::test]
async fn of_two_that_are_merged_into_each_other_at_once_one_stays() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for round in 0..8 {
            let [one, two] = ["Jardins", "Vergers"]
                .map(|name| json!({ "name": format!("{name} {round}"), "kind": "other", "commune_code": "54329" }));
            let near = |body: Value, known: &[Value]| with(body, json!({ "confirm_distinct_from": known }));
            let known = ids_of_all(&app, &officer).await;
            let one = made(&app, &officer, &near(one, &known)).await;
            let two = made(&app, &officer, &near(two, &known)).await;
            let there = tokio::spawn(merge(&app, &officer, &one, &two).into_future());
            let back = tokio::spawn(merge(&app, &officer, &two, &one).into_future());
            let mut statuses = [there.await.unwrap().status, back.await.unwrap().status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409]);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_confirmed_to_be_another_one_is_so_of_the_one_that_stays() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let goes = made(&app, &officer, &association("Jardins partagés")).await;
        let stays = made(&app, &officer, &association("Compost")).await;
        let near = with(
            association("Jardin partagé"),
            json!({ "confirm_distinct_from": [goes["id"]] }),
        );
        let near = made(&app, &officer, &near).await;
        merge(&app, &officer, &goes, &stays).await.expect(200);
        // The one that stays is called as the other was: that is not asked again, from either side.
        let renamed = patch(
            &app,
            &officer,
            &stays,
            &json!({ "name": "Jardins partagés" }),
        )
        .await;
        renamed.expect(200);
        let mended = patch(
            &app,
            &officer,
            &near,
            &json!({ "name": "Jardin partagé !" }),
        )
        .await;
        mended.expect(200);
    })
    .await;
}
