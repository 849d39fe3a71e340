//! What imports leave behind when the service stops under them.

use chrono::TimeDelta;
use persistence::{Act, Actor, Stop, Store, StoreError};

use crate::config::Settings;

/// An import writes many times a minute: one that was quiet for so long is run by nobody.
const QUIET: TimeDelta = TimeDelta::minutes(5);

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
    let act = Act {
        actor: Actor::System,
        operation: "imports_end_interrupted",
        request_id: uuid::Uuid::nil(),
    };
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

/// Removes the files of uploads that broke off; a folder that can't be swept stops nothing.
pub(crate) fn sweep(settings: &Settings) {
    if let Err(error) = super::upload::sweep(&settings.data_dir) {
        tracing::warn!(%error, "files of earlier uploads could not be removed");
    }
}
