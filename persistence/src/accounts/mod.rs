//! Staff accounts, who is signed in, how citizens come in, and the keys that tokens are signed with. Uses `audit`,
//! `citizens`, `mail` and `values`.

mod challenges;
mod keys;
mod sessions;
mod sign_in;
mod users;

pub use challenges::{
    asked_lately, find_challenge, keep_challenge, load_challenge, save_challenge,
};
pub(crate) use challenges::{count_old_challenges, forget_challenges_of, forget_old_challenges};
pub use keys::{StoredKey, add_signing_key, signing_keys};
pub use sessions::{
    Bearer, Holder, Refreshed, Whose, bearer, end_session, end_sessions_of, open_session, refresh,
    revoke_token, session_of_refresh,
};
pub(crate) use sessions::{
    count_old_sessions, forget_old_sessions, forget_old_tokens, forget_sessions_of, is_revoked,
};
pub use sign_in::{SignIn, note_success, try_sign_in};
pub(crate) use sign_in::{count_old_attempts, forget_old_attempts};
pub use users::{
    UserFilter, count_users, credentials, find, is_email_taken, list, load, other_active_directors,
    save, still_proves,
};
