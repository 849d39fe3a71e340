//! What fails beside the service: its database goes away and comes back, or another instance is killed.

use std::time::Instant;

use harness::postgres::{cluster, own_cluster};

use super::load::{Load, Told, assert_nothing_is_half_written, assert_there_once, repeat};
use super::*;

/// Within that time of the database's return all is as before.
const BACK: Duration = Duration::from_secs(2);

/// How long an answer may take while the database is away.
const PATIENCE: Duration = Duration::from_secs(12);

const EMAIL: &str = "officer@petr.example";

/// The answers that people may get when the database is not there: done, or told to come again.
fn assert_clear(told: &Told) {
    let reply = told.reply.as_ref();
    let reply = reply.unwrap_or_else(|| panic!("no answer to {}", told.title));
    if reply.status != 201 {
        assert_eq!(reply.expect(503).problem(), "unavailable");
        let wait = reply.header("retry-after").parse::<u32>();
        assert!(wait.is_ok_and(|seconds| seconds > 0), "{}", told.title);
    }
    assert!(told.took < PATIENCE, "{} took {:?}", told.title, told.took);
}

#[tokio::test]
async fn a_database_that_stops_under_load_is_told_and_its_return_is_noticed_within_two_seconds() {
    let Some(mut cluster) = own_cluster() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let url = cluster.create_database("outage");
    let flags = ["--database-url", url.as_str(), "--rate-limits", "off"];
    create_user(folder.path(), EMAIL, "officer", &flags[..2]).await;
    let served = Served::begin(folder.path(), &flags).await;
    let officer = served.staff(EMAIL, STRONG_PASSWORD).await;
    // More people than the pool has connections.
    let load = Load::begin(&[&served], &officer, 24, "outage");
    load.until_more(100).await;

    cluster.stop().await;
    let gone = Instant::now();
    for path in ["/readyz", "/v1/calendar", "/readyz"] {
        let reply = served.get(path).await;
        assert_eq!(reply.expect(503).problem(), "unavailable", "{path}");
        assert!(reply.header("retry-after").parse::<u32>().unwrap() > 0);
    }
    served.get("/healthz").await.expect(200);
    assert!(gone.elapsed() < 3 * PATIENCE, "{:?}", gone.elapsed());

    cluster.restart();
    let back = Instant::now();
    while served.get("/readyz").await.status != 200 {
        assert!(back.elapsed() < BACK, "not back after {:?}", back.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(BACK.saturating_sub(back.elapsed())).await;
    load.until_more(100).await;
    let told = load.stop().await;
    assert!(
        told.iter().any(|told| !told.is_acknowledged()),
        "nobody noticed"
    );
    for told in &told {
        assert_clear(told);
        assert!(
            told.is_acknowledged() || told.sent < back + BACK,
            "{told:?}"
        );
    }
    repeat(&served, &officer, &told).await;
    assert_there_once(&served, &officer, told.iter().map(|told| &told.title)).await;
    let process = served.stop().await;
    // However often it was tried meanwhile.
    for said in ["answers are not kept", "answers are kept again"] {
        let lines = process.stderr();
        let lines: Vec<_> = lines.iter().filter(|line| line.contains(said)).collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
    }
    assert_nothing_is_half_written(&url).await;
    let checked = run(folder.path(), &[&["check"], &flags[..2]].concat()).await;
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

#[tokio::test]
async fn when_one_of_two_instances_is_killed_the_other_serves_and_no_job_is_done_twice() {
    let Some(cluster) = cluster() else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = cluster.create_database("one_of_two");
    let own = |data: &'static str| {
        let shared = ["--master-key-file", "shared.key", "--data-dir", data];
        [&shared[..], &["--database-url", &url]].concat()
    };
    let serving = |data: &'static str| {
        let more = [
            "--public-url",
            "https://twins.example",
            "--rate-limits",
            "off",
        ];
        [&own(data)[..], &more].concat()
    };
    create_user(folder.path(), EMAIL, "officer", &own("one")).await;
    let mut dies = Served::begin(folder.path(), &serving("one")).await;
    let lives = Served::begin(folder.path(), &serving("two")).await;
    let officer = lives.staff(EMAIL, STRONG_PASSWORD).await;
    // Everybody at the one that is killed writes at the same time as everybody at the other.
    let theirs = Load::begin(&[&dies], &officer, 6, "dies");
    let ours = Load::begin(&[&lives], &officer, 6, "lives");
    theirs.until_more(40).await;
    ours.until_more(40).await;
    dies.process.kill();
    dies.process.exit(LIMIT).await;
    let theirs = theirs.stop().await;
    ours.until_more(40).await;
    let ours = ours.stop().await;
    for told in &ours {
        assert!(told.is_acknowledged(), "{told:?}");
        assert!(told.took < Duration::from_secs(3), "{told:?}");
    }
    // Who had no answer asks the other one, and nothing is done twice.
    repeat(&lives, &officer, &theirs).await;
    let all = theirs.iter().chain(&ours).map(|told| &told.title);
    assert_there_once(&lives, &officer, all).await;
    assert_nothing_is_half_written(&url).await;

    // What the two sealed in turn, the one that lives goes on with.
    let unsealed = "select count(*) from audit_entries where number is null";
    let deadline = Instant::now() + LIMIT;
    while number(&url, unsealed).await > 0 {
        assert!(Instant::now() < deadline, "the other one doesn't seal");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let keys = number(&url, "select count(*) from signing_keys").await;
    assert_eq!(keys, 1, "each key is made once");
    lives.stop().await;
    let check = [&["check"][..], &own("two")].concat();
    let checked = run(folder.path(), &check).await;
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}
