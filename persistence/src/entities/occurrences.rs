//! The dates of events. Table `occurrences`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "occurrences")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub event_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub uid: String,
    pub local_start: DateTime,
    pub local_end: DateTime,
    #[sea_orm(column_type = "Text")]
    pub time_zone: String,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    /// The end of a date that lasts long, so that few are looked through for those under way.
    pub long_ends_at: Option<DateTimeUtc>,
    pub previous_local_start: Option<DateTime>,
    pub previous_local_end: Option<DateTime>,
    #[sea_orm(column_type = "Text", nullable)]
    pub previous_time_zone: Option<String>,
    pub previous_starts_at: Option<DateTimeUtc>,
    pub previous_ends_at: Option<DateTimeUtc>,
    pub capacity: Option<i32>,
    pub series_id: Option<Uuid>,
    pub original_local_start: Option<DateTime>,
    pub detached: Option<bool>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Whether the source of an imported event called it off, and not the staff.
    pub called_off_by_source: bool,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub internal_note: Option<String>,
    pub sequence: i32,
    pub version: i64,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::events::Entity",
        from = "Column::EventId",
        to = "super::events::Column::Id"
    )]
    Event,
}

impl ActiveModelBehavior for ActiveModel {}
