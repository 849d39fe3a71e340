//! What imports leave behind when the service stops under them.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use domain::imports::Import;
use domain::kernel::Id;
use persistence::{Act, Stop, Store, StoreError};

use crate::app::App;
use crate::config::Settings;
use crate::http::upload;

/// An import says many times a minute that it goes on: one that was quiet for so long is run by nobody.
/// Less than the lease of a source's claim, so that it has ended when the source is polled again.
const QUIET: TimeDelta = TimeDelta::minutes(2);

/// How often an import says so, whether it writes or not.
const BEAT: Duration = Duration::from_secs(20);

/// How often imports that nobody runs are looked for.
const LOOK: Duration = Duration::from_secs(10);

/// When the service is about to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It starts.
    Start,
    /// It has run for a while.
    Underway,
}

/// Ends the imports that nobody runs any more; says how many. An embedded database has no other
/// service: at its start all of them are left over.
pub(crate) async fn end_interrupted(store: &Store, moment: Moment) -> Result<usize, StoreError> {
    let quiet = if store.is_embedded() && moment == Moment::Start {
        TimeDelta::zero()
    } else {
        QUIET
    };
    let act = Act::system("imports_end_interrupted", uuid::Uuid::nil());
    let ended = store.write(act, move |writing| {
        Box::pin(async move {
            let since = writing.now() - quiet;
            Ok(persistence::imports::end_interrupted(writing, since).await?)
        })
    });
    let ended = ended.await.map_err(Stop::into_error)?;
    if ended > 0 {
        tracing::warn!(ended, "imports that were interrupted are marked as failed");
    }
    Ok(ended)
}

/// Ends, as long as the service runs, the imports of those that died meanwhile.
pub(crate) async fn end_when_quiet(app: Arc<App>) {
    loop {
        if let Err(error) = look(&app.store).await {
            tracing::warn!(%error, "imports that nobody runs could not be ended yet");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Looks before it writes: most of the time there is nothing to end.
async fn look(store: &Store) -> Result<(), StoreError> {
    let snapshot = store.read_current().await?;
    let is_any = persistence::imports::any_quiet(&snapshot, QUIET).await?;
    drop(snapshot);
    if is_any {
        end_interrupted(store, Moment::Underway).await?;
    }
    Ok(())
}

/// Says again and again that an import goes on; comes back when it goes on no more, since somebody took
/// it for one that nobody runs.
pub(super) async fn keep_alive(store: &Store, act: &Act, id: Id<Import>) {
    loop {
        tokio::time::sleep(BEAT).await;
        let alive = store.write(act.clone(), move |writing| {
            Box::pin(async move { Ok(persistence::imports::keep_alive(writing, id).await?) })
        });
        match alive.await.map_err(Stop::<StoreError>::into_error) {
            Ok(true) => {}
            Ok(false) => return,
            // Its own writes wait for the database as long as they may.
            Err(error) => {
                tracing::warn!(%error, import = %id, "an import can't say that it goes on")
            }
        }
    }
}

/// Removes the files of uploads that broke off; a folder that can't be swept stops nothing.
pub(crate) fn sweep(settings: &Settings) {
    if let Err(error) = upload::sweep(&settings.data_dir) {
        tracing::warn!(%error, "files of earlier uploads could not be removed");
    }
}
