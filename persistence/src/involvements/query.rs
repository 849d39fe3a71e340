//! Finding involvements, with whose they are: for the staff, for the person, and for who writes to them.

use domain::citizens::{Citizen, Pseudonym};
use domain::involvements::{Involvement, InvolvementRole, InvolvementState};
use domain::kernel::{Id, Vocabulary};
use domain::projects::Project;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::citizens::{all_of, by_pseudonyms, restricted};
use crate::entities::involvements::{Column, Entity, Model};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError};

/// An involvement, with whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Involved {
    /// The involvement.
    pub involvement: Involvement,
    /// Whose it is, as they are known now.
    pub citizen: Option<Citizen>,
}

/// Which involvements. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InvolvementFilter {
    /// With that project.
    pub project: Option<Id<Project>>,
    /// Of that person, under whichever name.
    pub person: Option<Id<Pseudonym>>,
    /// As one of these.
    pub roles: Vec<InvolvementRole>,
    /// In one of these states.
    pub states: Vec<InvolvementState>,
    /// Without those whose data are restricted.
    pub leaves_restricted_out: bool,
}

/// A page of involvements in the order they were made, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    filter: &InvolvementFilter,
    part: Part,
) -> Result<(Vec<Involved>, Option<u64>), StoreError> {
    let query = Entity::find().filter(filter.condition(snapshot).await?);
    let columns = (Column::CreatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    Ok((whole(snapshot, &rows).await?, total))
}

/// All of them in the order they were made.
///
/// # Errors
/// The database can't be reached.
pub async fn all(
    snapshot: &Snapshot,
    filter: &InvolvementFilter,
) -> Result<Vec<Involved>, StoreError> {
    let rows = Entity::find()
        .filter(filter.condition(snapshot).await?)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(&snapshot.tx)
        .await?;
    whole(snapshot, &rows).await
}

/// The involvement of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    id: Id<Involvement>,
) -> Result<Option<Involved>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    let rows: Vec<Model> = row.into_iter().collect();
    Ok(whole(snapshot, &rows).await?.pop())
}

/// By what a person is told how a project goes, under whichever name: the first of it, while there is one.
///
/// # Errors
/// The database can't be reached.
pub async fn told_of(
    snapshot: &Snapshot,
    person: Id<Pseudonym>,
    project: Id<Project>,
) -> Result<Option<Involved>, StoreError> {
    let of_them = InvolvementFilter {
        project: Some(project),
        person: Some(person),
        states: vec![InvolvementState::Active],
        ..InvolvementFilter::default()
    };
    let row = Entity::find()
        .filter(of_them.condition(snapshot).await?)
        .filter(Column::IsTold.eq(true))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(1)
        .one(&snapshot.tx)
        .await?;
    let rows: Vec<Model> = row.into_iter().collect();
    Ok(whole(snapshot, &rows).await?.pop())
}

async fn whole(snapshot: &Snapshot, rows: &[Model]) -> Result<Vec<Involved>, StoreError> {
    let people: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    let citizens = by_pseudonyms(snapshot, &people).await?;
    let whole = rows.iter().map(|row| {
        Ok(Involved {
            involvement: rows::involvement(row)?,
            citizen: citizens.get(&row.person).cloned(),
        })
    });
    whole.collect()
}

impl InvolvementFilter {
    async fn condition(&self, snapshot: &Snapshot) -> Result<Condition, StoreError> {
        let people = match self.person {
            Some(person) => Some(all_of(&snapshot.tx, person.uuid()).await?),
            None => None,
        };
        let roles: Vec<_> = self.roles.iter().map(|role| role.word()).collect();
        let states: Vec<_> = self.states.iter().map(|state| state.word()).collect();
        let is_free = || Column::Person.not_in_subquery(restricted());
        Ok(Condition::all()
            .add_option(self.leaves_restricted_out.then(is_free))
            .add_option(self.project.map(|id| Column::ProjectId.eq(id.uuid())))
            .add_option(people.map(|people| Column::Person.is_in(people)))
            .add_option((!roles.is_empty()).then(|| Column::Role.is_in(roles)))
            .add_option((!states.is_empty()).then(|| Column::State.is_in(states))))
    }
}
