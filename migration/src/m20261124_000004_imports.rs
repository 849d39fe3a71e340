//! Imports and what became of each of their records.

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
            create table imports (
                id uuid primary key,
                source text not null,
                format text not null,
                state text not null,
                dry_run boolean not null,
                publish boolean not null,
                problem text,
                records integer not null,
                timings integer not null,
                created integer not null,
                updated integer not null,
                unchanged integer not null,
                refused integer not null,
                started_at timestamptz not null,
                finished_at timestamptz,
                version bigint not null,
                updated_at timestamptz not null
            );
            create index imports_started on imports (started_at, id);
            create table import_records (
                import_id uuid not null references imports (id) on delete cascade,
                position integer not null,
                source_id text,
                outcome text not null,
                event_id uuid,
                warnings jsonb not null,
                errors jsonb not null,
                primary key (import_id, position)
            );
            ",
        )
        .await
    }
}
