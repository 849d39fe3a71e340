//! Addresses that are polled: exports of other calendars that are fetched by the clock, and what became
//! of it each time. How they are fetched is the outer layer's. Uses `kernel` and `imports`.

mod content;
mod decide;
mod polling;
#[cfg(test)]
mod tests;

pub use content::{Interval, SourceContent, source_url};
pub use decide::{
    AlreadySo, ImportSource, ImportSourceFact, SourceState, create, delete, edit, is_key, key,
    pause, resume,
};
pub use polling::{
    Brought, KnownVersion, PollOutcome, PollProblem, Polled, Polling, Settled, settle,
};
