//! Projects. Table `projects`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    pub organisation_id: Uuid,
    #[sea_orm(column_type = "Text", nullable)]
    pub reference: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub former_reference: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub folded_title: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub summary: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub theme: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub communes: Json,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    #[sea_orm(column_type = "JsonBinary")]
    pub audiences: Json,
    pub volunteers_sought: Option<i64>,
    #[sea_orm(column_type = "JsonBinary")]
    pub skills_sought: Json,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    #[sea_orm(column_type = "JsonBinary")]
    pub steps: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub expected_effects: Json,
    pub budget_cents: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_role: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_email: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_telephone: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub language: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub came_from_events: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub organised_events: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub axes: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub actions: Json,
    pub classified_by_petr: bool,
    #[sea_orm(column_type = "Text", nullable)]
    pub petr_note: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub petr_internal_note: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub petr_contact_role: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub petr_contact_email: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub petr_contact_telephone: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub visibility: String,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub internal_note: Option<String>,
    pub submitted_at: Option<DateTimeUtc>,
    pub decided_at: Option<DateTimeUtc>,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub queued_at: DateTimeUtc,
    pub is_public: bool,
    pub was_public: bool,
    pub deleted_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
