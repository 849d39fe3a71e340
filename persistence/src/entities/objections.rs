//! Who objects to what, and what they were answered. Table `objections`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "objections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose, by their pseudonym.
    pub person: Uuid,
    #[sea_orm(column_type = "Text")]
    pub processing: String,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// Why, sealed under their key.
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub sealed_grounds: Option<Vec<u8>>,
    /// What they were answered, sealed under their key.
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub sealed_answer: Option<Vec<u8>>,
    pub due_at: DateTimeUtc,
    pub answered_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
