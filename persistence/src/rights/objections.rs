//! Objections, saved and found. What was said is sealed under the person's key, and stands in no trail.

use domain::citizens::{Citizen, Pseudonym};
use domain::kernel::{Change, Id, Vocabulary};
use domain::rights::{Objection, ObjectionFact, ObjectionState};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::restrictions::{opened, sealed};
use crate::audit::{self, Recorded};
use crate::citizens as people;
use crate::entities::objections::{ActiveModel, Column, Entity, Model};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError, Writing};
use crate::values::word;
use crate::vault::PersonKey;

/// What the texts are bound to.
const GROUNDS: &[u8] = b"objection grounds";
const ANSWER: &[u8] = b"objection answer";

impl Recorded for Objection {
    const KIND: &'static str = "objection";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        Some(self.person.uuid())
    }

    fn thin(&self) -> Value {
        json!({})
    }

    fn addressed(&self) -> Option<Uuid> {
        Some(self.person.uuid())
    }
}

/// An objection, and who makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Objected {
    /// The objection.
    pub objection: Objection,
    /// Whose it is, as they are known now.
    pub citizen: Option<Citizen>,
}

/// Saves an objection's change.
///
/// # Errors
/// The database can't be reached.
pub async fn save_objection(
    writing: &mut Writing,
    change: &Change<Objection, ObjectionFact>,
) -> Result<(), StoreError> {
    let one = change.after();
    let (grounds, answer) = (one.grounds.as_ref(), one.answer.as_ref());
    let row = ActiveModel {
        id: Set(one.id.uuid()),
        person: Set(one.person.uuid()),
        processing: Set(one.processing.word().to_owned()),
        state: Set(one.state.word().to_owned()),
        sealed_grounds: Set(sealed(writing, one.person, grounds, GROUNDS).await?),
        sealed_answer: Set(sealed(writing, one.person, answer, ANSWER).await?),
        due_at: Set(one.due_at),
        answered_at: Set(one.answered_at),
        version: Set(one.version),
        created_at: Set(one.created_at),
        updated_at: Set(one.updated_at),
    };
    match change.before() {
        None => row.insert(writing.db()).await?,
        Some(_) => row.update(writing.db()).await?,
    };
    audit::record(writing, change).await
}

/// The objection of that id, locked; none once they were erased.
///
/// # Errors
/// The database can't be reached.
pub async fn load_objection(
    writing: &Writing,
    id: Id<Objection>,
) -> Result<Option<Objection>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let key = writing.person_key(row.person).await?;
    objection(&row, key.as_ref()).map(Some)
}

/// All that somebody objected to, under whichever name.
///
/// # Errors
/// The database can't be reached.
pub async fn objections_within(
    writing: &Writing,
    citizen: &Citizen,
) -> Result<Vec<Objection>, StoreError> {
    let mut found = Vec::new();
    for row in rows_of_person(writing.db(), citizen.pseudonym).await? {
        let key = writing.person_key(row.person).await?;
        found.push(objection(&row, key.as_ref())?);
    }
    Ok(found)
}

/// The same, for those who look.
///
/// # Errors
/// The database can't be reached.
pub async fn objections_of(
    snapshot: &Snapshot,
    person: Id<Pseudonym>,
) -> Result<Vec<Objection>, StoreError> {
    let rows = rows_of_person(&snapshot.tx, person).await?;
    let found = whole(snapshot, rows).await?;
    Ok(found.into_iter().map(|one| one.objection).collect())
}

async fn rows_of_person(
    db: &impl ConnectionTrait,
    person: Id<Pseudonym>,
) -> Result<Vec<Model>, StoreError> {
    let all = people::all_of(db, person.uuid()).await?;
    let rows = Entity::find()
        .filter(Column::Person.is_in(all))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows)
}

/// The objection of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find_objection(
    snapshot: &Snapshot,
    id: Id<Objection>,
) -> Result<Option<Objected>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    Ok(whole(snapshot, row.into_iter().collect()).await?.pop())
}

/// A page of objections in these states, those that are due first before the others, and how many there are, when
/// that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list_objections(
    snapshot: &Snapshot,
    states: &[ObjectionState],
    part: Part,
) -> Result<(Vec<Objected>, Option<u64>), StoreError> {
    let words: Vec<_> = states.iter().map(|state| state.word()).collect();
    let so = Condition::all().add_option((!words.is_empty()).then(|| Column::State.is_in(words)));
    let columns = (Column::DueAt, Column::Id);
    let query = Entity::find().filter(so);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    Ok((whole(snapshot, rows).await?, total))
}

async fn whole(snapshot: &Snapshot, rows: Vec<Model>) -> Result<Vec<Objected>, StoreError> {
    let people: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    let keys = snapshot.person_keys(&people).await?;
    let citizens = people::by_pseudonyms(snapshot, &people).await?;
    let found = rows.iter().map(|row| {
        Ok(Objected {
            objection: objection(row, keys.get(&row.person))?,
            citizen: citizens.get(&row.person).cloned(),
        })
    });
    found.collect()
}

/// Forgets what a person objected to.
pub(super) async fn forget_of(writing: &Writing, person: Uuid) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Person.eq(person))
        .exec(writing.db())
        .await?;
    Ok(())
}

fn objection(row: &Model, key: Option<&PersonKey>) -> Result<Objection, StoreError> {
    Ok(Objection {
        id: Id::from_uuid(row.id),
        person: Id::from_uuid(row.person),
        processing: word(&row.processing)?,
        state: word(&row.state)?,
        grounds: opened(key, row.sealed_grounds.as_ref(), GROUNDS)?,
        answer: opened(key, row.sealed_answer.as_ref(), ANSWER)?,
        due_at: row.due_at,
        answered_at: row.answered_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
