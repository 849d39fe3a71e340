//! Between the table's rows and a registration.

use domain::kernel::{Id, Vocabulary};
use domain::registrations::Registration;
use sea_orm::ActiveValue::{NotSet, Set};

use crate::entities::registrations::{ActiveModel, Model};
use crate::store::StoreError;
use crate::values::word;

/// The row, without what only some writes touch: what was said, the address and the tries.
pub(super) fn row(registration: &Registration) -> ActiveModel {
    let owned = |word: &str| word.to_owned();
    ActiveModel {
        id: Set(registration.id.uuid()),
        occurrence_id: Set(registration.occurrence.uuid()),
        event_id: Set(registration.event.uuid()),
        person: Set(registration.person.map(Id::uuid)),
        party_size: Set(registration.party_size.into()),
        state: Set(owned(registration.state.word())),
        is_confirmed: Set(registration.is_confirmed),
        expires_at: Set(registration.expires_at),
        because: Set(registration.because.map(|because| owned(because.word()))),
        channel: Set(owned(registration.channel.word())),
        role: Set(owned(registration.role.word())),
        previous_state: Set(registration.previous_state.map(|state| owned(state.word()))),
        present: Set(registration.present.map(i64::from)),
        checked_in_at: Set(registration.checked_in_at),
        address_key: NotSet,
        sealed_details: NotSet,
        tries: NotSet,
        reminded_at: NotSet,
        version: Set(registration.version),
        created_at: Set(registration.created_at),
        updated_at: Set(registration.updated_at),
    }
}

pub(super) fn registration(row: &Model) -> Result<Registration, StoreError> {
    let number = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Registration {
        id: Id::from_uuid(row.id),
        occurrence: Id::from_uuid(row.occurrence_id),
        event: Id::from_uuid(row.event_id),
        person: row.person.map(Id::from_uuid),
        party_size: number(row.party_size),
        state: word(&row.state)?,
        is_confirmed: row.is_confirmed,
        expires_at: row.expires_at,
        because: row.because.as_deref().map(word).transpose()?,
        channel: word(&row.channel)?,
        role: word(&row.role)?,
        previous_state: row.previous_state.as_deref().map(word).transpose()?,
        present: row.present.map(number),
        checked_in_at: row.checked_in_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
