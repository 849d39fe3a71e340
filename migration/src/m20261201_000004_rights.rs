//! What the clock forgot, run by run: counts, and nothing of whom.

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
            create table retention_runs (
                id uuid primary key,
                ended_at timestamptz not null,
                forgotten jsonb not null
            );
            create index retention_runs_ended on retention_runs (ended_at, id);
            ",
        )
        .await
    }
}
