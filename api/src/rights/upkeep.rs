//! Who only typed an address, that nobody showed to be theirs, is forgotten after a day.

use chrono::TimeDelta;
use persistence::rights as stored;
use persistence::{Act, Stop, StoreError};

use super::erase::{outside, sweep};
use crate::app::App;

/// How long they are kept.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// So many are forgotten at once.
const AT_ONCE: u64 = 200;

/// Forgets them all; says how many there were.
pub(crate) async fn forget_strangers(app: &App) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    loop {
        let snapshot = app.store.read_current().await?;
        let before = snapshot.now().await? - KEPT;
        let some = stored::strangers(&snapshot, before, AT_ONCE).await?;
        drop(snapshot);
        if some.is_empty() {
            if forgotten > 0 {
                sweep(app).await;
            }
            return Ok(forgotten);
        }
        for who in some {
            let act = Act::system("citizens_forget", app.new_id());
            let erased = app.store.write(act, move |writing| {
                Box::pin(async move { Ok(stored::forget_stranger(writing, who).await?) })
            });
            if let Some(erased) = erased.await.map_err(Stop::<StoreError>::into_error)? {
                outside(app, erased).await;
                forgotten += 1;
            }
        }
    }
}
