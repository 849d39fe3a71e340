//! Whose a registration is that nobody confirmed, when its code is brought to the door.

use harness::engines::engines;

use super::attendance::evening;
use super::*;

async fn people(app: &App, officer: &Staff) -> Value {
    let figures = app.get("/v1/participation-figures").by(officer).await;
    figures.expect(200).body()["total"]["people"].clone()
}

#[tokio::test]
async fn whoever_brings_the_code_of_a_mail_is_who_is_known_by_its_address() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let desk = officer(&app).await;
        let date = date_for(&app, &desk, Some(1)).await;
        let other = date_for(&app, &desk, Some(1)).await;
        for date in [&date, &other] {
            registered(&app, &desk, date, "Denis", 1).await;
        }
        let known = app.citizen("alma@courriel.example", "Alma Rey").await;
        // For one date by the form alone, for the other she had registered before, signed in.
        let path = format!("/v1/occurrences/{other}/registrations");
        let own = app.post(&path).by(&known).json(&json!({})).await;
        let own = own.expect(201).body();
        one_after_the_other(&app);
        let mut codes = Vec::new();
        for date in [&date, &other] {
            let made = register(&app, date, "Alma", 1).await.expect(201).body();
            assert_eq!(made["state"], "waitlisted");
            // Two confirmations, that she waits, and that her address is to be confirmed.
            let taken = post.has_taken(4 + codes.len()).await;
            let id = made["id"].as_str().unwrap().to_owned();
            let mails = taken
                .iter()
                .filter(|mail| mail.to == "alma@courriel.example");
            let mut mail = mails.filter(|mail| mail.text().contains("Confirmez votre adresse"));
            codes.push((id, mail.next_back().unwrap().code()));
        }
        let desk = evening(&app).await;
        let bring = async |date: &str, code: &str| {
            let path = format!("/v1/occurrences/{date}/check-in");
            let there = app
                .post(&path)
                .by(&desk)
                .json(&json!({ "code": code }))
                .await;
            there.expect(200).body()
        };
        let there = bring(&date, &codes[0].1).await;
        assert_eq!(
            (&there["id"], &there["state"], &there["citizen_id"]),
            (&json!(codes[0].0), &json!("attended"), &json!(known.id))
        );
        assert_eq!(there["name"], "Alma", "as she called herself this time");
        assert_eq!(people(&app, &desk).await, 1);
        let there = bring(&other, &codes[1].1).await;
        assert_eq!(
            (&there["id"], &there["state"]),
            (&own["id"], &json!("attended")),
            "the one that she has is noted"
        );
        let states = states(&app, &desk, &other).await;
        assert_eq!(
            states,
            ["Denis confirmed", "Alma Rey attended", "Alma cancelled"]
        );
        assert_eq!(people(&app, &desk).await, 1, "she is one person");
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    }
}

#[tokio::test]
async fn what_becomes_of_a_date_is_told_to_the_address_that_was_registered() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let desk = officer(&app).await;
        let date = date_for(&app, &desk, Some(2)).await;
        let alma = registered(&app, &desk, &date, "Alma", 1).await;
        post.has_taken(1).await;
        let kept = json!({ "name": "Alma Rey" });
        let kept = app.post("/v1/citizens").by(&desk).json(&kept).await;
        let kept = kept.expect(201).body();
        let path = format!(
            "/v1/citizens/{}/merge",
            alma["citizen_id"].as_str().unwrap()
        );
        let merged = app
            .post(&path)
            .by(&desk)
            .json(&json!({ "into": kept["id"] }));
        merged.await.expect(200);
        turned(&app, &desk, &alma, "cancel").await.expect(200);
        let taken = post.has_taken(2).await;
        assert_eq!(
            taken[1].to, "alma@courriel.example",
            "whoever she turned out to be"
        );
    }
}

/// As a list: whoever brought the code of a mail is who is known by its address, and is there once; and the same
/// list can be sent again.
#[tokio::test]
async fn a_list_by_codes_knows_people_as_the_door_does() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let desk = officer(&app).await;
        let date = date_for(&app, &desk, Some(1)).await;
        let other = date_for(&app, &desk, Some(1)).await;
        for date in [&date, &other] {
            registered(&app, &desk, date, "Denis", 1).await;
        }
        let known = app.citizen("alma@courriel.example", "Alma Rey").await;
        let path = format!("/v1/occurrences/{other}/registrations");
        let own = app.post(&path).by(&known).json(&json!({})).await;
        let own = own.expect(201).body();
        one_after_the_other(&app);
        let mut codes = Vec::new();
        for date in [&date, &other] {
            register(&app, date, "Alma", 1).await.expect(201);
            let taken = post.has_taken(4 + codes.len()).await;
            let mails = taken
                .iter()
                .filter(|mail| mail.to == "alma@courriel.example");
            let mut mail = mails.filter(|mail| mail.text().contains("Confirmez votre adresse"));
            codes.push(mail.next_back().unwrap().code());
        }
        let desk = evening(&app).await;
        let list = async |date: &str, body: String| {
            let path = format!("/v1/occurrences/{date}/attendance");
            let noted = app.post(&path).by(&desk).body("text/csv", body);
            noted.await
        };
        let table = |code: &str| format!("code,state\n{code},attended\n");
        // With a fault nothing is kept, not even who it is.
        let faulty = format!("{}999999999,attended\n", table(&codes[0]));
        list(&date, faulty).await.expect(422);
        let before = all(&app, &desk, &date).await;
        assert_ne!(before[1]["citizen_id"], json!(known.id));

        let noted = list(&date, table(&codes[0])).await.expect(200).body();
        assert_eq!(noted["counts"]["changed"], 1);
        let hers = all(&app, &desk, &date).await;
        assert_eq!(
            (&hers[1]["state"], &hers[1]["citizen_id"]),
            (&json!("attended"), &json!(known.id))
        );
        for changed in [1, 0] {
            let noted = list(&other, table(&codes[1])).await.expect(200).body();
            assert_eq!(noted["data"][0]["registration_id"], own["id"]);
            assert_eq!(noted["counts"]["changed"], changed);
        }
        let states = states(&app, &desk, &other).await;
        let expected = ["Denis confirmed", "Alma Rey attended", "Alma cancelled"];
        assert_eq!(states, expected);
        assert_eq!(people(&app, &desk).await, 1, "she is one person");
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    }
}
