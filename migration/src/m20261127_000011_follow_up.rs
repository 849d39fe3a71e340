//! The follow-up of projects: updates, questions, blockers, funding; and what an entry of a timeline is about.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }
}

const TABLES: &str = "
    alter table project_timeline add column subject_id uuid;
    create index project_timeline_subject on project_timeline (subject_id);

    create table project_updates (
        id uuid primary key,
        project_id uuid not null references projects (id),
        title text,
        content text not null,
        progress bigint,
        side text not null,
        deleted_at timestamptz,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create index project_updates_created on project_updates (project_id, created_at, id);
    create index project_updates_updated on project_updates (project_id, updated_at, id);

    create table project_questions (
        id uuid primary key,
        project_id uuid not null references projects (id),
        content text not null,
        visibility text not null,
        side text not null,
        answers jsonb not null,
        answered_at timestamptz,
        was_public boolean not null,
        deleted_at timestamptz,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create index project_questions_created on project_questions (project_id, created_at, id);
    create index project_questions_updated on project_questions (project_id, updated_at, id);

    create table project_blockers (
        id uuid primary key,
        project_id uuid not null references projects (id),
        title text not null,
        description text,
        owner_side text not null,
        owner_role text,
        interlocutor_kind text,
        interlocutor_name text,
        contact_role text,
        contact_email text,
        contact_telephone text,
        opened_at timestamptz not null,
        internal_note text,
        state text not null,
        resolution text,
        resolved_on date,
        reopened_because text,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create index project_blockers_project on project_blockers (project_id, updated_at, id);
    create index project_blockers_updated on project_blockers (updated_at, id);
    create index project_blockers_opened on project_blockers (opened_at, id);

    create table project_funding (
        id uuid primary key,
        project_id uuid not null references projects (id),
        source text not null,
        scheme text,
        sought_cents bigint not null,
        granted_cents bigint not null,
        state text not null,
        decided_on date,
        note text,
        internal_note text,
        deleted_at timestamptz,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create index project_funding_created on project_funding (project_id, created_at, id);
    create index project_funding_updated on project_funding (project_id, updated_at, id);
";
