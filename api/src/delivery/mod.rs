//! The ways out of what happened: mail, and webhooks. Uses `outgoing`, `pages` and `registrations`.

pub(crate) mod mail;
pub(crate) mod webhooks;
