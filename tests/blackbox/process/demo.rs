//! `serve --demo`: a story to try things on, which never mixes with anything else.

use harness::engines::engines;
use serde_json::json;

use super::*;

const FOREIGN: &str = "was not begun by --demo";

async fn count(served: &Served, staff: &Staff) -> u64 {
    let page = served
        .get("/v1/events?count=true&limit=1")
        .by(staff)
        .await
        .expect(200)
        .body();
    page["page"]["total"].as_u64().unwrap()
}

#[tokio::test]
async fn the_demonstration_is_told_once_and_is_left_as_the_staff_left_it() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let database = database_flags(engine);
        // Links are to be the same on the port of the next start.
        let own = ["--demo", "--public-url", "https://demo.example"];
        let flags = [&own, &*strs(&database)].concat();
        let served = Served::begin(folder.path(), &flags).await;
        assert_eq!(names_in(folder.path()), ["data"]);
        assert_eq!(names_in(&folder.path().join("data")), ["demo"]);

        for role in ["director", "officer", "referent", "funder"] {
            let email = format!("{role}@petr.example");
            let staff = served.staff(&email, DEMO_PASSWORD).await;
            let me = served.get("/v1/me").by(&staff).await.expect(200).body();
            assert_eq!(
                (&me["email"], &me["roles"]),
                (&json!(email), &json!([role]))
            );
        }
        let officer = served.staff("officer@petr.example", DEMO_PASSWORD).await;
        let told = count(&served, &officer).await;
        assert!(told > 50, "{told}");
        let ahead = served.get("/v1/calendar").await.expect(200).body();
        assert!(ahead["data"].as_array().unwrap().len() > 5, "{ahead}");

        // One is changed, one removed: neither comes back.
        let list = served
            .get("/v1/events?limit=2&state=draft")
            .by(&officer)
            .await
            .expect(200)
            .body();
        let path = |n: usize| format!("/v1/events/{}", list["data"][n]["id"].as_str().unwrap());
        let title = json!({ "title": "Autre titre" });
        let changed = served
            .call("PATCH", &path(0))
            .by(&officer)
            .if_match("*")
            .json(&title)
            .await;
        let changed = changed.expect(200).body();
        let removed = match list["data"].as_array().unwrap().len() {
            2 => {
                let removed = served
                    .call("DELETE", &path(1))
                    .by(&officer)
                    .if_match("*")
                    .await;
                assert_eq!(removed.expect(204).bytes, b"");
                1
            }
            _ => 0,
        };
        served.stop().await;

        let again = Served::begin(folder.path(), &flags).await;
        let officer = again.staff("officer@petr.example", DEMO_PASSWORD).await;
        assert_eq!(count(&again, &officer).await, told - removed, "{engine}");
        let kept = again.get(&path(0)).by(&officer).await.expect(200).body();
        assert_eq!(kept, changed);
        let director = again.staff("director@petr.example", DEMO_PASSWORD).await;
        let users = again
            .get("/v1/users?count=true")
            .by(&director)
            .await
            .expect(200)
            .body();
        assert_eq!(users["page"]["total"], 5);
        again.stop().await;

        let checked = [&["check", "--data-dir", "data/demo"], &*strs(&database)].concat();
        let checked = run(folder.path(), &checked).await;
        assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    }
}

#[tokio::test]
async fn it_refuses_a_database_that_it_did_not_begin_and_leaves_it_alone() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = [
            database_flags(engine),
            vec!["--data-dir".into(), "data".into()],
        ]
        .concat();
        let flags = strs(&flags);
        Served::begin(folder.path(), &flags).await.stop().await;

        let arguments = [&["serve", "--demo", "--listen", "127.0.0.1:0"], &*flags].concat();
        let refused = run(folder.path(), &arguments).await;
        assert_eq!(refused.status.code(), Some(1), "{engine}: {refused:?}");
        let said = refused.stderr.join("\n");
        assert!(
            said.contains(FOREIGN) && said.contains("--data-dir"),
            "{said}"
        );

        let served = Served::begin(folder.path(), &flags).await;
        let nobody = served.sign_in("director@petr.example", DEMO_PASSWORD).await;
        assert_eq!(nobody.expect(400).text("error"), "invalid_grant");
        let all = served.get("/v1/calendar").await.expect(200).body();
        assert_eq!(all["data"], json!([]));
        served.stop().await;
    }
}

#[tokio::test]
async fn it_listens_on_loopback_unless_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    // Whoever else holds the port on this machine: the address is named, taken or not.
    let mut process = concertation(folder.path(), &["serve", "--demo"]).start();
    let named = |line: &str| line.contains("127.0.0.1:8080");
    process.line(LIMIT, named).await;
}
