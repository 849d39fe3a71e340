//! What an event says: taken whole, shown to each as they may see it, safe as HTML.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::{Value, json};

use super::{at, patch, path, turn};

fn everything() -> Value {
    json!({
        "title": "Atelier : réparer plutôt que jeter",
        "slug": "atelier-reparer",
        "summary": "Deux phrases.\nPas une de plus.",
        "description": "## Au programme\n\n- diagnostic\n- **réparation**",
        "kind": "workshop",
        "audiences": ["general_public", "high_school"],
        "tags": ["réparation", "économie circulaire"],
        "place": {
            "name": "Salle des fêtes", "address": "1 place de la Mairie", "commune_code": "54329",
            "latitude": 48.592_1, "longitude": 6.496_1,
        },
        "online_url": "https://visio.petr.example/atelier",
        "accessibility": ["wheelchair", "sign_language"],
        "price_note": "Gratuit",
        "organiser_name": "PETR",
        "contact": {
            "role": "Accueil du PETR", "email": "accueil@petr.example", "telephone": "03 83 00 00 00",
        },
        "image": {
            "url": "https://petr.example/atelier.jpg",
            "alternative_text": "Deux personnes démontent un grille-pain",
            "credit": "PETR",
        },
        "languages": ["fr", "de"],
        "visibility": "public",
        "occurrences": [
            {
                "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00",
                "time_zone": "Europe/Paris", "capacity": 30,
            },
            {
                "local_start": "2027-04-01T12:00:00", "local_end": "2027-04-01T13:00:00",
                "time_zone": "America/New_York",
            },
        ],
    })
}

#[tokio::test]
async fn all_that_is_said_of_an_event_is_read_back() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let made = app
            .post("/v1/events")
            .by(&officer)
            .json(&everything())
            .await;
        let event = made.expect(201).body();
        assert_eq!(made.header("location"), path(&event));
        assert_eq!(made.header("etag"), event["etag"].as_str().unwrap());
        let mut read = app.get(&path(&event)).by(&officer).await.expect(200).body();
        assert_eq!(read, event);

        let sent = everything();
        let known = ["local_start", "local_end", "time_zone", "capacity"];
        for date in read["occurrences"].as_array_mut().unwrap() {
            date.as_object_mut()
                .unwrap()
                .retain(|name, _| known.contains(&name.as_str()));
        }
        assert_eq!(read["place"]["commune_name"], "Lunéville");
        read["place"]
            .as_object_mut()
            .unwrap()
            .remove("commune_name");
        read.as_object_mut()
            .unwrap()
            .retain(|name, _| sent.get(name).is_some());
        assert_eq!(read, sent);
        assert_eq!(event["occurrences"][1]["starts_at"], "2027-04-01T16:00:00Z");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_said_has_its_usual_value() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app
            .event(&officer, json!({ "title": "  Été à Vézelise ! " }))
            .await;
        assert_eq!(
            event,
            json!({
                "id": event["id"], "slug": "ete-a-vezelise", "title": "Été à Vézelise !",
                "kind": "other", "audiences": ["general_public"], "tags": [], "accessibility": [],
                "languages": ["fr"], "visibility": "public", "state": "draft", "occurrences": [],
                "url": format!("{}/v1/events/ete-a-vezelise", public_url(&event)),
                "allowed_transitions": ["publish", "delete"],
                "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
                "etag": event["etag"],
            })
        );
    })
    .await;
}

fn public_url(event: &Value) -> String {
    let url = event["url"].as_str().unwrap();
    url[..url.find("/v1/").unwrap()].to_owned()
}

#[tokio::test]
async fn the_staff_sees_more_than_the_public_and_nothing_else_differs() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, everything()).await;
        let said = json!({ "note": "Venez tôt.", "internal_note": "Clés à la mairie." });
        turn(&app, &officer, &event, "publish", said)
            .await
            .expect(200);
        let said = json!({ "reason": "Travaux.", "internal_note": "Le traiteur est prévenu." });
        let date = event["occurrences"][0]["id"].as_str().unwrap();
        let cancel = format!("/v1/occurrences/{date}/cancel");
        app.post(&cancel)
            .by(&officer)
            .if_match("*")
            .json(&said)
            .await
            .expect(200);

        let mut staff = app.get(&path(&event)).by(&officer).await.expect(200).body();
        let mut public = app.get(&path(&event)).await.expect(200).body();
        assert_ne!(staff["etag"], public["etag"]);
        for one in [&mut staff, &mut public] {
            one.as_object_mut().unwrap().remove("etag");
        }
        let remove = |from: &mut Value, name: &str| from.as_object_mut().unwrap().remove(name);
        assert_eq!(
            remove(&mut staff, "internal_note"),
            Some(json!("Clés à la mairie."))
        );
        let open = json!(["cancel", "postpone", "archive"]);
        assert_eq!(remove(&mut staff, "allowed_transitions"), Some(open));
        let dates = &mut staff["occurrences"];
        assert_eq!(
            remove(&mut dates[0], "internal_note"),
            Some(json!("Le traiteur est prévenu."))
        );
        assert_eq!(
            remove(&mut dates[0], "allowed_transitions"),
            Some(json!([]))
        );
        let open = json!(["cancel", "postpone", "move"]);
        assert_eq!(remove(&mut dates[1], "allowed_transitions"), Some(open));
        assert_eq!(staff, public);
        assert_eq!(public["note"], "Venez tôt.");
        assert_eq!(public["occurrences"][0]["reason"], "Travaux.");

        // One date alone, and the list of dates, show what the event shows of them.
        let alone = app
            .get(&format!("/v1/occurrences/{date}"))
            .await
            .expect(200)
            .body();
        let listed = app
            .get(&format!("{}/occurrences", path(&event)))
            .await
            .expect(200)
            .body();
        assert_eq!(listed["data"][0], alone);
        let mut within = public["occurrences"][0].clone();
        within["etag"] = alone["etag"].clone();
        assert_eq!(within, alone);
    })
    .await;
}

#[tokio::test]
async fn markdown_becomes_html_that_neither_runs_nor_loads_anything() {
    const EVIL: &str = "Bonjour **vous** <script>alert(1)</script>\n\n\
        <img src=x onerror=alert(1)> ![p](https://tracker.example/p.gif)\n\n\
        [a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html;base64,PHN2Zz4=)\n\n\
        [d](vbscript:x) <a href=\"java&#10;script:alert(1)\">e</a>\n\n\
        <a href=\"https://a.example\" onclick=\"x()\" style=\"position:fixed\">f</a>\n\n\
        <iframe src=\"https://a.example\"></iframe><object data=x></object><embed src=x>\n\n\
        <svg/onload=alert(1)><math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>\n\n\
        <form action=\"https://a.example\"><input name=q><button>ok</button></form>\n\n\
        <style>body{display:none}</style><link rel=stylesheet href=//a.example/a.css>\n\n\
        <base href=\"https://a.example\"><meta http-equiv=refresh content=0>\n\n\
        <noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">\n\n<!-- <b> -->";
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({
            "title": "Pièges <script>alert(1)</script>", "description": EVIL,
            "occurrences": [at("2027-03-25", "18:30", "20:30")],
        });
        let event = app.published(&officer, body).await;
        assert_eq!(event["description"], EVIL);
        let html = event["description_html"].as_str().unwrap();
        assert!(html.contains("<p>Bonjour <strong>vous</strong>"), "{html}");
        assert!(
            html.contains("rel=\"noopener noreferrer nofollow\""),
            "{html}"
        );
        let lower = html.to_lowercase();
        for trace in [
            "<script",
            "<img",
            "<iframe",
            "<object",
            "<embed",
            "<svg",
            "<math",
            "<style",
            "<link",
            "<form",
            "<input",
            "<button",
            "<base",
            "<meta",
            "<noscript",
            "href=\"java",
            "vbscript:",
            "href=\"data",
            "onclick",
            "onerror=alert(1)>",
            "style=",
        ] {
            assert!(!lower.contains(trace), "{trace} in {html}");
        }
        for list in ["/v1/events", "/v1/calendar?start=2027-03-25&end=2027-03-26"] {
            let rows = app.get(list).await.expect(200).body();
            assert_eq!(rows["data"][0]["title"], "Pièges <script>alert(1)</script>");
            assert!(rows["data"][0].get("description_html").is_none(), "{rows}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_fault_of_an_event_is_told_at_once() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({
            "title": "a\u{0}b",
            "place": { "commune_code": "5432x", "latitude": 48.0 },
            "contact": { "role": "Accueil" },
            "image": { "url": "javascript:alert(1)", "alternative_text": "x", "credit": "x" },
            "online_url": "ftp://a.example",
            "tags": ["a", "a"],
            "audiences": ["agents", "agents"],
            "occurrences": [
                { "local_start": "2027-03-25T20:30:00", "local_end": "2027-03-25T18:30:00" },
                { "local_start": "2027-02-30T20:30:00", "local_end": "2027-03-25T21:30:00",
                  "time_zone": "CET+1" },
            ],
        });
        let reply = app.post("/v1/events").by(&officer).json(&body).await;
        assert_eq!(reply.expect(422).problem(), "invalid");
        let faults = reply.faults();
        // A list's own shape is the schema's matter, the rest the domain's: they are told together.
        assert_eq!(
            faults,
            [
                "/audiences duplicate",
                "/contact/email required",
                "/image/url malformed",
                "/occurrences/0/local_end ends_before_start",
                "/occurrences/1/local_start malformed",
                "/occurrences/1/time_zone unknown_time_zone",
                "/online_url malformed",
                "/place/commune_code malformed",
                "/place/latitude needs",
                "/tags/1 duplicate",
                "/title control_characters",
            ]
        );
        assert_eq!(
            app.get("/v1/events").by(&officer).await.expect(200).body()["data"],
            json!([])
        );
    })
    .await;
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_clears() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, everything()).await;
        let same = patch(&app, &officer, &event, json!({}))
            .await
            .expect(200)
            .body();
        assert_eq!(same, event);
        let change = json!({
            "summary": null, "place": { "address": null, "name": "Mairie" }, "tags": ["neuf"],
            "occurrences": null,
        });
        let changed = patch(&app, &officer, &event, change)
            .await
            .expect(200)
            .body();
        let mut expected = event.clone();
        expected.as_object_mut().unwrap().remove("summary");
        expected["place"].as_object_mut().unwrap().remove("address");
        expected["place"]["name"] = json!("Mairie");
        expected["tags"] = json!(["neuf"]);
        expected["occurrences"] = json!([]);
        expected["etag"] = changed["etag"].clone();
        assert_eq!(changed, expected);
        assert_ne!(changed["etag"], event["etag"]);
        let refused = patch(
            &app,
            &officer,
            &event,
            json!({ "title": null, "state": "published" }),
        );
        assert_eq!(
            refused.await.expect(422).faults(),
            ["/state unknown_field", "/title type"]
        );
    })
    .await;
}
