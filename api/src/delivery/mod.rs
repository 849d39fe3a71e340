//! The ways out of what happened: mail, and webhooks. Uses `outgoing`.

pub(crate) mod mail;
pub(crate) mod webhooks;
