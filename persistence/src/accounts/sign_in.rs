//! Attempts to sign in, so that guessing is slow: kept by keyed hashes, never by what was typed.

use chrono::{DateTime, Utc};
use domain::rights::Retention;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait,
    QueryFilter,
};

use crate::entities::sign_in_attempts::{ActiveModel, Column, Entity};
use crate::store::{Snapshot, StoreError, Writing, bulk, dialect};

/// What is known of an account and an address that try together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignIn {
    /// Failures of this account from this address, lately.
    pub of_both: u64,
    /// Failures of this account from anywhere, lately.
    pub of_account: u64,
    /// Failures from this address for any account, lately.
    pub of_address: u64,
    /// Whether somebody signed in well from this address before.
    pub is_known: bool,
}

/// What happened since `since`; and counts this attempt as a failure until it has succeeded, so that
/// many guesses at once are not all let through before the first of them has failed.
///
/// # Errors
/// The database can't be reached.
pub async fn try_sign_in(
    writing: &mut Writing,
    account: [u8; 32],
    address: [u8; 32],
    since: DateTime<Utc>,
    is_refused: impl Fn(&SignIn) -> bool,
) -> Result<SignIn, StoreError> {
    // Both are counted; always in the same order, so that two who share one don't wait for each other.
    let mut names = [account, address];
    names.sort_unstable();
    for name in names {
        dialect::lock_name(writing.db(), name).await?;
    }
    let history = history(writing, account, address, since).await?;
    if !is_refused(&history) {
        note(writing, account, address, false).await?;
    }
    Ok(history)
}

async fn history(
    writing: &Writing,
    account: [u8; 32],
    address: [u8; 32],
    since: DateTime<Utc>,
) -> Result<SignIn, StoreError> {
    let failed = || {
        Entity::find()
            .filter(Column::Succeeded.eq(false))
            .filter(Column::At.gt(since))
    };
    let of = |column: Column, hash: [u8; 32]| column.eq(hash.to_vec());
    let (account_is, address_is) = (of(Column::Account, account), of(Column::Address, address));
    let both = failed()
        .filter(account_is.clone())
        .filter(address_is.clone());
    let known = Entity::find()
        .filter(Column::Succeeded.eq(true))
        .filter(address_is.clone());
    Ok(SignIn {
        of_both: both.count(writing.db()).await?,
        of_account: failed().filter(account_is).count(writing.db()).await?,
        of_address: failed().filter(address_is).count(writing.db()).await?,
        is_known: known.count(writing.db()).await? > 0,
    })
}

/// Notes that the attempt succeeded: it forgives what this account got wrong from this address.
///
/// # Errors
/// The database can't be reached.
pub async fn note_success(
    writing: &mut Writing,
    account: [u8; 32],
    address: [u8; 32],
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Account.eq(account.to_vec()))
        .filter(Column::Address.eq(address.to_vec()))
        .exec(writing.db())
        .await?;
    note(writing, account, address, true).await
}

async fn note(
    writing: &mut Writing,
    account: [u8; 32],
    address: [u8; 32],
    succeeded: bool,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(writing.new_id()),
        account: Set(account.to_vec()),
        address: Set(address.to_vec()),
        succeeded: Set(succeeded),
        at: Set(writing.now()),
    };
    row.insert(writing.db()).await?;
    Ok(())
}

/// Forgets attempts that count no more, those that failed or those that succeeded; says how many.
pub(crate) async fn forget_old_attempts(
    writing: &mut Writing,
    succeeded: bool,
) -> Result<u64, StoreError> {
    bulk::forget::<Entity>(writing.db(), old(succeeded, writing.now())).await
}

/// How many had their time by then.
pub(crate) async fn count_old_attempts(
    snapshot: &Snapshot,
    succeeded: bool,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let old = Entity::find().filter(old(succeeded, at));
    Ok(old.count(&snapshot.tx).await?)
}

fn old(succeeded: bool, at: DateTime<Utc>) -> Condition {
    let kept = match succeeded {
        true => Retention::SignIns,
        false => Retention::FailedSignIns,
    };
    Condition::all()
        .add(Column::Succeeded.eq(succeeded))
        .add(Column::At.lt(kept.before(at)))
}
