//! Frameworks; projects, the words they are found by, their full-text index and their timeline.

use sea_orm_migration::prelude::*;

use crate::dialect::{is_sqlite, run};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        let own = if is_sqlite(manager) { SQLITE } else { POSTGRES };
        let db = manager.get_connection();
        db.execute_unprepared(own).await.map(drop)
    }
}

const TABLES: &str = "
    create table frameworks (
        id uuid primary key,
        code text not null unique,
        name text not null,
        description text,
        starts_on date,
        ends_on date,
        axes jsonb not null,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create index frameworks_updated on frameworks (updated_at, id);

    create table projects (
        id uuid primary key,
        slug text not null unique,
        organisation_id uuid not null references organisations (id),
        reference text,
        former_reference text,
        title text not null,
        folded_title text not null,
        summary text,
        description text,
        theme text,
        communes jsonb not null,
        latitude float8,
        longitude float8,
        audiences jsonb not null,
        volunteers_sought bigint,
        skills_sought jsonb not null,
        starts_on date,
        ends_on date,
        steps jsonb not null,
        expected_effects jsonb not null,
        budget_cents bigint,
        contact_role text,
        contact_email text,
        contact_telephone text,
        language text not null,
        came_from_events jsonb not null,
        organised_events jsonb not null,
        axes jsonb not null,
        actions jsonb not null,
        classified_by_petr boolean not null,
        petr_note text,
        petr_internal_note text,
        petr_contact_role text,
        petr_contact_email text,
        petr_contact_telephone text,
        visibility text not null,
        state text not null,
        reason text,
        note text,
        internal_note text,
        submitted_at timestamptz,
        decided_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        queued_at timestamptz not null,
        is_public boolean not null,
        was_public boolean not null,
        deleted_at timestamptz,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create unique index projects_reference on projects (organisation_id, reference)
        where deleted_at is null;
    create index projects_updated on projects (updated_at, id);
    create index projects_queued on projects (state, queued_at, id);
    create index projects_title on projects (folded_title, id);

    create table project_slugs (
        slug text primary key,
        project_id uuid not null references projects (id)
    );
    create index project_slugs_project on project_slugs (project_id);

    create table project_terms (
        project_id uuid not null references projects (id),
        field text not null,
        term text not null,
        primary key (field, term, project_id)
    );
    create index project_terms_project on project_terms (project_id);

    create table project_parts (
        project_id uuid not null references projects (id),
        part_id uuid not null,
        primary key (part_id, project_id)
    );
    create index project_parts_project on project_parts (project_id);

    create table project_timeline (
        id uuid primary key,
        project_id uuid not null references projects (id),
        at timestamptz not null,
        kind text not null,
        from_state text,
        to_state text,
        reason text,
        note text,
        internal_note text,
        side text not null,
        is_public boolean not null
    );
    create index project_timeline_project on project_timeline (project_id, at, id);
";

const SQLITE: &str = "
    create table project_texts (
        number integer primary key,
        project_id blob not null unique references projects (id),
        stems text not null
    );
    create virtual table project_index using fts5 (
        stems, content = 'project_texts', content_rowid = 'number', tokenize = 'unicode61'
    );
    insert into project_index (project_index, rank) values ('secure-delete', 1);
    create trigger project_texts_added after insert on project_texts begin
        insert into project_index (rowid, stems) values (new.number, new.stems);
    end;
    create trigger project_texts_removed after delete on project_texts begin
        insert into project_index (project_index, rowid, stems)
            values ('delete', old.number, old.stems);
    end;
    create trigger project_texts_changed after update on project_texts begin
        insert into project_index (project_index, rowid, stems)
            values ('delete', old.number, old.stems);
        insert into project_index (rowid, stems) values (new.number, new.stems);
    end;
";

/// Titles are ordered by their bytes, as SQLite orders them.
const POSTGRES: &str = "
    create table project_texts (
        number bigint generated always as identity primary key,
        project_id uuid not null unique references projects (id),
        stems text not null,
        words tsvector generated always as (to_tsvector('simple', stems)) stored
    );
    create index project_texts_words on project_texts using gin (words);
    alter table projects alter column folded_title type text collate \"C\";
";
