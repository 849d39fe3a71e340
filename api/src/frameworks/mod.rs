//! Frameworks over HTTP: everybody reads them, the staff makes and changes them. Uses `demo` for its
//! examples.

mod read;
mod refusal;
mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [read::endpoints(), write::endpoints()]
        .into_iter()
        .flatten()
        .collect()
}
