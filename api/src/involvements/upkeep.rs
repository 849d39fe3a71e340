//! What the clock does with involvements: whoever wants to hear how projects go is told, just after it was told here,
//! and soon after it was elsewhere. Whichever instances do it, each is told once.

use std::sync::Arc;
use std::time::Duration;

use persistence::involvements as stored;
use persistence::{Act, Stop, StoreError};

use crate::app::App;

/// What is written meanwhile goes along.
const PAUSE: Duration = Duration::from_millis(50);

/// How often it is looked for what an instance left that died.
const NET: Duration = Duration::from_secs(2);

/// So many are told by one write.
const AT_ONCE: u64 = 200;

/// Tells those who are to be told, for as long as the service runs.
pub(crate) async fn tell_when_due(app: Arc<App>) {
    let mut next = app.store.written();
    loop {
        let _ = tokio::time::timeout(NET, next).await;
        tokio::time::sleep(PAUSE).await;
        // Before the look, so that what is committed during it is not missed.
        next = app.store.written();
        if let Err(error) = tell(&app).await {
            tracing::warn!(%error, "those who want to hear how projects go could not be told yet");
        }
    }
}

/// Looks before it writes: most writes tell nobody anything.
async fn tell(app: &App) -> Result<(), StoreError> {
    let snapshot = app.store.read_current().await?;
    let mut more = stored::any_to_tell(&snapshot).await?;
    drop(snapshot);
    while more {
        let act = Act::system("involvements_tell", app.new_id());
        let told = app.store.write(act, |writing| {
            Box::pin(async move { Ok(stored::tell_some(writing, AT_ONCE).await?) })
        });
        more = told.await.map_err(Stop::<StoreError>::into_error)?;
    }
    Ok(())
}
