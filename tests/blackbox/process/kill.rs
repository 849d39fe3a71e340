//! The process is killed under writes, again and again: what was acknowledged is there, nothing is half
//! there, and a write that was sent again was done once. `CONCERTATION_TEST_KILLS` asks for more rounds.

use harness::engines::engines;

use super::load::{Load, assert_nothing_is_half_written, assert_there_once, repeat, titles};
use super::*;

/// Tokens are bound to it: they stay good on the port of the next start.
const PUBLIC: [&str; 4] = [
    "--public-url",
    "https://kill.example",
    "--rate-limits",
    "off",
];

const PEOPLE: usize = 12;

#[tokio::test]
async fn a_kill_under_writes_loses_nothing_and_leaves_nothing_half_written() {
    let rounds = times("CONCERTATION_TEST_KILLS", 8);
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        let file = folder.path().join("data/concertation.sqlite");
        let database = match flags.as_slice() {
            [_, url] => url.clone(),
            _ => file.to_str().unwrap().to_owned(),
        };
        let email = "officer@petr.example";
        create_user(folder.path(), email, "officer", &strs(&flags)).await;
        let serving = [&PUBLIC[..], &strs(&flags)].concat();
        let mut served = Served::begin(folder.path(), &serving).await;
        let officer = served.staff(email, STRONG_PASSWORD).await;
        let mut sent = 0;
        for round in 0..rounds {
            let load = Load::begin(&[&served], &officer, PEOPLE, &format!("round-{round}"));
            // Each time at another moment of the group's writing.
            load.until_more(5 + 7 * round % 40).await;
            served.process.kill();
            served.process.exit(LIMIT).await;
            let told = load.stop().await;

            let checked = run(folder.path(), &[&["check"], &*strs(&flags)].concat()).await;
            assert_eq!(checked.status.code(), Some(0), "{engine}: {checked:?}");
            assert_nothing_is_half_written(&database).await;
            served = Served::begin(folder.path(), &serving).await;
            let acknowledged = told.iter().filter(|told| told.is_acknowledged());
            assert_there_once(&served, &officer, acknowledged.map(|told| &told.title)).await;
            // Those who got no answer ask again, and no write is done twice.
            repeat(&served, &officer, &told).await;
            assert_there_once(&served, &officer, told.iter().map(|told| &told.title)).await;
            sent += told.len();
        }
        assert_eq!(titles(&served, &officer).await.len(), sent, "{engine}");
        served.stop().await;
    }
}
