//! The names of structures in addresses.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn it_is_found_by_its_slug_which_stays_when_its_name_changes() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let one = partner(&app, &officer, &association("L’Été à vélo")).await;
        assert_eq!(one["slug"], "l-ete-a-velo");
        let renamed = patch(&app, &officer, &one, &json!({ "name": "Deux roues" })).await;
        assert_eq!(renamed.expect(200).text("slug"), "l-ete-a-velo");
        let read = app.get("/v1/organisations/l-ete-a-velo").await;
        assert_eq!(read.expect(200).body()["id"], one["id"]);
        let far = with(
            association("L’été, à vélo"),
            json!({ "commune_code": "54041" }),
        );
        assert_eq!(made(&app, &officer, &far).await["slug"], "l-ete-a-velo-2");
        for unknown in ["personne", "L-ete-a-velo", "l-ete-a-velo.json"] {
            let read = app.get(&format!("/v1/organisations/{unknown}")).await;
            assert_eq!(read.expect(404).problem(), "not-found");
        }
    })
    .await;
}

#[tokio::test]
async fn an_old_slug_leads_to_it_for_ever_and_to_the_one_that_it_turned_out_to_be() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let one = partner(&app, &officer, &association("Jardins")).await;
        let two = partner(&app, &officer, &association("Vergers")).await;
        let slug = patch(&app, &officer, &one, &json!({ "slug": "jardins-partages" })).await;
        assert_eq!(slug.expect(200).text("slug"), "jardins-partages");
        let old = app.get("/v1/organisations/jardins").await;
        assert_eq!(old.expect(308).header("location"), path(&one));
        // Nobody else ever has it, and it can be taken back.
        for (who, body) in [(&two, "jardins"), (&two, "jardins-partages")] {
            let refused = patch(&app, &officer, who, &json!({ "slug": body })).await;
            assert_eq!(refused.expect(422).faults(), ["/slug already_used"]);
        }
        let named = with(association("Potagers"), json!({ "slug": "jardins" }));
        let refused = create(&app, &officer, &named).await;
        assert_eq!(refused.expect(422).faults(), ["/slug already_used"]);
        let back = patch(&app, &officer, &one, &json!({ "slug": "jardins" })).await;
        back.expect(200);

        merge(&app, &officer, &one, &two).await.expect(200);
        for slug in ["jardins", "jardins-partages"] {
            let moved = app.get(&format!("/v1/organisations/{slug}")).await;
            assert_eq!(moved.expect(308).header("location"), path(&two));
        }
    })
    .await;
}

#[tokio::test]
async fn a_partner_does_not_give_itself_another() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (holder, software) = app.partner(&director, "Ateliers").await;
        let own = json!({ "id": holder });
        let refused = patch(&app, &software, &own, &json!({ "slug": "petr" })).await;
        assert_eq!(refused.expect(422).faults(), ["/slug set_by_petr"]);
        let contacts = json!([{ "role": "Presse", "email": "presse@velo.example" }]);
        let more = json!({ "language": "en", "other_contacts": contacts });
        let changed = patch(&app, &software, &own, &more).await.expect(200).body();
        assert_eq!(
            [&changed["language"], &changed["other_contacts"]],
            [&json!("en"), &contacts]
        );
        let public = app.get(&path(&own)).await.expect(200).body();
        assert_eq!(
            [&public["language"], &public["other_contacts"]],
            [&json!(null), &contacts]
        );
        let many: Vec<_> = (0..21).map(|_| contacts[0].clone()).collect();
        let refused = patch(&app, &software, &own, &json!({ "other_contacts": many })).await;
        refused.expect(422);
    })
    .await;
}

#[tokio::test]
async fn of_many_of_one_name_that_are_made_at_once_each_has_its_own() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let communes = ["54329", "54039", "54040", "54041", "54129", "54395"];
        let bodies: Vec<_> = communes
            .iter()
            .map(|code| with(association("Jardins"), json!({ "commune_code": code })))
            .collect();
        let calls = bodies.iter().map(|body| made(&app, &officer, body));
        let made = futures_util::future::join_all(calls).await;
        let mut slugs: Vec<_> = made
            .iter()
            .map(|one| one["slug"].as_str().unwrap())
            .collect();
        slugs.sort_unstable();
        let expected = [
            "jardins",
            "jardins-2",
            "jardins-3",
            "jardins-4",
            "jardins-5",
            "jardins-6",
        ];
        assert_eq!(slugs, expected);
    })
    .await;
}
