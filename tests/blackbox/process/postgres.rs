//! What only PostgreSQL has: several instances on one database, and a server that can go away.

use harness::postgres::{cluster, own_cluster};

use super::commands::kid_of;
use super::*;

#[tokio::test]
async fn two_instances_that_start_at_once_are_one_service() {
    let Some(cluster) = cluster() else { return };
    for shares_folder in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let url = cluster.create_database("twins");
        let flags = |data: &'static str| {
            let shared = [
                "--master-key-file",
                "shared.key",
                "--public-url",
                "https://twins.example",
            ];
            [&shared, &["--database-url", &url, "--data-dir", data][..]].concat()
        };
        let (one, two) = (
            flags("one"),
            flags(if shares_folder { "one" } else { "two" }),
        );
        let (a, b) = tokio::join!(
            Served::begin(folder.path(), &one),
            Served::begin(folder.path(), &two)
        );

        let files: Vec<_> = ["one", "two"]
            .map(|data| folder.path().join(data).join("first-password.txt"))
            .into_iter()
            .filter(|file| file.exists())
            .collect();
        assert_eq!(files.len(), 1, "one of them made the account");
        let text = std::fs::read_to_string(&files[0]).unwrap();
        let (email, password) = text.trim_end().split_once('\n').unwrap();
        let (of_a, of_b) = (
            a.staff(email, password).await,
            b.staff(email, password).await,
        );
        assert_eq!(kid_of(&of_a.token), kid_of(&of_b.token));
        for (instance, staff) in [(&a, &of_b), (&b, &of_a)] {
            let users = instance
                .get("/v1/users?count=true")
                .by(staff)
                .await
                .expect(200)
                .body();
            assert_eq!(users["page"]["total"], 1);
            let keys = instance
                .get("/.well-known/jwks.json")
                .await
                .expect(200)
                .body();
            assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
        }
        // What one writes, the other reads.
        let event = an_event("Écrit sur une, lu sur l’autre");
        let made = a
            .call("POST", "/v1/events")
            .by(&of_a)
            .json(&event)
            .await
            .expect(201)
            .body();
        let path = format!("/v1/events/{}", made["id"].as_str().unwrap());
        assert_eq!(b.get(&path).by(&of_a).await.expect(200).body(), made);
        a.stop().await;
        b.stop().await;
    }
}

#[tokio::test]
async fn a_database_that_goes_away_is_said_clearly_and_its_return_needs_no_restart() {
    let Some(mut cluster) = own_cluster() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let url = cluster.create_database("away");
    let database = ["--database-url", url.as_str()];
    create_user(folder.path(), "officer@petr.example", "officer", &database).await;
    let served = Served::begin(folder.path(), &database).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    served.get("/readyz").await.expect(200);

    cluster.stop().await;
    for (path, seconds) in [("/readyz", 2), ("/v1/events", 6)] {
        let asked = std::time::Instant::now();
        let reply = served.get(path).await;
        assert!(
            asked.elapsed() < Duration::from_secs(seconds),
            "{path}: {:?}",
            asked.elapsed()
        );
        assert_eq!(reply.expect(503).problem(), "unavailable");
        assert!(reply.header("retry-after").parse::<u32>().unwrap() > 0);
        assert!(!reply.utf8().contains("127.0.0.1"), "{}", reply.utf8());
    }
    let event = an_event("Pendant la panne");
    let refused = served
        .call("POST", "/v1/events")
        .by(&officer)
        .json(&event)
        .await;
    assert_eq!(refused.expect(503).problem(), "unavailable");
    assert_eq!(
        served.get("/healthz").await.expect(200).body(),
        json!({ "status": "ok" })
    );

    cluster.restart();
    let back = std::time::Instant::now();
    let made = loop {
        let ready = served.get("/readyz").await.status == 200;
        let made = served.call("POST", "/v1/events").by(&officer).json(&event);
        let made = made.await;
        if ready && made.status == 201 {
            break made;
        }
        assert!(
            back.elapsed() < Duration::from_secs(2),
            "it is not back 2 s after its database"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(made.text("title"), "Pendant la panne");
    served.stop().await;
}

#[tokio::test]
async fn a_copy_that_is_behind_keeps_nobody_out_and_nobody_in() {
    let Some(cluster) = cluster() else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = cluster.create_database("followed");
    let database = ["--database-url", url.as_str()];
    create_user(folder.path(), "officer@petr.example", "officer", &database).await;
    // It never follows: as far behind as a copy can be, without even a key to sign with.
    let copy = cluster.create_database_from(&url, "behind");
    let flags = [&database[..], &["--read-database-url", &copy]].concat();
    let served = Served::begin(folder.path(), &flags).await;

    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    let me = served.get("/v1/me").by(&officer).await.expect(200).body();
    assert_eq!(me["email"], "officer@petr.example");
    let form = [("token", officer.token.as_str())];
    let revoked = served.call("POST", "/oauth/revoke").form(&form).await;
    assert_eq!(revoked.expect(200).utf8(), "");
    assert_eq!(
        served
            .get("/v1/me")
            .by(&officer)
            .await
            .expect(401)
            .problem(),
        "unauthorized"
    );
    served.stop().await;
}

#[tokio::test]
async fn who_has_just_made_something_finds_it_though_the_copy_is_behind() {
    let Some(cluster) = cluster() else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = cluster.create_database("followed");
    let database = ["--database-url", url.as_str()];
    create_user(folder.path(), "officer@petr.example", "officer", &database).await;
    let copy = cluster.create_database_from(&url, "behind");
    let flags = [&database[..], &["--read-database-url", &copy]].concat();
    let served = Served::begin(folder.path(), &flags).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;

    let made = served.call("POST", "/v1/events").by(&officer);
    let event = made.json(&an_event("Lue aussitôt")).await;
    let path = format!("/v1/events/{}", event.expect(201).text("id"));
    let published = served.call("POST", &format!("{path}/publish")).by(&officer);
    let event = published.if_match("*").empty().await.expect(200).body();
    assert_eq!(
        served.get(&path).by(&officer).await.expect(200).body(),
        event
    );
    // Everybody else's lists are answered by the copy; what is kept for them is read where it is true.
    let list = served.get("/v1/events").await.expect(200).body();
    assert_eq!(list["data"], json!([]));
    let shown = served.get(&path).await.expect(200).body();
    assert_eq!(shown["id"], event["id"]);

    // A mirror is told up to when it is complete: it must be.
    for list in ["/v1/events", "/v1/calendar", &format!("{path}/occurrences")] {
        let poll = served
            .get(&format!("{list}?updated_since=2020-01-01"))
            .await;
        let told = poll.expect(200).body();
        assert_eq!(told["data"].as_array().unwrap().len(), 1, "{list}");
    }
    let source = json!({ "name": "Agenda", "url": "https://agenda.example/agenda.ics" });
    let made = served.call("POST", "/v1/import-sources").by(&officer);
    let source = made.json(&source).await.expect(201).body();
    let path = format!("/v1/import-sources/{}", source["id"].as_str().unwrap());
    let read = served.get(&path).by(&officer).await.expect(200).body();
    assert_eq!(read["id"], source["id"]);

    let file = json!({ "records": [{ "recordid": "x", "fields": {
        "uid": "1", "title": "Importée", "timetable": "2031-03-25T18:30:00 2031-03-25T20:30:00", "lang": "fr",
    } }] });
    let imported = served.call("POST", "/v1/imports?publish=true").by(&officer);
    let import = imported.json(&file).await.expect(201).body();
    let path = format!("/v1/imports/{}", import["id"].as_str().unwrap());
    assert_eq!(
        served.get(&path).by(&officer).await.expect(200).body(),
        import
    );
    let report = served
        .get(&format!("{path}/records"))
        .by(&officer)
        .await
        .expect(200)
        .body();
    assert_eq!(report["data"].as_array().unwrap().len(), 1);
    let imports = served.get("/v1/imports").by(&officer).await;
    assert_eq!(imports.expect(200).body()["data"], json!([import]));
    served.stop().await;
}

#[tokio::test]
async fn writes_that_wait_for_each_other_hold_up_nobody_who_reads() {
    use sqlx::Connection as _;
    let Some(cluster) = cluster() else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = cluster.create_database("queue");
    let database = ["--database-url", url.as_str()];
    create_user(folder.path(), "officer@petr.example", "officer", &database).await;
    let served = Served::begin(folder.path(), &database).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    let made = served.call("POST", "/v1/events").by(&officer);
    let made = made
        .json(&an_event("Très demandée"))
        .await
        .expect(201)
        .body();
    let path = format!("/v1/events/{}", made["id"].as_str().unwrap());

    let mut other = sqlx::PgConnection::connect(&url).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    sqlx::query("select 1 from events for update")
        .execute(&mut *lock)
        .await
        .unwrap();
    let writes: Vec<_> = (0..60)
        .map(|n| {
            let change = served.call("PATCH", &path).by(&officer).if_match("*");
            tokio::spawn(
                change
                    .json(&json!({ "summary": n.to_string() }))
                    .into_future(),
            )
        })
        .collect();
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' \
                   and datname = current_database()";
    let mut watch = sqlx::PgConnection::connect(&url).await.unwrap();
    while sqlx::query_scalar::<_, i64>(waiting)
        .fetch_one(&mut watch)
        .await
        .unwrap()
        < 15
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let read = tokio::time::timeout(
        Duration::from_secs(2),
        served.get(&path).by(&officer).into_future(),
    );
    let read = read.await.expect("an answer while the writes wait");
    assert_eq!(read.expect(200).text("title"), "Très demandée");
    lock.rollback().await.unwrap();
    for write in writes {
        let status = write.await.unwrap().status;
        assert!(matches!(status, 200 | 503), "{status}");
    }
    served.stop().await;
}
