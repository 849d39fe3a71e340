//! Who was there.

use chrono::TimeDelta;
use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn who_was_there_is_noted_corrected_and_taken_back() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(3)).await;
        let alma = registered(&app, &officer, &date, "Alma", 2).await;
        let basile = registered(&app, &officer, &date, "Basile", 1).await;
        let chloe = registered(&app, &officer, &date, "Chloe", 1).await;
        assert_eq!(chloe["state"], "waitlisted");
        turned(&app, &officer, &alma, "check-in").await.expect(409);
        app.advance(TimeDelta::days(16) + TimeDelta::hours(8) + TimeDelta::minutes(30));
        let officer = app
            .staff_named("evening@petr.example", &[Role::Officer])
            .await;
        let check_in = async |registration: &Value, body: Value| {
            let call = app
                .post(&path(registration, "check-in"))
                .by(&officer)
                .json(&body);
            call.await
        };
        check_in(&alma, json!({ "present": 3 })).await.expect(422);
        let one = check_in(&alma, json!({ "present": 1 }))
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&one["state"], &one["present"]),
            (&json!("attended"), &json!(1))
        );
        let both = check_in(&alma, json!({ "role": "member" }))
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&both["present"], &both["role"]),
            (&json!(2), &json!("member"))
        );
        check_in(&chloe, json!({})).await.expect(200);
        turned(&app, &officer, &basile, "miss").await.expect(200);
        let expected = ["Alma attended", "Basile no_show", "Chloe attended"];
        assert_eq!(states(&app, &officer, &date).await, expected);
        turned(&app, &officer, &chloe, "take-back")
            .await
            .expect(200);
        turned(&app, &officer, &basile, "take-back")
            .await
            .expect(200);
        turned(&app, &officer, &basile, "take-back")
            .await
            .expect(409);
        let expected = ["Alma attended", "Basile confirmed", "Chloe waitlisted"];
        assert_eq!(states(&app, &officer, &date).await, expected);
    })
    .await;
}

/// The evening of the date has come: who works then signs in then.
pub(super) async fn evening(app: &App) -> Staff {
    app.advance(TimeDelta::days(16) + TimeDelta::hours(8) + TimeDelta::minutes(30));
    app.staff_named("evening@petr.example", &[Role::Officer])
        .await
}

async fn walks_in(app: &App, officer: &Staff, date: &str, body: Value) -> Reply {
    let path = format!("/v1/occurrences/{date}/walk-ins");
    let made = app.post(&path).by(officer).json(&body).await;
    one_after_the_other(app);
    made
}

/// The facts of a date, as what they are and of how many.
pub(super) async fn facts(app: &App, officer: &Staff, date: &str) -> Vec<String> {
    let rows = app
        .get("/v1/participations")
        .query(&[("occurrence_id", date)])
        .by(officer)
        .await
        .expect(200)
        .body();
    let said = |row: &Value| format!("{} {}", row["kind"].as_str().unwrap(), row["count"]);
    rows["data"].as_array().unwrap().iter().map(said).collect()
}

#[tokio::test]
async fn who_walks_in_is_counted_at_once_however_full_it_is() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(2)).await;
        let alma = registered(&app, &officer, &date, "Alma", 2).await;
        let basile = registered(&app, &officer, &date, "Basile", 1).await;
        assert_eq!(basile["state"], "waitlisted");
        let early = walks_in(&app, &officer, &date, json!({ "name": "Chloe" })).await;
        assert_eq!(early.expect(409).problem(), "wrong-state");
        let officer = evening(&app).await;
        let chloe = json!({
            "name": "Chloe", "telephone": "06 00 00 00 31", "commune_code": "54329",
            "age_band": "25_39", "party_size": 3, "role": "member",
        });
        let path = format!("/v1/occurrences/{date}/walk-ins");
        let call = || {
            app.post(&path)
                .by(&officer)
                .header("Idempotency-Key", "chloe")
                .json(&chloe)
        };
        let made = call().await.expect(201).body();
        let again = call().await.expect(201).body();
        assert_eq!(made, again, "once");
        one_after_the_other(&app);
        let said = ["state", "channel", "role", "present", "name"].map(|field| &made[field]);
        let expected = [
            json!("attended"),
            json!("walk_in"),
            json!("member"),
            json!(3),
            json!("Chloe"),
        ];
        assert_eq!(said.map(Clone::clone), expected);
        assert_eq!(
            facts(&app, &officer, &date).await,
            ["attendance 1", "companions 2"]
        );
        // Alma has registered: by her id, with one more than she said.
        let body = json!({ "citizen_id": alma["citizen_id"], "party_size": 3 });
        let there = walks_in(&app, &officer, &date, body.clone()).await;
        let there = there.expect(200).body();
        assert_eq!(there["id"], alma["id"]);
        assert_eq!(
            (&there["party_size"], &there["present"]),
            (&json!(3), &json!(3))
        );
        walks_in(&app, &officer, &date, body).await.expect(200);
        let unknown = json!({ "citizen_id": date });
        let unknown = walks_in(&app, &officer, &date, unknown).await;
        assert_eq!(
            unknown.expect(422).faults(),
            ["/citizen_id unknown_citizen"]
        );
        let nobody = walks_in(&app, &officer, &date, json!({})).await;
        assert_eq!(nobody.expect(422).faults(), ["/name required"]);
        let expected = ["Alma attended", "Basile waitlisted", "Chloe attended"];
        assert_eq!(states(&app, &officer, &date).await, expected);
        // It was a mistake: nobody was there, and nothing of it counts.
        let back = turned(&app, &officer, &made, "take-back").await;
        assert_eq!(back.expect(200).body()["state"], "cancelled");
        let expected = ["attendance 1", "companions 2"];
        assert_eq!(facts(&app, &officer, &date).await, expected, "Alma's");
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    })
    .await;
}

#[tokio::test]
async fn who_showed_that_an_address_is_theirs_is_known_at_the_door() {
    for engine in harness::engines::engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, None).await;
        let made = register(&app, &date, "Alma", 2).await.expect(201).body();
        let taken = post.has_taken(1).await;
        let body = json!({ "code": code(&taken[0]) });
        let confirm = app.post(&path(&made, "confirm")).json(&body);
        confirm.await.expect(200);
        let officer = evening(&app).await;
        let other = json!({ "name": "A. Lma", "email": "ALMA@courriel.example" });
        let there = walks_in(&app, &officer, &date, other).await;
        let there = there.expect(200).body();
        assert_eq!(
            (&there["id"], &there["name"]),
            (&made["id"], &json!("Alma"))
        );
        let typed = json!({ "name": "Basile", "email": "basile@courriel.example" });
        walks_in(&app, &officer, &date, typed).await.expect(201);
    }
}

#[tokio::test]
async fn who_walked_in_before_they_confirmed_is_there_once() {
    for engine in harness::engines::engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, None).await;
        app.advance(TimeDelta::days(16) + TimeDelta::hours(3));
        let made = register(&app, &date, "Alma", 1).await.expect(201).body();
        let taken = post.has_taken(1).await;
        let officer = app.staff_named("noon@petr.example", &[Role::Officer]).await;
        let alma = json!({ "name": "Alma", "email": "alma@courriel.example" });
        let there = walks_in(&app, &officer, &date, alma).await;
        let there = there.expect(201).body();
        let confirm = app.post(&path(&made, "confirm"));
        let confirm = confirm.json(&json!({ "code": code(&taken[0]) })).await;
        assert_eq!(confirm.expect(409).body()["existing"]["id"], there["id"]);
        let body = json!({ "citizen_id": there["citizen_id"] });
        let again = app.post(&format!("/v1/occurrences/{date}/registrations"));
        again.by(&officer).json(&body).await.expect(409);
        let states = states(&app, &officer, &date).await;
        assert!(states.contains(&"Alma attended".to_owned()), "{states:?}");
        assert_eq!(states.len(), 2, "{states:?}");
        assert_eq!(facts(&app, &officer, &date).await, ["attendance 1"]);
    }
}
