//! Saving an involvement's change with the fact that follows from it, and loading those that are to be changed.

use domain::citizens::{Citizen, Pseudonym};
use domain::involvements::{Involvement, InvolvementFact, InvolvementRole, InvolvementState};
use domain::kernel::{Change, Id, Vocabulary};
use domain::projects::Project;
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::rows;
use crate::audit::{self, Recorded};
use crate::citizens;
use crate::entities::involvement_participations as links;
use crate::entities::involvements::{Column, Entity};
use crate::participations;
use crate::store::{StoreError, Writing};

impl Recorded for Involvement {
    const KIND: &'static str = "involvement";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({})
    }
}

/// Saves a change of an involvement of that citizen, with what follows for those who are counted.
///
/// # Errors
/// The database can't be reached; [`StoreError::Conflict`] when they became the same meanwhile, so that the write is
/// tried again and finds that.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Involvement, InvolvementFact>,
    citizen: &Citizen,
) -> Result<(), StoreError> {
    let involvement = change.after();
    let row = rows::row(involvement);
    let saved = match change.before() {
        None => Entity::insert(row)
            .exec_without_returning(writing.db())
            .await
            .map(drop),
        Some(_) => row.update_without_returning(writing.db()).await.map(drop),
    };
    saved.map_err(|error| StoreError::from(error).unique_is_conflict())?;
    let counted_before = change.before().and_then(Involvement::counted_since);
    if counted_before != involvement.counted_since() {
        participations::follow_involvement(writing, involvement, citizen).await?;
    }
    audit::record(writing, change).await
}

/// The involvement of that id with whose it is, both locked. People are locked first, as whoever erases them does.
///
/// # Errors
/// The database can't be reached.
pub async fn load(
    writing: &Writing,
    id: Id<Involvement>,
) -> Result<Option<(Involvement, Citizen)>, StoreError> {
    let Some(row) = Entity::find_by_id(id.uuid()).one(writing.db()).await? else {
        return Ok(None);
    };
    let person = Id::from_uuid(row.person);
    let Some(citizen) = citizens::by_pseudonym(writing, person).await? else {
        return Ok(None);
    };
    // As it is now that nobody else changes it.
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(|row| Ok((rows::involvement(&row)?, citizen)))
        .transpose()
}

/// What a person has open in a project as that, under whichever name, the first first.
///
/// # Errors
/// The database can't be reached.
pub async fn open_of(
    writing: &Writing,
    person: Id<Pseudonym>,
    project: Id<Project>,
    role: InvolvementRole,
) -> Result<Vec<Involvement>, StoreError> {
    let as_that = Column::Role.eq(role.word());
    open(writing, person, project, as_that.into()).await
}

/// All by which a person is told how a project goes, under whichever name.
///
/// # Errors
/// The database can't be reached.
pub async fn told_in(
    writing: &Writing,
    person: Id<Pseudonym>,
    project: Id<Project>,
) -> Result<Vec<Involvement>, StoreError> {
    open(writing, person, project, Column::IsTold.eq(true).into()).await
}

async fn open(
    writing: &Writing,
    person: Id<Pseudonym>,
    project: Id<Project>,
    so: Condition,
) -> Result<Vec<Involvement>, StoreError> {
    let all = citizens::all_of(writing.db(), person.uuid()).await?;
    let states = InvolvementState::OPEN.iter().map(|state| state.word());
    let rows = Entity::find()
        .filter(Column::Person.is_in(all))
        .filter(Column::ProjectId.eq(project.uuid()))
        .filter(Column::State.is_in(states))
        .filter(so)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(writing.db())
        .await?;
    rows.iter().map(rows::involvement).collect()
}

/// Forgets all that somebody was tied to; the facts stay, and nothing leads to them.
pub(crate) async fn forget_of(writing: &Writing, person: Uuid) -> Result<(), StoreError> {
    let theirs = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::Person.eq(person))
        .to_owned();
    links::Entity::delete_many()
        .filter(links::Column::InvolvementId.in_subquery(theirs))
        .exec(writing.db())
        .await?;
    Entity::delete_many()
        .filter(Column::Person.eq(person))
        .exec(writing.db())
        .await?;
    Ok(())
}
