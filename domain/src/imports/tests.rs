//! What the rules of imports are tried with.

mod following;
mod plans;
mod reading;
