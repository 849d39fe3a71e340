//! Reminders of a process that is killed while a server is taking them: nobody is reminded twice.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use harness::engines::engines;
use harness::post_office::PostOffice;

use super::*;

/// So many have registered.
const PEOPLE: usize = 60;

/// So many conversations are had with a server at once.
const CONVERSATIONS: usize = 4;

/// A date in less than a day, and people who registered for it long ago.
async fn registered(folder: &Path, database: &str, flags: &[&str]) {
    create_user(folder, "officer@petr.example", "officer", flags).await;
    let quiet = [&["--mail", "off", "--rate-limits", "off"], flags].concat();
    let served = Served::begin(folder, &quiet).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    let start = (persistence::Clock::System.now() + TimeDelta::hours(20)).naive_utc();
    let at = |hours| (start + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%S");
    let event = json!({ "title": "Fresque", "kind": "workshop", "visibility": "public", "occurrences": [{
        "local_start": at(0).to_string(), "local_end": at(2).to_string(), "capacity": PEOPLE,
    }] });
    let post = |path: String, body: Value| {
        let call = served.call("POST", &path).by(&officer);
        async move { call.if_match("*").json(&body).await }
    };
    let made = post("/v1/events".to_owned(), event).await;
    let made = made.expect(201).body();
    let publish = format!("/v1/events/{}/publish", made["id"].as_str().unwrap());
    post(publish, json!({})).await.expect(200);
    let date = made["occurrences"][0]["id"].as_str().unwrap();
    for number in 0..PEOPLE {
        let who = json!({ "name": format!("Personne {number}"), "email": format!("p{number}@courriel.example") });
        let path = format!("/v1/occurrences/{date}/registrations");
        let made = post(path, who).await.expect(201).body();
        assert_eq!(made["state"], "confirmed");
    }
    // That they come is told to nobody here, and must not be later.
    until_none(
        database,
        "select count(*) from mails where state = 'waiting'",
    )
    .await;
    served.stop().await;
    let long_ago = match database.starts_with("postgres") {
        true => "update registrations set updated_at = now() - interval '1 day'",
        false => "update registrations set updated_at = '2026-01-01T00:00:00+00:00'",
    };
    execute(database, long_ago).await;
}

async fn until_none(database: &str, query: &str) {
    let none = async {
        while number(database, query).await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT, none).await.unwrap();
}

async fn with_mail(folder: &Path, post: &PostOffice, flags: &[&str]) -> Served {
    let url = post.url();
    let mail = ["--mail", &url, "--mail-from", "concertation@petr.example"];
    Served::begin(folder, &[&mail[..], flags].concat()).await
}

#[tokio::test]
async fn after_a_kill_in_the_middle_nobody_is_reminded_twice() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        let file = folder.path().join("data").join("concertation.sqlite");
        let database = flags.last().cloned();
        let database = database.unwrap_or_else(|| format!("sqlite:{}", file.display()));
        registered(folder.path(), &database, &strs(&flags)).await;

        let post = PostOffice::open().await;
        post.wait();
        let mut served = with_mail(folder.path(), &post, &strs(&flags)).await;
        post.let_go(20);
        post.has_taken(20).await;
        served.process.kill();
        served.process.exit(LIMIT).await;
        if database.starts_with("postgres") {
            // The lease runs out: another instance may have been at it.
            let ran_out = "update mails set next_attempt_at = now() where claimed_by is not null";
            execute(&database, ran_out).await;
        }
        post.let_go(2 * PEOPLE);
        let served = with_mail(folder.path(), &post, &strs(&flags)).await;
        let left = "select count(*) from registrations where reminded_at is null";
        until_none(&database, left).await;
        until_none(
            &database,
            "select count(*) from mails where state = 'waiting'",
        )
        .await;
        served.stop().await;

        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for taken in post.taken() {
            *times.entry(taken.to.clone()).or_default() += 1;
        }
        assert!(
            times.values().all(|times| *times == 1),
            "{engine}: {times:?}"
        );
        // Those that the server had in hand and was killed over may have arrived, and are not sent again.
        let uncertain = "select count(*) from mails where problem = 'uncertain'";
        let uncertain = usize::try_from(number(&database, uncertain).await).unwrap();
        assert!(uncertain <= CONVERSATIONS, "{engine}: {uncertain}");
        assert!(times.len() + uncertain >= PEOPLE, "{engine}: {times:?}");
    }
}
