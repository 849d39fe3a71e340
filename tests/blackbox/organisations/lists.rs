//! Lists: who sees whom, filters, pages, counts.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::*;

async fn names(app: &App, who: Option<&Staff>, query: &str) -> Vec<String> {
    let call = app.get(&format!("/v1/organisations?{query}"));
    let reply = match who {
        Some(staff) => call.by(staff).await,
        None => call.await,
    };
    let body = reply.expect(200).body();
    let name = |row: &Value| row["name"].as_str().unwrap_or("†").to_owned();
    body["data"].as_array().unwrap().iter().map(name).collect()
}

/// A partner, one that waits, one that is shut out, one that was merged; a minute apart.
async fn some(app: &App, officer: &Staff) {
    let school = json!({ "name": "École du Moulin", "kind": "school", "commune_code": "54040" });
    let company = json!({ "name": "Bois du Piémont", "kind": "company", "commune_code": "54129" });
    let double = json!({ "name": "La Bécane", "kind": "association" });
    let partner = partner(app, officer, &association("Ateliers du Vélo")).await;
    app.advance(TimeDelta::minutes(1));
    made(app, officer, &school).await;
    app.advance(TimeDelta::minutes(1));
    let company = super::partner(app, officer, &company).await;
    turn(app, officer, &company, "suspend").await.expect(200);
    app.advance(TimeDelta::minutes(1));
    let double = made(app, officer, &double).await;
    merge(app, officer, &double, &partner).await.expect(200);
}

#[tokio::test]
async fn everybody_sees_partners_and_the_staff_sees_all_that_stand() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        some(&app, &officer).await;
        assert_eq!(names(&app, None, "").await, ["Ateliers du Vélo"]);
        let all = ["École du Moulin", "Bois du Piémont", "Ateliers du Vélo"];
        assert_eq!(names(&app, Some(&officer), "").await, all);
        let referent = app.staff(Role::Referent).await;
        assert_eq!(names(&app, Some(&referent), "").await, all);
        let funder = app.staff(Role::Funder).await;
        assert_eq!(names(&app, Some(&funder), "").await, ["Ateliers du Vélo"]);
        let public = app.get("/v1/organisations").await;
        assert_eq!(
            public.header("cache-control"),
            "public, max-age=0, must-revalidate"
        );
        assert_eq!(public.header("access-control-allow-origin"), "*");
    })
    .await;
}

#[tokio::test]
async fn lists_are_narrowed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        some(&app, &officer).await;
        for (query, expected) in [
            (
                "kind=school,company",
                vec!["École du Moulin", "Bois du Piémont"],
            ),
            ("state=pending", vec!["École du Moulin"]),
            (
                "state=suspended,active",
                vec!["Bois du Piémont", "Ateliers du Vélo"],
            ),
            (
                "commune_code=54329,54040",
                vec!["École du Moulin", "Ateliers du Vélo"],
            ),
            ("epci=200069433", vec!["École du Moulin", "Bois du Piémont"]),
            (
                "epci=200069433&commune_code=54329",
                vec!["École du Moulin", "Bois du Piémont", "Ateliers du Vélo"],
            ),
            ("q=VELO", vec!["Ateliers du Vélo"]),
            ("q=moulin%20ecole", vec!["École du Moulin"]),
            (
                "q=%25",
                vec!["École du Moulin", "Bois du Piémont", "Ateliers du Vélo"],
            ),
            ("q=tramway", vec![]),
        ] {
            assert_eq!(
                names(&app, Some(&officer), query).await,
                expected,
                "{query}"
            );
        }
        for (query, fault) in [
            ("state=pending", "state unknown_value"),
            ("kind=club", "kind unknown_value"),
            ("epci=200069434", "epci malformed"),
            ("commune_code=5432", "commune_code malformed"),
            ("commune=54329", "commune unknown_parameter"),
        ] {
            let refused = app.get(&format!("/v1/organisations?{query}")).await;
            assert_eq!(refused.expect(422).faults(), [fault], "{query}");
        }
        let long = format!("/v1/organisations?q={}", "a".repeat(201));
        assert_eq!(app.get(&long).await.expect(422).faults(), ["q too_long"]);
    })
    .await;
}

#[tokio::test]
async fn lists_come_in_pages_that_are_counted_when_that_is_asked() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        some(&app, &officer).await;
        let mut at = "/v1/organisations?limit=1&count=true".to_owned();
        let mut seen = Vec::new();
        loop {
            let page = app.get(&at).by(&officer).await.expect(200).body();
            assert_eq!(page["page"]["total"], 3);
            seen.push(page["data"][0]["name"].clone());
            match page["page"]["next_cursor"].as_str() {
                Some(cursor) => {
                    at = format!("/v1/organisations?limit=1&count=true&cursor={cursor}")
                }
                None => break,
            }
        }
        assert_eq!(
            seen,
            ["École du Moulin", "Bois du Piémont", "Ateliers du Vélo"]
        );
    })
    .await;
}

#[tokio::test]
async fn what_left_a_view_or_a_filter_is_a_tombstone_for_who_mirrors_it() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        some(&app, &officer).await;
        let since = "updated_since=2026-11-24T09:00:00Z";
        // The one that never was public is not spoken of.
        assert_eq!(names(&app, None, since).await, ["†", "Ateliers du Vélo"]);
        let mut all = names(&app, Some(&officer), since).await;
        all.sort();
        assert_eq!(
            all,
            [
                "Ateliers du Vélo",
                "Bois du Piémont",
                "École du Moulin",
                "†"
            ]
        );
        let mut schools = names(&app, Some(&officer), &format!("{since}&kind=school")).await;
        schools.sort();
        assert_eq!(schools, ["École du Moulin", "†", "†", "†"]);
        let later = names(&app, None, "updated_since=2026-11-24T09:03:01Z").await;
        assert_eq!(later, Vec::<String>::new());
    })
    .await;
}
