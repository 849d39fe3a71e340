//! Partner structures over HTTP: everybody reads those that are active, the staff makes and changes them.
//! Uses `events`, `pages` and, for its examples, `demo`.

mod owned;
mod page;
mod read;
mod refusal;
mod transitions;
mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        read::endpoints(),
        page::endpoints(),
        write::endpoints(),
        transitions::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
