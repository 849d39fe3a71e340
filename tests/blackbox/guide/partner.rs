//! The guide's way from credentials to the first accepted project, as it is shown: by curl, and by Python.

use std::path::Path;
use std::time::Duration;

use harness::app::{App, Staff};
use harness::demonstration::{CLIENT, CLIENT_SECRET};
use harness::engines::engines;
use harness::process::{Finished, Launch};
use harness::programs::{curl, python};
use serde_json::{Value, json};

use super::{block, blocks, halves};

const LIMIT: Duration = Duration::from_secs(60);
const PNG: &[u8] = include_bytes!("../process/pixel.png");

/// What the guide sends.
fn shown_project() -> String {
    let [french, _] = halves();
    let mut shown = blocks(&french)
        .into_iter()
        .filter(|(language, text)| language == "json" && text.contains("\"reference\""));
    let (_, text) = shown.next().expect("the guide shows a project");
    text
}

async fn run(program: &Path, file: &str, folder: &Path) -> Finished {
    Launch::program(program, [file])
        .env("CLIENT_ID", CLIENT)
        .env("CLIENT_SECRET", CLIENT_SECRET)
        .directory(folder)
        .run(LIMIT)
        .await
}

async fn project(app: &App, by: &Staff, reference: &str) -> Value {
    let path = format!("/v1/projects?reference={reference}");
    let found = app.get(&path).by(by).await.expect(200).body();
    let rows = found["data"].as_array().expect("rows");
    assert_eq!(rows.len(), 1, "{reference}");
    rows[0].clone()
}

async fn answer(app: &App, by: &Staff, project: &Value, action: &str, body: &Value) {
    let id = project["id"].as_str().expect("an id");
    let path = format!("/v1/projects/{id}/{action}");
    let done = app.post(&path).by(by).if_match("*").json(body).await;
    done.expect(200);
}

/// What the Python program said, line by line.
fn lines(finished: &Finished) -> Vec<String> {
    assert!(finished.status.success(), "{finished:?}");
    let lines = finished
        .stdout
        .iter()
        .map(|line| line.trim_end().to_owned());
    lines.collect()
}

#[tokio::test]
async fn the_guide_leads_a_partner_from_credentials_to_an_accepted_project() {
    let (Some(bash), Some(python)) = (curl(), python()) else {
        return;
    };
    for engine in engines() {
        let app = App::demonstration(engine).await;
        let officer = app.of_the_story("officer").await;
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
        put("projet.json", shown_project().as_bytes());
        put("atelier.png", PNG);
        put(
            "deposer.sh",
            block("bash", "by-reference", &app.base).as_bytes(),
        );
        let done = run(&bash, "deposer.sh", folder.path()).await;
        assert!(done.status.success(), "{engine}: {done:?}");
        let kept = |name: &str| {
            let text = std::fs::read(folder.path().join(name)).unwrap();
            serde_json::from_slice::<Value>(&text).unwrap()
        };
        assert_eq!(kept("project.json")["state"], "submitted", "{engine}");
        assert_eq!(kept("attachment.json")["title"], "L’atelier", "{engine}");
        // A second time it is refused, and says so.
        let again = run(&bash, "deposer.sh", folder.path()).await;
        assert!(!again.status.success(), "{engine}: {again:?}");
        let first = project(&app, &officer, "2026-014").await;
        answer(
            &app,
            &officer,
            &first,
            "accept",
            &json!({ "note": "Bravo." }),
        )
        .await;

        let mut second: Value = serde_json::from_str(&shown_project()).unwrap();
        second["reference"] = json!("2026/015 é");
        second["title"] = json!("Un composteur par quartier");
        let both = json!([
            serde_json::from_str::<Value>(&shown_project()).unwrap(),
            second
        ]);
        put("projets.json", both.to_string().as_bytes());
        put(
            "deposer.py",
            block("python", "CLIENT_SECRET", &app.base).as_bytes(),
        );
        for _ in 0..2 {
            let said = run(&python, "deposer.py", folder.path()).await;
            let expected = ["2026-014 accepted", "2026/015 é submitted"];
            assert_eq!(lines(&said), expected, "{engine}");
        }
        let asked = project(&app, &officer, "2026%2F015%20%C3%A9").await;
        let why = json!({ "reason": "Dans quels quartiers ?" });
        answer(&app, &officer, &asked, "request-information", &why).await;
        let said = run(&python, "deposer.py", folder.path()).await;
        assert_eq!(lines(&said)[1], "2026/015 é submitted", "{engine}");
        answer(
            &app,
            &officer,
            &asked,
            "decline",
            &json!({ "reason": "Déjà fait." }),
        )
        .await;
        let said = run(&python, "deposer.py", folder.path()).await;
        let expected = ["2026-014 accepted", "2026/015 é declined Déjà fait."];
        assert_eq!(lines(&said), expected, "{engine}");
    }
}
