//! Addresses that are polled for imports, and who is polling them.

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
            create table import_sources (
                id uuid primary key,
                name text not null,
                url text not null,
                format text,
                every_minutes integer not null,
                publish boolean not null,
                state text not null,
                next_poll_at timestamptz,
                last_polled_at timestamptz,
                last_outcome text,
                problem text,
                failures integer not null,
                last_import_id uuid,
                known_etag text,
                known_last_modified text,
                known_digest text,
                claimed_by uuid,
                claimed_until timestamptz,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create index import_sources_created on import_sources (created_at, id);
            create index import_sources_due on import_sources (next_poll_at);
            ",
        )
        .await
    }
}
