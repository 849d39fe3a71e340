//! How those of the story get in who follow, support, help and carry a project: once. Who was erased since stays
//! away, and so does what the project takes no more.

use chrono::{DateTime, Utc};
use domain::kernel::Id;
use persistence::{Store, citizens, involvements, projects};
use uuid::Uuid;

use super::story::TIES;
use super::{BEGUN_AS, DEMO, DemoError, act, known};

/// The word that a database keeps once they were told.
const TOLD: &str = "demo_involvements";

/// Loads them all, in one write.
pub(super) async fn load(store: &Store, now: DateTime<Utc>) -> Result<(), DemoError> {
    let written = store.write(act(now), move |writing| {
        Box::pin(async move {
            writing.put_meta(BEGUN_AS, DEMO).await?;
            if !writing.put_meta(TOLD, DEMO).await? {
                return Ok(());
            }
            let id = Uuid::try_parse(known::PROJECT_IN_PROGRESS).unwrap_or_default();
            let Some(project) = projects::load(writing, Id::from_uuid(id)).await? else {
                return Ok(());
            };
            for tie in TIES {
                let Some(citizen) = citizens::load(writing, tie.citizen()).await? else {
                    continue;
                };
                let Ok(changes) = tie.tell(&project, citizen.pseudonym, now) else {
                    continue;
                };
                for change in &changes {
                    involvements::save(writing, change, &citizen).await?;
                }
            }
            Ok(())
        })
    });
    Ok(written.await?)
}
