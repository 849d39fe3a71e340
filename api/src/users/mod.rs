//! Staff accounts. Uses `demo` for its examples.

mod routes;

use crate::http::operation::Endpoint;

pub(crate) use routes::new_user;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    routes::endpoints()
}
