//! The ways out of what happened: mail.

pub(crate) mod mail;
