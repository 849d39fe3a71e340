//! The ways out of what happened: mail, and webhooks. Uses `calendar`, `outgoing`, `pages`
//! and `registrations`.

pub(crate) mod mail;
pub(crate) mod webhooks;
