//! What shows who was at a date, over HTTP: scanned sheets and letters, for those who keep them and those who
//! audit. It names many, and stands in no other view. Uses `attachments` for what files hold and, for its examples,
//! `demo`.

mod read;
mod wire;
mod write;

use crate::http::operation::Endpoint;

/// What it is called in the audit trail.
const KIND: &str = "evidence";

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [read::endpoints(), write::endpoints()]
        .into_iter()
        .flatten()
        .collect()
}
