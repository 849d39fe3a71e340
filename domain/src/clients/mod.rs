//! Credentials with which a partner's software signs in. Uses `accounts` for scopes, and `organisations`.

mod decide;

pub use decide::{
    Client, ClientContent, ClientFact, ClientRefusal, ClientState, LONGEST_OVERLAP, Secret, follow,
    issue, may_act, may_sign_in, revoke, rotate,
};
