//! What an entry says of the values that changed: in the clear, or sealed under the key of the person
//! whom they speak of.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use super::record::AUDIT_CONTEXT;
use crate::entities::audit_entries::Model;
use crate::entities::person_keys;
use crate::store::{Snapshot, Store, StoreError};

/// What differs between before and after.
#[derive(Debug, Clone, PartialEq)]
pub enum Changes {
    /// Nothing was changed.
    None,
    /// `{field: {before, after}}`.
    Told(Value),
    /// The person whom it speaks of was erased, and their key with them.
    Erased,
    /// It ought to be readable and is not: why.
    Unreadable(String),
}

/// The keys of those whom these entries speak of, as far as there are any left.
pub(super) async fn keys_of(
    snapshot: &Snapshot,
    rows: &[Model],
) -> Result<Vec<person_keys::Model>, StoreError> {
    let mut people: Vec<Uuid> = rows.iter().filter_map(|row| row.person_id).collect();
    people.sort_unstable();
    people.dedup();
    let keys = person_keys::Entity::find()
        .filter(person_keys::Column::PersonId.is_in(people))
        .all(&snapshot.tx)
        .await?;
    Ok(keys)
}

/// What a row says, by the keys that there are.
pub(super) fn open(store: &Store, keys: &[person_keys::Model], row: &Model) -> Changes {
    let told = match (&row.changes, &row.sealed_changes) {
        (Some(text), _) => Ok(text.clone()),
        (None, None) => return Changes::None,
        (None, Some(sealed)) => {
            let Some(person) = row.person_id else {
                return Changes::Unreadable(
                    "it is sealed, and doesn't say under whose key".to_owned(),
                );
            };
            let Some(key) = keys.iter().find(|key| key.person_id == person) else {
                return Changes::Erased;
            };
            unsealed(store, key, sealed)
        }
    };
    let read = told.and_then(|text| serde_json::from_str(&text).map_err(|e| e.to_string()));
    read.map_or_else(Changes::Unreadable, Changes::Told)
}

fn unsealed(store: &Store, key: &person_keys::Model, sealed: &[u8]) -> Result<String, String> {
    let person = key.person_id.as_bytes();
    let key = store.master_key().unwrap(&key.wrapped, person);
    let key = key.map_err(|error| format!("the person's key: {error}"))?;
    let opened = key.open(sealed, AUDIT_CONTEXT);
    let opened = opened.map_err(|error| error.to_string())?;
    String::from_utf8(opened).map_err(|error| error.to_string())
}
