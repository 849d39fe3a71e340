//! Who took part in what, over HTTP: facts without names, figures, headcounts. Uses `demo` for its
//! examples.

mod figures;
mod headcounts;
mod read;
mod wire;

use crate::http::operation::Endpoint;

pub(crate) use wire::Participation;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        read::endpoints(),
        figures::endpoints(),
        headcounts::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
