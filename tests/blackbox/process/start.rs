//! The first start, and the next ones.

use std::net::TcpListener;
use std::path::Path;

use harness::engines::engines;
use serde_json::json;

use super::*;

const FIRST: &str = "director@concertation.local";

/// The first account's password, read where the service puts it down.
fn first_password(data: &Path) -> String {
    let text = std::fs::read_to_string(data.join("first-password.txt")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!((lines.len(), lines[0]), (2, FIRST));
    lines[1].to_owned()
}

#[tokio::test]
async fn the_first_start_makes_all_that_is_needed_and_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &[]).await;
    let data = folder.path().join("data");
    assert_eq!(mode_of(&data), 0o700);
    let made = [
        "concertation.lock",
        "concertation.sqlite",
        "concertation.sqlite-shm",
        "concertation.sqlite-wal",
        "first-password.txt",
        "master.key",
    ];
    assert_eq!(names_in(&data), made);
    for name in made {
        assert_eq!(mode_of(&data.join(name)), 0o600, "{name}");
    }

    let password = first_password(&data);
    let said = all_said(&served.process);
    assert!(
        said.contains("data/first-password.txt until the first sign-in"),
        "{said}"
    );
    assert!(!said.contains(&password));
    let base = format!("http://localhost:{}", served.address.port());
    let addresses: Vec<_> = said.lines().filter(|line| line.contains(&base)).collect();
    assert!(
        addresses[0].contains(&format!("{base}/docs")),
        "{addresses:?}"
    );

    let wrong = served.sign_in(FIRST, "not the password at all").await;
    assert_eq!(wrong.expect(400).text("error"), "invalid_grant");
    assert!(data.join("first-password.txt").exists());
    let director = served.staff(FIRST, &password).await;
    assert!(!data.join("first-password.txt").exists());
    let me = served.get("/v1/me").by(&director).await.expect(200).body();
    assert_eq!(me["roles"], json!(["director"]));
    served.stop().await;

    let again = Served::begin(folder.path(), &[]).await;
    let said = all_said(&again.process);
    assert!(!said.contains("First account"), "{said}");
    assert!(!data.join("first-password.txt").exists());
    let director = again.staff(FIRST, &password).await;
    let users = again
        .get("/v1/users")
        .by(&director)
        .await
        .expect(200)
        .body();
    let emails: Vec<_> = users["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| &u["email"])
        .collect();
    assert_eq!(emails, [FIRST]);
    again.stop().await;
}

#[tokio::test]
async fn a_first_password_that_can_not_be_removed_is_said_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::begin(folder.path(), &[]).await;
    let file = folder.path().join("data/first-password.txt");
    let password = first_password(&folder.path().join("data"));
    std::fs::remove_file(&file).unwrap();
    // Nobody removes a folder as a file, not even root.
    std::fs::create_dir(&file).unwrap();

    served.sign_in(FIRST, &password).await.expect(200);
    let said = served
        .process
        .line(LIMIT, |line| line.contains("could not be removed"))
        .await;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["level"], "ERROR");
    assert!(
        said["file"]
            .as_str()
            .unwrap()
            .ends_with("data/first-password.txt"),
        "{said}"
    );
    std::fs::remove_dir(&file).unwrap();
    served.sign_in(FIRST, &password).await.expect(200);
    let said = all_said(&served.process);
    assert_eq!(said.matches("could not be removed").count(), 1, "{said}");
    served.stop().await;
}

#[tokio::test]
async fn without_a_command_it_serves() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(concertation(folder.path(), &["--listen", "127.0.0.1:0"])).await;
    assert_eq!(
        served.get("/healthz").await.expect(200).body(),
        json!({ "status": "ok" })
    );
    served.stop().await;
}

#[tokio::test]
async fn a_start_that_was_cut_off_leaves_a_password_that_the_next_one_uses() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let text = format!("{FIRST}\nthe-password-of-a-start-cut-off\n");
    std::fs::write(data.join("first-password.txt"), text).unwrap();
    let served = Served::begin(folder.path(), &[]).await;
    served
        .sign_in(FIRST, "the-password-of-a-start-cut-off")
        .await
        .expect(200);
    assert!(!data.join("first-password.txt").exists());
    served.stop().await;
}

#[tokio::test]
async fn a_port_in_use_stops_the_start_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(folder.path(), &["serve", "--listen", &address]).await;
    assert_eq!(refused.status.code(), Some(1));
    let said = refused.stderr.join("\n");
    assert!(said.contains(&address) && said.contains("in use"), "{said}");
    assert_eq!(names_in(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn accounts_made_before_the_first_start_leave_no_service_without_a_director() {
    let folder = tempfile::tempdir().unwrap();
    create_user(folder.path(), "officer@petr.example", "officer", &[]).await;
    let served = Served::begin(folder.path(), &[]).await;
    let password = first_password(&folder.path().join("data"));
    let director = served.staff(FIRST, &password).await;
    let me = served.get("/v1/me").by(&director).await.expect(200).body();
    assert_eq!(me["roles"], json!(["director"]));
    served.stop().await;
}

#[tokio::test]
async fn a_second_service_on_one_sqlite_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &[]).await;
    let refused = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(refused.status.code(), Some(1));
    let said = refused.stderr.join("\n");
    assert!(
        said.contains("another service runs on data/concertation.sqlite"),
        "{said}"
    );
    let checked = run(folder.path(), &["check"]).await;
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    served.stop().await;
    Served::begin(folder.path(), &[]).await.stop().await;
}

#[tokio::test]
async fn a_postgresql_that_is_not_there_is_named_with_the_cause() {
    let folder = tempfile::tempdir().unwrap();
    let url = "postgres://u:canary-7f3@127.0.0.1:1/none";
    let refused = run(folder.path(), &["migrate", "--database-url", url]).await;
    assert_eq!(refused.status.code(), Some(1));
    let said = refused.stderr.join("\n");
    assert!(
        said.contains("PostgreSQL at 127.0.0.1:1/none: Connection refused"),
        "{said}"
    );
    assert!(!said.contains("canary-7f3"), "{said}");
}

#[tokio::test]
async fn a_database_begun_with_another_master_key_is_refused_by_the_settings_name() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        Served::begin(folder.path(), &strs(&flags))
            .await
            .stop()
            .await;
        let key = folder.path().join("data/master.key");
        let kept = folder.path().join("data/kept.key");
        std::fs::rename(&key, &kept).unwrap();

        for command in ["serve", "check", "rotate-keys", "migrate"] {
            let arguments = [&[command, "--listen", "127.0.0.1:0"], &*strs(&flags)].concat();
            let refused = run(folder.path(), &arguments).await;
            assert_eq!(
                refused.status.code(),
                Some(1),
                "{engine}, {command}: {refused:?}"
            );
            let said = refused.stderr.join("\n");
            assert!(
                said.contains("no master key at data/master.key")
                    && said.contains("CONCERTATION_MASTER_KEY_FILE"),
                "{engine}, {command}: {said}"
            );
            assert!(!key.exists(), "{engine}, {command}: no new one is made");
        }
        // A key of another service.
        let other = tempfile::tempdir().unwrap();
        let made = run(other.path(), &["migrate"]).await;
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        std::fs::copy(other.path().join("data/master.key"), &key).unwrap();
        let refused = run(folder.path(), &[&["check"], &*strs(&flags)].concat()).await;
        let said = refused.stderr.join("\n");
        assert!(
            said.contains("is not the one that this database was begun with"),
            "{engine}: {said}"
        );
        let right = ["--master-key-file", "data/kept.key"];
        let flags = [&right, &*strs(&flags)].concat();
        Served::begin(folder.path(), &flags).await.stop().await;
    }
}
