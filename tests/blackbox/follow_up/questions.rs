//! What is asked about projects, and answered.

use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn what_is_internal_is_read_by_the_holder_and_the_staff() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let body = question("Canari ?", "internal");
        let (internal, one) = added(&app, &cast.officer, &project, "questions", &body).await;
        let body = question("Une salle ?", "public");
        let (public, two) = added(&app, &cast.partner, &project, "questions", &body).await;
        assert_eq!(
            [&one["asked_by"], &two["asked_by"]],
            [&json!("petr"), &json!("holder")]
        );
        assert_eq!(one["waiting_since"], one["created_at"]);
        let address = format!("{project}/questions");
        for inside in [&cast.officer, &cast.partner] {
            let seen = column(&app, Some(inside), &address, "id").await;
            assert_eq!(seen, [one["id"].clone(), two["id"].clone()]);
            read(&app, Some(inside), &internal).await.expect(200);
        }
        for outside in [None, Some(&cast.other)] {
            let seen = column(&app, outside, &address, "id").await;
            assert_eq!(seen, [two["id"].clone()]);
            read(&app, outside, &internal).await.expect(404);
            read(&app, outside, &public).await.expect(200);
            let told = timeline(&app, outside, &project).await;
            assert_eq!(told, [("question_asked".to_owned(), two["id"].clone())]);
        }
        assert_eq!(timeline(&app, Some(&cast.partner), &project).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn it_waits_until_the_other_side_answers_and_the_petrs_answer_is_official() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let body = question("Une salle ?", "public");
        let (path, asked) = added(&app, &cast.partner, &project, "questions", &body).await;
        let (_, other) = added(&app, &cast.officer, &project, "questions", &body).await;
        let answer = |by: &Staff, text: &str| {
            app.advance(TimeDelta::minutes(1));
            let call = app.post(&format!("{path}/answer")).by(by);
            call.json(&json!({ "text": text }))
        };
        let more = answer(&cast.partner, "Pour juin.").await.expect(200).body();
        assert_eq!(more["waiting_since"], asked["created_at"]);
        let waiting = format!("{project}/questions?answered=false");
        let both = [asked["id"].clone(), other["id"].clone()];
        assert_eq!(column(&app, None, &waiting, "id").await, both);
        let answered = answer(&cast.officer, "Oui.").await;
        assert_eq!(answered.expect(200).header("etag"), answered.body()["etag"]);
        let answered = read(&app, None, &path).await.expect(200).body();
        assert_eq!(answered.get("waiting_since"), None);
        let answers = answered["answers"].as_array().unwrap();
        let said = |field: &str| {
            answers
                .iter()
                .map(|one| one[field].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(said("official"), [json!(false), json!(true)]);
        assert_eq!(said("text"), [json!("Pour juin."), json!("Oui.")]);
        assert_eq!(answered["answered_at"], answers[1]["at"]);
        assert_eq!(column(&app, None, &waiting, "id").await, both[1..]);
        let address = format!("{project}/questions");
        for (query, expected) in [
            ("answered=true", &both[..1]),
            ("asked_by=petr", &both[1..]),
            ("asked_by=petr,holder", &both[..]),
            ("asked_by=holder&answered=false", &[]),
        ] {
            let found = column(&app, None, &format!("{address}?{query}"), "id").await;
            assert_eq!(found, expected, "{query}");
        }
        let kinds = timeline(&app, None, &project).await;
        let kinds: Vec<_> = kinds.iter().map(|(kind, _)| kind.as_str()).collect();
        let [asked, answered] = ["question_asked", "question_answered"];
        assert_eq!(kinds, [asked, asked, answered, answered]);
    })
    .await;
}

#[tokio::test]
async fn it_is_changed_and_withdrawn_until_anybody_answers() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let body = question("Une salle ?", "public");
        let (path, _) = added(&app, &cast.partner, &project, "questions", &body).await;
        let hidden = json!({ "visibility": "internal" });
        let changed = patch(&app, &cast.partner, &path, &hidden).await;
        assert_eq!(changed.expect(200).body()["visibility"], "internal");
        read(&app, None, &path).await.expect(404);
        assert_eq!(timeline(&app, None, &project).await, []);
        let shown = json!({ "visibility": "public", "text": "Deux salles ?" });
        patch(&app, &cast.partner, &path, &shown).await.expect(200);
        assert_eq!(timeline(&app, None, &project).await.len(), 1);

        let (petrs, _) = added(&app, &cast.officer, &project, "questions", &body).await;
        for refused in [
            patch(&app, &cast.partner, &petrs, &hidden).await,
            delete(&app, &cast.partner, &petrs).await,
        ] {
            assert_eq!(refused.expect(409).problem(), "conflict");
        }
        delete(&app, &cast.officer, &petrs).await.expect(204);
        read(&app, Some(&cast.officer), &petrs).await.expect(404);

        let answer = app.post(&format!("{path}/answer")).by(&cast.officer);
        answer.json(&json!({ "text": "Oui." })).await.expect(200);
        for refused in [
            patch(&app, &cast.partner, &path, &hidden).await,
            delete(&app, &cast.officer, &path).await,
        ] {
            assert_eq!(refused.expect(409).problem(), "wrong-state");
            assert_eq!(refused.body()["state"], "answered");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_asked_of_a_draft() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = led(&app, &cast, &[]).await;
        let body = question("Déjà ?", "internal");
        let refused = add(&app, &cast.officer, &project, "questions", &body).await;
        assert_eq!(refused.expect(409).body()["state"], "draft");
        let silent = json!({ "text": "", "visibility": "secret" });
        let wrong = add(&app, &cast.officer, &project, "questions", &silent).await;
        let mut faults = wrong.expect(422).faults();
        faults.sort();
        assert_eq!(faults, ["/text too_short", "/visibility unknown_value"]);
    })
    .await;
}
