//! Why somebody's data are kept and not used. Table `restrictions`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "restrictions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose, by their pseudonym.
    pub person: Uuid,
    #[sea_orm(column_type = "Text")]
    pub because: String,
    pub objection_id: Option<Uuid>,
    /// What was said of it, sealed under their key.
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub sealed_reason: Option<Vec<u8>>,
    pub begun_at: DateTimeUtc,
    pub told_on: Option<Date>,
    /// Why it was lifted, sealed under their key.
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub sealed_lifted_because: Option<Vec<u8>>,
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
