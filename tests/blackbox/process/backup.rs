//! `backup`, and the way back from it: made under writes, restored into an empty folder with the same
//! master key. On PostgreSQL by its own tools, as the documentation says.

use std::path::PathBuf;

use super::load::{Load, assert_nothing_is_half_written, titles};
use super::*;

const EMAIL: &str = "officer@petr.example";
const PEOPLE: usize = 6;

/// A service on that database, an officer, and people who write.
async fn under_writes(folder: &Path, flags: &[&str]) -> (Served, Load) {
    create_user(folder, EMAIL, "officer", flags).await;
    let served = Served::begin(folder, &[&["--rate-limits", "off"], flags].concat()).await;
    let officer = served.staff(EMAIL, STRONG_PASSWORD).await;
    let load = Load::begin(&[&served], &officer, PEOPLE, "kept");
    load.until_more(60).await;
    (served, load)
}

/// Checks what was restored in that folder, and serves it: all of `before` is there.
async fn assert_restored(folder: &Path, flags: &[&str], before: &[String]) {
    let checked = run(folder, &[&["check"], flags].concat()).await;
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let served = Served::begin(folder, flags).await;
    let officer = served.staff(EMAIL, STRONG_PASSWORD).await;
    let titles = titles(&served, &officer).await;
    assert!(before.len() >= 60);
    for title in before {
        assert_eq!(titles.get(title), Some(&1), "{title}");
    }
    let more = an_event("Après la restauration");
    let made = served.call("POST", "/v1/events").by(&officer).json(&more);
    made.await.expect(201);
    served.stop().await;
}

fn copy_master_key(from: &Path, to: &Path) -> PathBuf {
    let (from, data) = (from.join("data/master.key"), to.join("data"));
    std::fs::create_dir(&data).unwrap();
    // Its mode comes along.
    std::fs::copy(&from, data.join("master.key")).unwrap();
    data
}

#[tokio::test]
async fn a_backup_made_under_writes_comes_back_with_all_that_was_acknowledged_before() {
    let folder = tempfile::tempdir().unwrap();
    let (served, load) = under_writes(folder.path(), &[]).await;
    let before = load.acknowledged();
    let made = run(folder.path(), &["backup", "copy.sqlite"]).await;
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let copy = folder.path().join("copy.sqlite");
    assert_eq!(mode_of(&copy), 0o600);
    assert_eq!(names_in(folder.path()), ["copy.sqlite", "data"]);

    // Nobody who writes was held up, and they go on.
    load.until_more(20).await;
    for told in load.stop().await {
        assert!(told.is_acknowledged(), "{told:?}");
        assert!(told.took < Duration::from_secs(5), "{told:?}");
    }
    served.stop().await;

    let restored = tempfile::tempdir().unwrap();
    let data = copy_master_key(folder.path(), restored.path());
    let database = data.join("concertation.sqlite");
    std::fs::copy(&copy, &database).unwrap();
    let database = database.to_str().unwrap();
    assert_nothing_is_half_written(database).await;
    let events = number(database, "select count(*) from events").await;
    assert!(
        made.stdout.contains(&format!("events: {events}")),
        "{made:?}"
    );
    assert_restored(restored.path(), &[], &before).await;
}

#[tokio::test]
async fn a_backup_holds_no_master_key_and_overwrites_nothing() {
    use base64::Engine as _;
    let folder = tempfile::tempdir().unwrap();
    create_user(folder.path(), EMAIL, "officer", &[]).await;
    let made = run(folder.path(), &["backup", "copy.sqlite"]).await;
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    assert!(made.stdout.contains(&"accounts: 1".to_owned()), "{made:?}");
    let head = |line: &String| line.starts_with("head of the chain: 1 ");
    assert!(made.stdout.iter().any(head), "{made:?}");
    let checked = run(folder.path(), &["check"]).await;
    let head = checked.stdout.iter().find(|line| head(line)).unwrap();
    assert!(made.stdout.contains(head), "{made:?} {checked:?}");

    let copy = folder.path().join("copy.sqlite");
    let bytes = std::fs::read(&copy).unwrap();
    let key = std::fs::read_to_string(folder.path().join("data/master.key")).unwrap();
    let raw = base64::prelude::BASE64_STANDARD.decode(key.trim()).unwrap();
    for secret in [key.trim().as_bytes(), &raw] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
    }

    for (file, said) in [
        ("copy.sqlite", "exists already"),
        ("data/concertation.sqlite", "exists already"),
        ("nowhere/copy.sqlite", "No such file"),
    ] {
        let refused = run(folder.path(), &["backup", file]).await;
        assert_eq!(refused.status.code(), Some(1), "{file}: {refused:?}");
        assert!(refused.stderr.join("\n").contains(said), "{refused:?}");
    }
    assert_eq!(std::fs::read(&copy).unwrap(), bytes);
    let elsewhere = ["backup", "other.sqlite", "--data-dir", "elsewhere"];
    let nothing = run(folder.path(), &elsewhere).await;
    assert_eq!(nothing.status.code(), Some(1), "{nothing:?}");
    assert_eq!(names_in(folder.path()), ["copy.sqlite", "data"]);
}

#[tokio::test]
async fn a_database_that_is_not_whole_gives_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    create_user(folder.path(), EMAIL, "officer", &[]).await;
    let database = folder.path().join("data/concertation.sqlite");
    let database = database.to_str().unwrap();
    let stray = "pragma foreign_keys = off; insert into event_slugs (slug, event_id) \
                 values ('nulle-part', x'00112233445566778899aabbccddeeff')";
    execute(database, stray).await;
    let refused = run(folder.path(), &["backup", "copy.sqlite"]).await;
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let said = refused.stderr.join("\n");
    assert!(said.contains("1 rows point at nothing"), "{said}");
    assert_eq!(names_in(folder.path()), ["data"]);
}

#[tokio::test]
async fn on_postgresql_its_own_tools_do_it_as_the_documentation_says() {
    let Some(cluster) = cluster() else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = cluster.create_database("kept");
    let flags = ["--database-url", url.as_str()];
    let explained = run(folder.path(), &[&["backup", "copy"][..], &flags].concat()).await;
    assert_eq!(explained.status.code(), Some(1), "{explained:?}");
    let said = explained.stderr.join("\n");
    assert!(said.contains("pg_dump --format=custom"), "{said}");
    assert!(said.contains("pg_restore --no-owner"), "{said}");
    assert!(!folder.path().join("copy").exists());

    let (served, load) = under_writes(folder.path(), &flags).await;
    let before = load.acknowledged();
    let dump = folder.path().join("copy.dump");
    let (from, file) = (url.clone(), dump.clone());
    tokio::task::spawn_blocking(move || cluster.dump(&from, &file))
        .await
        .unwrap();
    load.until_more(20).await;
    for told in load.stop().await {
        assert!(told.is_acknowledged(), "{told:?}");
    }
    served.stop().await;

    let restored = tempfile::tempdir().unwrap();
    copy_master_key(folder.path(), restored.path());
    let again = cluster.create_database("restored");
    cluster.restore(&dump, &again);
    assert_nothing_is_half_written(&again).await;
    assert_restored(restored.path(), &["--database-url", &again], &before).await;
}
