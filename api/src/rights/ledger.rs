//! The ledger of erasures: a file beside the database that no restored copy of the database takes back. What it
//! holds stood for a person once, and leads to nobody.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;

use domain::kernel::Id;
use persistence::rights as stored;
use persistence::{Act, Stop, StoreError};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use super::erase::{outside, sweep};
use crate::app::App;

const FILE: &str = "erasures.txt";

fn path(app: &App) -> PathBuf {
    app.settings.data_dir.join(FILE)
}

/// Enters an erasure.
pub(super) async fn enter(app: &App, pseudonym: Uuid) -> io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    let mut file = options
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path(app))
        .await?;
    file.write_all(format!("{pseudonym}\n").as_bytes()).await?;
    file.sync_all().await
}

/// At the start: who was erased is erased again where an older copy of the database brought them back, and what
/// the database knows of and the ledger doesn't is entered.
pub(crate) async fn replay(app: &App) -> Result<(), StoreError> {
    let written = tokio::fs::read_to_string(path(app))
        .await
        .unwrap_or_default();
    let written: HashSet<Uuid> = written
        .lines()
        .filter_map(|line| Uuid::try_parse(line.trim()).ok())
        .collect();
    let snapshot = app.store.read_current().await?;
    let known: HashSet<Uuid> = stored::erased(&snapshot).await?.into_iter().collect();
    drop(snapshot);
    for pseudonym in written.difference(&known) {
        let who = Id::from_uuid(*pseudonym);
        let act = Act::system("citizens_erase_again", app.new_id());
        let erased = app.store.write(act, move |writing| {
            Box::pin(async move { Ok(stored::erase(writing, who).await?) })
        });
        if let Some(erased) = erased.await.map_err(Stop::<StoreError>::into_error)? {
            tracing::warn!(
                "somebody who was erased came back with an older copy, and is erased again"
            );
            outside(app, erased).await;
            sweep(app).await;
        }
    }
    for pseudonym in known.difference(&written) {
        if let Err(error) = enter(app, *pseudonym).await {
            tracing::error!(%error, "an erasure could not be entered into the ledger");
        }
    }
    Ok(())
}
