//! The follow-up of projects: updates, questions, blockers and funding, saved and found.
//! Uses `audit`, `involvements`, `projects` and `values`.

pub mod blockers;
mod check;
pub mod funding;
mod place;
pub mod questions;
mod recorded;
pub mod updates;

pub(crate) use check::faults;
