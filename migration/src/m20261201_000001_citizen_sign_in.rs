//! Citizens sign in by what is mailed to them, and say what they consent to. A session is of a member of the
//! staff or of a citizen; those that are open stay so.

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
        run(manager, SESSIONS).await?;
        run(manager, TABLES).await
    }
}

/// SQLite changes no column in place: the tables are made anew, and what they held is taken along.
const SESSIONS: &str = "
    create table sessions_of_all (
        id uuid primary key,
        user_id uuid references users (id),
        person uuid,
        client_id text not null,
        scope text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        check ((user_id is null) <> (person is null))
    );
    insert into sessions_of_all
        (id, user_id, client_id, scope, created_at, expires_at, revoked_at)
        select id, user_id, client_id, scope, created_at, expires_at, revoked_at from sessions;
    create table refresh_tokens_of_all (
        hash bytea primary key,
        session_id uuid not null references sessions_of_all (id) on delete cascade,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
    );
    insert into refresh_tokens_of_all (hash, session_id, created_at, expires_at, used_at)
        select hash, session_id, created_at, expires_at, used_at from refresh_tokens;
    drop table refresh_tokens;
    drop table sessions;
    alter table sessions_of_all rename to sessions;
    alter table refresh_tokens_of_all rename to refresh_tokens;
    create index sessions_user on sessions (user_id);
    create index sessions_person on sessions (person) where person is not null;
    create index sessions_expires on sessions (expires_at);
    create index refresh_tokens_session on refresh_tokens (session_id);
";

const TABLES: &str = "
    create table sign_in_challenges (
        id uuid primary key,
        address_key bytea not null,
        network_key bytea not null,
        sealed bytea,
        tries bigint not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
    );
    create index sign_in_challenges_address on sign_in_challenges (address_key, created_at);
    create index sign_in_challenges_network on sign_in_challenges (network_key, created_at);
    create index sign_in_challenges_created on sign_in_challenges (created_at);

    create table consents (
        id uuid primary key,
        person uuid not null,
        purpose text not null,
        is_given boolean not null,
        text_version text not null,
        channel text not null,
        sealed_by bytea,
        recorded_at timestamptz not null
    );
    create index consents_person on consents (person, purpose, recorded_at, id);
    create index consents_purpose on consents (purpose, is_given, person);
";
