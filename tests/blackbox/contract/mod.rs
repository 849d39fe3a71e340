//! The contract: it is the code's, it keeps its promises, it is complete, and its examples are true.

mod drift;
mod examples;
mod lint;
mod reads;
