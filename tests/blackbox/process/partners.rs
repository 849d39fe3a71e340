//! A partner's program with nothing but the contract and its credentials, against the real binary: projects
//! in a batch, again, by reference, with files, and told of each decision, while its receiver is down for a
//! part of the time and the service is killed once in between.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use harness::contract::Document;
use harness::engines::{Engine, engines};
use harness::receiver::{Receiver, Told};
use tokio::task::JoinSet;

use super::*;

const FLAGS: [&str; 6] = [
    "--public-url",
    "https://partners.example",
    "--rate-limits",
    "off",
    "--allowed-targets",
    "127.0.0.1",
];

/// As many as a batch takes.
const PROJECTS: usize = 500;
/// So many of them are submitted and decided on.
const DECIDED: usize = 60;
const PNG: &[u8] = include_bytes!("pixel.png");

/// What a client reads in the contract of an operation, once.
fn example(id: &str) -> Value {
    static READ: Mutex<BTreeMap<String, Value>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap();
    read.entry(id.to_owned())
        .or_insert_with(|| read_example(id))
        .clone()
}

fn read_example(id: &str) -> Value {
    let operations = Document::served().operations();
    let operation = operations.iter().find(|one| one.id() == id).unwrap();
    operation.bodies()[0].example.clone()
}

fn project(number: usize) -> Value {
    let mut body = example("projects_create");
    body["reference"] = json!(format!("lot 1/{number:03}"));
    body["title"] = json!(format!("Projet {number}"));
    body
}

fn by_reference(organisation: &str, number: usize) -> String {
    format!("/v1/organisations/{organisation}/projects/by-reference/lot%201%2F{number:03}")
}

/// A structure with credentials, and its software signed in.
async fn partner(served: &Served, director: &Staff) -> (String, Staff) {
    let post = |path: String| served.call("POST", &path).by(director);
    let body = json!({ "name": "Compagnons", "kind": "association" });
    let made = post("/v1/organisations".to_owned()).json(&body).await;
    let id = made.expect(201).text("id");
    let path = format!("/v1/organisations/{id}");
    let active = post(format!("{path}/activate")).if_match("*").await;
    active.expect(200);
    let issued = post(format!("{path}/clients"))
        .json(&example("clients_create"))
        .await;
    let issued = issued.expect(201).body();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", issued["client_id"].as_str().unwrap()),
        ("client_secret", issued["client_secret"].as_str().unwrap()),
    ];
    let signed_in = served.call("POST", "/oauth/token").form(&form).await;
    let staff = Staff {
        id: id.clone(),
        token: signed_in.expect(200).text("access_token"),
        refresh_token: String::new(),
    };
    (id, staff)
}

/// The whole batch; gives the ids by their numbers, and the statuses.
async fn submit_batch(served: &Served, by: &Staff) -> (Vec<String>, HashSet<i64>) {
    let items: Vec<_> = (0..PROJECTS).map(project).collect();
    let body = json!({ "items": items, "on_conflict": "skip" });
    let done = served
        .call("POST", "/v1/projects/batch")
        .by(by)
        .json(&body)
        .await;
    let done = done.expect(200).body();
    let items = done["items"].as_array().unwrap();
    let ids = items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned());
    let statuses = items.iter().map(|item| item["status"].as_i64().unwrap());
    (ids.collect(), statuses.collect())
}

async fn count(served: &Served, by: &Staff, query: &str) -> Value {
    let path = format!("/v1/projects?count=true&limit=1&{query}");
    let page = served.get(&path).by(by).await;
    page.expect(200).body()["page"]["total"].clone()
}

/// A transition of each of these, some at a time.
async fn turn(served: &Served, by: &Staff, ids: &[String], action: &str, body: &Value) {
    let mut asked = JoinSet::new();
    for id in ids {
        let path = format!("/v1/projects/{id}/{action}");
        let call = served.call("POST", &path).by(by).if_match("*").json(body);
        asked.spawn(async move { call.await });
        if asked.len() >= 8 {
            asked.join_next().await.unwrap().unwrap().expect(200);
        }
    }
    while let Some(reply) = asked.join_next().await {
        reply.unwrap().expect(200);
    }
}

/// What each project was told to be, in the order in which it came; each message once.
fn stories(told: &[Told], secret: &str) -> BTreeMap<String, Vec<String>> {
    let library = standardwebhooks::Webhook::new(secret).unwrap();
    let mut seen = HashSet::new();
    let mut stories: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in told {
        // The library asks the clock: what is late by minutes it takes, what is by hours it doesn't.
        let mut headers = reqwest::header::HeaderMap::new();
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            headers.insert(name, one.header(name).parse().unwrap());
        }
        library.verify(&one.body, &headers).unwrap();
        if seen.insert(one.id().to_owned()) {
            let project = one.json()["data"]["project_id"]
                .as_str()
                .unwrap()
                .to_owned();
            stories.entry(project).or_default().push(one.kind());
        }
    }
    stories
}

async fn all_of_it(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let flags = database_flags(engine);
    let (director, officer) = ("director@petr.example", "officer@petr.example");
    create_user(folder.path(), director, "director", &strs(&flags)).await;
    create_user(folder.path(), officer, "officer", &strs(&flags)).await;
    let serving = [&FLAGS[..], &strs(&flags)].concat();
    let mut served = Served::begin(folder.path(), &serving).await;
    let director = served.staff(director, STRONG_PASSWORD).await;
    let officer = served.staff(officer, STRONG_PASSWORD).await;
    let (organisation, partner) = partner(&served, &director).await;
    let mut receiver = Receiver::start().await;
    let hook = json!({ "url": receiver.url(), "types": [
        "project.submitted", "project.accepted", "project.declined",
    ] });
    let made = served
        .call("POST", "/v1/webhooks")
        .by(&partner)
        .json(&hook)
        .await;
    let secret = made.expect(201).text("secret");

    // All of them twice, and nothing is double.
    let (ids, statuses) = submit_batch(&served, &partner).await;
    assert_eq!(statuses, HashSet::from([201]), "{engine}");
    let (again, statuses) = submit_batch(&served, &partner).await;
    assert_eq!((&again, statuses), (&ids, HashSet::from([200])), "{engine}");
    assert_eq!(count(&served, &partner, "").await, PROJECTS, "{engine}");

    // Half of them again by reference, with something new.
    for number in (0..PROJECTS).step_by(2) {
        let mut body = project(number);
        body["summary"] = json!("Mis à jour par sa référence.");
        let put = served.call("PUT", &by_reference(&organisation, number));
        let put = put.by(&partner).if_match("*").json(&body).await;
        assert_eq!(put.expect(200).text("id"), ids[number], "{engine}");
    }
    let updated = count(&served, &partner, "q=mis+jour+reference").await;
    assert_eq!(updated, PROJECTS / 2, "{engine}");

    // Files, to some.
    for id in &ids[..3] {
        let part = reqwest::multipart::Part::bytes(PNG).file_name("atelier.png");
        let part = part.mime_str("image/png").unwrap();
        let form = reqwest::multipart::Form::new()
            .text("title", "L’atelier")
            .text("alt", "Un établi")
            .part("file", part);
        let path = format!("/v1/projects/{id}/attachments");
        let kept = served
            .call("POST", &path)
            .by(&partner)
            .multipart(form)
            .await;
        let content = format!("/v1/attachments/{}/content", kept.expect(201).text("id"));
        let read = served.get(&content).by(&partner).await;
        assert_eq!(read.expect(200).bytes, PNG, "{engine}");
    }

    // Decisions, while nobody is at home for a part of the time, and the service is killed once.
    let decided = &ids[..DECIDED];
    turn(&served, &partner, decided, "submit", &json!({})).await;
    receiver.told_times(DECIDED / 3).await;
    receiver.goes_down();
    let (yes, no) = decided.split_at(DECIDED / 2);
    turn(
        &served,
        &officer,
        yes,
        "accept",
        &json!({ "note": "Bravo." }),
    )
    .await;
    served.process.kill();
    served.process.exit(LIMIT).await;
    let served = Served::begin(folder.path(), &serving).await;
    turn(
        &served,
        &officer,
        no,
        "decline",
        &json!({ "reason": "Hors du territoire." }),
    )
    .await;
    receiver.comes_up().await;
    let all = async {
        loop {
            let told = receiver.told();
            let ids: HashSet<_> = told.iter().map(|one| one.id().to_owned()).collect();
            if ids.len() >= 2 * DECIDED {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    // What nobody took is told again after seconds, then after a minute or so.
    let told = tokio::time::timeout(Duration::from_secs(240), all).await;
    let told = told.unwrap_or_else(|_| panic!("{engine}: {}", receiver.told().len()));
    let stories = stories(&told, &secret);
    assert_eq!(stories.len(), DECIDED, "{engine}");
    for (ids, last) in [(yes, "project.accepted"), (no, "project.declined")] {
        for id in ids {
            assert_eq!(stories[id], ["project.submitted", last], "{engine}: {id}");
        }
    }
    let public = served.get(&format!("/v1/projects/{}", yes[0])).await;
    assert_eq!(public.expect(200).text("state"), "accepted", "{engine}");
    served.stop().await;
}

#[tokio::test]
async fn a_partners_program_needs_the_contract_and_credentials_and_nothing_else() {
    for engine in engines() {
        all_of_it(engine).await;
    }
}
