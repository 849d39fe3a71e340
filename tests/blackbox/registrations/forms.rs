//! A website's own form and script: what they may, from which origin, and where they lead back to.

use harness::engines::engines;

use super::*;

const WEBSITE: &str = "https://www.petr.example";

async fn with_website(engine: harness::engines::Engine) -> App {
    App::start_with(engine, |raw| {
        raw.rate_limits = "off".parse().ok();
        raw.website_origins = WEBSITE.parse().ok();
    })
    .await
}

async fn send(app: &App, date: &str, fields: &[(&str, &str)]) -> Reply {
    let path = format!("/occurrences/{date}/registrations");
    app.post(&path).form(fields).await
}

#[tokio::test]
async fn a_form_leads_back_to_a_website_that_the_operator_named_and_nowhere_else() {
    for engine in engines() {
        let app = with_website(engine).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(2)).await;
        let back = format!("{WEBSITE}/agenda?page=2");
        let fields = |email: &'static str| {
            [
                ("name", "Alma"),
                ("email", email),
                ("telephone", ""),
                ("party_size", "2"),
                ("question", "Venez-vous à vélo ?"),
                ("answer", "Oui"),
                ("return_to", back.as_str()),
            ]
        };
        let sent = send(&app, &date, &fields("alma@courriel.example")).await;
        assert_eq!(
            sent.expect(303).header("location"),
            format!("{back}&registration=pending")
        );
        one_after_the_other(&app);
        let sent = send(&app, &date, &fields("basile@courriel.example")).await;
        assert_eq!(
            sent.expect(303).header("location"),
            format!("{back}&registration=waitlisted")
        );
        let list = all(&app, &officer, &date).await;
        assert_eq!(list[0]["answers"][0]["answer"], "Oui");
        assert_eq!(list[0]["party_size"], 2);

        // What is wrong is told by its name, and nothing that was typed is in the address.
        let wrong = [
            ("name", "Alma"),
            ("email", "alma-at-home"),
            ("party_size", "many"),
            ("return_to", back.as_str()),
        ];
        let sent = send(&app, &date, &wrong).await;
        let location = sent.expect(303).header("location");
        assert!(
            location.starts_with(&format!("{back}&problem=invalid")),
            "{location}"
        );
        for field in ["email", "party_size"] {
            assert!(location.contains(field), "{location}");
        }
        assert!(
            !location.contains("home") && !location.contains("many"),
            "{location}"
        );
        let nameless = [
            ("email", "eve@courriel.example"),
            ("return_to", back.as_str()),
        ];
        let sent = send(&app, &date, &nameless).await;
        let location = sent.expect(303).header("location");
        assert_eq!(location, format!("{back}&problem=invalid&fields=name"));
        for elsewhere in [
            "https://elsewhere.example/",
            "https://www.petr.example.elsewhere.example/",
            "https://www.petr.example@elsewhere.example/",
            "http://www.petr.example/",
            "//elsewhere.example",
            "javascript:alert(1)",
        ] {
            let mut fields = fields("chloe@courriel.example");
            fields[6].1 = elsewhere;
            let sent = send(&app, &date, &fields).await;
            assert_eq!(
                sent.expect(422).faults(),
                ["/return_to other_website"],
                "{elsewhere}"
            );
        }
        assert_eq!(all(&app, &officer, &date).await.len(), 2);
        // Without one there is a page.
        let sent = send(&app, &date, &fields("dora@courriel.example")[..6]).await;
        assert!(
            sent.expect(200).utf8().contains("liste d&#39;attente"),
            "{}",
            sent.utf8()
        );
        assert_eq!(sent.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_script_of_a_named_website_may_register_and_no_other() {
    for engine in engines() {
        let app = with_website(engine).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(2)).await;
        let path = format!("/v1/occurrences/{date}/registrations");
        let asked = |origin: &str| {
            let call = app.call("OPTIONS", &path).header("Origin", origin);
            call.header("Access-Control-Request-Method", "POST")
        };
        let allowed = asked(WEBSITE).await;
        assert_eq!(allowed.header("access-control-allow-origin"), WEBSITE);
        assert!(
            allowed
                .header("access-control-allow-methods")
                .contains("POST")
        );
        assert!(allowed.header("vary").contains("Origin"));
        let refused = asked("https://elsewhere.example").await;
        assert_eq!(refused.header("access-control-allow-origin"), "");
        let body = json!({ "name": "Alma", "email": "alma@courriel.example" });
        let made = app.post(&path).header("Origin", WEBSITE).json(&body).await;
        assert_eq!(
            made.expect(201).header("access-control-allow-origin"),
            WEBSITE
        );
        let wrong = app
            .post(&path)
            .header("Origin", WEBSITE)
            .json(&json!({}))
            .await;
        assert_eq!(
            wrong.expect(422).header("access-control-allow-origin"),
            WEBSITE
        );
        let other = app
            .post(&path)
            .header("Origin", "https://elsewhere.example");
        let other = other.json(&body).await;
        assert_eq!(other.header("access-control-allow-origin"), "");
        // Never with a token.
        let by_staff = app.post(&path).by(&officer).header("Origin", WEBSITE);
        let by_staff = by_staff.json(&json!({ "name": "Basile" })).await;
        assert_eq!(
            by_staff.expect(201).header("access-control-allow-origin"),
            ""
        );
    }
}
