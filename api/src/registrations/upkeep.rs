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

/// So many are reminded by one write.
const REMINDED_AT_ONCE: u64 = 500;

/// Settles the dates of which something is due, for as long as the service runs.
pub(crate) async fn settle_when_due(app: Arc<App>) {
    loop {
        tokio::time::sleep(LOOK).await;
        if let Err(error) = remind(&app).await {
            tracing::warn!(%error, "those whose date is tomorrow could not be reminded yet");
        }
        if let Err(error) = settle_due(&app).await {
            tracing::warn!(%error, "places whose time is over could not be given on yet");
        }
    }
}

async fn remind(app: &App) -> Result<(), StoreError> {
    let snapshot = app.store.read_current().await?;
    let is_any = stored::any_to_remind(&snapshot).await?;
    drop(snapshot);
    let mut more = is_any;
    while more {
        let act = Act::system("registrations_remind", app.new_id());
        let reminded = app.store.write(act, |writing| {
            Box::pin(async move { Ok(stored::remind_some(writing, REMINDED_AT_ONCE).await?) })
        });
        more = reminded.await.map_err(Stop::<StoreError>::into_error)? == REMINDED_AT_ONCE;
    }
    Ok(())
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
