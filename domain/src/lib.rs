//! The rules of the service, as types that cannot hold a wrong value and as functions that decide.
//!
//! Nothing here knows HTTP, SQL, the clock or chance: moments and ids are handed in, so that every
//! rule can be tried at any date, by the thousand.

pub mod accounts;
pub mod attachments;
pub mod citizens;
pub mod clients;
pub mod consents;
pub mod events;
pub mod evidence;
pub mod follow_up;
pub mod frameworks;
pub mod import_sources;
pub mod imports;
pub mod involvements;
pub mod kernel;
pub mod mail;
pub mod organisations;
pub mod participations;
pub mod projects;
pub mod registrations;
pub mod rights;
pub mod territory;
pub mod webhooks;
