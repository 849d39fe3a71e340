//! Mails that are to be sent: who is to be told what, and how far that is. No text and no address.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `once` names what must not be told twice, such as a reminder of one day.
        run(
            manager,
            "
            create table mails (
                id uuid primary key,
                kind text not null,
                subject_id uuid not null,
                subject_version bigint not null,
                recipient text not null,
                user_id uuid,
                once text unique,
                state text not null,
                problem text,
                attempts integer not null,
                created_at timestamptz not null,
                next_attempt_at timestamptz,
                claimed_by uuid,
                ended_at timestamptz
            );
            create index mails_due on mails (next_attempt_at, id) where next_attempt_at is not null;
            create index mails_created on mails (created_at);
            ",
        )
        .await
    }
}
