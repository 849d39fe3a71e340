//! Whoever the token stands for, and what a citizen does with what is theirs. Uses `citizens`, `involvements`,
//! `pages`, `participations`, `registrations`, `rights` and, for its examples, `demo`.

mod consents;
mod door;
mod export;
mod involvements;
mod own;
mod registrations;
mod restrict;
mod sign_in;
mod space;
mod who;

use crate::http::operation::Endpoint;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        who::endpoints(),
        own::endpoints(),
        consents::endpoints(),
        registrations::endpoints(),
        restrict::endpoints(),
        involvements::endpoints(),
        export::endpoints(),
        sign_in::endpoints(),
        door::endpoints(),
        space::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
