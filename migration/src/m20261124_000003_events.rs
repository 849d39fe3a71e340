//! Events, their occurrences, the words they are found by, and the full-text index.

use sea_orm_migration::prelude::*;

use crate::dialect::{is_sqlite, run};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        let index = if is_sqlite(manager) {
            SQLITE_INDEX
        } else {
            POSTGRES_INDEX
        };
        manager
            .get_connection()
            .execute_unprepared(index)
            .await
            .map(drop)
    }
}

const TABLES: &str = "
    create table events (
        id uuid primary key,
        slug text not null unique,
        title text not null,
        summary text,
        description text,
        kind text not null,
        audiences jsonb not null,
        tags jsonb not null,
        accessibility jsonb not null,
        languages jsonb not null,
        place_name text,
        place_address text,
        commune_code text,
        latitude float8,
        longitude float8,
        online_url text,
        price_note text,
        organiser_name text,
        contact_role text,
        contact_email text,
        contact_telephone text,
        image_url text,
        image_alternative_text text,
        image_credit text,
        visibility text not null,
        state text not null,
        reason text,
        note text,
        internal_note text,
        origin_source text,
        origin_uid text,
        origin_digest text,
        sequence integer not null,
        published_at timestamptz,
        was_public boolean not null,
        withdrawn_at timestamptz,
        deleted_at timestamptz,
        first_starts_at timestamptz not null,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        unique (origin_source, origin_uid)
    );
    create index events_updated on events (updated_at, id);
    create index events_first_start on events (first_starts_at, id);
    create index events_commune on events (commune_code);

    create table event_slugs (
        slug text primary key,
        event_id uuid not null references events (id)
    );
    create index event_slugs_event on event_slugs (event_id);

    create table event_terms (
        event_id uuid not null references events (id),
        field text not null,
        term text not null,
        primary key (field, term, event_id)
    );
    create index event_terms_event on event_terms (event_id);

    create table occurrences (
        id uuid primary key,
        event_id uuid not null references events (id),
        uid text not null unique,
        local_start timestamp not null,
        local_end timestamp not null,
        time_zone text not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        previous_local_start timestamp,
        previous_local_end timestamp,
        previous_time_zone text,
        previous_starts_at timestamptz,
        previous_ends_at timestamptz,
        capacity integer,
        state text not null,
        reason text,
        note text,
        internal_note text,
        sequence integer not null,
        version bigint not null,
        updated_at timestamptz not null
    );
    create index occurrences_event on occurrences (event_id, starts_at);
    create index occurrences_start on occurrences (starts_at, id, ends_at);
    create index occurrences_end on occurrences (ends_at, starts_at);

    create table removed_occurrences (
        id uuid primary key,
        event_id uuid not null references events (id),
        removed_at timestamptz not null
    );
    create index removed_occurrences_at on removed_occurrences (removed_at, id);
    create index removed_occurrences_event on removed_occurrences (event_id);
";

/// The stems are made by the service itself, so that both databases find the same.
const SQLITE_INDEX: &str = "
    create table event_texts (
        number integer primary key,
        event_id blob not null unique references events (id),
        stems text not null
    );
    create virtual table event_index using fts5 (
        stems, content = 'event_texts', content_rowid = 'number', tokenize = 'unicode61'
    );
    insert into event_index (event_index, rank) values ('secure-delete', 1);
    create trigger event_texts_added after insert on event_texts begin
        insert into event_index (rowid, stems) values (new.number, new.stems);
    end;
    create trigger event_texts_removed after delete on event_texts begin
        insert into event_index (event_index, rowid, stems)
            values ('delete', old.number, old.stems);
    end;
    create trigger event_texts_changed after update on event_texts begin
        insert into event_index (event_index, rowid, stems)
            values ('delete', old.number, old.stems);
        insert into event_index (rowid, stems) values (new.number, new.stems);
    end;
";

const POSTGRES_INDEX: &str = "
    create table event_texts (
        number bigint generated always as identity primary key,
        event_id uuid not null unique references events (id),
        stems text not null,
        words tsvector generated always as (to_tsvector('simple', stems)) stored
    );
    create index event_texts_words on event_texts using gin (words);
";
