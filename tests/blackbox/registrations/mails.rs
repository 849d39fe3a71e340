//! What is proved by mail: by a real SMTP server, as a reader who is not ours understands it.

use chrono::TimeDelta;
use harness::engines::engines;

use super::*;

#[tokio::test]
async fn a_link_is_opened_without_effect_and_its_button_confirms_and_cancels() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(1)).await;
        register(&app, &date, "Alma", 1).await.expect(201);
        let taken = post.has_taken(1).await;
        assert_eq!(taken[0].to, "alma@courriel.example");
        assert!(
            !text(&taken[0]).contains("Alma"),
            "whoever typed it may be anybody"
        );
        let page = format!("/registrations/{}", link(&taken[0]));
        let shown = app.get(&page).await;
        shown.expect(200);
        assert_eq!(shown.header("cache-control"), "no-store");
        assert_eq!(shown.header("referrer-policy"), "no-referrer");
        assert_eq!(shown.header("set-cookie"), "");
        assert!(shown.utf8().contains("Confirmer mon inscription"));
        assert_eq!(
            states(&app, &officer, &date).await,
            ["Alma pending"],
            "to look changes nothing"
        );
        app.get(&page[..page.len() - 1]).await.expect(404);

        let pressed = app.post(&format!("{page}/confirm")).empty().await;
        assert_eq!(pressed.expect(303).header("location"), page);
        assert_eq!(states(&app, &officer, &date).await, ["Alma confirmed"]);
        app.post(&format!("{page}/confirm"))
            .empty()
            .await
            .expect(303);
        let taken = post.has_taken(2).await;
        assert!(
            taken[1]
                .message()
                .subject()
                .unwrap()
                .starts_with("Vous êtes inscrit·e")
        );

        register(&app, &date, "Basile", 1).await.expect(201);
        let taken = post.has_taken(3).await;
        assert!(
            text(&taken[2]).contains("liste d'attente"),
            "{}",
            text(&taken[2])
        );
        let waiting = app
            .get(&format!("/registrations/{}", link(&taken[2])))
            .await;
        assert!(
            waiting
                .expect(200)
                .utf8()
                .contains("0 groupe(s) avant vous")
        );

        app.post(&format!("{page}/cancel"))
            .empty()
            .await
            .expect(303);
        let expected = ["Alma cancelled", "Basile offered"];
        assert_eq!(states(&app, &officer, &date).await, expected);
        let taken = post.has_taken(5).await;
        let to: Vec<&str> = taken[3..].iter().map(|mail| mail.to.as_str()).collect();
        assert!(to.contains(&"alma@courriel.example") && to.contains(&"basile@courriel.example"));
        let offer = taken[3..]
            .iter()
            .find(|mail| mail.to.starts_with("basile"))
            .unwrap();
        let taking = json!({ "code": code(offer) });
        let id = all(&app, &officer, &date).await[1].clone();
        app.post(&path(&id, "confirm"))
            .json(&taking)
            .await
            .expect(200);
        let expected = ["Alma cancelled", "Basile confirmed"];
        assert_eq!(states(&app, &officer, &date).await, expected);
    }
}

#[tokio::test]
async fn a_code_has_five_tries_and_is_bound_to_its_registration() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(5)).await;
        let alma = register(&app, &date, "Alma", 1).await.expect(201).body();
        let basile = register(&app, &date, "Basile", 1).await.expect(201).body();
        let taken = post.has_taken(2).await;
        let of = |name: &str| taken.iter().find(|mail| mail.to.starts_with(name)).unwrap();
        let (right, other) = (code(of("alma")), code(of("basile")));
        assert_ne!(right, other);
        app.post(&path(&alma, "confirm")).empty().await.expect(422);
        let forged = json!({ "token": link(of("basile")) });
        app.post(&path(&alma, "confirm"))
            .json(&forged)
            .await
            .expect(404);
        let tried = |code: &str| {
            let call = app
                .post(&path(&alma, "confirm"))
                .json(&json!({ "code": code }));
            async move { call.await }
        };
        for _ in 0..4 {
            tried(&other).await.expect(422);
        }
        let answer = tried(&right).await.expect(200).body();
        assert_eq!(answer["state"], "confirmed");
        assert!(answer.get("name").is_none());
        for _ in 0..5 {
            let wrong = json!({ "code": "000000" });
            app.post(&path(&basile, "confirm"))
                .json(&wrong)
                .await
                .expect(422);
        }
        let late = json!({ "code": other });
        app.post(&path(&basile, "confirm"))
            .json(&late)
            .await
            .expect(422);
        app.advance(TimeDelta::minutes(31));
        let too_late = json!({ "token": link(of("basile")) });
        app.post(&path(&basile, "confirm"))
            .json(&too_late)
            .await
            .expect(409);
    }
}

#[tokio::test]
async fn who_confirms_is_the_person_who_is_known_by_the_address() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(9)).await;
        let other = date_for(&app, &officer, Some(9)).await;
        let confirmed = async |date: &str, name: &str, mails: usize| {
            let body = json!({ "name": name, "email": "Alma@courriel.example" });
            let made = app.post(&format!("/v1/occurrences/{date}/registrations"));
            let made = made.json(&body).await.expect(201).body();
            one_after_the_other(&app);
            let taken = post.has_taken(mails).await;
            let proof = json!({ "token": link(&taken[mails - 1]) });
            app.post(&path(&made, "confirm")).json(&proof).await.status
        };
        assert_eq!(confirmed(&date, "Alma", 1).await, 200);
        post.has_taken(2).await;
        assert_eq!(confirmed(&other, "Alma Martin", 3).await, 200);
        post.has_taken(4).await;
        let (first, second) = (
            all(&app, &officer, &date).await,
            all(&app, &officer, &other).await,
        );
        assert_eq!(
            first[0]["citizen_id"], second[0]["citizen_id"],
            "one person"
        );
        assert_eq!(second[0]["name"], "Alma Martin", "as they said this time");
        let citizens = app
            .get("/v1/citizens")
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(citizens["data"].as_array().unwrap().len(), 1);
        assert_eq!(citizens["data"][0]["name"], "Alma");
        // Registered already: the other one counts.
        assert_eq!(confirmed(&date, "Alma", 5).await, 409);
        let again = all(&app, &officer, &date).await;
        assert_eq!(again[1]["because"], "already_registered");
        let told = app
            .get(&format!("/v1/occurrences/{date}/availability"))
            .await;
        assert_eq!(told.expect(200).body()["held"], 1);
    }
}
