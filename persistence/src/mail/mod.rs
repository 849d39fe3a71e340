//! Mails that are to be sent: posted by the write that causes them, claimed and settled by whoever sends
//! them. Uses `values`.

mod claim;
mod post;
mod query;
mod rows;

pub(crate) use claim::count_old;
pub use claim::{Claimed, claim_due, forget_old, hand_over, known_among, release_all, settle};
pub use post::remind_of_overdue;
pub(crate) use post::{
    About, move_to_citizen, post, tell_citizens, to_citizen, to_typed_address, told_already,
};
pub use query::{Backlog, any_due, backlog};
