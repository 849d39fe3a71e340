//! Accounts: saving, loading, finding.

use chrono::{DateTime, Utc};
use domain::accounts::{AccountFact, Role, User, UserContent, UserState};
use domain::kernel::{Change, EmailAddress, Id, Line, Vocabulary};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::audit;
use crate::entities::users::{ActiveModel, Column, Entity, Model};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, Store, StoreError, Touched, Writing};
use crate::values::word;

/// Which accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// In this state.
    pub state: Option<UserState>,
    /// In this role.
    pub role: Option<Role>,
    /// Changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
}

/// Saves a change of an account; a new one comes with the hash of its password.
///
/// # Errors
/// The database can't be reached; [`StoreError::Conflict`] when another account took the address
/// meanwhile, so that the write is tried again and finds it.
pub async fn save(
    writing: &mut Writing,
    change: &Change<User, AccountFact>,
    password_hash: Option<String>,
) -> Result<(), StoreError> {
    let user = change.after();
    let content = &user.content;
    let mut row = ActiveModel {
        id: Set(user.id.uuid()),
        email: Set(content.email.as_str().to_owned()),
        email_key: Set(content.email.key()),
        name: Set(content.name.to_string()),
        roles: Set(serde_json::to_value(&content.roles).expect("words serialise")),
        language: Set(content.language.word().to_owned()),
        state: Set(user.state.word().to_owned()),
        version: Set(user.version),
        created_at: Set(user.created_at),
        updated_at: Set(user.updated_at),
        ..Default::default()
    };
    if let Some(hash) = password_hash {
        row.password_hash = Set(hash);
    }
    let saved = match change.before() {
        None => Entity::insert(row)
            .exec_without_returning(writing.db())
            .await
            .map(drop),
        Some(_) => row.update(writing.db()).await.map(drop),
    };
    saved.map_err(|error| StoreError::from(error).unique_is_conflict())?;
    writing.touch(Touched::SignIns);
    audit::record(writing, change).await
}

/// Whether the account is active and that is still the hash of its password. It is locked, so that
/// both stay so until the write ends.
///
/// # Errors
/// The database can't be reached.
pub async fn still_proves(writing: &Writing, id: Id<User>, hash: &str) -> Result<bool, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    let holds = |row: &Model| row.state == UserState::Active.word() && row.password_hash == hash;
    Ok(row.as_ref().is_some_and(holds))
}

/// The account of that id, locked until its change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(writing: &Writing, id: Id<User>) -> Result<Option<User>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .lock_exclusive()
        .one(writing.db())
        .await?;
    row.map(user).transpose()
}

/// How many other accounts are active directors. They are locked, so that two directors who shut
/// each other out don't both succeed.
///
/// # Errors
/// The database can't be reached.
pub async fn other_active_directors(writing: &Writing, but: Id<User>) -> Result<u64, StoreError> {
    let active = Entity::find()
        .filter(Column::State.eq(UserState::Active.word()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(writing.db())
        .await?;
    let users = active
        .into_iter()
        .map(user)
        .collect::<Result<Vec<_>, _>>()?;
    let directs = |user: &&User| user.id != but && user.content.roles.contains(&Role::Director);
    Ok(users.iter().filter(directs).count() as u64)
}

/// The account of that id.
///
/// # Errors
/// The database can't be reached.
pub async fn find(snapshot: &Snapshot, id: Id<User>) -> Result<Option<User>, StoreError> {
    Entity::find_by_id(id.uuid())
        .one(&snapshot.tx)
        .await?
        .map(user)
        .transpose()
}

/// The account of an address, with the hash of its password.
///
/// # Errors
/// The database can't be reached.
pub async fn credentials(
    store: &Store,
    email: &EmailAddress,
) -> Result<Option<(User, String)>, StoreError> {
    let snapshot = store.read_current().await?;
    let row = Entity::find()
        .filter(Column::EmailKey.eq(email.key()))
        .one(&snapshot.tx)
        .await?;
    row.map(|row| {
        let hash = row.password_hash.clone();
        Ok((user(row)?, hash))
    })
    .transpose()
}

/// Whether another account has that address.
///
/// # Errors
/// The database can't be reached.
pub async fn is_email_taken(
    writing: &Writing,
    email: &EmailAddress,
    but: Option<Id<User>>,
) -> Result<bool, StoreError> {
    let other = but.map(|id| Column::Id.ne(id.uuid()));
    let holders = Entity::find()
        .filter(Column::EmailKey.eq(email.key()))
        .filter(Condition::all().add_option(other))
        .count(writing.db())
        .await?;
    Ok(holders > 0)
}

/// How many accounts there are.
///
/// # Errors
/// The database can't be reached.
pub async fn count_users(snapshot: &Snapshot) -> Result<u64, StoreError> {
    Ok(Entity::find().count(&snapshot.tx).await?)
}

/// A page of accounts by their last change, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    filter: &UserFilter,
    part: Part,
) -> Result<(Vec<User>, Option<u64>), StoreError> {
    let role = filter.role.map(|role| {
        // The roles are a short JSON list of words of one vocabulary: the quoted word is enough.
        Expr::col(Column::Roles)
            .cast_as("text")
            .like(format!("%\"{}\"%", role.word()))
    });
    let wanted = Condition::all()
        .add_option(filter.state.map(|state| Column::State.eq(state.word())))
        .add_option(
            filter
                .updated_since
                .map(|since| Column::UpdatedAt.gte(since)),
        )
        .add_option(role);
    let query = Entity::find().filter(wanted);
    let columns = (Column::UpdatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    Ok((rows.into_iter().map(user).collect::<Result<_, _>>()?, total))
}

pub(super) fn user(row: Model) -> Result<User, StoreError> {
    let roles = serde_json::from_value(row.roles);
    Ok(User {
        id: Id::from_uuid(row.id),
        content: UserContent {
            email: EmailAddress::stored(row.email),
            name: Line::stored(row.name),
            roles: roles.map_err(|e| StoreError::Unreadable(e.to_string()))?,
            language: word(&row.language)?,
        },
        state: word(&row.state)?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
