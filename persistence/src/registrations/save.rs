//! Saving a registration's change, and loading one that is to be changed with its date locked.

use chrono::{DateTime, Utc};
use domain::citizens::{Pseudonym, vouch};
use domain::events::Occurrence;
use domain::kernel::{Change, EmailAddress, Id, Vocabulary};
use domain::registrations::{
    Registration, RegistrationDetails, RegistrationFact, RegistrationState,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use super::date::{HallDate, lock};
use super::rows;
use crate::audit;
use crate::citizens;
use crate::entities::citizens as people;
use crate::entities::registrations::{ActiveModel, Column, Entity};
use crate::mail;
use crate::participations;
use crate::store::{StoreError, Writing};
use crate::vault::PersonKey;

/// What the details of a registration are bound to.
const DETAILS: &[u8] = b"registration details";

/// What is kept of a new registration beside it.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// By what an address that nobody confirmed yet is recognised, and not read back.
    pub address_key: Option<[u8; 32]>,
    /// What they said.
    pub details: RegistrationDetails,
}

/// Saves a registration that was just made.
///
/// # Errors
/// The database can't be reached.
pub async fn save_new(
    writing: &mut Writing,
    change: &Change<Registration, RegistrationFact>,
    kept: &Kept,
) -> Result<(), StoreError> {
    let registration = change.after();
    let sealed = match registration.person {
        Some(person) if !kept.details.is_empty() => Some(sealed(
            &writing.key_of(person.uuid()).await?,
            &kept.details,
        )?),
        _ => None,
    };
    let row = ActiveModel {
        address_key: Set(kept.address_key.map(|key| key.to_vec())),
        sealed_details: Set(sealed),
        tries: Set(0),
        ..rows::row(registration)
    };
    Entity::insert(row)
        .exec_without_returning(writing.db())
        .await?;
    if changes_presence(change) {
        who_was_there(writing, registration, None).await?;
    }
    audit::record(writing, change).await
}

/// Saves a change of a registration. An address that was confirmed, or won't be, is not recognised any more.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Registration, RegistrationFact>,
) -> Result<(), StoreError> {
    saved(writing, change, None).await
}

/// The same of one of many for a date that is locked.
///
/// # Errors
/// The database can't be reached.
pub async fn save_at(
    writing: &mut Writing,
    at: &HallDate,
    change: &Change<Registration, RegistrationFact>,
) -> Result<(), StoreError> {
    saved(writing, change, Some(at)).await
}

async fn saved(
    writing: &mut Writing,
    change: &Change<Registration, RegistrationFact>,
    at: Option<&HallDate>,
) -> Result<(), StoreError> {
    let registration = change.after();
    let mut row = rows::row(registration);
    if registration.is_confirmed || !registration.state.is_ahead() {
        row.address_key = Set(None);
    }
    row.update_without_returning(writing.db()).await?;
    if changes_presence(change) {
        who_was_there(writing, registration, at).await?;
    }
    audit::record(writing, change).await
}

fn changes_presence(change: &Change<Registration, RegistrationFact>) -> bool {
    change.facts().iter().any(RegistrationFact::is_of_presence)
}

/// Notes what follows for those who are counted.
async fn who_was_there(
    writing: &mut Writing,
    registration: &Registration,
    at: Option<&HallDate>,
) -> Result<(), StoreError> {
    let Some(person) = registration.person else {
        return Ok(());
    };
    let at = match at {
        Some(at) => Some(at.clone()),
        None => lock(writing, registration.occurrence).await?,
    };
    let citizen = citizens::by_pseudonym(writing, person).await?;
    let Some((at, citizen)) = at.zip(citizen) else {
        return Ok(());
    };
    // Whoever notes that they were there has seen them.
    let citizen = match vouch(citizen.clone(), writing.now()) {
        Some(change) => {
            citizens::save(writing, &change).await?;
            change.into_after()
        }
        None => citizen,
    };
    participations::follow(writing, registration, &citizen, &at.date).await
}

/// The registration of that id with its date, which is locked.
///
/// # Errors
/// The database can't be reached.
pub async fn load(
    writing: &Writing,
    id: Id<Registration>,
) -> Result<Option<(Registration, HallDate)>, StoreError> {
    let Some(row) = Entity::find_by_id(id.uuid()).one(writing.db()).await? else {
        return Ok(None);
    };
    let Some(date) = lock(writing, Id::from_uuid(row.occurrence_id)).await? else {
        return Ok(None);
    };
    // As it is now that nobody else changes it.
    let row = Entity::find_by_id(id.uuid()).one(writing.db()).await?;
    row.map(|row| Ok((rows::registration(&row)?, date)))
        .transpose()
}

/// The registration of an address for a date, as long as nobody confirmed it.
///
/// # Errors
/// The database can't be reached.
pub async fn pending_of(
    writing: &Writing,
    occurrence: Id<Occurrence>,
    address_key: &[u8; 32],
) -> Result<Option<Registration>, StoreError> {
    let row = Entity::find()
        .filter(Column::OccurrenceId.eq(occurrence.uuid()))
        .filter(Column::AddressKey.eq(address_key.to_vec()))
        .one(writing.db())
        .await?;
    row.as_ref().map(rows::registration).transpose()
}

/// What a person has for a date, to come or past, that was not cancelled, but for one; under whichever name they
/// registered, if they turned out to be one.
///
/// # Errors
/// The database can't be reached.
pub async fn of_person(
    writing: &Writing,
    occurrence: Id<Occurrence>,
    person: Id<Pseudonym>,
    but: Option<Id<Registration>>,
) -> Result<Option<Registration>, StoreError> {
    let all = citizens::all_of(writing.db(), person.uuid()).await?;
    let others = but.map(|but| Column::Id.ne(but.uuid()));
    let row = Entity::find()
        .filter(Column::OccurrenceId.eq(occurrence.uuid()))
        .filter(Column::Person.is_in(all))
        .filter(Column::State.ne(RegistrationState::Cancelled.word()))
        .filter(Condition::all().add_option(others))
        .order_by_asc(Column::CreatedAt)
        .one(writing.db())
        .await?;
    row.as_ref().map(rows::registration).transpose()
}

/// All that there is for a date, which is locked, in the order they were made.
///
/// # Errors
/// The database can't be reached.
pub async fn of_date(
    writing: &Writing,
    occurrence: Id<Occurrence>,
) -> Result<Vec<Registration>, StoreError> {
    let rows = Entity::find()
        .filter(Column::OccurrenceId.eq(occurrence.uuid()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(writing.db())
        .await?;
    rows.iter().map(rows::registration).collect()
}

/// Whether it is a person's, under whichever name they registered.
///
/// # Errors
/// The database can't be reached.
pub async fn is_of(
    writing: &Writing,
    registration: &Registration,
    person: Id<Pseudonym>,
) -> Result<bool, StoreError> {
    let all = citizens::all_of(writing.db(), person.uuid()).await?;
    let own = registration.person.map(Id::uuid);
    Ok(own.is_some_and(|own| all.contains(&own)))
}

/// How many registrations with an address were made since then, for a date or for any, whoever typed it.
///
/// # Errors
/// The database can't be reached.
pub async fn count_recent(
    writing: &Writing,
    occurrence: Option<Id<Occurrence>>,
    email: &EmailAddress,
    since: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let people = people::Entity::find()
        .select_only()
        .column(people::Column::Pseudonym)
        .filter(people::Column::EmailKey.eq(email.key()))
        .into_query();
    let of_date = occurrence.map(|id| Column::OccurrenceId.eq(id.uuid()));
    let count = Entity::find()
        .filter(Condition::all().add_option(of_date))
        .filter(Column::Person.in_subquery(people))
        .filter(Column::CreatedAt.gte(since))
        .count(writing.db())
        .await?;
    Ok(count)
}

/// Counts a code that somebody tried; says how many that are now.
///
/// # Errors
/// The database can't be reached.
pub async fn count_try(writing: &Writing, id: Id<Registration>) -> Result<u64, StoreError> {
    Entity::update_many()
        .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
        .filter(Column::Id.eq(id.uuid()))
        .exec(writing.db())
        .await?;
    let row = Entity::find_by_id(id.uuid()).one(writing.db()).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.tries).unwrap_or(u64::MAX)))
}

/// What was said when it was made.
///
/// # Errors
/// The database can't be reached, or it can't be read.
pub async fn details_of(
    writing: &Writing,
    registration: &Registration,
) -> Result<RegistrationDetails, StoreError> {
    let row = Entity::find_by_id(registration.id.uuid())
        .one(writing.db())
        .await?;
    let sealed = row.and_then(|row| row.sealed_details);
    let Some((sealed, person)) = sealed.zip(registration.person) else {
        return Ok(RegistrationDetails::default());
    };
    match writing.person_key(person.uuid()).await? {
        Some(key) => opened(&key, &sealed),
        None => Ok(RegistrationDetails::default()),
    }
}

/// Makes it the registration of somebody else: of the person whom the address turned out to be of. What was
/// said is sealed anew, under their key, and what was written to the other is theirs.
///
/// # Errors
/// The database can't be reached.
pub async fn move_to(
    writing: &Writing,
    registration: &Registration,
    person: Id<Pseudonym>,
    details: &RegistrationDetails,
) -> Result<(), StoreError> {
    if let Some(before) = registration.person {
        mail::move_to_citizen(writing, before.uuid(), person.uuid()).await?;
    }
    let sealed = match details.is_empty() {
        true => None,
        false => Some(sealed(&writing.key_of(person.uuid()).await?, details)?),
    };
    let row = ActiveModel {
        id: Set(registration.id.uuid()),
        person: Set(Some(person.uuid())),
        sealed_details: Set(sealed),
        ..Default::default()
    };
    row.update_without_returning(writing.db()).await?;
    Ok(())
}

fn sealed(key: &PersonKey, details: &RegistrationDetails) -> Result<Vec<u8>, StoreError> {
    let text = serde_json::to_vec(details);
    let text = text.map_err(|error| StoreError::Unreadable(error.to_string()))?;
    Ok(key.seal(&text, DETAILS))
}

pub(super) fn opened(key: &PersonKey, sealed: &[u8]) -> Result<RegistrationDetails, StoreError> {
    let unreadable = |error: String| StoreError::Unreadable(error);
    let text = key
        .open(sealed, DETAILS)
        .map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))
}
