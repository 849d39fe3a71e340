//! What can be read, read on a demonstration: each answer is one that the document declares and fits
//! its schema, each parameter's example is taken, HEAD and conditional reading do what GET does.

use harness::app::{App, Staff};
use harness::contract::{Document, Operation};
use harness::engines::engines;
use harness::http::Reply;
use reqwest::header::HeaderMap;

use super::examples::{place, who};

/// What differs from one answer to the next without meaning anything.
const OF_THE_MOMENT: [&str; 4] = ["date", "x-request-id", "ratelimit", "content-length"];

fn reads() -> Vec<Operation> {
    let reads: Vec<_> = Document::served()
        .operations()
        .into_iter()
        .filter(Operation::is_read)
        .collect();
    assert!(reads.len() > 20, "{}", reads.len());
    reads
}

#[track_caller]
fn assert_declared(document: &Document, operation: &Operation, reply: &Reply) {
    let is_success = operation.successes().contains(&reply.status);
    assert!(is_success, "{operation}: {} {}", reply.status, reply.utf8());
    let response = &operation.value["responses"][reply.status.to_string()];
    let response = document.resolve(response);
    for (name, _) in response["headers"].as_object().into_iter().flatten() {
        let is_left_out = name.starts_with("RateLimit") && reply.header(name).is_empty();
        assert!(
            is_left_out || !reply.header(name).is_empty(),
            "{operation}: {name}"
        );
    }
    let is_tagged = response["headers"].get("ETag").is_some();
    assert_eq!(
        is_tagged,
        !reply.header("etag").is_empty(),
        "{operation}: ETag"
    );
    let media_type = reply.header("content-type");
    let media_type = media_type.split(';').next().unwrap_or_default();
    if media_type.ends_with("json") {
        let media = &response["content"][media_type];
        let faults = document.faults(&media["schema"], &reply.body());
        assert!(faults.is_empty(), "{operation}: {}", faults.join("\n"));
    } else if !reply.bytes.is_empty() {
        assert!(
            response["content"].get(media_type).is_some(),
            "{operation}: {media_type}"
        );
    }
}

async fn on_each_demonstration<F, Fut>(test: F)
where
    F: Fn(App, Staff) -> Fut,
    Fut: Future<Output = ()>,
{
    for engine in engines() {
        let app = App::demonstration(engine).await;
        let director = app.of_the_story("director").await;
        test(app, director).await;
    }
}

#[tokio::test]
async fn every_read_answers_as_declared_alone_and_with_each_of_its_parameters() {
    on_each_demonstration(|app, director| async move {
        let document = Document::served();
        for operation in reads() {
            let director = who(&app, &operation, &director).await;
            let path = place(&app, &operation, &director).await;
            let call = |query: &[(&str, &str)]| {
                let call = operation.call(&app, &path, None, Some(&director));
                call.query(query)
            };
            assert_declared(&document, &operation, &call(&[]).await);
            let query = operation.example_query();
            for (name, value) in &query {
                let reply = call(&[(name.as_str(), value.as_str())]).await;
                assert_declared(&document, &operation, &reply);
            }
            let all: Vec<_> = query
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            assert_declared(&document, &operation, &call(&all).await);
            if operation.is_public() {
                let reply = operation.call(&app, &path, None, None).await;
                assert_declared(&document, &operation, &reply);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_tagged_is_not_sent_again() {
    on_each_demonstration(|app, director| async move {
        for operation in reads() {
            let director = who(&app, &operation, &director).await;
            let path = place(&app, &operation, &director).await;
            let by = (!operation.is_public()).then_some(&director);
            let first = operation.call(&app, &path, None, by).await;
            let names = operation.parameters("header");
            let is_conditional = names.iter().any(|one| one["name"] == "If-None-Match");
            let etag = first.header("etag");
            assert_eq!(is_conditional, !etag.is_empty(), "{operation}");
            assert_eq!(
                is_conditional,
                operation.statuses().contains(&304),
                "{operation}"
            );
            // The trail grows by each reading of it.
            if !is_conditional
                || operation.id().starts_with("audit_")
                || operation.id() == "citizens_export"
            {
                continue;
            }
            let again = operation
                .call(&app, &path, None, by)
                .header("If-None-Match", &etag)
                .await;
            assert_eq!(
                (again.status, again.header("etag")),
                (304, etag),
                "{operation}"
            );
            assert!(again.bytes.is_empty(), "{operation}");
        }
    })
    .await;
}

fn lasting(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut all: Vec<_> = headers
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                value.to_str().unwrap_or_default().to_owned(),
            )
        })
        .filter(|(name, _)| !OF_THE_MOMENT.contains(&name.as_str()))
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    on_each_demonstration(|app, director| async move {
        for operation in reads() {
            let director = who(&app, &operation, &director).await;
            let path = place(&app, &operation, &director).await;
            // A read of the trail is an entry of the trail: one entry stays the same.
            if ["audit_entries_list", "citizens_export"].contains(&operation.id()) {
                continue;
            }
            for by in [None, Some(&director)] {
                let get = operation.call(&app, &path, None, by).await;
                let head = app.call("HEAD", &path);
                let head = by
                    .map_or_else(|| app.call("HEAD", &path), |staff| head.by(staff))
                    .await;
                assert_eq!(head.status, get.status, "{operation}");
                assert!(head.bytes.is_empty(), "{operation}");
                assert_eq!(lasting(&head.headers), lasting(&get.headers), "{operation}");
            }
        }
    })
    .await;
}
