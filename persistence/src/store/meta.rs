//! What the database says of itself: how it was begun, and by which master key.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, EntityTrait, Statement, TryInsertResult,
};

use super::{Engine, OpenError, Store, StoreError, Writing};
use crate::entities::meta;
use crate::vault::MasterKey;

const KEY_PROOF: &str = "master_key_proof";

/// Proves that the master key is the one the database was begun with; a new one is begun with it.
pub(super) async fn prove_master_key(
    db: &impl ConnectionTrait,
    master: &MasterKey,
) -> Result<(), OpenError> {
    let proof =
        BASE64_STANDARD.encode(master.wrap_bytes(KEY_PROOF.as_bytes(), KEY_PROOF.as_bytes()));
    put(db, KEY_PROOF, &proof).await?;
    let stored = get(db, KEY_PROOF).await?.unwrap_or_default();
    let wrapped = BASE64_STANDARD
        .decode(stored)
        .map_err(|_| OpenError::OtherMasterKey)?;
    master
        .unwrap_bytes(&wrapped, KEY_PROOF.as_bytes())
        .map(drop)
        .map_err(|_| OpenError::OtherMasterKey)
}

/// Whether the database was begun with a master key. An empty one has no table to look in.
pub(super) async fn has_master_key(
    engine: Engine,
    db: &DatabaseConnection,
) -> Result<bool, StoreError> {
    let has_table = match engine {
        Engine::Sqlite => "select 1 from sqlite_master where type = 'table' and name = 'meta'",
        Engine::Postgres => "select 1 where to_regclass('meta') is not null",
    };
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), has_table));
    Ok(row.await?.is_some() && get(db, KEY_PROOF).await?.is_some())
}

async fn get(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, StoreError> {
    Ok(meta::Entity::find_by_id(name.to_owned())
        .one(db)
        .await?
        .map(|row| row.value))
}

/// Keeps a value, unless one is there already; says whether it was kept.
async fn put(db: &impl ConnectionTrait, name: &str, value: &str) -> Result<bool, StoreError> {
    let row = meta::ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
    };
    let inserted = meta::Entity::insert(row)
        .on_conflict(
            OnConflict::column(meta::Column::Name)
                .do_nothing()
                .to_owned(),
        )
        .try_insert()
        .exec_without_returning(db)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

impl Store {
    /// A word that the database keeps about itself.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn meta(&self, name: &str) -> Result<Option<String>, StoreError> {
        get(&self.inner.readers, name).await
    }
}

impl Writing {
    /// Keeps a word about the database itself, unless there is one; says whether it was kept.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn put_meta(&mut self, name: &str, value: &str) -> Result<bool, StoreError> {
        put(self.db(), name, value).await
    }
}
