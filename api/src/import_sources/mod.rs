//! Addresses that are polled for imports: kept by the staff, fetched by the clock through the guarded
//! client, and brought in as a file would be. Uses `imports`, `outgoing` and, for
//! its examples, `demo`.

mod poll;
mod routes;
mod wire;
mod words;

pub(crate) use poll::{poll_when_due, release_claims};
pub(crate) use routes::endpoints;
