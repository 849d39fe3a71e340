//! What every change writes beside its state: the audit entry, what others are told, and the answer
//! that is given again to the same idempotency key.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    // `changes` is text and not JSON: the chain's hash covers its very bytes.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            "
            create table audit_entries (
                id uuid primary key,
                at timestamptz not null,
                operation text not null,
                actor_kind text not null,
                actor_id uuid,
                subject_kind text not null,
                subject_id uuid,
                facts text not null,
                changes text,
                person_id uuid,
                sealed_changes bytea,
                request_id uuid not null,
                number bigint unique,
                hash bytea
            );
            create index audit_entries_subject on audit_entries (subject_id, at);
            create index audit_entries_actor on audit_entries (actor_id, at);
            create index audit_entries_operation on audit_entries (operation, at);
            create index audit_entries_at on audit_entries (at, id);
            create index audit_entries_unsealed on audit_entries (at, id) where number is null;
            create table outbox (
                id uuid primary key,
                kind text not null,
                subject_kind text not null,
                subject_id uuid not null,
                subject_version bigint not null,
                payload jsonb not null,
                created_at timestamptz not null
            );
            create index outbox_created on outbox (created_at);
            create index outbox_subject on outbox (subject_id, subject_version);
            create table idempotency_keys (
                actor text not null,
                idempotency_key text not null,
                fingerprint bytea not null,
                created_at timestamptz not null,
                status integer,
                location text,
                etag text,
                body bytea,
                person_id uuid,
                primary key (actor, idempotency_key)
            );
            create index idempotency_keys_created on idempotency_keys (created_at);
            ",
        )
        .await
    }
}
