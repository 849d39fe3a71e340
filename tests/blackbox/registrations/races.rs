//! Many at once: never one place too many, none free while somebody who fits waits, each told once.

use std::sync::Arc;

use futures_util::future::join_all;
use harness::behind::texts;
use harness::engines::engines;

use super::*;

/// How many race.
const PEOPLE: usize = 1_000;
/// For how many places.
const PLACES: u32 = 10;
/// How many knock at a time.
const AT_ONCE: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_race_for_ten_places() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let second = Arc::new(app.another_instance_with(&app.url, without_limits).await);
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(PLACES)).await;
        let instances = [app.clone(), second];
        let looks = tokio::spawn(looked_at(app.clone(), officer.clone(), date.clone()));
        let gate = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
        let racing = (0..PEOPLE).map(|number| {
            let (app, gate) = (instances[number % 2].clone(), gate.clone());
            let (officer, date) = (officer.clone(), date.clone());
            tokio::spawn(async move {
                let _turn = gate.acquire().await.unwrap();
                let party = 1 + u32::try_from(number % 3).unwrap();
                let name = format!("P{number}");
                let made = register(&app, &date, &name, party).await.expect(201).body();
                // One of four thinks better of it; half of those who got a place confirm.
                match number % 4 {
                    0 => drop(turned(&app, &officer, &made, "cancel").await.expect(200)),
                    1 if made["state"] == "pending" => {
                        let confirmed = turned(&app, &officer, &made, "confirm").await;
                        assert!(
                            [200, 409].contains(&confirmed.status),
                            "{}",
                            confirmed.utf8()
                        );
                    }
                    _ => {}
                }
            })
        });
        for one in join_all(racing).await {
            one.unwrap();
        }
        // Whoever looks goes on for ever, unless they saw too many.
        assert!(!looks.is_finished(), "more were held than there are places");
        looks.abort();
        let all = all(&app, &officer, &date).await;
        assert_eq!(all.len(), PEOPLE);
        at_rest(&all);
        assert_eq!(
            held(&all),
            u64::from(PLACES),
            "somebody of one waits for any place"
        );
        each_told_once(&app).await;
    }
}

/// While they race, nobody ever sees more places held than there are.
async fn looked_at(app: Arc<App>, officer: Staff, date: String) {
    loop {
        let told = app
            .get(&format!("/v1/occurrences/{date}/availability"))
            .by(&officer)
            .await;
        let held = told.expect(200).body()["held"].as_u64().unwrap();
        assert!(held <= u64::from(PLACES), "{held}");
    }
}

fn party(one: &Value) -> u64 {
    one["party_size"].as_u64().unwrap()
}

fn held(all: &[Value]) -> u64 {
    let holds = |one: &&Value| {
        ["pending", "confirmed", "offered"].contains(&one["state"].as_str().unwrap())
    };
    all.iter().filter(holds).map(party).sum()
}

fn at_rest(all: &[Value]) {
    let held = held(all);
    assert!(held <= u64::from(PLACES), "{held} held");
    let free = u64::from(PLACES) - held;
    let waiting = all.iter().filter(|one| one["state"] == "waitlisted");
    for one in waiting {
        assert!(party(one) > free, "{free} free, and {one} waits");
    }
}

/// Of each kind of mail a registration has one at most; and each has one.
async fn each_told_once(app: &App) {
    let first = texts(
        app,
        "select kind from mails where kind in ('registration.requested', 'registration.waitlisted')",
    );
    assert_eq!(first.await.len(), PEOPLE);
    let twice = texts(
        app,
        "select kind from mails group by kind, subject_id having count(*) > 1",
    );
    assert_eq!(twice.await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_place_that_is_cancelled_forty_times_at_once_is_given_once() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(1)).await;
        let first = registered(&app, &officer, &date, "Alma", 1).await;
        for name in ["Basile", "Chloe", "Denis"] {
            registered(&app, &officer, &date, name, 1).await;
        }
        let cancelling = (0..40).map(|_| turned(&app, &officer, &first, "cancel"));
        for one in join_all(cancelling).await {
            one.expect(200);
        }
        let expected = [
            "Alma cancelled",
            "Basile offered",
            "Chloe waitlisted",
            "Denis waitlisted",
        ];
        assert_eq!(states(&app, &officer, &date).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_that_registers_forty_times_at_once_holds_one_place() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(10)).await;
        let asking = (0..40).map(|_| register(&app, &date, "Alma", 2));
        let mut taken = 0;
        for one in join_all(asking).await {
            assert!([201, 429].contains(&one.status), "{}", one.utf8());
            taken += usize::from(one.status == 201);
        }
        assert_eq!(taken, 5, "five an hour");
        let all = all(&app, &officer, &date).await;
        assert_eq!(held(&all), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_at_two_doors_is_there_once() {
    for engine in engines() {
        let app = Arc::new(App::start_with(engine, without_limits).await);
        let second = Arc::new(app.another_instance_with(&app.url, without_limits).await);
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(1)).await;
        let other = date_for(&app, &officer, None).await;
        let known = registered(&app, &officer, &other, "Alma", 1).await;
        let officer = super::attendance::evening(&app).await;
        let body = json!({ "citizen_id": known["citizen_id"], "party_size": 2 });
        let path = format!("/v1/occurrences/{date}/walk-ins");
        let doors = [&app, &second];
        let coming = (0..20).map(|number| doors[number % 2].post(&path).by(&officer).json(&body));
        let answers = join_all(coming.map(IntoFuture::into_future)).await;
        let made = answers.iter().filter(|one| one.status == 201).count();
        assert_eq!(made, 1);
        let all = all(&app, &officer, &date).await;
        assert_eq!(all.len(), 1);
        let entry = json!({ "registration_id": all[0]["id"], "state": "attended", "present": 1 });
        let list = json!({ "entries": [entry] });
        let path = format!("/v1/occurrences/{date}/attendance");
        let noting = (0..20).map(|number| doors[number % 2].post(&path).by(&officer).json(&list));
        let answers = join_all(noting.map(IntoFuture::into_future)).await;
        let changed = answers.into_iter().map(|one| one.expect(200).body());
        let changed = changed.map(|one| one["counts"]["changed"].as_u64().unwrap());
        assert_eq!(changed.sum::<u64>(), 1);
        let facts = super::attendance::facts(&app, &officer, &date).await;
        assert_eq!(facts, ["attendance 1"]);
    }
}
