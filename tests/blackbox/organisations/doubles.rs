//! Nobody is there twice: found before they are made, and confirmed one by one where names are alike.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::*;

const ROUNDS: usize = 8;

#[tokio::test]
async fn the_same_number_is_refused_with_the_one_that_has_it() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let numbers = json!({ "siret": "20006764300011", "rna": "W543001234" });
        let known = made(&app, &officer, &with(association("Jardins"), numbers)).await;
        let other = json!({ "name": "Ruches", "kind": "other", "commune_code": "54077" });
        let other = made(&app, &officer, &other).await;
        for (number, fault) in [
            (
                json!({ "siret": "200 067 643 00011" }),
                "/siret already_used",
            ),
            (json!({ "rna": "W543001234" }), "/rna already_used"),
        ] {
            // Elsewhere, by another name, and whatever is confirmed.
            let more = json!({ "commune_code": "54039", "confirm_distinct_from": [known["id"]] });
            let body = with(with(association("Tout autre chose"), number.clone()), more);
            let refused = create(&app, &officer, &body).await;
            assert_eq!(refused.expect(409).problem(), "conflict");
            assert_eq!(refused.faults(), [fault]);
            assert_eq!(refused.body()["existing"], named(&known));
            assert!(
                refused
                    .text("detail")
                    .contains(known["url"].as_str().unwrap())
            );

            let refused = patch(&app, &officer, &other, &number).await;
            assert_eq!(refused.expect(409).body()["existing"], named(&known));
        }
        // One keeps its own.
        let again = patch(
            &app,
            &officer,
            &known,
            &json!({ "siret": "20006764300011" }),
        )
        .await;
        assert_eq!(again.expect(200).body(), known);
    })
    .await;
}

#[tokio::test]
async fn near_names_are_refused_until_each_is_confirmed_to_be_another() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let first = made(
            &app,
            &officer,
            &association("Jardins partagés de Lunéville"),
        )
        .await;
        let nowhere = json!({ "name": "Les jardins partagés de Lunéville", "kind": "other" });
        let nowhere = with(nowhere, json!({ "confirm_distinct_from": [first["id"]] }));
        let second = made(&app, &officer, &nowhere).await;
        assert_eq!(second["distinct_from"], json!([first["id"]]));

        let body = association("Association Jardin partagé, Luneville");
        let mut both = [named(&first), named(&second)];
        both.sort_by_key(|one| one["id"].to_string());
        let candidates = |reply: &Reply| {
            let body = reply.expect(409).body();
            assert_eq!(reply.problem(), "conflict");
            let mut all = body["candidates"].as_array().unwrap().clone();
            all.sort_by_key(|one| one["id"].to_string());
            all
        };
        assert_eq!(candidates(&create(&app, &officer, &body).await), both);
        let confirmed =
            |ids: &[&Value]| with(body.clone(), json!({ "confirm_distinct_from": ids }));
        let half = create(&app, &officer, &confirmed(&[&first["id"]])).await;
        assert_eq!(candidates(&half), [named(&second)]);
        let whole = confirmed(&[&first["id"], &second["id"]]);
        let third = made(&app, &officer, &whole).await;
        assert_eq!(third["distinct_from"].as_array().unwrap().len(), 2);

        // What was confirmed is not asked again; where nobody is alike nothing is.
        let mended = json!({ "name": "Jardin partagé de Lunéville" });
        let mended = patch(&app, &officer, &third, &mended).await;
        assert_eq!(
            mended.expect(200).body()["name"],
            "Jardin partagé de Lunéville"
        );
        let elsewhere = json!({ "commune_code": "54039", "confirm_distinct_from": [second["id"]] });
        let elsewhere = with(association("Jardins partagés de Lunéville"), elsewhere);
        create(&app, &officer, &elsewhere).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_new_name_that_is_another_s_is_asked_about() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let known = made(&app, &officer, &association("Les Amis de la Mortagne")).await;
        let other = made(&app, &officer, &association("Vergers du Sânon")).await;
        let name = json!({ "name": "Amis de la Mortagne" });
        let refused = patch(&app, &officer, &other, &name).await;
        assert_eq!(
            refused.expect(409).body()["candidates"],
            json!([named(&known)])
        );
        let confirmed = with(name, json!({ "confirm_distinct_from": [known["id"]] }));
        let changed = patch(&app, &officer, &other, &confirmed)
            .await
            .expect(200)
            .body();
        assert_eq!(changed["distinct_from"], json!([known["id"]]));
    })
    .await;
}

/// Two creations at once: one is made, the other is told of it.
async fn race(app: &App, by: &Staff, bodies: [Value; 2]) -> (Value, Reply) {
    let [one, other] = bodies.map(|body| tokio::spawn(create(app, by, &body).into_future()));
    let replies = [one.await.unwrap(), other.await.unwrap()];
    let [winner, loser] = match (replies[0].status, replies[1].status) {
        (201, 409) => [0, 1],
        (409, 201) => [1, 0],
        _ => panic!("{} and {}", replies[0].utf8(), replies[1].utf8()),
    };
    (replies[winner].body(), replies[loser].clone())
}

#[tokio::test]
async fn of_two_that_are_made_at_once_with_one_number_one_is_made() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for round in 0..ROUNDS {
            let body = |name: &str| {
                let number = json!({ "rna": format!("W54300000{round}") });
                with(association(&format!("{name} {round}")), number)
            };
            let (winner, loser) = race(&app, &officer, [body("Verger"), body("Ruche")]).await;
            assert_eq!(loser.body()["existing"], named(&winner));
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_that_are_made_at_once_with_near_names_one_is_made() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for name in [
            "Compost",
            "Mobilité",
            "Énergie",
            "Potager",
            "Forêt",
            "Rivière",
        ] {
            let one = association(&format!("{name} partagé du Lunévillois"));
            let other = association(&format!("Association {name} partagés du Lunévillois"));
            let before = ids_of_all(&app, &officer).await;
            let confirmed = json!({ "confirm_distinct_from": before });
            let bodies = [with(one, confirmed.clone()), with(other, confirmed)];
            let (winner, loser) = race(&app, &officer, bodies).await;
            assert_eq!(loser.body()["candidates"], json!([named(&winner)]));
        }
    })
    .await;
}
