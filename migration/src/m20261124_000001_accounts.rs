//! Staff accounts, what they sign in with, and the keys that guard what is personal.

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
            create table meta (
                name text primary key,
                value text not null
            );
            create table users (
                id uuid primary key,
                email text not null,
                email_key text not null unique,
                name text not null,
                roles jsonb not null,
                state text not null,
                password_hash text not null,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create index users_updated on users (updated_at, id);
            create table person_keys (
                person_id uuid primary key,
                wrapped bytea not null,
                created_at timestamptz not null
            );
            create table sessions (
                id uuid primary key,
                user_id uuid not null references users (id),
                client_id text not null,
                scope text not null,
                created_at timestamptz not null,
                expires_at timestamptz not null,
                revoked_at timestamptz
            );
            create index sessions_user on sessions (user_id);
            create index sessions_expires on sessions (expires_at);
            create table refresh_tokens (
                hash bytea primary key,
                session_id uuid not null references sessions (id) on delete cascade,
                created_at timestamptz not null,
                expires_at timestamptz not null,
                used_at timestamptz
            );
            create index refresh_tokens_session on refresh_tokens (session_id);
            create table revoked_tokens (
                jti uuid primary key,
                expires_at timestamptz not null
            );
            create table signing_keys (
                kid text primary key,
                wrapped bytea not null,
                created_at timestamptz not null,
                retires_at timestamptz
            );
            create table sign_in_attempts (
                id uuid primary key,
                account bytea not null,
                address bytea not null,
                succeeded boolean not null,
                at timestamptz not null
            );
            create index sign_in_attempts_account on sign_in_attempts (account, at);
            create index sign_in_attempts_address on sign_in_attempts (address, at);
            ",
        )
        .await
    }
}
