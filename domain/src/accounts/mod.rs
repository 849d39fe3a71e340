//! Staff accounts: who may sign in, in which roles, and what a role may do.
//! Uses `kernel` only.

mod decide;
mod role;

pub use decide::{
    AccountFact, AccountRefusal, Password, User, UserContent, UserState, change_password, create,
    disable, edit, enable,
};
pub use role::{PARTNER_SCOPES, Role, Scope, scopes_of};
