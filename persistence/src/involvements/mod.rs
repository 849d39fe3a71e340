//! Who follows, supports, helps and carries projects: saved with the facts that follow, found, and told how a project
//! goes. Uses `audit`, `citizens`, `mail`, `participations` and `values`.

mod check;
mod query;
mod rows;
mod save;
mod tell;

pub(crate) use check::faults;
pub use query::{Involved, InvolvementFilter, all, find, list, told_of};
pub(crate) use save::forget_of;
pub use save::{load, open_of, save, told_in};
pub(crate) use tell::announce;
pub use tell::{any_to_tell, tell_some};
