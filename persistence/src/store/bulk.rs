//! Rows that come in numbers, written and asked for many a statement. The statements are of few lengths,
//! so that the database knows each of them again.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, Iterable,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::StoreError;

/// The most rows of one statement. SQLite takes 32 766 values a statement.
const MOST: usize = 64;

/// The most values that a condition names in one statement.
pub(crate) const MOST_NAMED: usize = 512;

/// Inserts rows, and does with those that are there already as it is told.
pub(crate) async fn insert<A: ActiveModelTrait>(
    db: &impl ConnectionTrait,
    rows: Vec<A>,
    on_conflict: Option<&OnConflict>,
) -> Result<(), StoreError> {
    let mut rows = rows.into_iter();
    while let Some(power) = rows.len().checked_ilog2() {
        let some = rows.by_ref().take(MOST.min(1 << power));
        let mut statement = A::Entity::insert_many(some);
        if let Some(on_conflict) = on_conflict {
            statement = statement.on_conflict(on_conflict.clone());
        }
        statement.exec_without_returning(db).await?;
    }
    Ok(())
}

/// The most rows that are looked at together.
const MOST_LOOKED_AT: u64 = 1_000;

/// Looks at every row of a table, in the order of their ids, some at a time.
pub(crate) async fn every<E: EntityTrait>(
    db: &impl ConnectionTrait,
    id: E::Column,
    id_of: fn(&E::Model) -> Uuid,
    mut look: impl FnMut(E::Model),
) -> Result<(), StoreError> {
    let mut after = Uuid::nil();
    loop {
        let rows = E::find()
            .filter(id.gt(after))
            .order_by_asc(id)
            .limit(MOST_LOOKED_AT)
            .all(db)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = id_of(last);
        rows.into_iter().for_each(&mut look);
    }
}

/// The most rows that are forgotten of one kind in one write: others wait for it to end.
pub(crate) const MOST_FORGOTTEN: u64 = 2_000;

/// Removes rows that are so, at most [`MOST_FORGOTTEN`]; says how many.
pub(crate) async fn forget<E: EntityTrait>(
    db: &impl ConnectionTrait,
    so: Condition,
) -> Result<u64, StoreError> {
    let key = || E::PrimaryKey::iter().map(|part| part.into_column());
    let some = E::find().select_only().columns(key()).filter(so);
    let some = some.limit(MOST_FORGOTTEN).into_query();
    let names: Vec<SimpleExpr> = key().map(Expr::col).collect();
    let gone = E::delete_many().filter(Expr::tuple(names).in_subquery(some));
    Ok(gone.exec(db).await?.rows_affected)
}

/// A list of values as a condition names them: its last value again and again up to a power of two.
pub(crate) fn padded<T: Copy>(values: &[T]) -> impl Iterator<Item = T> {
    let missing = match values.len() {
        0 => 0,
        count => count.next_power_of_two() - count,
    };
    let last = values.last().copied();
    values
        .iter()
        .copied()
        .chain(last.into_iter().cycle().take(missing))
}
