//! What can't be of involvements: whoever takes part is counted by one fact, and whoever doesn't by none.

use std::collections::{HashMap, HashSet};

use sea_orm::EntityTrait;
use uuid::Uuid;

use super::rows;
use crate::citizens;
use crate::entities::{involvement_participations, involvements, participations};
use crate::store::{Snapshot, StoreError, bulk};

/// What is wrong of involvements, in English.
pub(crate) async fn faults(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let db = &snapshot.tx;
    let links = involvement_participations::Entity::find().all(db).await?;
    let of: HashMap<Uuid, Uuid> = links
        .iter()
        .map(|link| (link.participation_id, link.involvement_id))
        .collect();
    let mut standing: HashMap<Uuid, Vec<participations::Model>> = HashMap::new();
    let look = |row: participations::Model| {
        if let Some(involvement) = of.get(&row.id).filter(|_| row.voided_at.is_none()) {
            standing.entry(*involvement).or_default().push(row);
        }
    };
    bulk::every::<participations::Entity>(db, participations::Column::Id, |row| row.id, look)
        .await?;
    let known = citizens::everybody(snapshot).await?;
    let mut faults = Vec::new();
    let look = |row: involvements::Model| {
        let facts = standing.remove(&row.id).unwrap_or_default();
        faults.extend(of_one(&row, &facts, &known));
    };
    bulk::every::<involvements::Entity>(db, involvements::Column::Id, |row| row.id, look).await?;
    Ok(faults)
}

fn of_one(
    row: &involvements::Model,
    facts: &[participations::Model],
    known: &HashSet<Uuid>,
) -> Vec<String> {
    let (id, person) = (row.id, row.person);
    let involvement = match rows::involvement(row) {
        Ok(involvement) => involvement,
        Err(error) => return vec![format!("involvement {id}: {error}")],
    };
    let mut faults = Vec::new();
    if !known.contains(&person) {
        faults.push(format!("involvement {id}: of {person}, who is nobody"));
    }
    let counted = match facts {
        [] => None,
        [one] if one.person == Some(person) && one.project_id == Some(row.project_id) => {
            Some(one.occurred_on)
        }
        [_] => {
            faults.push(format!("involvement {id}: its fact is another's"));
            return faults;
        }
        [..] => {
            faults.push(format!("involvement {id}: it is counted twice"));
            return faults;
        }
    };
    if counted != involvement.counted_since() {
        faults.push(format!(
            "involvement {id}: what is counted of it is not what it says"
        ));
    }
    faults
}
