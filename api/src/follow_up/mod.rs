//! The follow-up of projects over HTTP: updates, questions and answers, blockers, the funding plan.
//! Uses `demo` for its examples, and `projects`.

mod blockers;
mod funding;
mod questions;
mod refusal;
mod updates;
mod who;

use crate::http::operation::Endpoint;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        updates::endpoints(),
        questions::endpoints(),
        blockers::endpoints(),
        funding::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
