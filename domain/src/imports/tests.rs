//! What the rules of imports are tried with.

mod plans;
mod reading;
