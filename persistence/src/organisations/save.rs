//! Saving a structure, and looking for those that may be one with it.

use std::collections::HashMap;

use domain::kernel::{Change, Id};
use domain::organisations::{Organisation, OrganisationContent, OrganisationFact};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::rows;
use crate::audit;
use crate::entities::organisations::{Column, Entity};
use crate::slugs::Whose;
use crate::store::{StoreError, Touched, Writing, bulk, dialect};

/// Saves a structure that was made or changed.
///
/// # Errors
/// The database can't be reached; [`StoreError::Conflict`] when another one took its number meanwhile, so
/// that the write is tried again and finds it.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Organisation, OrganisationFact>,
) -> Result<(), StoreError> {
    let saved = write_rows(writing, change).await;
    saved.map_err(StoreError::unique_is_conflict)?;
    // Who is shut out is so with all tokens.
    if change
        .before()
        .is_some_and(|before| before.state != change.after().state)
    {
        writing.touch(Touched::SignIns);
    }
    audit::record(writing, change).await
}

async fn write_rows(
    writing: &Writing,
    change: &Change<Organisation, OrganisationFact>,
) -> Result<(), StoreError> {
    let after = change.after();
    let row = rows::row(after);
    match change.before() {
        None => {
            let insert = Entity::insert(row);
            insert.exec_without_returning(writing.db()).await?;
        }
        Some(before) => {
            row.update(writing.db()).await?;
            if before.slug == after.slug {
                return Ok(());
            }
        }
    }
    Whose::Organisations
        .remember(writing, &after.slug, after.id.uuid())
        .await
}

/// The structure of that id, locked until its change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(
    writing: &Writing,
    id: Id<Organisation>,
) -> Result<Option<Organisation>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(rows::organisation).transpose()
}

/// The structure of that id, or the one that it turned out to be, locked until the write is done: whoever
/// writes something of its own must not do so for one that is merged meanwhile.
///
/// # Errors
/// The database can't be reached.
pub async fn load_as_it_is_now(
    writing: &Writing,
    id: Id<Organisation>,
) -> Result<Option<Organisation>, StoreError> {
    let mut found = load(writing, id).await?;
    while let Some(into) = found.as_ref().and_then(|one| one.merged_into) {
        found = load(writing, into).await?;
    }
    Ok(found)
}

/// The structures of these ids, which nobody changes until the write is done.
///
/// # Errors
/// The database can't be reached.
pub async fn hold(
    writing: &Writing,
    ids: &[Id<Organisation>],
) -> Result<HashMap<Id<Organisation>, Organisation>, StoreError> {
    let mut held = HashMap::with_capacity(ids.len());
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let rows = Entity::find()
            .filter(Column::Id.is_in(bulk::padded(some)))
            .order_by_asc(Column::Id)
            .lock_shared()
            .all(writing.db())
            .await?;
        for row in rows {
            let organisation = rows::organisation(row)?;
            held.insert(organisation.id, organisation);
        }
    }
    Ok(held)
}

/// Those that say of themselves that they are not that structure.
///
/// # Errors
/// The database can't be reached.
pub async fn known_distinct_from(
    writing: &Writing,
    id: Id<Organisation>,
) -> Result<Vec<Id<Organisation>>, StoreError> {
    // A short JSON list of ids: the quoted id is enough.
    let names_it = Expr::col(Column::DistinctFrom)
        .cast_as("text")
        .like(format!("%\"{id}\"%"));
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::MergedInto.is_null())
        .filter(names_it)
        .into_tuple()
        .all(writing.db())
        .await?;
    Ok(ids.into_iter().map(Id::from_uuid).collect())
}

/// Lines up the writes that ask who is there already, until their transactions end: two of nearly one
/// name would not see each other. It comes before any [`load`] of the same write.
///
/// # Errors
/// The database can't be reached, or others were before us for too long.
pub async fn line_up(writing: &Writing) -> Result<(), StoreError> {
    dialect::lock_called(writing.db(), "organisations").await
}

/// Those that may be one with what is to be: of one of its numbers, or where it sits, or of which it isn't
/// known where. Whether they are is the domain's to say.
///
/// # Errors
/// The database can't be reached.
pub async fn may_be_one_with(
    writing: &Writing,
    content: &OrganisationContent,
) -> Result<Vec<Organisation>, StoreError> {
    let siret = content.siret.map(|siret| Column::Siret.eq(siret.as_str()));
    let rna = content.rna.map(|rna| Column::Rna.eq(rna.as_str()));
    let mut alike = Condition::any().add_option(siret).add_option(rna);
    alike = match content.commune_code {
        Some(code) => alike
            .add(Column::CommuneCode.eq(code.as_str()))
            .add(Column::CommuneCode.is_null()),
        None => Condition::all(),
    };
    let rows = Entity::find()
        .filter(Column::MergedInto.is_null())
        .filter(alike)
        .all(writing.db())
        .await?;
    rows.into_iter().map(rows::organisation).collect()
}
