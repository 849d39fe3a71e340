//! The mirror of the guide for those who embed, as they run it: by Python, while several people write.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::config::RawSettings;
use domain::accounts::Role;
use harness::app::on_each_database_with;
use harness::process::{Finished, Launch};
use harness::programs::python;
use serde_json::Value;

use super::random::write_at_random;
use super::source;
use crate::guide::block;

const LIMIT: Duration = Duration::from_secs(60);

/// One run of the program, which lies in that folder.
async fn run(python: &Path, folder: &Path) -> Finished {
    Launch::program(python, ["mirror.py"])
        .directory(folder)
        .run(LIMIT)
        .await
}

/// What it keeps.
fn kept(folder: &Path) -> Value {
    let text = std::fs::read(folder.join("agenda.json")).expect("its file");
    serde_json::from_slice(&text).expect("JSON")
}

#[tokio::test]
async fn the_mirror_of_the_guide_equals_its_source_while_several_write() {
    let Some(python) = python() else {
        return;
    };
    let no_limits = |raw: &mut RawSettings| raw.rate_limits = "off".parse().ok();
    on_each_database_with(no_limits, |app| {
        let python = python.clone();
        async move {
            let folder = tempfile::tempdir().unwrap();
            let shown = block("python", "updated_since", &app.base);
            // With more pages than the guide's would have here.
            let program = shown.replace("\"limit\": 200", "\"limit\": 7");
            assert_ne!(program, shown);
            std::fs::write(folder.path().join("mirror.py"), program).unwrap();
            let officer = app.staff(Role::Officer).await;
            let done = AtomicBool::new(false);
            let writers = async {
                tokio::join!(
                    write_at_random(&app, &officer, 55, 100),
                    write_at_random(&app, &officer, 66, 100),
                );
                done.store(true, Ordering::SeqCst);
            };
            let reader = async {
                let mut runs = 0;
                while !done.load(Ordering::SeqCst) {
                    let finished = run(&python, folder.path()).await;
                    assert!(finished.status.success(), "{finished:?}");
                    runs += 1;
                }
                runs
            };
            let ((), runs) = tokio::join!(writers, reader);
            assert!(runs > 1, "{runs}");
            let finished = run(&python, folder.path()).await;
            assert!(finished.status.success(), "{finished:?}");
            let year = "/v1/calendar?start=2027-01-01&end=2028-01-01";
            let source = source(&app, None, year).await;
            let is_cancelled = |row: &&Value| row["state"] == "cancelled";
            assert!(source.values().filter(is_cancelled).count() > 1);
            let source = serde_json::to_value(source).unwrap();
            assert_eq!(kept(folder.path())["rows"], source);

            // A run that fails leaves the copy as it was.
            let before = kept(folder.path());
            app.stop().await;
            assert!(!run(&python, folder.path()).await.status.success());
            assert_eq!(kept(folder.path()), before);
        }
    })
    .await;
}
