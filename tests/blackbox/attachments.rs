//! Files of projects: what is taken, who gets them, and that nothing of them is left where it should not be.

mod reading;
mod room;

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
