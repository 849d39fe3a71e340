//! Credentials of partners: saving them, finding them, and who signs in with them.
//! Uses `accounts` for tokens that were revoked, `audit`, and `values`.

mod rows;
mod sign_in;

use domain::clients::{Client, ClientFact};
use domain::kernel::{Change, Id};
use domain::organisations::Organisation;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

pub use rows::Issued;
pub use sign_in::{ClientBearer, Known, bearer, known, note_use};

use crate::audit;
use crate::entities::clients::{Column, Entity};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError, Touched, Writing};

/// Saves credentials that were issued or changed. New ones, and those that were rotated, come with the
/// hash of their secret; the one before stays beside it for as long as the change says.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Client, ClientFact>,
    secret_hash: Option<[u8; 32]>,
) -> Result<(), StoreError> {
    let client = change.after();
    let mut row = rows::row(client);
    match change.before() {
        None => {
            row.secret_hash = Set(secret_hash.unwrap_or_default().to_vec());
            Entity::insert(row)
                .exec_without_returning(writing.db())
                .await?;
            // What is kept of the answer that shows the secret is sealed under it.
            writing.new_person_key(client.id.uuid()).await?;
        }
        Some(_) => {
            if let Some(hash) = secret_hash {
                let id = client.id.uuid();
                let before = Entity::find_by_id(id).one(writing.db()).await?;
                let overlap = client.previous_until.and(before);
                row.previous_hash = Set(overlap.map(|before| before.secret_hash));
                row.secret_hash = Set(hash.to_vec());
            }
            row.update(writing.db()).await?;
        }
    }
    writing.touch(Touched::SignIns);
    audit::record(writing, change).await
}

/// The credentials of that id, locked until their change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<Client>) -> Result<Option<Client>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(rows::client).transpose()
}

/// All credentials of a structure, locked: they go with it when it turns out to be another one.
///
/// # Errors
/// The database can't be reached.
pub async fn load_of(
    writing: &Writing,
    organisation: Id<Organisation>,
) -> Result<Vec<Client>, StoreError> {
    let rows = Entity::find()
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(writing.db())
        .await?;
    rows.into_iter().map(rows::client).collect()
}

/// The credentials of that id, and when they were last used.
///
/// # Errors
/// The database can't be reached.
pub async fn find(snapshot: &Snapshot, id: Id<Client>) -> Result<Option<Issued>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    row.map(rows::issued).transpose()
}

/// A page of a structure's credentials by their last change, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    organisation: Id<Organisation>,
    part: Part,
) -> Result<(Vec<Issued>, Option<u64>), StoreError> {
    let query = Entity::find().filter(Column::OrganisationId.eq(organisation.uuid()));
    let columns = (Column::UpdatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let rows: Result<Vec<_>, _> = rows.into_iter().map(rows::issued).collect();
    Ok((rows?, total))
}
