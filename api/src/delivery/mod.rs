//! The outbox's ways out. Uses `outgoing`.

pub(crate) mod webhooks;
