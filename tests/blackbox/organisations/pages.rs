//! The page of a structure, for people.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::*;

const EVIL: &str = "<script>alert(1)</script>";

async fn event(app: &App, by: &Staff, title: &str, organiser: &str, day: &str) {
    let event = json!({
        "title": title, "kind": "workshop", "audiences": ["general_public"], "organiser_name": organiser,
        "place": { "name": "Salle des fêtes", "commune_code": "54329" },
        "occurrences": [{ "local_start": format!("{day}T18:30:00"), "local_end": format!("{day}T20:00:00") }],
    });
    let made = app.post("/v1/events").by(by).json(&event).await;
    let publish = format!("/v1/events/{}/publish", made.expect(201).text("id"));
    app.post(&publish).by(by).if_match("*").await.expect(200);
}

#[tokio::test]
async fn it_shows_what_everybody_may_know_and_runs_nothing() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let (holder, software) = app.partner(&director, "Ateliers").await;
        let own = json!({ "id": holder });
        let known = json!({
            "description": format!("On **répare**. {EVIL}"), "website": "https://velo.example/?a=1&b=2",
            "address": format!("3 quai {EVIL}"),
            "contact": { "role": "Permanence", "email": "contact@velo.example", "telephone": "+33 3 83 00 00 00" },
            "other_contacts": [{ "role": "Presse", "email": "presse@velo.example" }],
        });
        patch(&app, &officer, &own, &known).await.expect(200);
        for (title, is_decided) in [(EVIL, true), ("canary-draft", false)] {
            let project = json!({
                "title": title, "summary": "En bref.", "description": "Long.", "theme": "mobility",
                "commune_codes": ["54329"], "contact": { "email": "contact@velo.example" },
            });
            let made = app.post("/v1/projects").by(&software).json(&project).await;
            let path = format!("/v1/projects/{}", made.expect(201).text("id"));
            let way: &[(&str, &Staff)] = if is_decided {
                &[("submit", &software), ("accept", &officer)]
            } else {
                &[]
            };
            for (action, by) in way {
                let turn = app.post(&format!("{path}/{action}")).by(by).if_match("*");
                let note = match *action {
                    "accept" => json!({ "internal_note": "canary-internal" }),
                    _ => json!({}),
                };
                turn.json(&note).await.expect(200);
            }
        }
        event(&app, &officer, "Réparer son vélo", "ateliers", "2050-03-24").await;
        event(&app, &officer, "canary-past", "Ateliers", "2020-03-24").await;
        event(&app, &officer, "canary-other", "Autres", "2050-03-24").await;

        let json = app.get(&path(&own)).await.expect(200).body();
        let address = json["page_url"].as_str().unwrap().to_owned();
        let place = address.split_once("/organisations/").unwrap().1;
        let page = app.get(&format!("/organisations/{place}")).await;
        let page = page.expect(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("content-language"), "fr");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(page.header("set-cookie").is_empty());
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        let html = page.utf8();
        for said in [
            "<html lang=\"fr\">",
            "<h1>Ateliers</h1>",
            "<strong>répare</strong>",
            "https://velo.example/?a=1&#38;b=2",
            "mailto:contact@velo.example",
            "tel:+33383000000",
            "Presse",
            "Accepté",
            "En bref.",
            "Réparer son vélo",
            "jeudi 24 mars 2050, de 18\u{a0}h\u{a0}30 à 20\u{a0}h, Salle des fêtes",
        ] {
            assert!(html.contains(said), "{said}: {html}");
        }
        for unsaid in ["<script", "canary", "src="] {
            assert!(!html.contains(unsaid), "{unsaid}: {html}");
        }
        let english = app.get(&format!("/organisations/{place}")).header("accept-language", "en").await;
        let html = english.expect(200).utf8();
        for said in ["<html lang=\"en\">", "Accepted", "Thursday 24 March 2050, 18:30 to 20:00"] {
            assert!(html.contains(said), "{said}: {html}");
        }
        let again = app.get(&format!("/organisations/{place}"));
        again.header("if-none-match", &page.header("etag")).await.expect(304);
    })
    .await;
}

#[tokio::test]
async fn only_a_partner_has_one_and_old_names_lead_there() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let pending = made(&app, &officer, &association("Vergers")).await;
        assert_eq!(pending["page_url"], json!(null));
        app.get("/organisations/vergers").await.expect(404);
        app.get("/organisations/personne").await.expect(404);

        let one = partner(&app, &officer, &association("Jardins")).await;
        patch(&app, &officer, &one, &json!({ "slug": "potagers" }))
            .await
            .expect(200);
        for name in ["jardins", id(&one)] {
            let moved = app
                .get(&format!("/organisations/{name}?utm_source=x"))
                .await;
            assert_eq!(
                moved.expect(308).header("location"),
                "/organisations/potagers"
            );
        }
        app.get("/organisations/potagers?utm_source=x")
            .await
            .expect(200);
        turn(&app, &officer, &one, "suspend").await.expect(200);
        app.get("/organisations/potagers").await.expect(404);
    })
    .await;
}
