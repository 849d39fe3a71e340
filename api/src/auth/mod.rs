//! Who is asking, and what they may do.

mod attempt;
mod bearer;
mod form;
mod jwt;
mod known;
mod oauth;
mod opaque;
mod password;
mod tokens;

pub(crate) use attempt::{attempt, network_key};
pub(crate) use bearer::caller;
pub(crate) use known::Known;
pub(crate) use oauth::{endpoints, shown_to_be};
pub(crate) use opaque::CLIENT_SECRET;
pub(crate) use password::{Passwords, check_strength, generate};
pub(crate) use tokens::{Tokens, rotate, rotate_when_due};
