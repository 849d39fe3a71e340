//! Between the table's rows and an involvement.

use domain::involvements::Involvement;
use domain::kernel::{Id, Vocabulary};
use sea_orm::ActiveValue::Set;

use crate::entities::involvements::{ActiveModel, Model};
use crate::store::StoreError;
use crate::values::word;

pub(super) fn row(involvement: &Involvement) -> ActiveModel {
    let owned = |word: &str| word.to_owned();
    ActiveModel {
        id: Set(involvement.id.uuid()),
        project_id: Set(involvement.project.uuid()),
        person: Set(involvement.person.uuid()),
        role: Set(owned(involvement.role.word())),
        state: Set(owned(involvement.state.word())),
        is_told: Set(involvement.is_told),
        since: Set(involvement.since),
        mistake: Set(involvement.mistake.map(|mistake| owned(mistake.word()))),
        ended_at: Set(involvement.ended_at),
        version: Set(involvement.version),
        created_at: Set(involvement.created_at),
        updated_at: Set(involvement.updated_at),
    }
}

pub(super) fn involvement(row: &Model) -> Result<Involvement, StoreError> {
    Ok(Involvement {
        id: Id::from_uuid(row.id),
        project: Id::from_uuid(row.project_id),
        person: Id::from_uuid(row.person),
        role: word(&row.role)?,
        state: word(&row.state)?,
        is_told: row.is_told,
        since: row.since,
        mistake: row.mistake.as_deref().map(word).transpose()?,
        ended_at: row.ended_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
