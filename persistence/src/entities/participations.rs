//! One dated fact each: who took part in what. Table `participations`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "participations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub person: Option<Uuid>,
    pub is_identified: bool,
    #[sea_orm(column_type = "Text", nullable)]
    pub role: Option<String>,
    pub count: i64,
    pub occurred_on: Date,
    pub event_id: Option<Uuid>,
    pub occurrence_id: Option<Uuid>,
    pub project_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub commune_code: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub audience: Option<String>,
    pub organisation_id: Option<Uuid>,
    pub recorded_at: DateTimeUtc,
    pub voided_at: Option<DateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
