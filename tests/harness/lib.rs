//! What the black-box tests stand on: a throw-away PostgreSQL cluster, a real browser, the real
//! binary in a process of its own. Nothing here imitates the service. Whatever is started ends with
//! the test process, also when that one is killed; what a machine lacks is skipped aloud, and is a
//! failure where `CI=true`.

pub mod app;
pub mod authority;
pub mod behind;
pub mod binary;
pub mod browser;
pub mod compatibility;
pub mod contract;
pub mod databases;
pub mod demonstration;
pub mod engines;
pub mod http;
mod lines;
pub mod outside;
pub mod pdf;
pub mod people;
pub mod post_office;
pub mod postgres;
pub mod process;
pub mod programs;
pub mod receiver;
mod watchdog;
pub mod wire;
