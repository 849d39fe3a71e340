//! Events that partners propose.

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
            alter table events add column proposed_by uuid references organisations (id);
            create index events_proposed_by on events (proposed_by) where proposed_by is not null;
            ",
        )
        .await
    }
}
