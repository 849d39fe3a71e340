//! Who comes to which date. Table `registrations`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub occurrence_id: Uuid,
    pub event_id: Uuid,
    pub person: Option<Uuid>,
    pub party_size: i64,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    pub is_confirmed: bool,
    pub expires_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub because: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub channel: String,
    #[sea_orm(column_type = "Text")]
    pub role: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub previous_state: Option<String>,
    pub present: Option<i64>,
    pub checked_in_at: Option<DateTimeUtc>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub address_key: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub sealed_details: Option<Vec<u8>>,
    pub tries: i64,
    /// When they were reminded that it is the next day.
    pub reminded_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
