//! Events. Table `events`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub summary: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub audiences: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub tags: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub accessibility: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub languages: Json,
    #[sea_orm(column_type = "Text", nullable)]
    pub place_name: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub place_address: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub commune_code: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub online_url: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub price_note: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub organiser_name: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_role: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_email: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_telephone: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub image_url: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub image_alternative_text: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub image_credit: Option<String>,
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
    #[sea_orm(column_type = "Text", nullable)]
    pub origin_source: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub origin_uid: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub origin_digest: Option<String>,
    pub proposed_by: Option<Uuid>,
    pub sequence: i32,
    pub published_at: Option<DateTimeUtc>,
    pub was_public: bool,
    pub withdrawn_at: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
    pub first_starts_at: DateTimeUtc,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
