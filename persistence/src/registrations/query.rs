//! Finding registrations, with who they are of: for the staff, and for the person.

use chrono::{DateTime, Utc};
use domain::citizens::{Citizen, Pseudonym};
use domain::events::{Event, Occurrence};
use domain::kernel::{Id, Vocabulary};
use domain::registrations::{Registration, RegistrationDetails, RegistrationState};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{rows, save};
use crate::citizens::{all_of, by_pseudonyms, restricted};
use crate::entities::registrations::{Column, Entity, Model};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError};

/// A registration, with whom it is of and what they said.
#[derive(Debug, Clone, PartialEq)]
pub struct Registered {
    /// The registration.
    pub registration: Registration,
    /// Whose it is, as they are known now; absent once they were erased.
    pub citizen: Option<Citizen>,
    /// What they said.
    pub details: RegistrationDetails,
}

/// Which registrations. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RegistrationFilter {
    /// For that date.
    pub occurrence: Option<Id<Occurrence>>,
    /// For a date of that event.
    pub event: Option<Id<Event>>,
    /// Of that person, under whichever name they registered.
    pub person: Option<Id<Pseudonym>>,
    /// In one of these states.
    pub states: Vec<RegistrationState>,
    /// Changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// Without those of people whose data are restricted.
    pub leaves_restricted_out: bool,
}

/// A page of registrations in the order they were made, or in that of their changes, and how many there are,
/// when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    filter: &RegistrationFilter,
    part: Part,
) -> Result<(Vec<Registered>, Option<u64>), StoreError> {
    let query = Entity::find().filter(filter.condition(snapshot).await?);
    let moment = match filter.updated_since {
        Some(_) => Column::UpdatedAt,
        None => Column::CreatedAt,
    };
    let columns = (moment, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    Ok((whole(snapshot, rows).await?, total))
}

/// The registrations in the order they were made, so many at most.
///
/// # Errors
/// The database can't be reached.
pub async fn all(
    snapshot: &Snapshot,
    filter: &RegistrationFilter,
    most: u64,
) -> Result<Vec<Registered>, StoreError> {
    let rows = Entity::find()
        .filter(filter.condition(snapshot).await?)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(&snapshot.tx)
        .await?;
    whole(snapshot, rows).await
}

/// How many registrations there are.
///
/// # Errors
/// The database can't be reached.
pub async fn count(snapshot: &Snapshot, filter: &RegistrationFilter) -> Result<u64, StoreError> {
    let query = Entity::find().filter(filter.condition(snapshot).await?);
    Ok(query.count(&snapshot.tx).await?)
}

/// The registration of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    id: Id<Registration>,
) -> Result<Option<Registered>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    let rows = row.into_iter().collect();
    Ok(whole(snapshot, rows).await?.pop())
}

/// How many parties wait before one that waits: it is the next when none does.
///
/// # Errors
/// The database can't be reached.
pub async fn place_in_line(
    snapshot: &Snapshot,
    registration: &Registration,
) -> Result<u64, StoreError> {
    let earlier = Condition::any()
        .add(Column::CreatedAt.lt(registration.created_at))
        .add(
            Condition::all()
                .add(Column::CreatedAt.eq(registration.created_at))
                .add(Column::Id.lt(registration.id.uuid())),
        );
    let before = Entity::find()
        .filter(Column::OccurrenceId.eq(registration.occurrence.uuid()))
        .filter(Column::State.eq(RegistrationState::Waitlisted.word()))
        .filter(earlier)
        .count(&snapshot.tx)
        .await?;
    Ok(before)
}

async fn whole(snapshot: &Snapshot, rows: Vec<Model>) -> Result<Vec<Registered>, StoreError> {
    let people: Vec<Uuid> = rows.iter().filter_map(|row| row.person).collect();
    let citizens = by_pseudonyms(snapshot, &people).await?;
    let sealed = rows.iter().filter(|row| row.sealed_details.is_some());
    let sealed: Vec<Uuid> = sealed.filter_map(|row| row.person).collect();
    let keys = snapshot.person_keys(&sealed).await?;
    rows.iter()
        .map(|row| {
            let person = row.person.unwrap_or_default();
            let details = match (&row.sealed_details, keys.get(&person)) {
                (Some(sealed), Some(key)) => save::opened(key, sealed)?,
                _ => RegistrationDetails::default(),
            };
            Ok(Registered {
                registration: rows::registration(row)?,
                citizen: citizens.get(&person).cloned(),
                details,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()
}

/// Of nobody whose data are restricted.
pub(super) fn is_free() -> Condition {
    Condition::any()
        .add(Column::Person.is_null())
        .add(Column::Person.not_in_subquery(restricted()))
}

impl RegistrationFilter {
    async fn condition(&self, snapshot: &Snapshot) -> Result<Condition, StoreError> {
        let states: Vec<_> = self.states.iter().map(|state| state.word()).collect();
        let people = match self.person {
            Some(person) => Some(all_of(&snapshot.tx, person.uuid()).await?),
            None => None,
        };
        let free = self.leaves_restricted_out.then(is_free);
        Ok(Condition::all()
            .add_option(free)
            .add_option(self.occurrence.map(|id| Column::OccurrenceId.eq(id.uuid())))
            .add_option(self.event.map(|id| Column::EventId.eq(id.uuid())))
            .add_option(people.map(|people| Column::Person.is_in(people)))
            .add_option((!states.is_empty()).then(|| Column::State.is_in(states)))
            .add_option(self.updated_since.map(|since| Column::UpdatedAt.gte(since))))
    }
}
