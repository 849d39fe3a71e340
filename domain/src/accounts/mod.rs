//! Who may sign in, and what they may then do: the staff by its roles; citizens by what is mailed to them.
//! Uses `kernel` only.

mod challenge;
mod decide;
mod role;

pub use challenge::{AskedLately, Challenge, ChallengeRefusal, Claimed, Shown};
pub use decide::{
    AccountFact, AccountRefusal, Password, User, UserContent, UserState, change_password, create,
    disable, edit, enable,
};
pub use role::{CITIZEN_SCOPES, PARTNER_SCOPES, Role, Scope, scopes_of};
