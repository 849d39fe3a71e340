//! Who turned out to be whom, and who did not: by pseudonyms alone, for it outlives those of whom it speaks. Who
//! everybody is by the merges that stand is kept beside them, to be counted by.

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
            create table merges (
                id uuid primary key,
                pseudonym uuid not null,
                kept uuid not null,
                is_identified boolean not null,
                recorded_at timestamptz not null,
                undone_at timestamptz
            );
            create unique index merges_standing on merges (pseudonym) where undone_at is null;
            create index merges_kept on merges (kept);

            create table identities (
                pseudonym uuid primary key,
                kept uuid not null,
                is_identified boolean not null
            );
            create index identities_kept on identities (kept);

            create table distinctions (
                pseudonym uuid not null,
                other uuid not null,
                recorded_at timestamptz not null,
                primary key (pseudonym, other)
            );
            create index distinctions_other on distinctions (other);

            alter table citizens add column merged_into uuid;
            create index citizens_created on citizens (created_at, id);
            ",
        )
        .await
    }
}
