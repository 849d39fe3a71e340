//! How places are given, kept and given back.

use chrono::TimeDelta;
use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn a_place_is_held_for_half_an_hour_and_then_goes_to_the_next() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(1)).await;
        let first = register(&app, &date, "Alma", 1).await;
        let first = first.expect(201).body();
        assert_eq!(first["state"], "pending");
        assert_eq!(first["expires_at"], "2026-11-24T09:30:00Z");
        for personal in ["name", "email", "citizen_id", "telephone"] {
            assert!(first.get(personal).is_none(), "{personal}: {first}");
        }
        let second = register(&app, &date, "Basile", 1).await.expect(201).body();
        assert_eq!(second["state"], "waitlisted");
        app.advance(TimeDelta::minutes(31));
        // Anybody who looks at the places has them settled; the clock does so by itself as well.
        let third = register(&app, &date, "Chloe", 1).await.expect(201).body();
        assert_eq!(third["state"], "waitlisted", "the second was before");
        let officer = app
            .staff_named("later@petr.example", &[Role::Officer])
            .await;
        let expected = ["Alma cancelled", "Basile offered", "Chloe waitlisted"];
        assert_eq!(states(&app, &officer, &date).await, expected);
    })
    .await;
}

#[tokio::test]
async fn the_clock_gives_on_what_nobody_confirmed() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(1)).await;
        register(&app, &date, "Alma", 1).await.expect(201);
        register(&app, &date, "Basile", 1).await.expect(201);
        app.advance(TimeDelta::minutes(31));
        let officer = app
            .staff_named("later@petr.example", &[Role::Officer])
            .await;
        let expected = ["Alma cancelled", "Basile offered"];
        for _ in 0..100 {
            if states(&app, &officer, &date).await == expected {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("{:?}", states(&app, &officer, &date).await);
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_place_goes_to_the_first_who_fits_whole() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(4)).await;
        let alma = registered(&app, &officer, &date, "Alma", 1).await;
        registered(&app, &officer, &date, "Basile", 3).await;
        let chloe = registered(&app, &officer, &date, "Chloe", 3).await;
        registered(&app, &officer, &date, "Denis", 1).await;
        let told = app
            .get(&format!("/v1/occurrences/{date}/availability"))
            .await;
        let told = told.expect(200).body();
        assert_eq!(
            (&told["free"], &told["waiting"], &told["why"]),
            (&json!(0), &json!(2), &json!("full"))
        );
        let cancelled = turned(&app, &officer, &alma, "cancel")
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&cancelled["state"], &cancelled["because"]),
            (&json!("cancelled"), &json!("by_staff"))
        );
        let expected = [
            "Alma cancelled",
            "Basile confirmed",
            "Chloe waitlisted",
            "Denis offered",
        ];
        assert_eq!(
            states(&app, &officer, &date).await,
            expected,
            "three don't fit in one place"
        );
        // Once more gives nothing back.
        turned(&app, &officer, &alma, "cancel").await.expect(200);
        assert_eq!(states(&app, &officer, &date).await, expected);
        let told = app
            .get(&format!("/v1/occurrences/{date}/availability"))
            .await;
        assert_eq!(told.expect(200).body()["held"], 4);
        // Who waits takes no place that there isn't.
        let refused = turned(&app, &officer, &chloe, "confirm").await;
        refused.expect(409);
    })
    .await;
}

#[tokio::test]
async fn more_places_serve_those_who_wait() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(2)).await;
        registered(&app, &officer, &date, "Alma", 2).await;
        registered(&app, &officer, &date, "Basile", 2).await;
        registered(&app, &officer, &date, "Chloe", 1).await;
        let event = app.get("/v1/events").by(&officer).await.expect(200).body();
        let event = event["data"][0]["id"].as_str().unwrap().to_owned();
        let body = json!({ "occurrences": [{
            "id": date, "local_start": "2026-12-10T18:00:00", "local_end": "2026-12-10T20:00:00",
            "capacity": 4,
        }] });
        let path = format!("/v1/events/{event}");
        app.patch(&path)
            .by(&officer)
            .if_match("*")
            .json(&body)
            .await
            .expect(200);
        let expected = ["Alma confirmed", "Basile offered", "Chloe waitlisted"];
        assert_eq!(states(&app, &officer, &date).await, expected);
    })
    .await;
}

#[tokio::test]
async fn what_takes_no_registrations_says_why() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(3)).await;
        let large = register(&app, &date, "Alma", 4).await;
        assert_eq!(large.expect(422).faults(), ["/party_size party_too_large"]);
        let nobody =
            json!({ "party_size": 1, "citizen_id": "0198c0a0-0000-7000-8000-000000000001" });
        let path = format!("/v1/occurrences/{date}/registrations");
        let refused = app.post(&path).json(&nobody).await;
        let faults = ["/citizen_id petr_only", "/email required"];
        assert_eq!(refused.expect(422).faults(), faults);
        let child =
            json!({ "name": "Léo", "email": "leo@courriel.example", "age_band": "under_15" });
        let refused = app.post(&path).json(&child).await;
        assert_eq!(refused.expect(422).faults(), ["/age_band petr_only"]);
        let unknown = app.post(&path).by(&officer).json(&nobody).await;
        assert_eq!(
            unknown.expect(422).faults(),
            ["/citizen_id unknown_citizen"]
        );
        let settings = json!({ "opens_at": "2026-12-01T08:00:00Z", "has_waitlist": false });
        let of_date = format!("/v1/occurrences/{date}/registration-settings");
        app.call("PUT", &of_date)
            .by(&officer)
            .json(&settings)
            .await
            .expect(428);
        app.call("PUT", &of_date)
            .by(&officer)
            .if_match("*")
            .json(&settings)
            .await
            .expect(200);
        register(&app, &date, "Alma", 1).await.expect(409);
        registered(&app, &officer, &date, "Basile", 2).await;
        app.advance(TimeDelta::days(8));
        let refused = register(&app, &date, "Chloe", 2).await;
        assert!(
            refused.expect(409).problem().contains("conflict"),
            "there is no waitlist"
        );
        register(&app, &date, "Chloe", 1).await.expect(201);
        app.advance(TimeDelta::days(9));
        let officer_late = app
            .staff_named("third@petr.example", &[Role::Officer])
            .await;
        register(&app, &date, "Denis", 1).await.expect(409);
        registered(&app, &officer_late, &date, "Elsa", 1).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_registered_twice_and_an_address_holds_one_place() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(5)).await;
        register(&app, &date, "Alma", 3).await.expect(201);
        let again = register(&app, &date, "Alma", 2).await.expect(201).body();
        assert_eq!(again["state"], "pending");
        let told = app
            .get(&format!("/v1/occurrences/{date}/availability"))
            .await;
        assert_eq!(
            told.expect(200).body()["held"],
            2,
            "the one before is given back"
        );
        for _ in 0..3 {
            register(&app, &date, "Alma", 1).await.expect(201);
        }
        register(&app, &date, "Alma", 1).await.expect(429);
        let basile = registered(&app, &officer, &date, "Basile", 1).await;
        let body = json!({ "citizen_id": basile["citizen_id"] });
        let path = format!("/v1/occurrences/{date}/registrations");
        let twice = app.post(&path).by(&officer).json(&body).await;
        assert_eq!(twice.expect(409).body()["existing"]["id"], basile["id"]);
    })
    .await;
}

#[tokio::test]
async fn only_the_staff_sees_who_comes_and_each_look_is_recorded() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(5)).await;
        let alma = registered(&app, &officer, &date, "Alma", 1).await;
        let of_date = format!("/v1/occurrences/{date}/registrations");
        let one = format!("/v1/registrations/{}", alma["id"].as_str().unwrap());
        for role in [Role::Referent, Role::Funder] {
            let other = app.staff(role).await;
            for path in [&of_date, &one] {
                app.get(path).by(&other).await.expect(403);
            }
        }
        app.get(&one).await.expect(401);
        app.get(&one).by(&officer).await.expect(200);
        let director = app.staff(Role::Director).await;
        let trail = app
            .get("/v1/audit-entries")
            .query(&[("operation", "registrations_get")]);
        let trail = trail.by(&director).await.expect(200).body();
        let entry = &trail["data"][0];
        assert_eq!(entry["facts"], json!(["personal_data.read"]));
        assert_eq!(entry["subject"]["id"], alma["id"]);
    })
    .await;
}
