//! Saving a citizen's change, and loading one that is to be changed.

use domain::citizens::{Citizen, CitizenFact, CitizenSource, Pseudonym};
use domain::kernel::{Change, EmailAddress, Id, Vocabulary};
use sea_orm::sea_query::{ExprTrait as _, SimpleExpr};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rows;
use crate::audit;
use crate::entities::citizens::{Column, Entity};
use crate::entities::person_keys;
use crate::store::{StoreError, Writing};

/// Saves a change of a citizen.
///
/// # Errors
/// The database can't be reached; [`StoreError::Conflict`] when somebody else showed the address to be theirs
/// meanwhile, so that the write is tried again and finds them.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Citizen, CitizenFact>,
) -> Result<(), StoreError> {
    let row = rows::row(change.after());
    let saved = match change.before() {
        None => Entity::insert(row)
            .exec_without_returning(writing.db())
            .await
            .map(drop),
        Some(_) => row.update_without_returning(writing.db()).await.map(drop),
    };
    saved.map_err(|error| StoreError::from(error).unique_is_conflict())?;
    audit::record(writing, change).await
}

/// The citizen of that id, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Citizen>) -> Result<Option<Citizen>, StoreError> {
    one(writing, Column::Id.eq(id.uuid())).await
}

/// The citizen behind a pseudonym, locked; none once they were erased.
///
/// # Errors
/// The database can't be reached.
pub async fn by_pseudonym(
    writing: &Writing,
    pseudonym: Id<Pseudonym>,
) -> Result<Option<Citizen>, StoreError> {
    one(writing, Column::Pseudonym.eq(pseudonym.uuid())).await
}

/// The citizen who showed that the address is theirs, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn by_confirmed_address(
    writing: &Writing,
    email: &EmailAddress,
) -> Result<Option<Citizen>, StoreError> {
    let own = Column::EmailKey.eq(email.key());
    one(writing, own.and(Column::ConfirmedAt.is_not_null())).await
}

/// Those whom the staff wrote down with an address that nobody confirmed, locked.
async fn written_down_with(
    writing: &Writing,
    email: &EmailAddress,
) -> Result<Vec<Citizen>, StoreError> {
    let rows = Entity::find()
        .filter(Column::EmailKey.eq(email.key()))
        .filter(Column::Source.eq(CitizenSource::Staff.word()))
        .filter(Column::ConfirmedAt.is_null())
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(writing.db())
        .await?;
    rows.into_iter().map(rows::citizen).collect()
}

/// The citizen whom an address leads to, locked: who showed that it is theirs; or the one, where there is only one,
/// whom the staff wrote down with it.
///
/// # Errors
/// The database can't be reached.
pub async fn by_address(
    writing: &Writing,
    email: &EmailAddress,
) -> Result<Option<Citizen>, StoreError> {
    if let Some(known) = by_confirmed_address(writing, email).await? {
        return Ok(Some(known));
    }
    let mut written_down = written_down_with(writing, email).await?;
    Ok(match written_down.len() {
        1 => written_down.pop(),
        _ => None,
    })
}

/// Whoever typed the address last and showed nothing, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn announced_with(
    writing: &Writing,
    email: &EmailAddress,
) -> Result<Option<Citizen>, StoreError> {
    let row = Entity::find()
        .filter(Column::EmailKey.eq(email.key()))
        .filter(Column::Source.eq(CitizenSource::Own.word()))
        .filter(Column::ConfirmedAt.is_null())
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(rows::citizen).transpose()
}

/// Forgets somebody of whom there is nothing but what was typed, with the key that guarded it.
///
/// # Errors
/// The database can't be reached.
pub async fn forget(writing: &Writing, citizen: &Citizen) -> Result<(), StoreError> {
    Entity::delete_by_id(citizen.id.uuid())
        .exec(writing.db())
        .await?;
    person_keys::Entity::delete_by_id(citizen.pseudonym.uuid())
        .exec(writing.db())
        .await?;
    Ok(())
}

async fn one(writing: &Writing, so: SimpleExpr) -> Result<Option<Citizen>, StoreError> {
    let row = Entity::find()
        .filter(so)
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(rows::citizen).transpose()
}
