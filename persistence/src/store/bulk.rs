//! Rows that come in numbers, written and asked for many a statement. The statements are of few lengths,
//! so that the database knows each of them again.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait};

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
