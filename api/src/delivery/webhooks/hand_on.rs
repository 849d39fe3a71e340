//! What happened is handed on to those who are told: just after it was committed here, and soon after it
//! was elsewhere.

use std::sync::Arc;
use std::time::Duration;

use persistence::{Stop, StoreError, webhooks};

use super::act;
use crate::app::App;

/// What is written meanwhile goes along.
const PAUSE: Duration = Duration::from_millis(20);

/// How often it is looked for what an instance left that died.
const NET: Duration = Duration::from_secs(1);

pub(super) async fn hand_on_when_written(app: Arc<App>) {
    let mut next = app.store.written();
    loop {
        let _ = tokio::time::timeout(NET, next).await;
        tokio::time::sleep(PAUSE).await;
        // Before the look, so that what is committed during it is not missed.
        next = app.store.written();
        if let Err(error) = hand_on(&app).await {
            tracing::warn!(%error, "what happened could not be handed on yet");
        }
    }
}

/// Looks before it writes: most writes tell nobody anything.
async fn hand_on(app: &App) -> Result<(), StoreError> {
    loop {
        let snapshot = app.store.read_current().await?;
        let anything = webhooks::anything_waits(&snapshot).await?;
        drop(snapshot);
        if !anything {
            return Ok(());
        }
        let handed = app
            .store
            .write(act("webhooks_hand_on", app.new_id()), |writing| {
                Box::pin(async move { Ok(webhooks::hand_on(writing).await?) })
            });
        let is_more = handed.await.map_err(Stop::<StoreError>::into_error)?;
        app.telling.look();
        if !is_more {
            return Ok(());
        }
    }
}
