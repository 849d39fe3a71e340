//! Imports: what an export of somebody else's calendar becomes here, and what is said of each of
//! its records. Uses `kernel`, `territory` and `events`.

mod adoption;
mod content;
mod dates;
mod import;
mod plan;
mod remark;
mod settlement;
#[cfg(test)]
mod tests;
mod timetable;

pub use adoption::is_meant;
pub use content::{line, prose, tags, with_source};
pub use import::{
    Import, ImportEnded, ImportFact, ImportFormat, ImportProblem, ImportState, Outcome,
    Publication, Run, Tally, by_hand, finish, start,
};
pub use plan::{ImportedDate, ImportedEvent, Plan, Says, plan};
pub use remark::{ImportFault, ImportWarning, WarningCode};
pub use settlement::{City, Found, find_commune};
pub use timetable::{Timetable, read_timetable};
