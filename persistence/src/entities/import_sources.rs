//! Addresses that are polled. Table `import_sources`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_sources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub url: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub format: Option<String>,
    pub every_minutes: i32,
    pub publish: bool,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub next_poll_at: Option<DateTimeUtc>,
    pub last_polled_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_outcome: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub problem: Option<String>,
    pub failures: i32,
    pub last_import_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_tally: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub known_etag: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub known_last_modified: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub known_digest: Option<String>,
    pub claimed_by: Option<Uuid>,
    pub claimed_until: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
