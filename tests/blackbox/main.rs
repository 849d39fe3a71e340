//! Black-box tests: one file a feature, each test on a fresh database of each engine.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod access;
mod accounts;
mod attachments;
mod audit;
mod browser;
mod calendar;
mod citizens;
mod clients;
mod contract;
mod conventions;
mod documents;
mod events;
mod evidence;
mod follow_up;
mod frameworks;
mod guide;
mod house;
mod import_sources;
mod imports;
mod involvements;
mod mail;
mod me;
mod migrations;
mod organisations;
mod overlay;
mod participations;
mod process;
mod projects;
mod registrations;
mod restriction;
mod retention;
mod rights;
mod sign_in;
mod storage;
mod territory;
mod upkeep;
mod webhooks;
