//! Series of dates, and which date has which place in one.

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
            create table series (
                id uuid primary key,
                event_id uuid not null references events (id),
                local_start timestamp not null,
                local_end timestamp not null,
                time_zone text not null,
                starts_at timestamptz not null,
                ends_at timestamptz not null,
                rule text not null,
                extra jsonb not null,
                excluded jsonb not null,
                capacity integer,
                version bigint not null,
                created_at timestamptz not null,
                updated_at timestamptz not null
            );
            create index series_event on series (event_id, updated_at);

            create table removed_series (
                id uuid primary key,
                event_id uuid not null references events (id),
                removed_at timestamptz not null
            );
            create index removed_series_event on removed_series (event_id, removed_at);

            alter table occurrences add column series_id uuid references series (id);
            alter table occurrences add column original_local_start timestamp;
            alter table occurrences add column detached boolean;
            create index occurrences_series on occurrences (series_id)
                where series_id is not null;
            ",
        )
        .await
    }
}
