//! Partner structures.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A number stays with the structure that was merged, and belongs to the one that stays.
        run(
            manager,
            "
            create table organisations (
                id uuid primary key,
                name text not null,
                folded_name text not null,
                kind text not null,
                siret text,
                rna text,
                address text,
                commune_code text,
                description text,
                website text,
                contact_role text,
                contact_email text,
                contact_telephone text,
                state text not null,
                reason text,
                note text,
                internal_note text,
                distinct_from jsonb not null,
                merged_into uuid references organisations (id),
                was_public boolean not null,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create unique index organisations_siret on organisations (siret)
                where merged_into is null;
            create unique index organisations_rna on organisations (rna)
                where merged_into is null;
            create index organisations_updated on organisations (updated_at, id);
            create index organisations_commune on organisations (commune_code);
            ",
        )
        .await
    }
}
