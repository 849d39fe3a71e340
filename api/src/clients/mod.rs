//! Credentials of partners' software over HTTP: the director issues, rotates and revokes them.
//! Uses `demo` for its examples.

mod read;
mod refusal;
mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    let mut all = read::endpoints();
    all.extend(write::endpoints());
    all
}
