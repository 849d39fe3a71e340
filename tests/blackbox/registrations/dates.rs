//! What those who registered are told of their date.

use chrono::TimeDelta;
use harness::behind::texts;
use harness::engines::engines;
use harness::post_office::MimeHeaders as _;

use super::*;

/// Does something with a date, as the staff.
async fn to_date(app: &App, officer: &Staff, date: &str, action: &str, body: Value) {
    let path = format!("/v1/occurrences/{date}/{action}");
    app.post(&path)
        .by(officer)
        .if_match("*")
        .json(&body)
        .await
        .expect(200);
}

fn to<'t>(taken: &'t [Taken], name: &str) -> &'t Taken {
    taken.iter().find(|mail| mail.to.starts_with(name)).unwrap()
}

/// The date for an agenda that a mail carries.
fn agenda(mail: &Taken) -> String {
    let message = mail.message();
    let mut files = message.attachments();
    let file = files.next().unwrap();
    assert_eq!(
        file.content_type().and_then(|kind| kind.subtype()),
        Some("calendar")
    );
    String::from_utf8(file.contents().to_vec()).unwrap()
}

#[tokio::test]
async fn all_are_told_that_their_date_moves_and_then_that_it_is_cancelled() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(1)).await;
        let alma = registered(&app, &officer, &date, "Alma", 1).await;
        registered(&app, &officer, &date, "Basile", 1).await;
        registered(&app, &officer, &date, "Chloe", 1).await;
        post.has_taken(3).await;
        turned(&app, &officer, &alma, "cancel").await.expect(200);
        post.has_taken(5).await;
        let body = json!({
            "local_start": "2026-12-12T18:00:00", "local_end": "2026-12-12T20:00:00",
            "reason": "La salle est prise.",
        });
        to_date(&app, &officer, &date, "move", body).await;
        let taken = post.has_taken(7).await;
        let moved = &taken[5..];
        assert!(
            moved.iter().all(|mail| !mail.to.starts_with("alma")),
            "who cancelled is not told"
        );
        let told = to(moved, "basile");
        assert!(told.message().subject().unwrap().starts_with("Changement"));
        assert!(
            text(told).contains("12 décembre 2026") && text(told).contains("La salle est prise.")
        );
        let ics = agenda(told);
        assert!(
            ics.contains("DTSTART;TZID=Europe/Paris:20261212T180000"),
            "{ics}"
        );
        to_date(
            &app,
            &officer,
            &date,
            "cancel",
            json!({ "reason": "Il neige." }),
        )
        .await;
        let taken = post.has_taken(9).await;
        let told = to(&taken[7..], "chloe");
        assert!(told.message().subject().unwrap().starts_with("Annulé"));
        assert!(text(told).contains("> Il neige."));
        assert!(
            !text(told).contains("/registrations/"),
            "there is nothing left to cancel"
        );
    }
}

#[tokio::test]
async fn who_comes_is_reminded_the_day_before_once_with_the_date_for_their_agenda() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let second = app.another_instance_with(&app.url, by(&post)).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(1)).await;
        registered(&app, &officer, &date, "Alma", 1).await;
        registered(&app, &officer, &date, "Basile", 1).await;
        post.has_taken(2).await;
        // A mail that was taken, and is not known to be yet, would be due again when the clock leaps.
        all_settled(&app).await;
        // It begins on 10 December at 17:00 in UTC.
        app.advance(TimeDelta::days(15) + TimeDelta::hours(8) + TimeDelta::minutes(30));
        let taken = post.has_taken(3).await;
        assert_eq!(
            taken[2].to, "alma@courriel.example",
            "who waits is not reminded"
        );
        assert!(taken[2].message().subject().unwrap().starts_with("Rappel"));
        let ics = agenda(&taken[2]);
        assert_eq!(ics.matches("BEGIN:VEVENT").count(), 1);
        app.advance(TimeDelta::hours(2));
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        assert_eq!(post.taken().len(), 3, "once, whichever instance it was");
        drop(second);
    }
}

/// Until no mail waits.
async fn all_settled(app: &App) {
    for _ in 0..200 {
        let waiting = texts(app, "select kind from mails where state = 'waiting'").await;
        if waiting.is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("mails wait");
}
