//! Data that are kept and not used, and what people object to.

mod objections;
mod races;

use api::config::RawSettings;
use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::behind::texts;
use harness::engines::engines;
use harness::http::Reply;
use harness::post_office::PostOffice;
use serde_json::{Value, json};

/// Mail to that server.
fn by(post: &PostOffice) -> impl Fn(&mut RawSettings) {
    let url = post.url();
    move |raw| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
        raw.rate_limits = "off".parse().ok();
    }
}

async fn date_for(app: &App, officer: &Staff, capacity: u32) -> String {
    let body = json!({
        "title": "Atelier compost", "kind": "workshop", "visibility": "public",
        "occurrences": [{
            "local_start": "2026-12-10T18:00:00", "local_end": "2026-12-10T20:00:00", "capacity": capacity,
        }],
    });
    let event = app.published(officer, body).await;
    event["occurrences"][0]["id"].as_str().unwrap().to_owned()
}

async fn written_down(app: &App, officer: &Staff, body: Value) -> Value {
    app.advance(TimeDelta::milliseconds(1));
    let made = app.post("/v1/citizens").by(officer).json(&body).await;
    made.expect(201).body()
}

async fn registered(app: &App, who: &Staff, date: &str, body: Value) -> Reply {
    app.advance(TimeDelta::milliseconds(1));
    let path = format!("/v1/occurrences/{date}/registrations");
    app.post(&path).by(who).json(&body).await
}

fn path(citizen: &Value, rest: &str) -> String {
    format!("/v1/citizens/{}{rest}", citizen["id"].as_str().unwrap())
}

async fn restricted(app: &App, officer: &Staff, citizen: &Value) -> Value {
    let body = json!({ "reason": "Kanarigrund" });
    let done = app.post(&path(citizen, "/restrict")).by(officer);
    done.json(&body).await.expect(200).body()
}

async fn lifted(app: &App, officer: &Staff, citizen: &Value) -> Reply {
    let body = json!({ "reason": "Kanariende", "told_on": "2026-11-24" });
    let done = app.post(&path(citizen, "/lift")).by(officer);
    done.json(&body).await
}

async fn read(app: &App, by: &Staff, path: &str) -> String {
    app.get(path).by(by).await.expect(200).utf8()
}

/// Waits until as many mails were skipped for it.
async fn until_withheld(app: &App, mails: usize) {
    for _ in 0..100 {
        let withheld = texts(app, "select kind from mails where problem = 'restricted'").await;
        if withheld.len() >= mails {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the mails were not withheld");
}

#[tokio::test]
async fn who_is_restricted_stands_in_no_list_and_is_found_to_be_lifted() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = date_for(&app, &officer, 3).await;
        let other = date_for(&app, &officer, 3).await;
        let zoe = json!({ "name": "Zoé Lefèvre", "email": "zoe@courriel.example", "telephone": "0612345678" });
        let zoe = written_down(&app, &officer, zoe).await;
        let ana = json!({ "name": "Ana Petit", "telephone": "0612345678" });
        let ana = written_down(&app, &officer, ana).await;
        let hers = registered(&app, &officer, &date, json!({ "citizen_id": zoe["id"], "party_size": 2 }));
        let hers = hers.await.expect(201).body();
        let figures = "/v1/participation-figures";
        let counted = app.get(figures).by(&officer).await.expect(200).body()["total"].clone();

        let restrict = path(&zoe, "/restrict");
        let body = json!({ "reason": "Kanarigrund" });
        app.post(&restrict).by(&officer).if_match("\"v9-staff-0\"").json(&body).await.expect(412);
        app.post(&restrict).by(&officer).json(&json!({})).await.expect(422);
        let shown = restricted(&app, &officer, &zoe).await;
        assert!(shown["restricted_at"].is_string(), "{shown}");
        let again = restricted(&app, &officer, &zoe).await;
        assert_eq!(again["etag"], shown["etag"], "again it changes nothing");

        let registrations = format!("/v1/occurrences/{date}/registrations");
        let of_her = format!("/v1/registrations?citizen_id={}", zoe["id"].as_str().unwrap());
        for list in [
            "/v1/citizens",
            "/v1/citizens/doubles",
            &path(&ana, "/doubles"),
            &registrations,
            &of_her,
            &format!("{registrations}.csv"),
            &format!("/v1/occurrences/{date}/attendance-sheet"),
        ] {
            let text = read(&app, &officer, list).await;
            assert!(!text.contains("Lefèvre") && !text.contains(hers["id"].as_str().unwrap()), "{list}: {text}");
        }
        for body in [json!({ "q": "lefevre" }), json!({ "email": "zoe@courriel.example" })] {
            let found = app.post("/v1/citizens/search").by(&officer).json(&body).await;
            assert_eq!(found.expect(200).body()["data"], json!([]), "{body}");
        }
        let places = read(&app, &officer, &format!("/v1/occurrences/{date}/availability")).await;
        assert!(places.contains("\"held\":2"), "{places}");
        let now = app.get(figures).by(&officer).await.expect(200).body()["total"].clone();
        assert_eq!(now, counted);

        // Nothing new, by whichever way.
        for body in [
            json!({ "citizen_id": zoe["id"] }),
            json!({ "name": "Zoé", "email": "ZOE@courriel.example" }),
        ] {
            let refused = registered(&app, &officer, &other, body).await;
            assert_eq!(refused.expect(409).problem(), "conflict");
        }
        for (one, into) in [(&zoe, &ana), (&ana, &zoe)] {
            let refused = app.post(&path(one, "/merge")).by(&officer).json(&json!({ "into": into["id"] }));
            refused.await.expect(409);
        }

        let only = app.get("/v1/citizens?restricted=true").by(&officer).await.expect(200).body();
        assert_eq!(only["data"].as_array().unwrap().len(), 1);
        assert_eq!(only["data"][0]["id"], zoe["id"]);
        let why = app.get(&path(&zoe, "/restrictions")).by(&officer).await.expect(200).body();
        assert_eq!((&why["data"][0]["because"], &why["data"][0]["reason"]), (&json!("staff"), &json!("Kanarigrund")));
        let held = app.get(&path(&zoe, "/export")).by(&officer).await.expect(200).body();
        assert_eq!(held["restrictions"], why["data"]);
        assert_eq!(held["registrations"].as_array().unwrap().len(), 1);

        let late = json!({ "reason": "Corrigé", "told_on": "2027-01-01" });
        let late = app.post(&path(&zoe, "/lift")).by(&officer).json(&late).await;
        assert_eq!(late.expect(422).faults(), ["/told_on in_the_future"]);
        let free = lifted(&app, &officer, &zoe).await.expect(200).body();
        assert!(free.get("restricted_at").is_none());
        lifted(&app, &officer, &zoe).await.expect(409);
        lifted(&app, &officer, &ana).await.expect(409);
        assert!(read(&app, &officer, "/v1/citizens").await.contains("Lefèvre"));
        assert!(read(&app, &officer, &registrations).await.contains("Lefèvre"));
        registered(&app, &officer, &other, json!({ "citizen_id": zoe["id"] })).await.expect(201);

        let director = app.staff(Role::Director).await;
        let trail = read(&app, &director, "/v1/audit-entries?limit=200").await;
        assert!(trail.contains("citizen.restricted") && trail.contains("citizen.restriction_lifted"));
        assert!(!trail.contains("Kanari"), "the trail has no reason");
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    })
    .await;
}

#[tokio::test]
async fn a_citizen_restricts_themselves_and_is_written_what_they_ask_for_alone() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = app.staff(Role::Officer).await;
        let date = date_for(&app, &officer, 3).await;
        let other = date_for(&app, &officer, 3).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let hers = registered(&app, &alma, &date, json!({}))
            .await
            .expect(201)
            .body();
        post.has_taken(1).await;

        let body = json!({ "reason": "Kanarigrund" });
        let me = app.post("/v1/me/restrict").by(&alma).json(&body).await;
        assert!(me.expect(200).body()["restricted_at"].is_string());
        let me = app.get("/v1/me").by(&alma).await.expect(200).body();
        assert!(me["restricted_at"].is_string());
        let held = app.get("/v1/me/export").by(&alma).await.expect(200).body();
        assert_eq!(held["restrictions"][0]["because"], "asked");
        let refused = registered(&app, &alma, &other, json!({})).await;
        assert_eq!(refused.expect(409).problem(), "conflict");
        let list = app.get("/v1/me/registrations").by(&alma).await;
        assert_eq!(list.expect(200).body()["data"][0]["state"], "confirmed");

        // Somebody types the address: they learn nothing, and whoever has the mail does.
        let body = json!({ "name": "Alma", "email": "alma@courriel.example" });
        let path = format!("/v1/occurrences/{other}/registrations");
        let typed = app.post(&path).json(&body).await.expect(201).body();
        let mails = post.has_taken(2).await;
        let code = json!({ "code": mails[1].code() });
        let confirm = format!(
            "/v1/registrations/{}/confirm",
            typed["id"].as_str().unwrap()
        );
        let refused = app.post(&confirm).json(&code).await;
        assert!(refused.expect(409).utf8().contains("article 18"));

        // She cancels what she has, and is not written so; she signs in, and is.
        let cancel = format!("/v1/registrations/{}/cancel", hers["id"].as_str().unwrap());
        app.post(&cancel)
            .by(&alma)
            .json(&json!({}))
            .await
            .expect(200);
        until_withheld(&app, 1).await;
        let body = json!({ "email": "alma@courriel.example" });
        app.post("/v1/citizens/sign-in")
            .json(&body)
            .await
            .expect(202);
        assert_eq!(post.has_taken(3).await.len(), 3);

        let me = json!({ "id": alma.id });
        lifted(&app, &officer, &me).await.expect(200);
        let mails = post.has_taken(4).await;
        assert_eq!(mails[3].to, "alma@courriel.example");
        assert!(
            mails[3].text().contains("Kanariende"),
            "{}",
            mails[3].text()
        );
        app.post(&confirm).json(&code).await.expect(200);
    }
}

#[tokio::test]
async fn who_waits_keeps_the_turn_and_is_passed_over() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = date_for(&app, &officer, 1).await;
        let mut all = Vec::new();
        for name in ["Basile", "Alma", "Chloe"] {
            let email = format!("{name}@courriel.example");
            let body = json!({ "name": name, "email": email });
            let made = registered(&app, &officer, &date, body).await;
            all.push(made.expect(201).body());
        }
        let alma = json!({ "id": all[1]["citizen_id"] });
        restricted(&app, &officer, &alma).await;
        let turned = async |one: &Value, action: &str| {
            let path = format!("/v1/registrations/{}/{action}", one["id"].as_str().unwrap());
            app.post(&path)
                .by(&officer)
                .json(&json!({}))
                .await
                .expect(200);
        };
        let state = async |one: &Value| {
            let path = format!("/v1/registrations/{}", one["id"].as_str().unwrap());
            app.get(&path).by(&officer).await.expect(200).text("state")
        };
        turned(&all[0], "cancel").await;
        assert_eq!(state(&all[1]).await, "waitlisted");
        assert_eq!(state(&all[2]).await, "offered");
        turned(&all[2], "cancel").await;
        assert_eq!(state(&all[1]).await, "waitlisted");
        lifted(&app, &officer, &alma).await.expect(200);
        assert_eq!(state(&all[1]).await, "offered");
    })
    .await;
}

#[tokio::test]
async fn the_list_of_who_was_there_says_nothing_of_who_stands_on_no_list() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = date_for(&app, &officer, 3).await;
        let body = json!({ "name": "Alma", "email": "alma@courriel.example" });
        let hers = registered(&app, &officer, &date, body)
            .await
            .expect(201)
            .body();
        restricted(&app, &officer, &json!({ "id": hers["citizen_id"] })).await;
        app.advance(TimeDelta::days(17));
        let officer = app
            .staff_named("evening@petr.example", &[Role::Officer])
            .await;
        let close = format!("/v1/occurrences/{date}/close-attendance");
        let counts = app
            .post(&close)
            .by(&officer)
            .empty()
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&counts["no_show"], &counts["unnoted"]),
            (&json!(0), &json!(1))
        );
        let walk_in = json!({ "citizen_id": hers["citizen_id"] });
        let path = format!("/v1/occurrences/{date}/walk-ins");
        app.post(&path)
            .by(&officer)
            .json(&walk_in)
            .await
            .expect(409);
    })
    .await;
}

#[tokio::test]
async fn the_clock_keeps_who_is_restricted() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let zoe = written_down(&app, &officer, json!({ "name": "Zoé" })).await;
        let ana = written_down(&app, &officer, json!({ "name": "Ana" })).await;
        restricted(&app, &officer, &zoe).await;
        let later = app.get("/v1/retention?as_of=2031-01-01").by(&officer).await;
        let later = later.expect(200).body();
        let rules = later["data"].as_array().unwrap();
        let inactive = rules
            .iter()
            .find(|one| one["purpose"] == "inactive_citizens");
        assert_eq!(
            inactive.unwrap()["due"],
            1,
            "Ana alone, and not {zoe}: {ana}"
        );
    })
    .await;
}

#[tokio::test]
async fn of_one_who_was_several_all_are_restricted() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = date_for(&app, &officer, 3).await;
        let card = json!({ "name": "Zoé", "email": "zoe@courriel.example" });
        let card = written_down(&app, &officer, card).await;
        let kept = written_down(&app, &officer, json!({ "name": "Zoé Lefèvre" })).await;
        let hers = registered(&app, &officer, &date, json!({ "citizen_id": card["id"] })).await;
        hers.expect(201);
        let merge = app.post(&path(&card, "/merge")).by(&officer);
        merge.json(&json!({ "into": kept["id"] })).await.expect(200);
        let refused = app.post(&path(&card, "/restrict")).by(&officer);
        refused.json(&json!({ "reason": "Non" })).await.expect(409);
        restricted(&app, &officer, &kept).await;
        let list = read(
            &app,
            &officer,
            &format!("/v1/occurrences/{date}/registrations"),
        )
        .await;
        assert!(!list.contains("Zo"), "{list}");
        let undo = app.post(&path(&card, "/unmerge")).by(&officer);
        undo.json(&json!({})).await.expect(409);
        let body = json!({ "name": "Z", "email": "zoe@courriel.example" });
        registered(&app, &officer, &date, body).await.expect(409);
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
        lifted(&app, &officer, &kept).await.expect(200);
        let undo = app.post(&path(&card, "/unmerge")).by(&officer);
        let card = undo.json(&json!({})).await.expect(200).body();
        assert!(card.get("restricted_at").is_none());
        let faults = persistence::check_invariants(&app.store).await.unwrap();
        assert!(faults.is_empty(), "{faults:?}");
    })
    .await;
}
