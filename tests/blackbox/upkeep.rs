//! What the clock forgets.

use harness::app::on_each_database;
use harness::behind::{execute, texts};
use harness::engines::Engine;

use crate::retention::until_runs;

#[tokio::test]
async fn what_is_forgotten_is_forgotten_bit_by_bit_to_the_end() {
    on_each_database(|app| async move {
        // What the service forgets at its start is not counted here.
        until_runs(&app, 1).await;
        // More than one write takes, with some that are still to be kept.
        let id = match app.engine {
            Engine::Sqlite => "randomblob(16)",
            Engine::Postgres => "gen_random_uuid()",
        };
        let old = "2026-11-01T00:00:00+00:00";
        let count = |rows: u64, at: &str| {
            format!(
                "with recursive n (i) as (select 1 union all select i + 1 from n where i < {rows}) \
                 insert into revoked_tokens (jti, expires_at) select {id}, '{at}' from n"
            )
        };
        execute(&app, &count(4_500, old)).await;
        execute(&app, &count(7, "2026-12-01T00:00:00+00:00")).await;
        assert!(app.store.forget_expired().await.unwrap().total() >= 4_500);
        let left = texts(&app, "select cast(count(*) as text) from revoked_tokens").await;
        assert_eq!(left, ["7"]);
        assert_eq!(app.store.forget_expired().await.unwrap().total(), 0);
    })
    .await;
}
