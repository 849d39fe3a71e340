//! Files of projects. What they hold lies in a folder, under their ids.

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
            create table attachments (
                id uuid primary key,
                project_id uuid not null references projects (id),
                kind text not null,
                title text not null,
                alt text,
                file_name text not null,
                media_type text not null,
                bytes bigint not null,
                sha256 text not null,
                side text not null,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create index attachments_project on attachments (project_id, created_at, id);
            ",
        )
        .await
    }
}
