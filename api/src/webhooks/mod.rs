//! Webhooks over HTTP: whoever is told what happens says where and of what, and reads how that went. The
//! staff sees all of them, a partner its own. Uses `delivery`, `outgoing` and, for its examples, `demo`.

mod again;
mod deliveries;
mod owner;
mod read;
mod transitions;
mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        read::endpoints(),
        write::endpoints(),
        transitions::endpoints(),
        again::endpoints(),
        deliveries::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
