//! Who follows, supports, helps and carries projects, by pseudonyms; which facts follow from that; and how far those
//! who want to hear it have been told of an update.

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
            create table involvements (
                id uuid primary key,
                project_id uuid not null references projects (id),
                person uuid not null,
                role text not null,
                state text not null,
                is_told boolean not null,
                since date,
                mistake text,
                ended_at timestamptz,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create unique index involvements_open on involvements (person, project_id, role)
                where state in ('offered', 'active');
            create index involvements_person on involvements (person);
            create index involvements_project on involvements (project_id, created_at, id);
            create index involvements_told on involvements (project_id, person)
                where state = 'active' and is_told;

            alter table participations add column project_id uuid;
            create table involvement_participations (
                participation_id uuid primary key references participations (id),
                involvement_id uuid not null references involvements (id)
            );
            create index involvement_participations_involvement
                on involvement_participations (involvement_id);

            create table update_tellings (
                update_id uuid primary key references project_updates (id),
                project_id uuid not null,
                told_up_to uuid,
                created_at timestamptz not null
            );
            create index update_tellings_created on update_tellings (created_at, update_id);
            ",
        )
        .await
    }
}
