//! The committed contract is the one that the code makes, the one that is served, and one that the
//! clients of the last release can go on with.

use std::path::Path;
use std::time::Duration;

use harness::app::App;
use harness::compatibility::breaks;
use harness::contract::{Document, released};
use harness::engines::Engine;
use harness::process::Launch;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi")
}

#[test]
fn the_committed_documents_are_those_of_the_code() {
    for (name, made) in api::documents() {
        let committed = std::fs::read_to_string(folder().join(name)).unwrap_or_default();
        let line = committed
            .lines()
            .zip(made.lines())
            .position(|(old, new)| old != new);
        assert!(
            committed == made,
            "openapi/{name} differs from the code, first in line {:?}: run `cargo run -- openapi`, \
             look at the difference, and commit it",
            line.map(|line| line + 1),
        );
    }
}

#[tokio::test]
async fn the_served_document_is_the_committed_one() {
    let app = App::start(Engine::Sqlite).await;
    let served = app.get("/openapi.json").await.expect(200).body();
    assert_eq!(served, Document::served().0);
}

#[test]
fn no_client_of_the_last_release_is_broken() {
    let broken = breaks(&released(), &Document::served().0);
    assert!(
        broken.is_empty(),
        "openapi/README.md says what to do:\n{}",
        broken.join("\n")
    );
    assert_eq!(released()["openapi"], "3.1.0");
}

#[tokio::test]
async fn the_command_finds_a_difference_in_each_document() {
    let limit = Duration::from_secs(30);
    let copy = tempfile::tempdir().unwrap();
    let path = copy.path().to_str().unwrap();
    let write = Launch::concertation(["openapi", "--folder", path])
        .run(limit)
        .await;
    assert_eq!(write.status.code(), Some(0), "{:?}", write.stderr);
    let check = || Launch::concertation(["openapi", "--check", "--folder", path]).run(limit);
    let same = check().await;
    assert_eq!(same.status.code(), Some(0), "{:?}", same.stderr);
    for (name, text) in api::documents() {
        let file = copy.path().join(name);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{name}");
        std::fs::write(&file, text.replacen("events_create", "events_make", 1)).unwrap();
        let other = check().await;
        assert_eq!(other.status.code(), Some(1), "{name}");
        let said = other.stderr.join("\n");
        assert!(
            said.contains(&format!("{name} differs from the code")),
            "{said}"
        );
        std::fs::write(&file, text).unwrap();
    }
}
