//! Invariants of the follow-up that no constraint of the database states.

use domain::follow_up::Whose;
use domain::follow_up::blockers::BlockerState;
use domain::kernel::Id;
use uuid::Uuid;

use super::{blockers, funding, questions, updates};
use crate::entities::{project_blockers, project_funding, project_questions, project_updates};
use crate::store::{Snapshot, StoreError, bulk};

/// What is wrong, in English; empty when nothing is.
pub(crate) async fn faults(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let db = &snapshot.tx;
    let mut faults = Vec::new();
    let look = |row: project_updates::Model| faults.extend(of_update(row));
    bulk::every::<project_updates::Entity>(db, project_updates::Column::Id, |row| row.id, look)
        .await?;
    let look = |row: project_questions::Model| faults.extend(of_question(row));
    bulk::every::<project_questions::Entity>(db, project_questions::Column::Id, |row| row.id, look)
        .await?;
    let look = |row: project_blockers::Model| faults.extend(of_blocker(row));
    bulk::every::<project_blockers::Entity>(db, project_blockers::Column::Id, |row| row.id, look)
        .await?;
    let look = |row: project_funding::Model| faults.extend(of_line(row));
    bulk::every::<project_funding::Entity>(db, project_funding::Column::Id, |row| row.id, look)
        .await?;
    Ok(faults)
}

fn of_update(row: project_updates::Model) -> Option<String> {
    let (id, whose) = (row.id, nobodys(row.project_id));
    let error = updates::update(row, whose).err()?;
    Some(format!("update {id}: {error}"))
}

fn of_question(row: project_questions::Model) -> Option<String> {
    let (id, whose, answered_at) = (row.id, nobodys(row.project_id), row.answered_at);
    match questions::question(row, whose) {
        Err(error) => Some(format!("question {id}: {error}")),
        Ok(question) if question.answered_at() != answered_at => {
            Some(format!("question {id}: its answers are of another time"))
        }
        Ok(question) if question.is_public() && !question.was_public => Some(format!(
            "question {id}: it is public and mirrors would not be told when it leaves"
        )),
        Ok(_) => None,
    }
}

fn of_blocker(row: project_blockers::Model) -> Option<String> {
    let (id, whose) = (row.id, nobodys(row.project_id));
    let blocker = match blockers::blocker(row, whose) {
        Ok(blocker) => blocker,
        Err(error) => return Some(format!("blocker {id}: {error}")),
    };
    let resolution = blocker.resolution.as_ref();
    let is_resolved = blocker.state == BlockerState::Resolved;
    if is_resolved != resolution.is_some() {
        return Some(format!(
            "blocker {id}: its state is not what its resolution says"
        ));
    }
    let is_early = resolution.is_some_and(|one| one.on < blocker.content.opened_on);
    is_early.then(|| format!("blocker {id}: it was resolved before it began"))
}

fn of_line(row: project_funding::Model) -> Option<String> {
    let (id, whose) = (row.id, nobodys(row.project_id));
    let error = funding::funding(row, whose).err()?;
    Some(format!("funding {id}: {error}"))
}

/// Whose it is plays no part here.
fn nobodys(project: Uuid) -> Whose {
    Whose {
        project: Id::from_uuid(project),
        organisation: Id::from_uuid(Uuid::nil()),
        is_public: false,
    }
}
