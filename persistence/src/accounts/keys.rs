//! The keys that access tokens are signed with: kept wrapped, two valid at a time.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter,
    QueryOrder,
};

use crate::entities::signing_keys::{ActiveModel, Column, Entity};
use crate::store::{Store, StoreError, Writing};

/// A signing key that still counts.
pub struct StoredKey {
    /// Its name in tokens.
    pub kid: String,
    /// The secret half.
    pub secret: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When tokens signed with it stop counting; absent for the newest.
    pub retires_at: Option<DateTime<Utc>>,
}

/// The keys whose tokens count at `now`, the newest first.
///
/// # Errors
/// The database can't be reached, or a key can't be unwrapped.
pub async fn signing_keys(store: &Store, now: DateTime<Utc>) -> Result<Vec<StoredKey>, StoreError> {
    let snapshot = store.read_current().await?;
    let counts = Condition::any()
        .add(Column::RetiresAt.is_null())
        .add(Column::RetiresAt.gt(now));
    let rows = Entity::find()
        .filter(counts)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Kid)
        .all(&snapshot.tx)
        .await?;
    let master = store.master_key();
    rows.into_iter()
        .map(|row| {
            let secret = master.unwrap_bytes(&row.wrapped, row.kid.as_bytes());
            Ok(StoredKey {
                secret: secret.map_err(|e| StoreError::Unreadable(e.to_string()))?,
                kid: row.kid,
                created_at: row.created_at,
                retires_at: row.retires_at,
            })
        })
        .collect()
}

/// Adds a key; those before it retire at `others_until`.
///
/// # Errors
/// The database can't be reached.
pub async fn add_signing_key(
    writing: &mut Writing,
    kid: &str,
    secret: &[u8],
    others_until: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(
            Column::RetiresAt,
            sea_orm::sea_query::Expr::value(others_until),
        )
        .filter(Column::RetiresAt.is_null())
        .exec(writing.db())
        .await?;
    Entity::delete_many()
        .filter(Column::RetiresAt.lt(writing.now()))
        .exec(writing.db())
        .await?;
    let row = ActiveModel {
        kid: Set(kid.to_owned()),
        wrapped: Set(writing.master().wrap_bytes(secret, kid.as_bytes())),
        created_at: Set(writing.now()),
        retires_at: Set(None),
    };
    row.insert(writing.db()).await?;
    Ok(())
}
