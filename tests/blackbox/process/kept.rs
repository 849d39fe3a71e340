//! That answers are kept at all: a process of its own counts how many were, and nobody else's.

use std::time::Instant;

use harness::engines::engines;

use super::*;

const MARCH: &str = "/v1/calendar?start=2031-03-01&end=2031-04-01";

/// How many answers were given from those kept.
async fn given(served: &Served) -> u64 {
    let text = served.get("/metrics").await.expect(200).utf8();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("http_kept_answers_total "));
    line.map_or(0, |count| count.parse().unwrap())
}

/// Asks until the answer is one of those kept. PostgreSQL tells a write to the instance that did it as
/// well, a moment later, and what was kept meanwhile is made once more.
async fn kept(served: &Served, at: &str) -> Reply {
    let begun = Instant::now();
    loop {
        let before = given(served).await;
        let reply = served.get(at).await;
        reply.expect(200);
        if given(served).await > before {
            return reply;
        }
        assert!(begun.elapsed() < LIMIT, "{at} is not kept");
    }
}

async fn published(served: &Served, officer: &Staff, title: &str, month: &str) -> Value {
    let mut event = an_event(title);
    for name in ["local_start", "local_end"] {
        let time = event["occurrences"][0][name].as_str().unwrap();
        event["occurrences"][0][name] = json!(time.replace("2031-03", month));
    }
    let made = served.call("POST", "/v1/events").by(officer).json(&event);
    let path = format!("/v1/events/{}", made.await.expect(201).text("id"));
    let publish = served.call("POST", &format!("{path}/publish")).by(officer);
    publish.if_match("*").empty().await.expect(200).body()
}

#[tokio::test]
async fn what_is_asked_again_is_given_from_what_is_kept_until_its_own_time_is_touched() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        let email = "officer@petr.example";
        create_user(folder.path(), email, "officer", &strs(&flags)).await;
        let served = Served::begin(folder.path(), &strs(&flags)).await;
        let officer = served.staff(email, STRONG_PASSWORD).await;
        let event = published(&served, &officer, "Atelier", "2031-03").await;
        let id = format!("/v1/events/{}", event["id"].as_str().unwrap());
        let slug = format!("/v1/events/{}", event["slug"].as_str().unwrap());
        let feed = "/v1/calendar.ics?start=2031-03-01&end=2031-04-01";
        for at in [MARCH, feed, &slug, &id, &format!("{slug}.ics")] {
            let first = served.get(at).await;
            let second = kept(&served, at).await;
            assert_eq!(first.bytes, second.bytes);
            for name in ["etag", "content-type", "cache-control", "vary"] {
                assert_eq!(first.header(name), second.header(name), "{at} {name}");
            }
            assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
            let tag = second.header("etag");
            let known = served.get(at).header("if-none-match", &tag).await;
            assert_eq!(known.expect(304).bytes, b"");
        }

        // What is ignored makes no other answer.
        let before = given(&served).await;
        served.get(&format!("{feed}&_=2")).await.expect(200);
        assert_eq!(given(&served).await, before + 1);

        // A write in May drops no answer about March, one in March does.
        let _ = published(&served, &officer, "Ailleurs", "2031-05").await;
        let before = given(&served).await;
        let march = served.get(MARCH).await.expect(200).body();
        assert_eq!(given(&served).await, before + 1);
        assert_eq!(march["data"].as_array().unwrap().len(), 1);
        let _ = published(&served, &officer, "Ici aussi", "2031-03").await;
        let before = given(&served).await;
        let march = served.get(MARCH).await.expect(200).body();
        assert_eq!(given(&served).await, before);
        assert_eq!(march["data"].as_array().unwrap().len(), 2);
        served.stop().await;
    }
}
