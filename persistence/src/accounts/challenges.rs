//! Mails by which citizens sign in, kept with what was typed sealed, and the address as a keyed hash.

use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::{AskedLately, Challenge, Claimed};
use domain::kernel::{EmailAddress, Id};
use domain::mail::MailKind;
use domain::rights::Retention;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::entities::sign_in_challenges::{ActiveModel, Column, Entity, Model};
use crate::mail;
use crate::store::{Snapshot, StoreError, Writing, bulk, dialect};
use crate::vault::MasterKey;

/// What was asked for in the hour before, for the address and from the network. Others who ask for the same
/// address wait meanwhile.
///
/// # Errors
/// The database can't be reached.
pub async fn asked_lately(
    writing: &Writing,
    email: &EmailAddress,
    network_key: [u8; 32],
) -> Result<AskedLately, StoreError> {
    let address_key = key_of(writing.master(), email);
    let mut names = [address_key, network_key];
    names.sort_unstable();
    for name in names {
        dialect::lock_name(writing.db(), name).await?;
    }
    let lately = Column::CreatedAt.gt(writing.now() - TimeDelta::hours(1));
    let count = |one| {
        let query = Entity::find().filter(lately.clone()).filter(one);
        async move { query.count(writing.db()).await }
    };
    Ok(AskedLately {
        of_address: count(Column::AddressKey.eq(address_key.to_vec())).await?,
        of_network: count(Column::NetworkKey.eq(network_key.to_vec())).await?,
    })
}

/// Keeps a new one, and posts its mail.
///
/// # Errors
/// The database can't be reached.
pub async fn keep_challenge(
    writing: &mut Writing,
    challenge: &Challenge,
    claimed: &Claimed,
    network_key: [u8; 32],
) -> Result<(), StoreError> {
    let id = challenge.id.uuid();
    let text = serde_json::to_vec(claimed);
    let text = text.map_err(|error| StoreError::Unreadable(error.to_string()))?;
    let row = ActiveModel {
        id: Set(id),
        address_key: Set(key_of(writing.master(), &claimed.email).to_vec()),
        network_key: Set(network_key.to_vec()),
        sealed: Set(Some(writing.master().wrap_bytes(&text, id.as_bytes()))),
        tries: Set(0),
        created_at: Set(challenge.created_at),
        expires_at: Set(challenge.expires_at),
        used_at: Set(None),
    };
    row.insert(writing.db()).await?;
    mail::to_typed_address(writing, MailKind::CitizenSignIn, id);
    Ok(())
}

/// The one of that id, locked, with what was typed; none once it is over.
///
/// # Errors
/// The database can't be reached.
pub async fn load_challenge(
    writing: &Writing,
    id: Id<Challenge>,
) -> Result<Option<(Challenge, Claimed)>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    opened(writing.master(), row)
}

/// The same, to be looked at.
///
/// # Errors
/// The database can't be reached.
pub async fn find_challenge(
    snapshot: &Snapshot,
    id: Id<Challenge>,
) -> Result<Option<(Challenge, Claimed)>, StoreError> {
    let row = Entity::find_by_id(id.uuid()).one(&snapshot.tx).await?;
    opened(snapshot.master(), row)
}

/// Keeps that one was tried, or used: then what was typed goes.
///
/// # Errors
/// The database can't be reached.
pub async fn save_challenge(writing: &Writing, challenge: &Challenge) -> Result<(), StoreError> {
    let mut row = ActiveModel {
        id: Set(challenge.id.uuid()),
        tries: Set(i64::try_from(challenge.tries).unwrap_or(i64::MAX)),
        used_at: Set(challenge.used_at),
        ..Default::default()
    };
    if challenge.used_at.is_some() {
        row.sealed = Set(None);
    }
    row.update(writing.db()).await?;
    Ok(())
}

/// Forgets all that was mailed to an address to sign in; gives what the mails were about.
pub(crate) async fn forget_challenges_of(
    writing: &Writing,
    email: &EmailAddress,
) -> Result<Vec<Uuid>, StoreError> {
    let own = Column::AddressKey.eq(key_of(writing.master(), email).to_vec());
    let ids = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(own.clone())
        .into_tuple()
        .all(writing.db())
        .await?;
    Entity::delete_many().filter(own).exec(writing.db()).await?;
    Ok(ids)
}

/// Forgets what was typed for those that are over, and those of long ago. Says how many.
pub(crate) async fn forget_old_challenges(writing: &mut Writing) -> Result<u64, StoreError> {
    let now = writing.now();
    Entity::update_many()
        .col_expr(Column::Sealed, Expr::value(None::<Vec<u8>>))
        .filter(Column::Sealed.is_not_null())
        .filter(Column::ExpiresAt.lt(now))
        .exec(writing.db())
        .await?;
    bulk::forget::<Entity>(writing.db(), old(now)).await
}

/// How many had their time by then.
pub(crate) async fn count_old_challenges(
    snapshot: &Snapshot,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    Ok(Entity::find().filter(old(at)).count(&snapshot.tx).await?)
}

fn old(at: DateTime<Utc>) -> Condition {
    Condition::all().add(Column::CreatedAt.lt(Retention::SignInLinks.before(at)))
}

fn opened(
    master: &MasterKey,
    row: Option<Model>,
) -> Result<Option<(Challenge, Claimed)>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let Some(sealed) = &row.sealed else {
        return Ok(None);
    };
    let unreadable = |error: String| StoreError::Unreadable(error);
    let text = master
        .unwrap_bytes(sealed, row.id.as_bytes())
        .map_err(|error| unreadable(error.to_string()))?;
    let claimed = serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    Ok(Some((challenge(&row), claimed)))
}

fn challenge(row: &Model) -> Challenge {
    Challenge {
        id: Id::from_uuid(row.id),
        tries: u64::try_from(row.tries).unwrap_or(u64::MAX),
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
    }
}

/// By what an address is recognised, and not read back.
fn key_of(master: &MasterKey, email: &EmailAddress) -> [u8; 32] {
    master.derive(&format!("sign-in address {}", email.key()))
}
