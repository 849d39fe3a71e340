//! How projects are followed: what is told of them, asked and answered, what stands in their way, and what
//! money is found. Uses `kernel`, `organisations` and `projects`.

pub mod blockers;
pub mod funding;
pub mod questions;
mod refusal;
#[cfg(test)]
mod tests;
pub mod updates;
mod whose;

pub use refusal::FollowUpRefusal;
pub use whose::Whose;
