//! Dates that last longer than a week are found by their ends, so that a window of the calendar need
//! not look through all that ever started before it.

use sea_orm_migration::prelude::*;

use crate::dialect::{is_sqlite, run};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A little too many do no harm, and floating days are not exact.
        let lasts_long = if is_sqlite(manager) {
            "julianday(ends_at) - julianday(starts_at) > 6.99"
        } else {
            "ends_at - starts_at > interval '7 days'"
        };
        let statements = format!(
            "alter table occurrences add column long_ends_at timestamptz;
             update occurrences set long_ends_at = ends_at where {lasts_long};
             create index occurrences_long on occurrences (long_ends_at, starts_at)
                 where long_ends_at is not null;"
        );
        run(manager, &statements).await
    }
}
