//! The process is killed while it tells webhooks: every event arrives, in order for each thing.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use harness::engines::engines;
use harness::receiver::{Receiver, Said};

use super::*;

const FLAGS: [&str; 6] = [
    "--public-url",
    "https://webhooks.example",
    "--rate-limits",
    "off",
    "--allowed-targets",
    "127.0.0.1",
];

async fn changed(served: &Served, officer: &harness::app::Staff, event: &str, title: &str) {
    let path = format!("/v1/events/{event}");
    let change = served.call("PATCH", &path).by(officer).if_match("*");
    change.json(&json!({ "title": title })).await.expect(200);
}

#[tokio::test]
async fn a_kill_while_webhooks_are_told_loses_nothing_and_keeps_the_order() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        let email = "officer@petr.example";
        create_user(folder.path(), email, "officer", &strs(&flags)).await;
        let serving = [&FLAGS[..], &strs(&flags)].concat();
        let mut served = Served::begin(folder.path(), &serving).await;
        let officer = served.staff(email, STRONG_PASSWORD).await;
        let receiver = Receiver::start().await;
        receiver.says(|_| Said::status(204).after(Duration::from_millis(300)));
        let hook = json!({
            "url": receiver.url(), "types": ["event.published", "event.updated"],
        });
        let made = served.call("POST", "/v1/webhooks").by(&officer).json(&hook);
        let secret = made.await.expect(201).text("secret");
        let mut events = Vec::new();
        for number in 0..12 {
            let event = an_event(&format!("{number}"));
            let made = served.call("POST", "/v1/events").by(&officer).json(&event);
            let id = made.await.expect(201).text("id");
            let path = format!("/v1/events/{id}/publish");
            let told = served.call("POST", &path).by(&officer).if_match("*");
            told.empty().await.expect(200);
            changed(&served, &officer, &id, &format!("{number} encore")).await;
            changed(&served, &officer, &id, &format!("{number} enfin")).await;
            events.push(id);
        }
        // In the middle of it.
        receiver.told_times(9).await;
        served.process.kill();
        served.process.exit(LIMIT).await;
        assert!(receiver.told().len() < 36, "{engine}: all was told before");
        let served = Served::begin(folder.path(), &serving).await;
        let all = async {
            loop {
                let told = receiver.told();
                let ids: HashSet<_> = told.iter().map(|one| one.id().to_owned()).collect();
                if ids.len() == 36 {
                    return told;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        // On PostgreSQL the claims of the one that was killed are waited for.
        let told = tokio::time::timeout(Duration::from_secs(90), all).await;
        let told = told.unwrap_or_else(|_| panic!("{engine}: {}", receiver.told().len()));
        let mut order: HashMap<String, Vec<DateTime<Utc>>> = HashMap::new();
        let library = standardwebhooks::Webhook::new(&secret).unwrap();
        for one in &told {
            let seconds = one.header("webhook-timestamp").parse().unwrap();
            let signed = library.sign(one.id(), seconds, &one.body).unwrap();
            assert_eq!(one.header("webhook-signature"), signed);
            let body = one.json();
            let event = body["data"]["event_id"].as_str().unwrap().to_owned();
            let at = body["timestamp"].as_str().unwrap().parse().unwrap();
            order.entry(event).or_default().push(at);
        }
        for event in &events {
            // One that was told when the process ended is told again: next to itself.
            let mut moments = order[event].clone();
            moments.dedup();
            assert_eq!(moments.len(), 3, "{engine}: {moments:?}");
            assert!(moments.is_sorted(), "{engine}: {moments:?}");
        }
        served.stop().await;
    }
}
