//! Events that a partner proposed, when that turns out to be another structure.

use domain::events;
use domain::kernel::Id;
use domain::organisations::Organisation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{load, save};
use crate::entities::events::{Column, Entity};
use crate::store::{StoreError, Writing};

/// Has all that the one proposed be proposed by the other.
///
/// # Errors
/// The database can't be reached.
pub async fn move_proposals(
    writing: &mut Writing,
    from: Id<Organisation>,
    into: Id<Organisation>,
) -> Result<(), StoreError> {
    let ids: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ProposedBy.eq(from.uuid()))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(writing.db())
        .await?;
    for id in ids {
        if let Some(event) = load(writing, Id::from_uuid(id)).await? {
            let change = events::become_of(event, into, writing.now());
            save(writing, &change).await?;
        }
    }
    Ok(())
}
