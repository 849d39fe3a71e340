//! Invariants of the follow-up that no constraint of the database states.

use domain::follow_up::Whose;
use domain::follow_up::blockers::{Blocker, BlockerState};
use domain::kernel::Id;
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{blockers, funding, questions, updates};
use crate::entities::{project_blockers, project_funding, project_questions, project_updates};
use crate::store::{Snapshot, StoreError};

/// What is wrong, in English; empty when nothing is.
pub(crate) async fn faults(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let db = &snapshot.tx;
    let mut faults = Vec::new();
    for row in project_updates::Entity::find().all(db).await? {
        let (id, whose) = (row.id, nobodys(row.project_id));
        if let Err(error) = updates::update(row, whose) {
            faults.push(format!("update {id}: {error}"));
        }
    }
    for row in project_questions::Entity::find().all(db).await? {
        let (id, whose, answered_at) = (row.id, nobodys(row.project_id), row.answered_at);
        match questions::question(row, whose) {
            Err(error) => faults.push(format!("question {id}: {error}")),
            Ok(question) if question.answered_at() != answered_at => {
                faults.push(format!("question {id}: its answers are of another time"));
            }
            Ok(question) if question.is_public() && !question.was_public => faults.push(format!(
                "question {id}: it is public and mirrors would not be told when it leaves"
            )),
            Ok(_) => {}
        }
    }
    for row in project_blockers::Entity::find().all(db).await? {
        let (id, whose) = (row.id, nobodys(row.project_id));
        match blockers::blocker(row, whose) {
            Err(error) => faults.push(format!("blocker {id}: {error}")),
            Ok(blocker) => faults.extend(of_blocker(&blocker)),
        }
    }
    for row in project_funding::Entity::find().all(db).await? {
        let (id, whose) = (row.id, nobodys(row.project_id));
        if let Err(error) = funding::funding(row, whose) {
            faults.push(format!("funding {id}: {error}"));
        }
    }
    Ok(faults)
}

fn of_blocker(blocker: &Blocker) -> Option<String> {
    let (id, resolution) = (blocker.id, blocker.resolution.as_ref());
    let is_resolved = blocker.state == BlockerState::Resolved;
    if is_resolved != resolution.is_some() {
        return Some(format!(
            "blocker {id}: its state is not what its resolution says"
        ));
    }
    let is_early = resolution.is_some_and(|one| one.on < blocker.content.opened_on);
    is_early.then(|| format!("blocker {id}: it was resolved before it began"))
}

/// Whose it is plays no part here.
fn nobodys(project: Uuid) -> Whose {
    Whose {
        project: Id::from_uuid(project),
        organisation: Id::from_uuid(Uuid::nil()),
        is_public: false,
    }
}
