//! What the clock does with registrations: places that nobody confirmed or took in time go to the next who
//! wait. Whichever instances do it, the date is locked.

use std::sync::Arc;
use std::time::Duration;

use persistence::registrations as stored;
use persistence::{Act, Stop, StoreError};

use crate::app::App;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(2);

/// So many dates are settled at once.
const AT_ONCE: u64 = 100;

/// Settles the dates of which something is due, for as long as the service runs.
pub(crate) async fn settle_when_due(app: Arc<App>) {
    loop {
        tokio::time::sleep(LOOK).await;
        if let Err(error) = settle_due(&app).await {
            tracing::warn!(%error, "places whose time is over could not be given on yet");
        }
    }
}

async fn settle_due(app: &App) -> Result<(), StoreError> {
    let snapshot = app.store.read_current().await?;
    let due = stored::next_due(&snapshot, AT_ONCE).await?;
    drop(snapshot);
    for occurrence in due {
        let act = Act::system("registrations_expire", app.new_id());
        let settled = app.store.write(act, move |writing| {
            Box::pin(async move {
                if let Some(at) = stored::lock(writing, occurrence).await? {
                    stored::settle(writing, &at).await?;
                }
                Ok(())
            })
        });
        settled.await.map_err(Stop::<StoreError>::into_error)?;
    }
    Ok(())
}
