//! What there is room for, and what is cleared away.

use super::*;

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
