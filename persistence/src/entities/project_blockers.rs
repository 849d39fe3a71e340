//! What stands in projects' ways. Table `project_blockers`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_blockers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub owner_side: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub owner_role: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub interlocutor_kind: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub interlocutor_name: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_role: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_email: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_telephone: Option<String>,
    pub opened_at: DateTimeUtc,
    #[sea_orm(column_type = "Text", nullable)]
    pub internal_note: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub resolution: Option<String>,
    pub resolved_on: Option<Date>,
    #[sea_orm(column_type = "Text", nullable)]
    pub reopened_because: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
