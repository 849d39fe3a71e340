//! Finding structures: page by page, and one by its id.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::kernel::{Id, InseeCode, Vocabulary};
use domain::organisations::{Organisation, OrganisationKind, OrganisationState};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::entities::organisations::{Column, Entity};
use crate::page::{Direction, Listed, Part, found_among, rows_of};
use crate::slugs::Whose;
use crate::store::{Snapshot, StoreError, Writing, bulk};
use domain::organisations::View;

/// Which structures. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OrganisationFilter {
    /// Of one of these kinds.
    pub kinds: Vec<OrganisationKind>,
    /// In one of these states.
    pub states: Vec<OrganisationState>,
    /// In one of these communes.
    pub communes: Option<Vec<InseeCode>>,
    /// Whose name holds all these, folded.
    pub words: Vec<String>,
    /// Changed then or later; what left the view meanwhile is given as gone.
    pub updated_since: Option<DateTime<Utc>>,
}

/// A page of structures by their last change, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    view: View,
    filter: &OrganisationFilter,
    part: Part,
) -> Result<(Vec<Listed<Organisation>>, Option<u64>), StoreError> {
    let matching = visible(view).add(filter.condition());
    let wanted = match filter.updated_since {
        None => matching.clone(),
        // What doesn't match may have matched before the change: a mirror is told that it is gone.
        Some(since) => Condition::all()
            .add(Condition::any().add(visible(view)).add(gone(view)))
            .add(Column::UpdatedAt.gte(since)),
    };
    let query = Entity::find().filter(wanted);
    let columns = (Column::UpdatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let kept: Option<HashSet<Uuid>> = match filter.updated_since {
        None => None,
        Some(_) => {
            let ids = rows.iter().map(|row| row.id).collect();
            Some(found_among(snapshot, Entity::find().filter(matching), Column::Id, ids).await?)
        }
    };
    let listed = rows.into_iter().map(|row| {
        let organisation = rows::organisation(row)?;
        let id = organisation.id;
        let is_there = kept.as_ref().is_none_or(|kept| kept.contains(&id.uuid()));
        Ok(if is_there {
            Listed::There(Box::new(organisation))
        } else {
            Listed::Gone {
                id,
                updated_at: organisation.updated_at,
            }
        })
    });
    Ok((listed.collect::<Result<_, StoreError>>()?, total))
}

/// The structure of that id as the view sees it; of one that was merged, the one that it is now, which has
/// another id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    view: View,
    id: Id<Organisation>,
) -> Result<Option<Organisation>, StoreError> {
    let Some(asked) = by_id(snapshot, id).await? else {
        return Ok(None);
    };
    let was_seen = view.sees_all_of(asked.id) || asked.was_public;
    let mut last = asked;
    // Both stood when one was merged into the other, so no way leads back.
    while let Some(into) = last.merged_into {
        let Some(next) = by_id(snapshot, into).await? else {
            return Ok(None);
        };
        last = next;
    }
    let is_seen = was_seen && (view.sees_all_of(last.id) || last.is_public());
    Ok(is_seen.then_some(last))
}

/// What the structures of these ids are called.
///
/// # Errors
/// The database can't be reached.
pub async fn names(
    snapshot: &Snapshot,
    ids: &[Id<Organisation>],
) -> Result<HashMap<Id<Organisation>, String>, StoreError> {
    names_in(&snapshot.tx, ids).await
}

/// The same within a write.
///
/// # Errors
/// The database can't be reached.
pub async fn names_for(
    writing: &Writing,
    ids: &[Id<Organisation>],
) -> Result<HashMap<Id<Organisation>, String>, StoreError> {
    names_in(writing.db(), ids).await
}

async fn names_in(
    db: &impl ConnectionTrait,
    ids: &[Id<Organisation>],
) -> Result<HashMap<Id<Organisation>, String>, StoreError> {
    let mut names = HashMap::with_capacity(ids.len());
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let rows: Vec<(Uuid, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Name])
            .filter(Column::Id.is_in(bulk::padded(some)))
            .into_tuple()
            .all(db)
            .await?;
        names.extend(rows.into_iter().map(|(id, name)| (Id::from_uuid(id), name)));
    }
    Ok(names)
}

/// The same of what is called by its id or a slug that it has or had.
///
/// # Errors
/// The database can't be reached.
pub async fn find_named(
    snapshot: &Snapshot,
    view: View,
    name: &str,
) -> Result<Option<Organisation>, StoreError> {
    let id = match Uuid::try_parse(name) {
        Ok(id) => Some(id),
        Err(_) => Whose::Organisations.holder(&snapshot.tx, name).await?,
    };
    match id {
        Some(id) => find(snapshot, view, Id::from_uuid(id)).await,
        None => Ok(None),
    }
}

async fn by_id(
    snapshot: &Snapshot,
    id: Id<Organisation>,
) -> Result<Option<Organisation>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    row.map(rows::organisation).transpose()
}

/// What the view sees now.
fn visible(view: View) -> Condition {
    let stands = Condition::all().add(Column::MergedInto.is_null());
    match view {
        View::Staff => stands,
        View::Public => stands.add(is_active()),
        View::Own(own) => stands.add(
            Condition::any()
                .add(is_active())
                .add(Column::Id.eq(own.uuid())),
        ),
    }
}

fn is_active() -> SimpleExpr {
    Column::State.eq(OrganisationState::Active.word())
}

/// What the view saw once and doesn't see now.
fn gone(view: View) -> Condition {
    match view {
        View::Staff => Condition::all().add(Column::MergedInto.is_not_null()),
        View::Public | View::Own(_) => Condition::all()
            .add(Column::WasPublic.eq(true))
            .add(visible(view).not()),
    }
}

impl OrganisationFilter {
    /// The condition, without the view and without `updated_since`.
    fn condition(&self) -> Condition {
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.word()).collect();
        let states: Vec<_> = self.states.iter().map(|state| state.word()).collect();
        let communes = self.communes.as_ref().map(|codes| {
            let codes = codes.iter().map(|code| code.as_str().to_owned());
            Column::CommuneCode.is_in(codes)
        });
        let mut condition = Condition::all()
            .add_option((!kinds.is_empty()).then(|| Column::Kind.is_in(kinds)))
            .add_option((!states.is_empty()).then(|| Column::State.is_in(states)))
            .add_option(communes);
        for word in &self.words {
            // What is folded holds letters and digits only, none of which means anything here.
            condition = condition.add(Column::FoldedName.contains(word));
        }
        condition
    }
}
