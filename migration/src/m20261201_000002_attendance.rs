//! What shows who was at a date: what it holds lies in the folder of files, under its id.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    // On SQLite too: a step that ends halfway would be in the way of the next start.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            "
            create table evidence (
                id uuid primary key,
                event_id uuid not null references events (id),
                occurrence_id uuid not null references occurrences (id),
                headcount_id uuid references headcounts (id),
                title text not null,
                media_type text not null,
                bytes bigint not null,
                sha256 text not null,
                basis text not null,
                version bigint not null,
                created_at timestamptz not null
            );
            create index evidence_occurrence on evidence (occurrence_id, created_at, id);
            ",
        )
        .await
    }
}
