//! Who is told of what by calls to their own address, and each call. What waits to be told is found by
//! partial indexes: they hold little, however much was told. On the outbox, whose thing each row is about,
//! whether everybody may know, and whether it was handed on; of what is there already nobody is told.

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
            alter table outbox add column organisation_id uuid;
            alter table outbox add column is_public boolean not null default false;
            alter table outbox add column handed_on_at timestamptz;
            update outbox set handed_on_at = created_at;
            create index outbox_waiting on outbox (created_at, id) where handed_on_at is null;
            create table webhooks (
                id uuid primary key,
                organisation_id uuid references organisations (id),
                url text not null,
                types text not null,
                description text,
                paused_for text,
                paused_at timestamptz,
                secret bytea not null,
                previous_secret bytea,
                previous_until timestamptz,
                wake_at timestamptz,
                claimed_by uuid,
                claimed_until timestamptz,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create index webhooks_created on webhooks (created_at, id);
            create index webhooks_organisation on webhooks (organisation_id, created_at, id);
            create index webhooks_due on webhooks (wake_at) where paused_for is null;
            create table webhook_deliveries (
                webhook_id uuid not null references webhooks (id) on delete cascade,
                message_id uuid not null,
                kind text not null,
                subject_kind text not null,
                subject_id uuid not null,
                subject_version bigint not null,
                payload jsonb not null,
                told_at timestamptz not null,
                state text not null,
                tries integer not null,
                next_attempt_at timestamptz,
                first_attempt_at timestamptz,
                ended_at timestamptz,
                attempts text not null,
                created_at timestamptz not null,
                primary key (webhook_id, message_id)
            );
            create index webhook_deliveries_created
                on webhook_deliveries (webhook_id, created_at, message_id);
            create index webhook_deliveries_waiting
                on webhook_deliveries (webhook_id, created_at, subject_version, message_id)
                where state = 'pending';
            create index webhook_deliveries_subject
                on webhook_deliveries (webhook_id, subject_id, subject_version, message_id)
                where state = 'pending';
            ",
        )
        .await
    }
}
