//! The timeline, for each who reads it.

use harness::app::on_each_database;

use super::*;

async fn told(app: &App, by: Option<&Staff>, project: &Value) -> Vec<String> {
    let call = app.get(&format!("{}/timeline", path(project)));
    let reply = match by {
        Some(by) => call.by(by).await,
        None => call.await,
    };
    let list = reply.expect(200).body();
    let entry = |one: &Value| {
        let words = [
            &one["kind"],
            &one["by"],
            &one["reason"],
            &one["internal_note"],
        ];
        let words = words.map(|word| word.as_str().unwrap_or("-").to_owned());
        words.join(" ")
    };
    list["data"].as_array().unwrap().iter().map(entry).collect()
}

#[tokio::test]
async fn the_timeline_is_public_as_far_as_its_entries_are() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = led(
            &app,
            &cast,
            "Atelier",
            &["submit", "request-information", "submit"],
        )
        .await;
        app.get(&format!("{}/timeline", path(&project)))
            .await
            .expect(404);
        let words = json!({ "reason": "Utile.", "internal_note": "Prudence." });
        let accept = app
            .post(&format!("{}/accept", path(&project)))
            .by(&cast.officer);
        app.advance(TimeDelta::seconds(1));
        accept.if_match("*").json(&words).await.expect(200);
        app.advance(TimeDelta::seconds(1));
        turn(&app, &cast.partner, &project, "start")
            .await
            .expect(200);
        let all = [
            "created holder - -",
            "submitted holder Parce que. -",
            "information_requested petr Parce que. -",
            "submitted holder Parce que. -",
            "accepted petr Utile. Prudence.",
            "started holder Parce que. -",
        ];
        assert_eq!(told(&app, Some(&cast.officer), &project).await, all);
        let own: Vec<_> = all
            .iter()
            .map(|line| line.replace("Prudence.", "-"))
            .collect();
        assert_eq!(told(&app, Some(&cast.partner), &project).await, own);
        let public = [
            "submitted holder - -",
            "submitted holder - -",
            "accepted petr Utile. -",
            "started holder Parce que. -",
        ];
        assert_eq!(told(&app, None, &project).await, public);
        let page = app
            .get(&format!("{}/timeline?limit=1&count=true", path(&project)))
            .await;
        assert_eq!(page.expect(200).body()["page"]["total"], 4);
    })
    .await;
}
