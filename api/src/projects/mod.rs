//! Projects over HTTP: partners and the staff write them, the PETR decides on them, everybody follows those
//! that were decided on. Uses `demo` for its examples.

mod batch;
mod by_reference;
mod csv;
mod funding;
mod input;
mod links;
mod read;
mod refusal;
mod timeline;
mod transitions;
mod who;
mod wire;
mod write;

pub(crate) use self::batch::OnConflict;
pub(crate) use self::funding::FundingTotals;
pub(crate) use self::read::find_in;
pub(crate) use self::who::view_of;
use crate::http::operation::Endpoint;

pub(crate) use refusal::refused;
pub(crate) use who::Who;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        read::endpoints(),
        csv::endpoints(),
        write::endpoints(),
        by_reference::endpoints(),
        batch::endpoints(),
        transitions::endpoints(),
        timeline::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
