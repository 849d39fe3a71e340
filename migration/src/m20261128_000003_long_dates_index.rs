//! The dates that reach over long spans are read in the order of the calendar: their index goes by it.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            "
            drop index occurrences_long;
            create index occurrences_long on occurrences (starts_at, id, long_ends_at)
                where long_ends_at is not null;
            ",
        )
        .await
    }
}
