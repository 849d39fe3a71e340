//! Black-box tests: one file a feature, each test on a fresh database of each engine.

mod events;
mod sign_in;
