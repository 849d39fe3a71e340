//! What people consented to, and took back. Table `consents`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose, by their pseudonym.
    pub person: Uuid,
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    pub is_given: bool,
    #[sea_orm(column_type = "Text")]
    pub text_version: String,
    #[sea_orm(column_type = "Text")]
    pub channel: String,
    /// Who consented for them, sealed under their key.
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub sealed_by: Option<Vec<u8>>,
    pub recorded_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
