//! What people consented to, by their pseudonym; who said it for them is sealed under their key. Uses `audit`,
//! `citizens` and `values`.

use domain::citizens::Pseudonym;
use domain::consents::{Consent, ConsentPurpose};
use domain::kernel::{Id, Line, Vocabulary};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};
use uuid::Uuid;

use crate::audit;
use crate::citizens;
use crate::entities::consents::{ActiveModel, Column, Entity, Model};
use crate::store::{Snapshot, StoreError, Writing};
use crate::values::word;
use crate::vault::PersonKey;

/// What the name of whoever consents for somebody is bound to.
const GIVEN_BY: &[u8] = b"consent given by";

/// All that somebody said, the last first.
///
/// # Errors
/// The database can't be reached.
pub async fn history(
    snapshot: &Snapshot,
    person: Id<Pseudonym>,
) -> Result<Vec<Consent>, StoreError> {
    let rows = rows_of(&snapshot.tx, person).await?;
    let people: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    let keys = snapshot.person_keys(&people).await?;
    let said = rows.iter();
    said.map(|row| consent(row, keys.get(&row.person)))
        .collect()
}

/// What somebody said last of one purpose.
///
/// # Errors
/// The database can't be reached.
pub async fn last(
    writing: &Writing,
    person: Id<Pseudonym>,
    purpose: ConsentPurpose,
) -> Result<Option<Consent>, StoreError> {
    let rows = rows_of(writing.db(), person).await?;
    let of_it = rows.iter().find(|row| row.purpose == purpose.word());
    let Some(row) = of_it else { return Ok(None) };
    let key = writing.person_key(row.person).await?;
    consent(row, key.as_ref()).map(Some)
}

/// Keeps what somebody said.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    person: Id<Pseudonym>,
    consent: &Consent,
) -> Result<(), StoreError> {
    let sealed_by = match &consent.given_by {
        None => None,
        Some(name) => {
            let key = writing.key_of(person.uuid()).await?;
            Some(key.seal(name.as_str().as_bytes(), GIVEN_BY))
        }
    };
    let row = ActiveModel {
        id: Set(consent.id.uuid()),
        person: Set(person.uuid()),
        purpose: Set(consent.purpose.word().to_owned()),
        is_given: Set(consent.is_given),
        text_version: Set(consent.text_version.clone()),
        channel: Set(consent.channel.word().to_owned()),
        sealed_by: Set(sealed_by),
        recorded_at: Set(consent.recorded_at),
    };
    row.insert(writing.db()).await?;
    let fact = match consent.is_given {
        true => "consent.given",
        false => "consent.withdrawn",
    };
    audit::note(writing, fact, "citizen", Some(person.uuid())).await
}

/// Forgets all that somebody said.
pub(crate) async fn forget_of(writing: &Writing, person: Uuid) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Person.eq(person))
        .exec(writing.db())
        .await?;
    Ok(())
}

async fn rows_of(
    db: &impl ConnectionTrait,
    person: Id<Pseudonym>,
) -> Result<Vec<Model>, StoreError> {
    // Under whichever name they said it.
    let all = citizens::all_of(db, person.uuid()).await?;
    let rows = Entity::find()
        .filter(Column::Person.is_in(all))
        .order_by_desc(Column::RecordedAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    Ok(rows)
}

fn consent(row: &Model, key: Option<&PersonKey>) -> Result<Consent, StoreError> {
    let given_by = match (&row.sealed_by, key) {
        (Some(sealed), Some(key)) => {
            let name = key.open(sealed, GIVEN_BY);
            let name = name.map_err(|error| StoreError::Unreadable(error.to_string()))?;
            Some(Line::stored(String::from_utf8_lossy(&name).into_owned()))
        }
        _ => None,
    };
    Ok(Consent {
        id: Id::from_uuid(row.id),
        purpose: word(&row.purpose)?,
        is_given: row.is_given,
        text_version: row.text_version.clone(),
        channel: word(&row.channel)?,
        given_by,
        recorded_at: row.recorded_at,
    })
}
