//! The service over HTTP, and everything that talks to the outside.
//!
//! Start reading at `cli` (what the binary does) and `server` (how it serves). All features rest on
//! `http`, `auth`, `config` and `app`; they come together in `contract`, `jobs`, `server` and `cli`.

mod app;
mod attachments;
mod audit;
mod auth;
mod calendar;
mod citizens;
pub mod cli;
mod clients;
pub mod config;
mod contract;
mod delivery;
mod demo;
mod events;
mod evidence;
mod follow_up;
mod frameworks;
mod http;
mod import_sources;
mod imports;
mod involvements;
mod jobs;
mod me;
mod ops;
mod organisations;
mod outgoing;
mod pages;
mod paper;
mod participations;
mod projects;
mod registrations;
mod rights;
pub mod server;
mod territory;
mod users;
mod webhooks;

pub use app::BeginError;
pub use attachments::lay_files_of_demonstration;
pub use contract::documents;
pub use demo::fill as fill_with_demonstration;
