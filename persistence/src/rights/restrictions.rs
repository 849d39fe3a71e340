//! Restrictions, saved and found. What was said of them is sealed under the person's key.

use std::collections::HashSet;

use domain::citizens::{Citizen, Pseudonym};
use domain::kernel::{Id, Prose, Vocabulary};
use domain::mail::MailKind;
use domain::rights::{Lifted, Restricted, Restriction};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use crate::citizens as people;
use crate::entities::citizens as cards;
use crate::entities::restrictions::{ActiveModel, Column, Entity, Model};
use crate::mail;
use crate::store::{Snapshot, StoreError, Writing};
use crate::values::word;
use crate::vault::PersonKey;

/// What the texts are bound to.
const REASON: &[u8] = b"restriction reason";
const LIFTED_BECAUSE: &[u8] = b"restriction lifted because";

/// What restricts a person, under whichever name, the first that began first.
///
/// # Errors
/// The database can't be reached.
pub async fn standing_of(
    writing: &Writing,
    citizen: &Citizen,
) -> Result<Vec<Restriction>, StoreError> {
    let mut standing = Vec::new();
    for row in rows_of(writing.db(), citizen.pseudonym).await? {
        if row.ended_at.is_none() {
            let key = writing.person_key(row.person).await?;
            standing.push(restriction(&row, key.as_ref())?);
        }
    }
    Ok(standing)
}

/// All that restricts a person, or did, the first that began first.
///
/// # Errors
/// The database can't be reached.
pub async fn restrictions_of(
    snapshot: &Snapshot,
    person: Id<Pseudonym>,
) -> Result<Vec<Restriction>, StoreError> {
    let rows = rows_of(&snapshot.tx, person).await?;
    let people: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    let keys = snapshot.person_keys(&people).await?;
    let said = rows.iter();
    said.map(|row| restriction(row, keys.get(&row.person)))
        .collect()
}

async fn rows_of(
    db: &impl ConnectionTrait,
    person: Id<Pseudonym>,
) -> Result<Vec<Model>, StoreError> {
    let all = people::all_of(db, person.uuid()).await?;
    let rows = Entity::find()
        .filter(Column::Person.is_in(all))
        .order_by_asc(Column::BegunAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows)
}

/// The restriction of that id; none once they were erased.
///
/// # Errors
/// The database can't be reached.
pub async fn find_restriction(
    snapshot: &Snapshot,
    id: Id<Restriction>,
) -> Result<Option<Restriction>, StoreError> {
    let Some(row) = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await? else {
        return Ok(None);
    };
    let keys = snapshot.person_keys(&[row.person]).await?;
    restriction(&row, keys.get(&row.person)).map(Some)
}

/// Keeps that somebody is restricted.
///
/// # Errors
/// The database can't be reached.
pub async fn save_restriction(
    writing: &mut Writing,
    restricted: &Restricted,
) -> Result<(), StoreError> {
    let one = &restricted.restriction;
    let row = ActiveModel {
        id: Set(one.id.uuid()),
        person: Set(one.person.uuid()),
        because: Set(one.because.word().to_owned()),
        objection_id: Set(one.objection.map(Id::uuid)),
        sealed_reason: Set(sealed(writing, one.person, one.reason.as_ref(), REASON).await?),
        begun_at: Set(one.begun_at),
        told_on: Set(None),
        sealed_lifted_because: Set(None),
        ended_at: Set(None),
    };
    row.insert(writing.db()).await?;
    if let Some(change) = &restricted.citizen {
        people::save_restricted(writing, change).await?;
    }
    Ok(())
}

/// Keeps what has ended. Who was restricted and is no more is told by mail, unless the answer to their objection
/// says so.
///
/// # Errors
/// The database can't be reached.
pub async fn save_lifted(writing: &mut Writing, lifted: &Lifted) -> Result<(), StoreError> {
    for one in &lifted.ended {
        let why = one.lifted_because.as_ref();
        let row = ActiveModel {
            id: Set(one.id.uuid()),
            told_on: Set(one.told_on),
            sealed_lifted_because: Set(sealed(writing, one.person, why, LIFTED_BECAUSE).await?),
            ended_at: Set(one.ended_at),
            ..Default::default()
        };
        row.update(writing.db()).await?;
    }
    let Some(change) = &lifted.citizen else {
        return Ok(());
    };
    people::save_restricted(writing, change).await?;
    // By one mail, however many there were.
    if let Some(last) = lifted.ended.iter().rfind(|one| one.told_on.is_some()) {
        let person = change.after().pseudonym.uuid();
        let about = (last.id.uuid(), 1);
        mail::to_citizen(writing, MailKind::RestrictionLifted, about, person);
    }
    Ok(())
}

/// Forgets what restricted a person.
pub(super) async fn forget_of(writing: &Writing, person: Uuid) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Person.eq(person))
        .exec(writing.db())
        .await?;
    Ok(())
}

/// What can't be: somebody whose data are used though something restricts them, or the other way round.
pub(super) async fn faults(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let db = &snapshot.tx;
    let mut faults = Vec::new();
    let standing = Entity::find().filter(Column::EndedAt.is_null()).all(db);
    let mut restricted = HashSet::new();
    for row in standing.await? {
        restricted.extend(people::all_of(db, row.person).await?);
    }
    let marked = cards::Entity::find().filter(cards::Column::RestrictedAt.is_not_null());
    let marked: HashSet<Uuid> = marked
        .all(db)
        .await?
        .iter()
        .map(|row| row.pseudonym)
        .collect();
    for one in marked.difference(&restricted) {
        faults.push(format!(
            "citizens: {one} is restricted, and nothing says why"
        ));
    }
    for one in restricted.difference(&marked) {
        faults.push(format!(
            "restrictions: {one} ought to be restricted, and is not"
        ));
    }
    Ok(faults)
}

/// A text, sealed under a person's key.
pub(super) async fn sealed(
    writing: &Writing,
    person: Id<Pseudonym>,
    text: Option<&Prose<2000>>,
    context: &[u8],
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(text) = text else { return Ok(None) };
    let key = writing.key_of(person.uuid()).await?;
    Ok(Some(key.seal(text.as_str().as_bytes(), context)))
}

/// The text again.
pub(super) fn opened(
    key: Option<&PersonKey>,
    sealed: Option<&Vec<u8>>,
    context: &[u8],
) -> Result<Option<Prose<2000>>, StoreError> {
    let Some((sealed, key)) = sealed.zip(key) else {
        return Ok(None);
    };
    let text = key.open(sealed, context);
    let text = text.map_err(|error| StoreError::Unreadable(error.to_string()))?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(Some(Prose::stored(text)))
}

fn restriction(row: &Model, key: Option<&PersonKey>) -> Result<Restriction, StoreError> {
    let lifted_because = row.sealed_lifted_because.as_ref();
    Ok(Restriction {
        id: Id::from_uuid(row.id),
        person: Id::from_uuid(row.person),
        because: word(&row.because)?,
        objection: row.objection_id.map(Id::from_uuid),
        reason: opened(key, row.sealed_reason.as_ref(), REASON)?,
        begun_at: row.begun_at,
        told_on: row.told_on,
        lifted_because: opened(key, lifted_because, LIFTED_BECAUSE)?,
        ended_at: row.ended_at,
    })
}
