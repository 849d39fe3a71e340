//! Whose data are kept and not used, why, and who objects to what. What was said of it is sealed under the person's
//! key, and goes with them.

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
            alter table citizens add column restricted_at timestamptz;
            create index citizens_restricted on citizens (pseudonym) where restricted_at is not null;

            create table restrictions (
                id uuid primary key,
                person uuid not null,
                because text not null,
                objection_id uuid,
                sealed_reason bytea,
                begun_at timestamptz not null,
                told_on date,
                sealed_lifted_because bytea,
                ended_at timestamptz
            );
            create index restrictions_person on restrictions (person);

            create table objections (
                id uuid primary key,
                person uuid not null,
                processing text not null,
                state text not null,
                sealed_grounds bytea,
                sealed_answer bytea,
                due_at timestamptz not null,
                answered_at timestamptz,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create index objections_person on objections (person);
            create index objections_due on objections (state, due_at, id);
            ",
        )
        .await
    }
}
