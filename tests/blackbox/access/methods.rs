//! Each path and the methods that it has, has not, and says it has.

use std::collections::{BTreeMap, BTreeSet};

use harness::app::{App, on_each_database_with};
use harness::contract::{Document, METHODS, Operation};
use harness::http::Reply;

/// Each path of the document with its operations.
fn paths() -> BTreeMap<String, Vec<Operation>> {
    let mut paths: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for operation in Document::served().operations() {
        paths
            .entry(operation.path.clone())
            .or_default()
            .push(operation);
    }
    assert!(paths.len() > 30, "{}", paths.len());
    paths
}

/// What `Allow` has to list.
fn offered(operations: &[Operation]) -> BTreeSet<&str> {
    let mut methods: BTreeSet<_> = operations.iter().map(|one| one.method.as_str()).collect();
    if methods.contains("GET") {
        methods.insert("HEAD");
    }
    methods.insert("OPTIONS");
    methods
}

fn has_public_read(operations: &[Operation]) -> bool {
    operations
        .iter()
        .any(|one| one.is_read() && one.is_public())
}

#[track_caller]
fn assert_allows(path: &str, operations: &[Operation], reply: &Reply) {
    let allow = reply.header("allow");
    let listed: Vec<_> = allow.split(", ").collect();
    let once: BTreeSet<_> = listed.iter().copied().collect();
    assert_eq!(once, offered(operations), "{path}");
    assert_eq!(once.len(), listed.len(), "{path}: {allow}");
}

async fn on_each<F, Fut>(test: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = ()>,
{
    on_each_database_with(|raw| raw.rate_limits = "off".parse().ok(), test).await;
}

#[tokio::test]
async fn a_method_that_a_path_has_not_is_405_with_those_it_has() {
    on_each(|app| async move {
        for (path, operations) in paths() {
            let has = offered(&operations);
            let all = METHODS.iter().map(|method| method.to_ascii_uppercase());
            let wrong = all.chain(["HEAD", "TRACE", "PROPFIND"].map(str::to_owned));
            for method in wrong.filter(|method| !has.contains(method.as_str())) {
                let reply = app.call(&method, &operations[0].example_path()).await;
                assert_eq!(reply.status, 405, "{method} {path}");
                assert_allows(&path, &operations, &reply);
                if path.starts_with("/oauth/") {
                    assert_eq!(
                        reply.header("content-type"),
                        "application/json",
                        "{method} {path}"
                    );
                } else if method != "HEAD" {
                    assert_eq!(reply.problem(), "method-not-allowed", "{method} {path}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn options_lists_the_methods_and_opens_public_reads_to_other_origins() {
    on_each(|app| async move {
        for (path, operations) in paths() {
            let asked = app.call("OPTIONS", &operations[0].example_path());
            let asked = asked.header("Origin", "https://commune.example");
            let reply = asked.header("Access-Control-Request-Method", "GET").await;
            assert_eq!(reply.status, 204, "{path}");
            assert!(reply.bytes.is_empty(), "{path}");
            assert_allows(&path, &operations, &reply);
            let cors = [
                "allow-origin",
                "allow-methods",
                "allow-headers",
                "allow-credentials",
            ];
            let cors = cors.map(|name| reply.header(&format!("access-control-{name}")));
            let expected = match has_public_read(&operations) {
                false => ["", "", "", ""],
                true => [
                    "*",
                    "GET, HEAD, OPTIONS",
                    "Accept, Accept-Language, Content-Type, If-None-Match, If-Range, Range, X-Request-Id",
                    "",
                ],
            };
            assert_eq!(cors, expected, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_path_of_the_document_is_served_and_no_other() {
    on_each(|app| async move {
        // What nothing serves is refused before its token is looked at; what is served is not.
        let nowhere = app
            .get("/v1/nowhere")
            .header("Authorization", "Bearer x")
            .await;
        assert_eq!(nowhere.expect(404).problem(), "not-found");
        // The one address besides: people type it.
        let with_slash = app.get("/docs/").await;
        assert_eq!(
            (with_slash.status, with_slash.header("location")),
            (308, "/docs".to_owned())
        );
        for (path, operations) in paths() {
            for operation in operations {
                let call = app.call(&operation.method, &operation.example_path());
                let reply = call.header("Authorization", "Bearer x").await;
                // At the forms a token is no token but a client's, and the body is looked at first.
                let is_form = path.starts_with("/oauth/");
                assert_eq!(reply.status, if is_form { 415 } else { 401 }, "{operation}");
            }
            let beyond = app
                .get(&format!("{path}/nowhere/beyond").replace(['{', '}'], ""))
                .await;
            assert_eq!(beyond.status, 404, "{path}: {}", beyond.utf8());
        }
    })
    .await;
}
