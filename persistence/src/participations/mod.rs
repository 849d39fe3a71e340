//! Participations and headcounts, saved and counted. They come with what causes them, in the same write.
//! Uses `audit`, `citizens` and `values`.

mod headcounts;
mod query;
mod rows;
mod save;

pub use headcounts::{find_headcount, list_headcounts, load_headcount, save_headcount};
pub use query::{ParticipationFilter, each, list};
pub(crate) use save::{follow, follow_involvement};
