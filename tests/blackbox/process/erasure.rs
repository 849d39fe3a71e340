//! Somebody was erased: a backup that is made afterwards knows them no more, and one that was made before does not
//! bring them back.

use super::*;

const EMAIL: &str = "officer@petr.example";
/// A name that stands nowhere else.
const CANARY: &str = "Zwirbelkanari";

fn holds(file: &Path, word: &str) -> bool {
    let bytes = std::fs::read(file).unwrap();
    let word = word.as_bytes();
    bytes.windows(word.len()).any(|part| part == word)
}

async fn backed_up(folder: &Path, name: &str) -> std::path::PathBuf {
    let made = run(folder, &["backup", name]).await;
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    folder.join(name)
}

async fn figures(served: &Served, officer: &Staff) -> Value {
    let asked = served.get("/v1/participation-figures").by(officer).await;
    asked.expect(200).body()["total"].clone()
}

#[tokio::test]
async fn who_was_erased_is_in_no_later_backup_and_comes_back_with_no_older_one() {
    let folder = tempfile::tempdir().unwrap();
    create_user(folder.path(), EMAIL, "officer", &[]).await;
    let served = Served::begin(folder.path(), &["--rate-limits", "off"]).await;
    let officer = served.staff(EMAIL, STRONG_PASSWORD).await;
    let post = async |path: &str, body: Value| {
        let call = served.call("POST", path).by(&officer).if_match("*");
        call.json(&body).await
    };
    let event = json!({ "title": "Fresque", "occurrences": [{
        "local_start": "2026-01-10T18:30:00", "local_end": "2026-01-10T20:30:00",
    }] });
    let event = post("/v1/events", event).await.expect(201).body();
    let publish = format!("/v1/events/{}/publish", event["id"].as_str().unwrap());
    post(&publish, json!({})).await.expect(200);
    let date = event["occurrences"][0]["id"].as_str().unwrap();
    let who = json!({ "name": CANARY, "email": "zwirbelkanari@courriel.example", "party_size": 2 });
    let came = post(&format!("/v1/occurrences/{date}/walk-ins"), who).await;
    came.expect(201);
    let citizens = served
        .get("/v1/citizens")
        .by(&officer)
        .await
        .expect(200)
        .body();
    let citizen = format!(
        "/v1/citizens/{}",
        citizens["data"][0]["id"].as_str().unwrap()
    );
    let before = figures(&served, &officer).await;
    let older = backed_up(folder.path(), "older.sqlite").await;
    assert!(holds(&older, CANARY), "it was never there");

    let erased = served.call("DELETE", &citizen).by(&officer).if_match("*");
    erased.empty().await.expect(204);
    assert_eq!(figures(&served, &officer).await, before);
    let newer = backed_up(folder.path(), "newer.sqlite").await;
    for word in [CANARY, "zwirbelkanari"] {
        assert!(!holds(&newer, word), "{word} is in a backup of later");
    }
    served.stop().await;

    // The ledger lies beside the database, and is not taken back with it.
    let data = folder.path().join("data");
    for name in names_in(&data)
        .iter()
        .filter(|name| name.starts_with("concertation.sqlite"))
    {
        std::fs::remove_file(data.join(name)).unwrap();
    }
    std::fs::copy(&older, data.join("concertation.sqlite")).unwrap();
    let served = Served::begin(folder.path(), &["--rate-limits", "off"]).await;
    let officer = served.staff(EMAIL, STRONG_PASSWORD).await;
    served.get(&citizen).by(&officer).await.expect(404);
    assert_eq!(figures(&served, &officer).await, before);
    served.stop().await;
    let checked = run(folder.path(), &["check"]).await;
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    for name in names_in(&data) {
        let path = data.join(&name);
        assert!(!path.is_file() || !holds(&path, CANARY), "{name}");
    }
}
