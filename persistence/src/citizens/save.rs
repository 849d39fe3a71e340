//! Saving a citizen's change, and loading one that is to be changed.

use std::collections::HashSet;

use domain::citizens::{Citizen, CitizenFact, CitizenSource, Pseudonym};
use domain::kernel::{Change, EmailAddress, Id, Vocabulary};
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{merges, query, rows};
use crate::audit;
use crate::entities::citizens::{Column, Entity};
use crate::entities::{distinctions, person_keys};
use crate::store::{StoreError, Writing, bulk};

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

/// Saves that somebody's data are restricted, or used again, under whichever name they stand.
///
/// # Errors
/// The database can't be reached.
pub(crate) async fn save_restricted(
    writing: &mut Writing,
    change: &Change<Citizen, CitizenFact>,
) -> Result<(), StoreError> {
    save(writing, change).await?;
    let citizen = change.after();
    let all = merges::all_of(writing.db(), citizen.pseudonym.uuid()).await?;
    Entity::update_many()
        .col_expr(Column::RestrictedAt, Expr::value(citizen.restricted_at))
        .filter(Column::Pseudonym.is_in(all))
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Those of these whose data are restricted.
///
/// # Errors
/// The database can't be reached.
pub async fn restricted_among(
    writing: &Writing,
    people: &[Uuid],
) -> Result<HashSet<Uuid>, StoreError> {
    let mut found = HashSet::new();
    for some in people.chunks(bulk::MOST_NAMED) {
        let rows: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Pseudonym)
            .filter(Column::Pseudonym.is_in(bulk::padded(some)))
            .filter(Column::RestrictedAt.is_not_null())
            .into_tuple()
            .all(writing.db())
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Somebody with that address whose data are restricted, be it written down by the staff alone.
///
/// # Errors
/// The database can't be reached.
pub async fn is_of_restricted(writing: &Writing, email: &EmailAddress) -> Result<bool, StoreError> {
    let found = Entity::find()
        .filter(Column::EmailKey.eq(email.key()))
        .filter(Column::RestrictedAt.is_not_null())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    Ok(found.is_some())
}

/// The citizen of that id, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Citizen>) -> Result<Option<Citizen>, StoreError> {
    one(writing, Column::Id.eq(id.uuid())).await
}

/// What stands for the citizen of that id, who is not locked.
///
/// # Errors
/// The database can't be reached.
pub async fn pseudonym_within(
    writing: &Writing,
    id: Id<Citizen>,
) -> Result<Option<Id<Pseudonym>>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(writing.db()).await?;
    Ok(row.map(|row| Id::from_uuid(row.pseudonym)))
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

/// The person who showed that the address is theirs, as they are known now, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn by_confirmed_address(
    writing: &Writing,
    email: &EmailAddress,
) -> Result<Option<Citizen>, StoreError> {
    match confirmed_with(writing, email).await? {
        Some(citizen) => Ok(Some(merges::as_is_known_now(writing, citizen).await?)),
        None => Ok(None),
    }
}

/// Who was written down with the address when it was shown to be theirs, whoever they turned out to be, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn confirmed_with(
    writing: &Writing,
    email: &EmailAddress,
) -> Result<Option<Citizen>, StoreError> {
    let own = Column::EmailKey.eq(email.key());
    one(writing, own.and(Column::ConfirmedAt.is_not_null())).await
}

/// Who was written down with an address, to whom it leads, whoever they turned out to be, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn card_with(
    writing: &Writing,
    email: &EmailAddress,
) -> Result<Option<Citizen>, StoreError> {
    let rows = Entity::find()
        .filter(Column::EmailKey.eq(email.key()))
        .filter(query::known())
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(writing.db())
        .await?;
    let cards = rows.into_iter().map(rows::citizen);
    let cards = cards.collect::<Result<Vec<_>, _>>()?;
    query::led_to_of(writing.db(), &cards).await
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

/// Forgets somebody of whom there is nothing but what was typed, with the key that guarded it, and that they are
/// not somebody else.
///
/// # Errors
/// The database can't be reached.
pub async fn forget(writing: &Writing, citizen: &Citizen) -> Result<(), StoreError> {
    Entity::delete_by_id(citizen.id.uuid())
        .exec(writing.db())
        .await?;
    let who = citizen.pseudonym.uuid();
    distinctions::Entity::delete_many()
        .filter(
            Condition::any()
                .add(distinctions::Column::Pseudonym.eq(who))
                .add(distinctions::Column::Other.eq(who)),
        )
        .exec(writing.db())
        .await?;
    person_keys::Entity::delete_by_id(who)
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
