//! Pages of lists: ordered by a moment and, among equals, by the id, so that a page begins behind the
//! last row of the one before whatever was written meanwhile. Uses `store` only.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::kernel::Id;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use uuid::Uuid;

use crate::store::{Snapshot, StoreError};

/// Where a row stands in a list: the moment that the list is ordered by, and the row's id.
pub type Place = (DateTime<Utc>, Uuid);

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What comes behind this row; from the beginning when absent.
    pub after: Option<Place>,
    /// So many rows at most.
    pub limit: u64,
    /// Whether the whole list is counted along.
    pub total: Total,
}

impl Part {
    /// The beginning of a list, uncounted.
    #[must_use]
    pub fn first(limit: u64) -> Self {
        Self {
            after: None,
            limit,
            total: Total::Untold,
        }
    }
}

/// Whether it is said how many rows a list has in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// It is: that costs a query.
    Counted,
    /// It is not.
    Untold,
}

/// A row of a list that a mirror may follow.
#[derive(Debug, Clone, PartialEq)]
pub enum Listed<T> {
    /// It is there.
    There(Box<T>),
    /// It left the view.
    Gone {
        /// Which one.
        id: Id<T>,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
    },
}

/// Which way a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Earliest first.
    Ascending,
    /// Latest first.
    Descending,
}

impl From<Direction> for sea_orm::Order {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Ascending => Self::Asc,
            Direction::Descending => Self::Desc,
        }
    }
}

/// The rows of a part, and how many there are in all when that is asked. The moment may stand in a
/// table that the query joins.
pub(crate) async fn rows_of<E, M>(
    snapshot: &Snapshot,
    query: Select<E>,
    (moment, id): (M, E::Column),
    direction: Direction,
    part: Part,
) -> Result<(Vec<E::Model>, Option<u64>), StoreError>
where
    E: EntityTrait,
    E::Model: Send + Sync,
    M: ColumnTrait,
{
    let total = total_of(snapshot, &query, part.total).await?;
    let beyond = part.after.map(|place| beyond(moment, id, direction, place));
    let rows = query
        .filter(Condition::all().add_option(beyond))
        .order_by(moment, direction.into())
        .order_by(id, direction.into())
        .limit(part.limit)
        .all(&snapshot.tx)
        .await?;
    Ok((rows, total))
}

/// How many rows there are in all, when that is asked.
pub(crate) async fn total_of<E>(
    snapshot: &Snapshot,
    query: &Select<E>,
    total: Total,
) -> Result<Option<u64>, StoreError>
where
    E: EntityTrait,
    E::Model: Send + Sync,
{
    Ok(match total {
        Total::Counted => Some(query.clone().count(&snapshot.tx).await?),
        Total::Untold => None,
    })
}

/// Those of some rows that a query finds as well.
pub(crate) async fn found_among<E>(
    snapshot: &Snapshot,
    query: Select<E>,
    id: E::Column,
    ids: Vec<Uuid>,
) -> Result<HashSet<Uuid>, StoreError>
where
    E: EntityTrait,
    E::Model: Send + Sync,
{
    let found: Vec<Uuid> = query
        .select_only()
        .column(id)
        .filter(id.is_in(ids))
        .into_tuple()
        .all(&snapshot.tx)
        .await?;
    Ok(found.into_iter().collect())
}

fn beyond(
    moment: impl ColumnTrait,
    id: impl ColumnTrait,
    direction: Direction,
    (at, last): Place,
) -> Condition {
    let (further, next) = match direction {
        Direction::Ascending => (moment.gt(at), id.gt(last)),
        Direction::Descending => (moment.lt(at), id.lt(last)),
    };
    Condition::any()
        .add(further)
        .add(Condition::all().add(moment.eq(at)).add(next))
}
