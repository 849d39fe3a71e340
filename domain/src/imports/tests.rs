//! What the rules of imports are tried with.

mod adoption;
mod following;
mod plans;
mod reading;
