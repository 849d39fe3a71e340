//! Who is signed in: a session is a family of refresh tokens, each used once. It is of a member of the staff, or
//! of a citizen.

use chrono::{DateTime, Utc};
use domain::accounts::{User, UserState};
use domain::citizens::{Citizen, Pseudonym};
use domain::kernel::Id;
use domain::rights::Retention;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    PaginatorTrait, QueryFilter, QuerySelect, TryInsertResult,
};
use uuid::Uuid;

use super::users::user;
use crate::citizens;
use crate::entities::{refresh_tokens, revoked_tokens, sessions, users};
use crate::store::{Snapshot, Store, StoreError, Touched, Writing, bulk};

/// For whom a session is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A member of the staff.
    Staff(Id<User>),
    /// A citizen.
    Citizen(Id<Pseudonym>),
}

/// Whose a session is, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// A member of the staff.
    Staff(Box<User>),
    /// A citizen.
    Citizen {
        /// What they and the staff call them by.
        id: Id<Citizen>,
        /// What everything else does.
        pseudonym: Id<Pseudonym>,
    },
}

/// Whoever a token stands for, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// Who they are.
    pub whose: Whose,
    /// When the session ends.
    pub expires_at: DateTime<Utc>,
}

/// Whoever is behind a token, unless its session, the token or the account ended.
///
/// # Errors
/// The database can't be reached.
pub async fn bearer(
    store: &Store,
    session: Uuid,
    jti: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Bearer>, StoreError> {
    let snapshot = store.read_current().await?;
    let Some(session) = sessions::Entity::find_by_id(session)
        .one(&snapshot.tx)
        .await?
    else {
        return Ok(None);
    };
    if session.revoked_at.is_some() || session.expires_at <= now {
        return Ok(None);
    }
    if is_revoked(&snapshot, jti).await? {
        return Ok(None);
    }
    let whose = whose(&snapshot.tx, &session).await?;
    Ok(whose.map(|whose| Bearer {
        whose,
        expires_at: session.expires_at,
    }))
}

/// Whose a session is, as long as they may sign in.
async fn whose(
    db: &impl ConnectionTrait,
    session: &sessions::Model,
) -> Result<Option<Whose>, StoreError> {
    match (session.user_id, session.person) {
        (Some(id), _) => {
            let row = users::Entity::find_by_id(id).one(db).await?;
            let user = row.map(user).transpose()?;
            let active = user.filter(|user| user.state == UserState::Active);
            Ok(active.map(|user| Whose::Staff(Box::new(user))))
        }
        (None, Some(person)) => {
            // Whoever turned out to be somebody else has signed in as that one.
            let identity = citizens::identities_of(db, &[person])
                .await?
                .remove(&person);
            let pseudonym = identity.map_or(Id::from_uuid(person), |identity| identity.kept);
            let id = citizens::id_of(db, pseudonym).await?;
            Ok(id.map(|id| Whose::Citizen { id, pseudonym }))
        }
        (None, None) => Ok(None),
    }
}

/// Whether a token was ended before its time.
pub(crate) async fn is_revoked(snapshot: &Snapshot, jti: Uuid) -> Result<bool, StoreError> {
    let row = revoked_tokens::Entity::find_by_id(jti)
        .one(&snapshot.tx)
        .await?;
    Ok(row.is_some())
}

/// Opens a session with its first refresh token; gives its id.
///
/// # Errors
/// The database can't be reached.
pub async fn open_session(
    writing: &mut Writing,
    holder: Holder,
    (client_id, scope): (&str, &str),
    refresh_hash: [u8; 32],
    expires_at: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    let id = writing.new_id();
    let (user_id, person) = match holder {
        Holder::Staff(user) => (Some(user.uuid()), None),
        Holder::Citizen(pseudonym) => (None, Some(pseudonym.uuid())),
    };
    let row = sessions::ActiveModel {
        id: Set(id),
        user_id: Set(user_id),
        person: Set(person),
        client_id: Set(client_id.to_owned()),
        scope: Set(scope.to_owned()),
        created_at: Set(writing.now()),
        expires_at: Set(expires_at),
        revoked_at: Set(None),
    };
    row.insert(writing.db()).await?;
    add_refresh(writing, id, refresh_hash, expires_at).await?;
    Ok(id)
}

async fn add_refresh(
    writing: &Writing,
    session_id: Uuid,
    hash: [u8; 32],
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = refresh_tokens::ActiveModel {
        hash: Set(hash.to_vec()),
        session_id: Set(session_id),
        created_at: Set(writing.now()),
        expires_at: Set(expires_at),
        used_at: Set(None),
    };
    row.insert(writing.db()).await?;
    Ok(())
}

/// What came of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The session goes on, for them and the scope that it began with.
    Session {
        /// Which session.
        id: Uuid,
        /// Whose.
        whose: Whose,
        /// What it may be used for, separated by spaces.
        scope: String,
        /// When it ends, however often it is refreshed.
        expires_at: DateTime<Utc>,
    },
    /// It is unknown, too old, or its session or account ended.
    Refused,
    /// It was used before: whoever uses it again may have stolen it, so the whole family ended.
    Reused {
        /// Which session it was.
        session: Uuid,
    },
}

/// Exchanges a refresh token for the next one of its family.
///
/// # Errors
/// The database can't be reached.
pub async fn refresh(
    writing: &mut Writing,
    hash: [u8; 32],
    next_hash: [u8; 32],
) -> Result<Refreshed, StoreError> {
    let now = writing.now();
    let token = refresh_tokens::Entity::find_by_id(hash.to_vec()).lock_exclusive();
    let Some(token) = token.one(writing.db()).await? else {
        return Ok(Refreshed::Refused);
    };
    let session = sessions::Entity::find_by_id(token.session_id)
        .one(writing.db())
        .await?;
    let Some(session) = session else {
        return Ok(Refreshed::Refused);
    };
    if token.used_at.is_some() {
        end_session(writing, session.id).await?;
        return Ok(Refreshed::Reused {
            session: session.id,
        });
    }
    if token.expires_at <= now || session.expires_at <= now || session.revoked_at.is_some() {
        return Ok(Refreshed::Refused);
    }
    let Some(whose) = whose(writing.db(), &session).await? else {
        return Ok(Refreshed::Refused);
    };
    let used = refresh_tokens::ActiveModel {
        hash: Set(token.hash),
        used_at: Set(Some(now)),
        ..Default::default()
    };
    used.update(writing.db()).await?;
    add_refresh(writing, session.id, next_hash, session.expires_at).await?;
    Ok(Refreshed::Session {
        id: session.id,
        whose,
        scope: session.scope,
        expires_at: session.expires_at,
    })
}

/// The session that a refresh token belongs to.
///
/// # Errors
/// The database can't be reached.
pub async fn session_of_refresh(
    writing: &Writing,
    hash: [u8; 32],
) -> Result<Option<Uuid>, StoreError> {
    let token = refresh_tokens::Entity::find_by_id(hash.to_vec())
        .one(writing.db())
        .await?;
    Ok(token.map(|token| token.session_id))
}

/// Ends a session: none of its tokens counts any more. Says whether it had not ended before.
///
/// # Errors
/// The database can't be reached.
pub async fn end_session(writing: &mut Writing, session: Uuid) -> Result<bool, StoreError> {
    writing.touch(Touched::SignIns);
    let ended = sessions::Entity::update_many()
        .col_expr(
            sessions::Column::RevokedAt,
            sea_orm::sea_query::Expr::value(writing.now()),
        )
        .filter(sessions::Column::Id.eq(session))
        .filter(sessions::Column::RevokedAt.is_null())
        .exec(writing.db())
        .await?;
    Ok(ended.rows_affected > 0)
}

/// Ends all sessions of an account, but one that goes on.
///
/// # Errors
/// The database can't be reached.
pub async fn end_sessions_of(
    writing: &mut Writing,
    user: Id<User>,
    but: Option<Uuid>,
) -> Result<(), StoreError> {
    writing.touch(Touched::SignIns);
    let others = but.map(|session| sessions::Column::Id.ne(session));
    sessions::Entity::update_many()
        .filter(Condition::all().add_option(others))
        .col_expr(
            sessions::Column::RevokedAt,
            sea_orm::sea_query::Expr::value(writing.now()),
        )
        .filter(sessions::Column::UserId.eq(user.uuid()))
        .filter(sessions::Column::RevokedAt.is_null())
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Forgets the sessions of somebody who is erased: no token of theirs counts any more.
///
/// # Errors
/// The database can't be reached.
pub(crate) async fn forget_sessions_of(
    writing: &mut Writing,
    person: Uuid,
) -> Result<(), StoreError> {
    writing.touch(Touched::SignIns);
    sessions::Entity::delete_many()
        .filter(sessions::Column::Person.eq(person))
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Ends one access token before its time. Says whether it had not ended before.
///
/// # Errors
/// The database can't be reached.
pub async fn revoke_token(
    writing: &mut Writing,
    jti: Uuid,
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    writing.touch(Touched::SignIns);
    let row = revoked_tokens::ActiveModel {
        jti: Set(jti),
        expires_at: Set(expires_at),
    };
    let conflict = sea_orm::sea_query::OnConflict::column(revoked_tokens::Column::Jti);
    let inserted = revoked_tokens::Entity::insert(row)
        .on_conflict(conflict.clone().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(writing.db())
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Forgets sessions that ended a day ago: access tokens live for minutes, so that none of theirs is
/// left. Says how many.
pub(crate) async fn forget_old_sessions(writing: &mut Writing) -> Result<u64, StoreError> {
    bulk::forget::<sessions::Entity>(writing.db(), over(writing.now())).await
}

/// How many had their time by then.
pub(crate) async fn count_old_sessions(
    snapshot: &Snapshot,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let old = sessions::Entity::find().filter(over(at));
    Ok(old.count(&snapshot.tx).await?)
}

fn over(at: DateTime<Utc>) -> Condition {
    let ended = Retention::Sessions.before(at);
    Condition::any()
        .add(sessions::Column::ExpiresAt.lt(ended))
        .add(sessions::Column::RevokedAt.lt(ended))
}

/// Forgets the revocation of tokens that have expired since. Says how many.
pub(crate) async fn forget_old_tokens(writing: &mut Writing) -> Result<u64, StoreError> {
    let over = Condition::all().add(revoked_tokens::Column::ExpiresAt.lt(writing.now()));
    bulk::forget::<revoked_tokens::Entity>(writing.db(), over).await
}
