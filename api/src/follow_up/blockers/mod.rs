//! Blockers: noted, read, resolved, reopened.

mod read;
mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let both = [read::endpoints(), write::endpoints()];
    both.into_iter().flatten().collect()
}
