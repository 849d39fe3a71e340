//! Mails about projects and proposed events: each side is told what the other did.

use chrono::TimeDelta;
use harness::app::PASSWORD;
use harness::engines::{Engine, engines};

use super::*;

fn recyclerie(more: Value) -> Value {
    let mut body = json!({
        "title": "Recyclerie", "summary": "Un camion passe.", "description": "Un atelier.",
        "theme": "circular_economy", "commune_codes": ["54329"],
        "contact": { "email": "projet@asso.example" },
    });
    let more = more.as_object().unwrap().clone();
    let fields = body.as_object_mut().unwrap();
    fields.extend(more);
    fields.retain(|_, value| !value.is_null());
    body
}

async fn begun(app: &App, partner: &Staff, more: Value) -> String {
    let made = app
        .post("/v1/projects")
        .by(partner)
        .json(&recyclerie(more))
        .await;
    format!("/v1/projects/{}", made.expect(201).text("id"))
}

async fn turn(app: &App, by: &Staff, path: &str, action: &str, body: Value) {
    let call = app.post(&format!("{path}/{action}")).by(by).if_match("*");
    call.json(&body).await.expect(200);
}

/// Whom the last mail went to, and what about.
fn last(taken: &[Taken]) -> (String, String) {
    let last = taken.last().unwrap();
    let subject = last.message().subject().unwrap().replace('\u{a0}', " ");
    (last.to.clone(), subject)
}

fn told(to: &str, subject: &str) -> (String, String) {
    (to.to_owned(), subject.to_owned())
}

#[tokio::test]
async fn holder_and_officers_are_told_of_each_step_that_the_other_takes() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let director = app.staff(Role::Director).await;
        let officer = officer(&app).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = begun(&app, &partner, json!({ "language": "en" })).await;
        let (holder, staff) = ("projet@asso.example", "officer@petr.example");

        turn(&app, &partner, &project, "submit", json!({})).await;
        let taken = post.has_taken(1).await;
        assert_eq!(last(&taken), told(staff, "Projet soumis : « Recyclerie »"));
        let said = json!({ "reason": "How much?", "internal_note": "canary-internal" });
        turn(&app, &officer, &project, "request-information", said).await;
        let taken = post.has_taken(2).await;
        assert_eq!(
            last(&taken),
            told(holder, "More is asked about “Recyclerie”")
        );
        let text = taken[1].message().body_text(0).unwrap().into_owned();
        let id = project.rsplit('/').next().unwrap();
        let how = format!("operation GET /v1/projects/{{id}} with id = {id}");
        assert!(
            text.contains("> How much?") && text.contains(&how),
            "{text}"
        );
        let home = home(&app);
        let led = [home.clone(), format!("{home}/docs")];
        assert_eq!(links(&taken[1]), led);
        assert_eq!(links(&taken[0]), led);
        let text = taken[0].message().body_text(0).unwrap().into_owned();
        let how = format!("opération GET /v1/projects/{{id}} avec id = {id}");
        assert!(text.contains(&how), "{text}");
        all_open(&app, &taken).await;
        turn(&app, &partner, &project, "submit", json!({})).await;
        post.has_taken(3).await;
        turn(
            &app,
            &officer,
            &project,
            "accept",
            json!({ "note": "Well done." }),
        )
        .await;
        let taken = post.has_taken(4).await;
        assert_eq!(
            last(&taken),
            told(holder, "Your project “Recyclerie” is accepted")
        );
        turn(&app, &partner, &project, "start", json!({})).await;
        let taken = post.has_taken(5).await;
        assert_eq!(
            last(&taken),
            told(staff, "Le projet « Recyclerie » a démarré")
        );
        turn(
            &app,
            &officer,
            &project,
            "hold",
            json!({ "reason": "Budget." }),
        )
        .await;
        let taken = post.has_taken(6).await;
        assert_eq!(
            last(&taken),
            told(holder, "Your project “Recyclerie” is on hold")
        );
        assert!(
            taken[5]
                .message()
                .body_text(0)
                .unwrap()
                .contains("> Budget.")
        );
        // What is accepted is public.
        let direct = format!("{home}{project}");
        assert!(
            taken[3..]
                .iter()
                .all(|taken| links(taken).contains(&direct))
        );
        all_open(&app, &taken).await;
        for taken in taken {
            assert!(!String::from_utf8_lossy(&taken.raw).contains("canary-internal"));
        }
        // The structure has no address; nobody else was to be told.
        until(
            &app,
            &[
                "sent 1",
                "sent 1",
                "sent 1",
                "sent 1",
                "sent 1",
                "sent 1",
                "skipped no_address 1",
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn a_mail_that_is_late_says_what_was_said_then() {
    for engine in engines() {
        let mut post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let director = app.staff(Role::Director).await;
        let (organisation, partner) = app.partner(&director, "Velo").await;
        // What it could not be told then is not told later.
        until(&app, &["skipped no_address 1"]).await;
        let contact = json!({ "contact": { "email": "accueil@asso.example" } });
        let patched = app.patch(&format!("/v1/organisations/{organisation}"));
        patched
            .by(&partner)
            .if_match("*")
            .json(&contact)
            .await
            .expect(200);
        let project = begun(&app, &partner, json!({ "contact": null })).await;
        turn(&app, &partner, &project, "submit", json!({})).await;
        // There is no officer: the director stands in.
        let taken = post.has_taken(1).await;
        assert_eq!(taken[0].to, "director@petr.example");
        post.close();
        turn(
            &app,
            &director,
            &project,
            "accept",
            json!({ "note": "Bravo." }),
        )
        .await;
        app.advance(TimeDelta::seconds(10));
        turn(
            &app,
            &director,
            &project,
            "start",
            json!({ "note": "En route." }),
        )
        .await;
        post.reopen().await;
        app.advance(TimeDelta::minutes(2));
        let taken = post.has_taken(3).await;
        let texts: Vec<String> = taken[1..]
            .iter()
            .map(|taken| {
                assert_eq!(taken.to, "accueil@asso.example");
                taken.message().body_text(0).unwrap().into_owned()
            })
            .collect();
        for note in ["> Bravo.", "> En route."] {
            let with = texts.iter().filter(|text| text.contains(note));
            assert_eq!(with.count(), 1, "{texts:?}");
        }
    }
}

#[tokio::test]
async fn what_has_waited_too_long_is_recalled_once_a_day() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let settings = |raw: &mut RawSettings| {
            by(&post)(raw);
            raw.public_url = "https://c.example".parse().ok();
            raw.answer_within_days = "10".parse().ok();
        };
        let app = App::start_with(engine, settings).await;
        let other = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(app.another_instance_with(&app.url, settings).await),
        };
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = begun(&app, &partner, json!({})).await;
        turn(&app, &partner, &project, "submit", json!({})).await;
        // Kept as sent, before the clock leaps beyond all leases.
        until(&app, &["sent 1", "skipped no_address 1"]).await;
        app.advance(TimeDelta::days(11));
        let taken = post.has_taken(2).await;
        let recalled = told(
            "director@petr.example",
            "Un projet attend une réponse depuis trop longtemps",
        );
        assert_eq!(last(&taken), recalled);
        let text = taken[1]
            .message()
            .body_text(0)
            .unwrap()
            .replace('\u{a0}', " ");
        assert!(
            text.contains("- « Recyclerie », de « Velo », depuis 11 jours"),
            "{text}"
        );
        assert!(
            text.contains("opération GET /v1/projects avec overdue = true"),
            "{text}"
        );
        let led = ["https://c.example", "https://c.example/docs"];
        assert_eq!(links(&taken[1]), led);
        until(&app, &["sent 1", "sent 1", "skipped no_address 1"]).await;
        app.advance(TimeDelta::days(1));
        let taken = post.has_taken(3).await;
        assert_eq!(last(&taken), recalled);
        let token = app.sign_in("director@petr.example", PASSWORD).await;
        let director = Staff {
            token: token.expect(200).text("access_token"),
            ..director
        };
        turn(&app, &director, &project, "accept", json!({})).await;
        post.has_taken(4).await;
        app.advance(TimeDelta::days(1));
        until(
            &app,
            &[
                "sent 1",
                "sent 1",
                "sent 1",
                "sent 1",
                "skipped no_address 1",
            ],
        )
        .await;
        assert_eq!(post.taken().len(), 4);
        if let Some(other) = other {
            other.stop().await;
        }
    }
}

#[tokio::test]
async fn a_proposed_event_is_told_to_the_officers_and_its_answer_to_who_proposed_it() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let director = app.staff(Role::Director).await;
        let (organisation, partner) = app.partner(&director, "Velo").await;
        // What it could not be told then is not told later.
        until(&app, &["skipped no_address 1"]).await;
        let contact = json!({ "contact": { "email": "accueil@asso.example" } });
        let patched = app.patch(&format!("/v1/organisations/{organisation}"));
        patched
            .by(&partner)
            .if_match("*")
            .json(&contact)
            .await
            .expect(200);
        let ride = json!({ "title": "Vélo-école", "occurrences": [{
            "local_start": "2027-03-06T10:00:00", "local_end": "2027-03-06T12:00:00",
        }] });
        let (mut count, expected) = (
            0,
            [
                (
                    "publish",
                    "Votre événement « Vélo-école » est dans l'agenda",
                ),
                ("decline", "Votre événement « Vélo-école » n'est pas retenu"),
            ],
        );
        for (answer, subject) in expected {
            let made = app.post("/v1/events").by(&partner).json(&ride).await;
            let event = format!("/v1/events/{}", made.expect(201).text("id"));
            count += 1;
            let taken = post.has_taken(count).await;
            let proposed = told(
                "director@petr.example",
                "Événement proposé : « Vélo-école »",
            );
            assert_eq!(last(&taken), proposed);
            turn(
                &app,
                &director,
                &event,
                answer,
                json!({ "reason": "Voilà." }),
            )
            .await;
            count += 1;
            let taken = post.has_taken(count).await;
            assert_eq!(last(&taken), told("accueil@asso.example", subject));
            let direct = format!("{}{event}", home(&app));
            let leads_there = links(taken.last().unwrap()).contains(&direct);
            assert_eq!(leads_there, answer == "publish");
            all_open(&app, &taken).await;
        }
        // Of the PETR's own events nobody is told.
        app.published(&director, ride).await;
        until(
            &app,
            &[
                "sent 1",
                "sent 1",
                "sent 1",
                "sent 1",
                "skipped no_address 1",
            ],
        )
        .await;
    }
}
