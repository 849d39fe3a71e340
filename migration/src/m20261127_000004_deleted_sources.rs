//! What deleted sources called their events, so that others may take those over; and on a source, what
//! became of the records of its last import. A source of which some were refused is read again, since
//! they may be taken now.

use sea_orm_migration::prelude::*;

use crate::dialect::{is_sqlite, run};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let id = if is_sqlite(manager) {
            "lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || \
             substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21))"
        } else {
            "id::text"
        };
        let statements = format!(
            "create table deleted_import_sources (key text primary key);
             insert into deleted_import_sources (key)
                 select distinct origin_source from events
                 where origin_source like 'import-source:%' and origin_source not in
                     (select 'import-source:' || {id} from import_sources);
             alter table import_sources add column last_tally text;
             update import_sources set last_tally = (
                 select '{{\"records\":' || i.records || ',\"timings\":' || i.timings
                     || ',\"created\":' || i.created || ',\"updated\":' || i.updated
                     || ',\"unchanged\":' || i.unchanged || ',\"refused\":' || i.refused || '}}'
                 from imports i where i.id = import_sources.last_import_id);
             update import_sources
                 set known_etag = null, known_last_modified = null, known_digest = null
                 where last_import_id in (select id from imports where refused > 0);"
        );
        run(manager, &statements).await
    }
}
