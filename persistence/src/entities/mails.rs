//! Mails that are to be sent. Table `mails`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mails")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    pub subject_id: Uuid,
    pub subject_version: i64,
    #[sea_orm(column_type = "Text")]
    pub recipient: String,
    pub user_id: Option<Uuid>,
    /// The pseudonym of the citizen who gets it.
    pub person: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub once: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub state: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub problem: Option<String>,
    pub attempts: i32,
    pub created_at: DateTimeUtc,
    pub next_attempt_at: Option<DateTimeUtc>,
    pub claimed_by: Option<Uuid>,
    /// Said before a mail that must not come twice is handed to a server, until it is known what came of it.
    pub handed_over_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
