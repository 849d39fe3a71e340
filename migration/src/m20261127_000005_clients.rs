//! Credentials of partners' software.

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
            create table clients (
                id uuid primary key,
                organisation_id uuid not null references organisations (id),
                name text,
                scopes jsonb not null,
                expires_at timestamptz,
                secret_hash bytea not null,
                previous_hash bytea,
                previous_until timestamptz,
                last_used_at timestamptz,
                revoked_at timestamptz,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create index clients_organisation on clients (organisation_id, updated_at, id);
            ",
        )
        .await
    }
}
