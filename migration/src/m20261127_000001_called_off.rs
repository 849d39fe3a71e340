//! Which dates were called off by the source that their event comes from: it may take that back. Of
//! those called off before nobody knows who it was: they stay off.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            "alter table occurrences add column called_off_by_source boolean not null default false;",
        )
        .await
    }
}
