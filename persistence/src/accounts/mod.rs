//! Staff accounts, who is signed in, and the keys that tokens are signed with. Uses `audit` and `values`.

mod keys;
mod sessions;
mod sign_in;
mod users;

pub use keys::{StoredKey, add_signing_key, signing_keys};
pub use sessions::{
    Bearer, Refreshed, bearer, end_session, end_sessions_of, open_session, refresh, revoke_token,
    session_of_refresh,
};
pub(crate) use sessions::{forget_old_sessions, forget_old_tokens, is_revoked};
pub(crate) use sign_in::forget_old_attempts;
pub use sign_in::{SignIn, note_success, try_sign_in};
pub use users::{
    UserFilter, count_users, credentials, find, is_email_taken, list, load, other_active_directors,
    save, still_proves,
};
