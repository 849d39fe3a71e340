//! What may be done with an account: made, changed, disabled, enabled again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Role;
use crate::kernel::{Change, EmailAddress, Fact, Id, Ids, Line, MailLanguage, Vocabulary};

/// A member of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Their id.
    pub id: Id<User>,
    /// Who they are and what they may do.
    pub content: UserContent,
    /// Whether they may sign in.
    pub state: UserState,
    /// Changes with every write.
    pub version: i64,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What can be edited of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserContent {
    /// What they sign in with; one account an address.
    pub email: EmailAddress,
    /// What they are called.
    pub name: Line<200>,
    /// At least one, each once, in the vocabulary's order.
    pub roles: Vec<Role>,
    /// In which language they are written to.
    pub language: MailLanguage,
}

impl UserContent {
    /// Roles come in the vocabulary's order, each once; they are written to in French.
    #[must_use]
    pub fn new(email: EmailAddress, name: Line<200>, roles: &[Role]) -> Self {
        let listed = Role::WORDS.iter().map(|(role, _)| *role);
        Self {
            email,
            name,
            roles: listed.filter(|role| roles.contains(role)).collect(),
            language: MailLanguage::default(),
        }
    }
}

/// Whether an account may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// May sign in.
    Active,
    /// Is out, with all tokens.
    Disabled,
}

impl Vocabulary for UserState {
    const NAME: &'static str = "UserState";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Active, "active"), (Self::Disabled, "disabled")];
}

/// What becomes of the password when an account is edited. Its hash is the outer layers' matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Password {
    /// The same goes on.
    Kept,
    /// Another one comes along.
    New,
}

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountFact {
    /// It was made.
    Created,
    /// Its name, address or roles changed.
    Edited,
    /// It got another password.
    PasswordChanged,
    /// It can't sign in any more.
    Disabled,
    /// It can sign in again.
    Enabled,
}

impl Fact for AccountFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Created => "user.created",
            Self::Edited => "user.updated",
            Self::PasswordChanged => "user.password_changed",
            Self::Disabled => "user.disabled",
            Self::Enabled => "user.enabled",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}

/// Why an account is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// Nobody disables themselves.
    #[error("nobody disables their own account")]
    OwnAccount,
    /// Somebody must be able to make accounts.
    #[error("the last active director stays")]
    LastDirector,
    /// The state already is what is asked for.
    #[error("the account is already in that state")]
    AlreadySo,
}

/// Makes an account.
pub fn create(
    content: UserContent,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Change<User, AccountFact> {
    let user = User {
        id: Id::new(ids),
        content,
        state: UserState::Active,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Change::new(None, user, AccountFact::Created)
}

/// Changes an account; `None` when nothing would change. `other_directors` counts the other active
/// accounts that are directors.
///
/// # Errors
/// The last active director can't lose the role.
pub fn edit(
    user: User,
    content: UserContent,
    password: Password,
    other_directors: u64,
    now: DateTime<Utc>,
) -> Result<Option<Change<User, AccountFact>>, AccountRefusal> {
    let edited = content != user.content;
    if !edited && password == Password::Kept {
        return Ok(None);
    }
    let loses = is_active_director(&user) && !content.roles.contains(&Role::Director);
    if loses && other_directors == 0 {
        return Err(AccountRefusal::LastDirector);
    }
    let after = User {
        content,
        ..next(&user, now)
    };
    Ok(Some(match (edited, password) {
        (true, Password::New) => {
            Change::new(Some(user), after, AccountFact::Edited).and(AccountFact::PasswordChanged)
        }
        (true, Password::Kept) => Change::new(Some(user), after, AccountFact::Edited),
        (false, _) => Change::new(Some(user), after, AccountFact::PasswordChanged),
    }))
}

/// Gives an account another password and changes nothing else, which nobody is refused.
pub fn change_password(user: User, now: DateTime<Utc>) -> Change<User, AccountFact> {
    let after = next(&user, now);
    Change::new(Some(user), after, AccountFact::PasswordChanged)
}

/// Shuts an account out.
///
/// # Errors
/// One's own, the last active director's, or one that is disabled already.
pub fn disable(
    user: User,
    by: Option<Id<User>>,
    other_directors: u64,
    now: DateTime<Utc>,
) -> Result<Change<User, AccountFact>, AccountRefusal> {
    if by == Some(user.id) {
        return Err(AccountRefusal::OwnAccount);
    }
    if user.state == UserState::Disabled {
        return Err(AccountRefusal::AlreadySo);
    }
    if is_active_director(&user) && other_directors == 0 {
        return Err(AccountRefusal::LastDirector);
    }
    let after = User {
        state: UserState::Disabled,
        ..next(&user, now)
    };
    Ok(Change::new(Some(user), after, AccountFact::Disabled))
}

/// Lets a disabled account in again.
///
/// # Errors
/// It is not disabled.
pub fn enable(user: User, now: DateTime<Utc>) -> Result<Change<User, AccountFact>, AccountRefusal> {
    if user.state == UserState::Active {
        return Err(AccountRefusal::AlreadySo);
    }
    let after = User {
        state: UserState::Active,
        ..next(&user, now)
    };
    Ok(Change::new(Some(user), after, AccountFact::Enabled))
}

fn is_active_director(user: &User) -> bool {
    user.state == UserState::Active && user.content.roles.contains(&Role::Director)
}

fn next(user: &User, now: DateTime<Utc>) -> User {
    User {
        version: user.version + 1,
        updated_at: now.max(user.updated_at),
        ..user.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::Counter;

    fn user(roles: &[Role]) -> User {
        let email = EmailAddress::parse("zoe@petr.example").unwrap();
        let content = UserContent::new(email, Line::parse("Zoé").unwrap(), roles);
        create(content, &mut Counter(0), DateTime::UNIX_EPOCH).into_after()
    }

    #[test]
    fn nobody_disables_themselves_nor_the_last_director() {
        let director = user(&[Role::Director]);
        let now = DateTime::UNIX_EPOCH;
        let own = disable(director.clone(), Some(director.id), 3, now);
        assert_eq!(own, Err(AccountRefusal::OwnAccount));
        assert_eq!(
            disable(director.clone(), None, 0, now),
            Err(AccountRefusal::LastDirector)
        );
        let out = disable(director, None, 1, now).unwrap().into_after();
        assert_eq!((out.state, out.version), (UserState::Disabled, 2));
        assert_eq!(disable(out, None, 1, now), Err(AccountRefusal::AlreadySo));
    }

    #[test]
    fn the_last_director_keeps_the_role() {
        let director = user(&[Role::Director]);
        let content = UserContent {
            roles: vec![Role::Officer],
            ..director.content.clone()
        };
        let now = DateTime::UNIX_EPOCH;
        let refused = edit(director.clone(), content.clone(), Password::Kept, 0, now);
        assert_eq!(refused, Err(AccountRefusal::LastDirector));
        assert!(
            edit(director.clone(), content, Password::Kept, 1, now)
                .unwrap()
                .is_some()
        );
        assert_eq!(
            edit(director.clone(), director.content, Password::Kept, 0, now),
            Ok(None)
        );
    }

    #[test]
    fn a_new_password_is_a_change_by_itself() {
        let (user, now) = (user(&[Role::Director]), DateTime::UNIX_EPOCH);
        let own = change_password(user.clone(), now);
        assert_eq!(own.facts(), [AccountFact::PasswordChanged]);
        assert_eq!(
            (&own.after().content, own.after().version),
            (&user.content, 2)
        );
        let given = edit(user.clone(), user.content, Password::New, 0, now);
        assert_eq!(given, Ok(Some(own)));
    }

    #[test]
    fn roles_are_kept_once_in_the_order_of_the_vocabulary() {
        let roles = user(&[Role::Funder, Role::Director, Role::Funder])
            .content
            .roles;
        assert_eq!(roles, [Role::Director, Role::Funder]);
    }
}
