//! The same person twice: merged, counted once, and taken back.

use harness::behind::{execute, texts};
use harness::http::Reply;

use super::*;

/// A published evening of today, to which people can be checked in; or one ahead.
async fn evening(app: &App, officer: &Staff, day: &str) -> String {
    let body = json!({
        "title": "Atelier compost", "kind": "workshop", "visibility": "public",
        "occurrences": [{
            "local_start": format!("{day}T18:00:00"), "local_end": format!("{day}T20:00:00"),
        }],
    });
    let event = app.published(officer, body).await;
    event["occurrences"][0]["id"].as_str().unwrap().to_owned()
}

const TODAY: &str = "2026-11-24";
const AHEAD: &str = "2026-12-10";

fn id(one: &Value) -> &str {
    one["id"].as_str().unwrap()
}

async fn registered(app: &App, officer: &Staff, date: &str, citizen: &Value) -> Reply {
    app.advance(chrono::TimeDelta::milliseconds(1));
    let path = format!("/v1/occurrences/{date}/registrations");
    let body = json!({ "citizen_id": citizen["id"] });
    app.post(&path).by(officer).json(&body).await
}

async fn was_there(app: &App, officer: &Staff, date: &str, citizen: &Value) {
    let made = registered(app, officer, date, citizen).await;
    let made = made.expect(201).body();
    let path = format!("/v1/registrations/{}/check-in", id(&made));
    let there = app.post(&path).by(officer).json(&json!({})).await;
    there.expect(200);
}

async fn merge(app: &App, officer: &Staff, one: &Value, into: &Value) -> Reply {
    let path = format!("/v1/citizens/{}/merge", id(one));
    let body = json!({ "into": into["id"] });
    app.post(&path).by(officer).json(&body).await
}

async fn unmerge(app: &App, officer: &Staff, one: &Value) -> Reply {
    let path = format!("/v1/citizens/{}/unmerge", id(one));
    app.post(&path).by(officer).empty().await
}

async fn get(app: &App, officer: &Staff, one: &Value) -> Value {
    let path = format!("/v1/citizens/{}", id(one));
    app.get(&path).by(officer).await.expect(200).body()
}

/// What the figures say, by commune, but for the moment.
async fn figures(app: &App, officer: &Staff) -> Value {
    let figures = app.get("/v1/participation-figures");
    let figures = figures.query(&[("by", "commune")]).by(officer).await;
    let mut figures = figures.expect(200).body();
    figures["computed_at"] = Value::Null;
    figures
}

async fn people(app: &App, officer: &Staff) -> (u64, u64) {
    let total = figures(app, officer).await["total"].clone();
    let number = |name: &str| total[name].as_u64().unwrap();
    (number("entries"), number("people"))
}

async fn names(app: &App, officer: &Staff) -> Vec<String> {
    let list = app.get("/v1/citizens").by(officer).await.expect(200).body();
    let rows = list["data"].as_array().unwrap().iter();
    rows.map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn all_is_well(app: &App) {
    let faults = persistence::check_invariants(&app.store).await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
}

fn mail_of(name: &str) -> Value {
    json!({ "name": name, "email": format!("{}@courriel.example", name.to_lowercase()), "commune_code": "54329" })
}

#[tokio::test]
async fn who_is_merged_counts_once_shows_as_the_one_kept_and_all_is_as_before_when_it_is_taken_back()
 {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let (first, second) = (
            evening(&app, &officer, TODAY).await,
            evening(&app, &officer, TODAY).await,
        );
        let alma = written_down(&app, &officer, mail_of("Alma")).await;
        let again =
            json!({ "name": "Alma Petit", "telephone": "0612345678", "commune_code": "54039" });
        let again = written_down(&app, &officer, again).await;
        was_there(&app, &officer, &first, &alma).await;
        was_there(&app, &officer, &second, &again).await;
        let before = figures(&app, &officer).await;
        assert_eq!(people(&app, &officer).await, (2, 2));

        let kept = merge(&app, &officer, &again, &alma)
            .await
            .expect(200)
            .body();
        assert_eq!(kept["id"], alma["id"]);
        assert_eq!(people(&app, &officer).await, (2, 1));
        let after = figures(&app, &officer).await;
        let parts = after["parts"].as_array().unwrap();
        let there: u64 = parts
            .iter()
            .map(|part| part["people"].as_u64().unwrap())
            .sum();
        assert_eq!(there, 1, "{after}");
        assert_eq!(names(&app, &officer).await, ["Alma"]);
        let found = app.post("/v1/citizens/search").by(&officer);
        let found = found.json(&json!({ "telephone": "0612345678" })).await;
        assert_eq!(found.expect(200).body()["data"], json!([]));
        assert_eq!(get(&app, &officer, &again).await["merged_into"], alma["id"]);
        let path = format!("/v1/citizens/{}/merged", id(&alma));
        let merged = app.get(&path).by(&officer).await.expect(200).body();
        assert_eq!(merged["data"][0]["id"], again["id"]);
        assert_eq!(merged["data"][0]["merged_into"], alma["id"]);
        for one in [&alma, &again] {
            for (path, rows) in [("/v1/registrations", 2), ("/v1/participations", 2)] {
                let list = app.get(path).query(&[("citizen_id", id(one))]).by(&officer);
                let list = list.await.expect(200).body();
                let list = list["data"].as_array().unwrap();
                assert_eq!(list.len(), rows, "{path} {list:?}");
                assert!(list.iter().all(|row| row["person"] == list[0]["person"]));
                assert!(
                    list.iter()
                        .all(|row| row["citizen_id"] == list[0]["citizen_id"])
                );
            }
        }
        let path = format!("/v1/occurrences/{second}/registrations");
        let list = app.get(&path).by(&officer).await.expect(200).body();
        assert_eq!(list["data"][0]["citizen_id"], alma["id"]);
        assert_eq!(list["data"][0]["name"], "Alma");
        let patch = app
            .patch(&format!("/v1/citizens/{}", id(&again)))
            .by(&officer)
            .if_match("*");
        patch.json(&json!({ "name": "Autre" })).await.expect(409);
        all_is_well(&app).await;

        let etag = get(&app, &officer, &again).await["etag"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("/v1/citizens/{}/unmerge", id(&again));
        let stale = again["etag"].as_str().unwrap();
        app.post(&path)
            .by(&officer)
            .if_match(stale)
            .empty()
            .await
            .expect(412);
        let parted = app.post(&path).by(&officer).if_match(&etag).empty().await;
        assert!(parted.expect(200).body().get("merged_into").is_none());
        assert_eq!(figures(&app, &officer).await, before);
        assert_eq!(names(&app, &officer).await.len(), 2);
        unmerge(&app, &officer, &again).await.expect(409);
        all_is_well(&app).await;

        let director = app.staff(Role::Director).await;
        for (operation, facts) in [
            (
                "citizens_merge",
                [(&again, "citizen.merged"), (&alma, "citizen.absorbed")],
            ),
            (
                "citizens_unmerge",
                [(&again, "citizen.unmerged"), (&alma, "citizen.released")],
            ),
        ] {
            let trail = app
                .get("/v1/audit-entries")
                .query(&[("operation", operation)]);
            let trail = trail.by(&director).await.expect(200).body();
            for (who, fact) in facts {
                let is_it = |entry: &Value| {
                    entry["facts"] == json!([fact]) && entry["subject"]["id"] == who["id"]
                };
                assert!(
                    trail["data"].as_array().unwrap().iter().any(is_it),
                    "{fact}: {trail}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_on_a_sheet_counts_once_it_is_known_whose_it_is() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = evening(&app, &officer, TODAY).await;
        let alma = written_down(&app, &officer, mail_of("Alma")).await;
        let sheet = written_down(&app, &officer, json!({ "name": "A. Petit" })).await;
        was_there(&app, &officer, &date, &sheet).await;
        assert_eq!(people(&app, &officer).await, (1, 0));
        merge(&app, &officer, &sheet, &alma).await.expect(200);
        assert_eq!(people(&app, &officer).await, (1, 1));
        unmerge(&app, &officer, &sheet).await.expect(200);
        assert_eq!(people(&app, &officer).await, (1, 0));
    })
    .await;
}

#[tokio::test]
async fn chains_lead_to_the_last_and_nobody_is_merged_twice_or_in_a_circle() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = evening(&app, &officer, TODAY).await;
        let mut them = Vec::new();
        for name in ["Alma", "Basile", "Chloe"] {
            let one = written_down(&app, &officer, mail_of(name)).await;
            was_there(&app, &officer, &date, &one).await;
            them.push(one);
        }
        let [a, b, c] = &them[..] else { panic!() };
        merge(&app, &officer, a, a).await.expect(409);
        merge(&app, &officer, a, b).await.expect(200);
        merge(&app, &officer, a, c).await.expect(409);
        merge(&app, &officer, b, a).await.expect(409);
        merge(&app, &officer, c, a).await.expect(409);
        let nobody = json!({ "id": "0198c0a0-0000-7000-8000-000000000001" });
        let unknown = merge(&app, &officer, c, &nobody).await;
        assert_eq!(unknown.expect(422).faults(), ["/into unknown_citizen"]);
        merge(&app, &officer, &nobody, c).await.expect(404);
        merge(&app, &officer, b, c).await.expect(200);
        assert_eq!(people(&app, &officer).await, (3, 1));
        assert_eq!(get(&app, &officer, a).await["merged_into"], c["id"]);
        all_is_well(&app).await;
        unmerge(&app, &officer, b).await.expect(200);
        assert_eq!(people(&app, &officer).await, (3, 2));
        assert_eq!(get(&app, &officer, a).await["merged_into"], b["id"]);
        all_is_well(&app).await;
        for role in [Role::Referent, Role::Funder] {
            let other = app.staff(role).await;
            merge(&app, &other, b, c).await.expect(403);
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_registered_twice_for_a_date_ahead_is_not_merged_and_does_not_register_twice_after()
{
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let date = evening(&app, &officer, AHEAD).await;
        let other = evening(&app, &officer, AHEAD).await;
        let alma = written_down(&app, &officer, mail_of("Alma")).await;
        let again = written_down(&app, &officer, mail_of("Almaa")).await;
        let hers = registered(&app, &officer, &date, &alma)
            .await
            .expect(201)
            .body();
        registered(&app, &officer, &date, &again).await.expect(201);
        let refused = merge(&app, &officer, &again, &alma).await;
        let refused = refused.expect(409).utf8();
        assert!(refused.contains("2026-12-10 17:00"), "{refused}");
        let cancel = format!("/v1/registrations/{}/cancel", id(&hers));
        app.post(&cancel)
            .by(&officer)
            .json(&json!({}))
            .await
            .expect(200);
        merge(&app, &officer, &again, &alma).await.expect(200);
        registered(&app, &officer, &date, &alma).await.expect(409);
        let new = registered(&app, &officer, &other, &again)
            .await
            .expect(201)
            .body();
        assert_eq!(
            new["citizen_id"], alma["id"],
            "who is registered is who they are"
        );
        all_is_well(&app).await;
    })
    .await;
}

#[tokio::test]
async fn an_address_that_was_confirmed_leads_to_the_one_who_is_kept() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let (date, other) = (
            evening(&app, &officer, AHEAD).await,
            evening(&app, &officer, AHEAD).await,
        );
        // She came by herself, and showed that the address is hers.
        let register = async |date: &str| {
            let path = format!("/v1/occurrences/{date}/registrations");
            let body = json!({ "name": "Alma", "email": "alma@courriel.example" });
            app.post(&path).json(&body).await.expect(201).body()
        };
        let confirmed = async |one: &Value| {
            let folder = app.folder().join("mail");
            let link = link_to(&folder, id(one)).await;
            let path = format!("/registrations/{link}/confirm");
            app.post(&path).empty().await.expect(303);
        };
        confirmed(&register(&date).await).await;
        let list = app
            .get("/v1/citizens")
            .by(&officer)
            .await
            .expect(200)
            .body();
        let own = list["data"][0].clone();
        let kept = json!({ "name": "Alma Petit", "telephone": "0612345678" });
        let kept = written_down(&app, &officer, kept).await;
        merge(&app, &officer, &own, &kept).await.expect(200);
        app.advance(chrono::TimeDelta::seconds(1));
        confirmed(&register(&other).await).await;
        let path = format!("/v1/occurrences/{other}/registrations");
        let list = app.get(&path).by(&officer).await.expect(200).body();
        assert_eq!(list["data"][0]["citizen_id"], kept["id"], "{list}");
        assert_eq!(list["data"][0]["state"], "confirmed");
        assert_eq!(names(&app, &officer).await, ["Alma Petit"]);
        let third = evening(&app, &officer, AHEAD).await;
        let path = format!("/v1/occurrences/{third}/registrations");
        let body = json!({ "name": "Alma", "email": "alma@courriel.example" });
        let made = app
            .post(&path)
            .by(&officer)
            .json(&body)
            .await
            .expect(201)
            .body();
        assert_eq!(made["citizen_id"], kept["id"]);
        all_is_well(&app).await;
    })
    .await;
}

/// What stands in the link of the mail about a registration.
async fn link_to(folder: &std::path::Path, registration: &str) -> String {
    let registration = uuid::Uuid::parse_str(registration).unwrap();
    for _ in 0..100 {
        for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let raw = std::fs::read(file.path()).unwrap_or_default();
            let message = harness::post_office::read(&raw);
            let text = message.body_text(0).unwrap_or_default().into_owned();
            let Some((_, rest)) = text.split_once("/registrations/") else {
                continue;
            };
            let link = rest.lines().next().unwrap().trim();
            if starts_with(link, registration) {
                return link.to_owned();
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("no mail about {registration} came");
}

/// The link begins with the registration's id.
fn starts_with(link: &str, registration: uuid::Uuid) -> bool {
    use base64::Engine as _;
    let engine = base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let bytes = engine.decode(link).unwrap_or_default();
    bytes.starts_with(registration.as_bytes())
}

#[tokio::test]
async fn a_merge_that_can_not_be_is_found_by_the_check() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let a = written_down(&app, &officer, mail_of("Alma")).await;
        let b = written_down(&app, &officer, mail_of("Basile")).await;
        merge(&app, &officer, &a, &b).await.expect(200);
        all_is_well(&app).await;
        let faults = async || persistence::check_invariants(&app.store).await.unwrap();
        execute(&app, "update identities set kept = pseudonym").await;
        let found = faults().await;
        assert!(found.iter().any(|one| one.contains("is not who the merges say")), "{found:?}");
        execute(&app, "delete from identities").await;
        assert!(!faults().await.is_empty());
        let as_it_was = "insert into identities select pseudonym, kept, is_identified from merges \
            union all select kept, kept, is_identified from merges";
        execute(&app, as_it_was).await;
        all_is_well(&app).await;
        execute(&app, "update citizens set merged_into = null").await;
        let found = faults().await;
        assert!(found.iter().any(|one| one.contains("merged into whom the merges say")), "{found:?}");
        let round = "insert into merges select identities.pseudonym, merges.kept, merges.pseudonym, \
            merges.is_identified, recorded_at, null from merges \
            join identities on identities.pseudonym = merges.kept";
        execute(&app, round).await;
        let found = faults().await;
        assert!(found.iter().any(|one| one.contains("into themselves")), "{found:?}");
    })
    .await;
}

/// One of several instances, which people know by one address.
fn by_one_address(raw: &mut api::config::RawSettings) {
    raw.public_url = "https://concertation.example".parse().ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_are_merged_into_each_other_at_once_one_is() {
    for engine in harness::engines::engines() {
        let app = App::start_with(engine, by_one_address).await;
        let other = match engine {
            harness::engines::Engine::Postgres => {
                Some(app.another_instance_with(&app.url, by_one_address).await)
            }
            harness::engines::Engine::Sqlite => None,
        };
        let second = other.as_ref().unwrap_or(&app);
        let officer = app.staff(Role::Officer).await;
        for round in 0..10 {
            let a = written_down(&app, &officer, mail_of(&format!("A{round}"))).await;
            let b = written_down(&app, &officer, mail_of(&format!("B{round}"))).await;
            let c = written_down(&app, &officer, mail_of(&format!("C{round}"))).await;
            let (one, two, three) = tokio::join!(
                merge(&app, &officer, &a, &b),
                merge(second, &officer, &b, &a),
                merge(second, &officer, &b, &c),
            );
            let said = [one.status, two.status, three.status];
            let done = said.iter().filter(|status| **status == 200).count();
            // A into B and then B into C is a chain; all else is one alone.
            assert!((1..=2).contains(&done), "{said:?}");
            assert!(said[0] != 200 || said[1] != 200, "{said:?}");
            assert!(
                said.iter().all(|status| [200, 409].contains(status)),
                "{said:?}"
            );
            all_is_well(&app).await;
        }
        let standing = texts(&app, "select cast(count(*) as text) from merges").await;
        assert!(standing[0].parse::<u64>().unwrap() >= 10);
    }
}
