//! Staff accounts, and whoever the token stands for. Uses `demo` for its examples.

mod me;
mod routes;

use crate::http::operation::Endpoint;

pub(crate) use routes::new_user;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [me::endpoints(), routes::endpoints()]
        .into_iter()
        .flatten()
        .collect()
}
