//! A line of a funding plan says on which side it was written: what the PETR says of the money, a holder
//! doesn't change. What has a note of the staff was the staff's.

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
            alter table project_funding add column side text not null default 'holder';
            update project_funding set side = 'petr' where internal_note is not null;
            ",
        )
        .await
    }
}
