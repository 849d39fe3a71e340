//! Files of projects: what is taken, who gets them, and that nothing of them is left where it should not be.

use std::path::Path;

use api::config::RawSettings;
use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database, on_each_database_with};
use harness::behind::execute;
use harness::http::Call;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const TABLE: &[u8] = "commune;bénévoles\nLunéville;8\n".as_bytes();

/// A file with that name, said to be of that type.
fn part(content: &[u8], name: &str, said: &str) -> Part {
    let part = Part::bytes(content.to_vec()).file_name(name.to_owned());
    if said.is_empty() {
        return part;
    }
    part.mime_str(said).unwrap()
}

fn document(part: Part) -> Form {
    Form::new()
        .text("title", "Les bénévoles")
        .text("kind", "document")
        .part("file", part)
}

fn table() -> Form {
    document(part(TABLE, "Bénévoles d’été.csv", "text/csv"))
}

fn add(app: &App, by: &Staff, project: &str, form: Form) -> Call {
    app.post(&format!("{project}/attachments"))
        .by(by)
        .multipart(form)
}

async fn added(app: &App, by: &Staff, project: &str, form: Form) -> Value {
    add(app, by, project, form).await.expect(201).body()
}

fn path(attachment: &Value) -> String {
    format!("/v1/attachments/{}", attachment["id"].as_str().unwrap())
}

/// A draft that can be submitted.
async fn project(app: &App, partner: &Staff) -> String {
    let body = json!({
        "title": "Recyclerie", "summary": "Un camion.", "description": "Un atelier.",
        "theme": "circular_economy", "commune_codes": ["54329"],
        "contact": { "email": "projet@asso.example" },
    });
    let made = app.post("/v1/projects").by(partner).json(&body).await;
    format!("/v1/projects/{}", made.expect(201).text("id"))
}

async fn turn(app: &App, by: &Staff, project: &str, action: &str) {
    let call = app
        .post(&format!("{project}/{action}"))
        .by(by)
        .if_match("*");
    call.json(&json!({ "reason": "Voilà." })).await.expect(200);
}

/// The files that lie there, whatever they are called.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let contents = paths.map(|path| match path.is_dir() {
        true => files(&path),
        false => vec![std::fs::read(path).unwrap()],
    });
    contents.flatten().collect()
}

fn kept(app: &App) -> Vec<Vec<u8>> {
    files(&app.folder().join("attachments"))
}

/// Waits until so many files lie there: what was refused is removed after the answer.
async fn until_kept(app: &App, count: usize) {
    for _ in 0..200 {
        if kept(app).len() == count {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{} files lie there, and not {count}", kept(app).len());
}

#[tokio::test]
async fn a_file_is_added_by_its_projects_holder_and_had_by_whoever_sees_the_project() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let (_, other) = app.partner(&director, "Jardins").await;
        let project = project(&app, &partner).await;
        let made = add(&app, &partner, &project, table()).await;
        let shown = made.expect(201).body();
        assert_eq!(made.header("location"), path(&shown));
        assert_eq!(made.header("etag"), shown["etag"].as_str().unwrap());
        let digest = Sha256::digest(TABLE);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = json!({
            "id": shown["id"], "project_id": shown["project_id"], "kind": "document",
            "title": "Les bénévoles", "file_name": "Bénévoles d’été.csv", "media_type": "text/csv",
            "bytes": TABLE.len(), "sha256": digest, "by": "holder", "url": shown["url"],
            "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
            "etag": shown["etag"],
        });
        assert_eq!(shown, expected);
        let content = format!("{}/content", path(&shown));
        assert!(shown["url"].as_str().unwrap().ends_with(&content));
        let had = app.get(&content).by(&partner).await;
        assert_eq!(had.expect(200).bytes, TABLE);
        for (name, value) in [
            ("content-type", "text/csv"),
            ("content-length", "33"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "private, no-store"),
            (
                "content-disposition",
                "attachment; filename=\"B_n_voles d__t_.csv\"; \
                 filename*=UTF-8''B%C3%A9n%C3%A9voles%20d%E2%80%99%C3%A9t%C3%A9.csv",
            ),
        ] {
            assert_eq!(had.header(name), value, "{name}");
        }
        assert!(had.header("content-security-policy").contains("sandbox"));
        assert_eq!(had.header("etag"), format!("\"sha256-{digest}\""));
        let again = app.get(&content).by(&partner);
        let again = again.header("If-None-Match", &had.header("etag")).await;
        assert!(again.expect(304).bytes.is_empty());
        let head = app.call("HEAD", &content).by(&partner).await;
        assert_eq!(head.expect(200).header("content-length"), "33");

        // Nobody else sees a draft, nor what belongs to it.
        let all = [
            path(&shown),
            content.clone(),
            format!("{project}/attachments"),
        ];
        for at in &all {
            app.get(at).await.expect(404);
            app.get(at).by(&other).await.expect(404);
            app.get(at).by(&director).await.expect(200);
        }
        add(&app, &other, &project, table()).await.expect(404);
        app.delete(&path(&shown))
            .by(&other)
            .if_match("*")
            .await
            .expect(404);
        let patch = app.patch(&path(&shown)).by(&other).if_match("*");
        patch.json(&json!({ "title": "x" })).await.expect(404);

        turn(&app, &partner, &project, "submit").await;
        turn(&app, &director, &project, "accept").await;
        for at in &all {
            app.get(at).await.expect(200);
            app.get(at).by(&other).await.expect(200);
        }
        let public = app.get(&content).await;
        assert_eq!(
            public.header("cache-control"),
            "public, max-age=0, must-revalidate"
        );
        add(&app, &other, &project, table()).await.expect(404);
        let list = app.get(&format!("{project}/attachments")).await.body();
        assert_eq!(list["data"][0]["id"], shown["id"]);
        until_kept(&app, 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_part_of_a_file_is_had_and_what_broke_off_is_gone_on_with() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = project(&app, &partner).await;
        // Longer than what is read at once.
        let text = b"0123456789".repeat(20_000);
        let form = document(part(&text, "a.txt", "text/plain"));
        let at = path(&added(&app, &partner, &project, form).await);
        let content = || app.get(&format!("{at}/content")).by(&partner);
        let whole = content().await;
        assert_eq!(whole.expect(200).header("accept-ranges"), "bytes");
        let etag = whole.header("etag");
        for (range, expected) in [
            ("bytes=0-0", 0..1),
            ("bytes=65530-65545", 65_530..65_546),
            ("bytes=150001-", 150_001..200_000),
            ("bytes=-7", 199_993..200_000),
            ("bytes=199999-500000", 199_999..200_000),
        ] {
            let had = content().header("Range", range).await;
            assert_eq!(had.expect(206).bytes, text[expected.clone()], "{range}");
            let said = format!("bytes {}-{}/200000", expected.start, expected.end - 1);
            assert_eq!(had.header("content-range"), said);
            assert_eq!(had.header("content-length"), expected.len().to_string());
            assert_eq!(had.header("etag"), etag);
            assert_eq!(had.header("content-type"), "text/plain");
            assert!(had.header("content-disposition").starts_with("attachment"));
        }
        let beyond = content().header("Range", "bytes=200000-").await;
        assert_eq!(beyond.expect(416).problem(), "range-not-satisfiable");
        assert_eq!(beyond.header("content-range"), "bytes */200000");
        // Whatever else it says, the whole is had.
        for range in ["bytes=3-1", "bytes=0-1,5-6", "lines=0-1", "x"] {
            assert_eq!(
                content().header("Range", range).await.expect(200).bytes,
                text
            );
        }
        let part = || content().header("Range", "bytes=5-9");
        let same = part().header("If-Range", &etag).await;
        assert_eq!(same.expect(206).bytes, b"56789");
        for other in ["\"sha256-0\"", "Tue, 24 Nov 2026 09:00:00 GMT"] {
            assert_eq!(
                part().header("If-Range", other).await.expect(200).bytes,
                text
            );
        }
        part().header("If-None-Match", &etag).await.expect(304);
        let head = app.call("HEAD", &format!("{at}/content")).by(&partner);
        let head = head.header("Range", "bytes=5-9").await;
        assert_eq!(head.expect(200).header("content-length"), "200000");
        // Nobody learns by it how long a file is that they don't see.
        let hidden = app
            .get(&format!("{at}/content"))
            .header("Range", "bytes=200000-");
        hidden.await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn what_a_file_holds_must_be_what_it_is_said_to_be_and_nothing_that_runs() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = project(&app, &partner).await;
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        for (content, name, said) in [
            (&svg[..], "a.svg", "image/svg+xml"),
            (svg, "a.png", "image/png"),
            (svg, "a.txt", "text/plain"),
            (b"<!doctype html><p>x", "a.html", "text/html"),
            (b"%PDF-1.7 x", "a.png", "image/png"),
            (TABLE, "a.pdf", "application/pdf"),
            (b"MZ\0\0 a program", "a.txt", "text/plain"),
        ] {
            let refused = add(
                &app,
                &partner,
                &project,
                document(part(content, name, said)),
            )
            .await;
            assert_eq!(
                refused.expect(422).faults(),
                ["/file wrong_type"],
                "{name} {said}"
            );
        }
        let pdf = part(
            b"%PDF-1.7 x",
            "../Plan\u{202e}fdp.exe",
            "application/octet-stream",
        );
        let taken = added(&app, &partner, &project, document(pdf)).await;
        assert_eq!(
            (&taken["media_type"], &taken["file_name"]),
            (&json!("application/pdf"), &json!("Planfdp.exe.pdf"))
        );
        let missing = add(&app, &partner, &project, Form::new().text("titre", "x")).await;
        let mut faults = missing.expect(422).faults();
        faults.sort();
        let expected = ["/file required", "/title required", "/titre unknown_field"];
        assert_eq!(faults, expected);
        // One that holds nothing is told with the other faults, and its type is no further one.
        let empty = Form::new()
            .text("alt", "Un camion bleu")
            .part("file", part(b"", "a.png", "image/png"));
        let refused = add(&app, &partner, &project, empty).await;
        let mut faults = refused.expect(422).faults();
        faults.sort();
        assert_eq!(faults, ["/file required", "/title required"]);
        // What is to be looked at shows in what it is.
        let unsaid = Form::new()
            .text("title", "x")
            .part("file", part(TABLE, "a.csv", "text/csv"));
        assert_eq!(
            added(&app, &partner, &project, unsaid).await["kind"],
            "document"
        );
        let unsaid = Form::new()
            .text("title", "x")
            .part("file", part(b"GIF89a", "a.gif", "image/gif"));
        let refused = add(&app, &partner, &project, unsaid).await;
        assert_eq!(refused.expect(422).faults(), ["/alt required"]);
        let image = || Form::new().text("title", "x").text("kind", "image");
        let no_image = image()
            .text("alt", "x")
            .part("file", part(TABLE, "a.csv", "text/csv"));
        let refused = add(&app, &partner, &project, no_image).await;
        assert_eq!(refused.expect(422).faults(), ["/file wrong_type"]);
        let untold = image().part("file", part(b"GIF89a", "a.gif", "image/gif"));
        let refused = add(&app, &partner, &project, untold).await;
        assert_eq!(refused.expect(422).faults(), ["/alt required"]);
        let torn = part(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", "a.png", "image/png");
        let torn = image().text("alt", "x").part("file", torn);
        let refused = add(&app, &partner, &project, torn).await;
        assert_eq!(refused.expect(422).faults(), ["/file malformed"]);
        let large = part(&vec![b'x'; 20 * 1024 * 1024 + 1], "a.txt", "text/plain");
        add(&app, &partner, &project, document(large))
            .await
            .expect(413);
        let raw = app.post(&format!("{project}/attachments")).by(&partner);
        raw.body("text/csv", "a;b").await.expect(415);
        until_kept(&app, 2).await;
    })
    .await;
}

#[tokio::test]
async fn a_photo_is_kept_without_where_and_when_it_was_taken() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = project(&app, &partner).await;
        let photo = b"\xff\xd8\xff\xe1\0\x19Exif\0\0canary-gps-48.593\xff\xda\0\x02picture\xff\xd9canary-film";
        let form = Form::new().text("title", "Le camion").text("kind", "image");
        let form = form.text("alt", "Un camion bleu");
        let form = form.part("file", part(photo, "IMG_1.JPG", "image/jpeg"));
        let shown = added(&app, &partner, &project, form).await;
        assert_eq!(shown["file_name"], "IMG_1.jpg");
        let had = app.get(&format!("{}/content", path(&shown))).by(&partner).await;
        let expected = b"\xff\xd8\xff\xda\0\x02picture\xff\xd9";
        assert_eq!((&had.bytes[..], kept(&app)), (&expected[..], vec![expected.to_vec()]));
        assert_eq!(shown["bytes"], expected.len());
    })
    .await;
}

#[tokio::test]
async fn what_is_said_of_a_file_changes_and_a_file_that_is_removed_is_gone() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = project(&app, &partner).await;
        let shown = added(&app, &partner, &project, table()).await;
        let at = path(&shown);
        let patch = || {
            app.patch(&at)
                .by(&partner)
                .json(&json!({ "title": "Les bras" }))
        };
        patch().await.expect(428);
        patch().if_match("\"v7-own-0\"").await.expect(412);
        let etag = shown["etag"].as_str().unwrap();
        let changed = patch().if_match(etag).await.expect(200).body();
        assert_eq!(changed["title"], "Les bras");
        app.delete(&at).by(&partner).await.expect(428);
        app.delete(&at)
            .by(&partner)
            .if_match(etag)
            .await
            .expect(412);

        // While its holder waits for an answer, the staff alone has a hand in it.
        turn(&app, &partner, &project, "submit").await;
        let refused = add(&app, &partner, &project, table()).await;
        assert_eq!(refused.expect(409).problem(), "wrong-state");
        assert_eq!(refused.body()["state"], "submitted");
        assert_eq!(
            patch().if_match("*").await.expect(409).problem(),
            "wrong-state"
        );
        app.delete(&at).by(&partner).if_match("*").await.expect(409);
        let second = added(&app, &director, &project, table()).await;
        assert_eq!(second["by"], "petr");
        until_kept(&app, 2).await;
        app.delete(&path(&second))
            .by(&director)
            .if_match("*")
            .await
            .expect(204);
        until_kept(&app, 1).await;
        turn(&app, &director, &project, "accept").await;
        app.delete(&at).by(&partner).if_match("*").await.expect(204);
        for gone in [at.clone(), format!("{at}/content")] {
            app.get(&gone).by(&partner).await.expect(404);
        }
        until_kept(&app, 0).await;
        let entries = app
            .get("/v1/audit-entries?limit=200")
            .by(&director)
            .await
            .body();
        let all = entries.to_string();
        for fact in [
            "attachment.added",
            "attachment.updated",
            "attachment.removed",
        ] {
            assert!(all.contains(fact), "{fact}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_again_with_its_key_adds_one_file() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = project(&app, &partner).await;
        let send = |form| add(&app, &partner, &project, form).header("Idempotency-Key", "k1");
        let first = send(table()).await.expect(201).body();
        assert_eq!(send(table()).await.expect(201).body(), first);
        let other = document(part(b"a;b\n", "b.csv", "text/csv"));
        assert_eq!(
            send(other).await.expect(422).problem(),
            "idempotency-key-reused"
        );
        until_kept(&app, 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_project_has_fifty_files_and_two_hundred_mebibytes_however_many_add_at_once() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = project(&app, &partner).await;
        for _ in 0..48 {
            added(&app, &partner, &project, table()).await;
        }
        let racing = (0..6).map(|_| async { add(&app, &partner, &project, table()).await.status });
        let mut statuses = futures_util::future::join_all(racing).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 201, 409, 409, 409, 409]);
        until_kept(&app, 50).await;
        let full = 200 * 1024 * 1024 - 30;
        execute(&app, "delete from attachments").await;
        let one = added(&app, &partner, &project, table()).await;
        assert_eq!(one["bytes"], 33);
        execute(&app, &format!("update attachments set bytes = {full}")).await;
        let refused = add(&app, &partner, &project, table()).await;
        assert_eq!(refused.expect(409).problem(), "conflict");
    })
    .await;
}

#[tokio::test]
async fn files_that_nobody_knows_of_are_removed_when_they_are_old() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().to_owned();
    let settings = |raw: &mut RawSettings| raw.files_dir = at.to_str().unwrap().parse().ok();
    on_each_database_with(settings, |app| async move {
        drop(app);
    })
    .await;
    let shelf = at.join("aa");
    std::fs::create_dir_all(&shelf).unwrap();
    let now = harness::app::today();
    let id = |age: TimeDelta| {
        let millis = (now - age).timestamp_millis().unsigned_abs();
        uuid::Builder::from_unix_timestamp_millis(millis, &[0xaa; 10]).into_uuid()
    };
    let old = shelf.join(id(TimeDelta::days(3)).to_string());
    let unfinished = shelf.join(format!("{}.part", id(TimeDelta::days(4))));
    let young = shelf.join(id(TimeDelta::hours(3)).to_string());
    on_each_database_with(settings, |app| {
        for path in [&old, &unfinished, &young] {
            std::fs::write(path, "x").unwrap();
        }
        let (old, unfinished, young) = (old.clone(), unfinished.clone(), young.clone());
        let folder = at.clone();
        async move {
            let director = app.staff(Role::Director).await;
            let (_, partner) = app.partner(&director, "Velo").await;
            let project = project(&app, &partner).await;
            added(&app, &partner, &project, table()).await;
            // At its start it looks before we have written: another start finds them.
            let again = App::start_with(app.engine, |raw| {
                raw.files_dir = folder.to_str().unwrap().parse().ok();
            });
            let again = again.await;
            for _ in 0..200 {
                if !old.exists() && !unfinished.exists() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            }
            assert!(!old.exists() && !unfinished.exists() && young.exists());
            drop(again);
        }
    })
    .await;
}
