//! The tables as sea-orm sees them: one file a table, no rule in any.
#![allow(
    unreachable_pub,
    reason = "sea-orm's derives ask for `pub`; the module itself is not"
)]
#![allow(
    missing_docs,
    reason = "a column is documented where its feature gives it a meaning"
)]

pub(crate) mod attachments;
pub(crate) mod audit_entries;
pub(crate) mod citizens;
pub(crate) mod clients;
pub(crate) mod consents;
pub(crate) mod deleted_import_sources;
pub(crate) mod distinctions;
pub(crate) mod erasures;
pub(crate) mod event_slugs;
pub(crate) mod event_terms;
pub(crate) mod event_texts;
pub(crate) mod events;
pub(crate) mod evidence;
pub(crate) mod frameworks;
pub(crate) mod headcounts;
pub(crate) mod idempotency_keys;
pub(crate) mod identities;
pub(crate) mod import_records;
pub(crate) mod import_sources;
pub(crate) mod imports;
pub(crate) mod involvement_participations;
pub(crate) mod involvements;
pub(crate) mod mails;
pub(crate) mod merges;
pub(crate) mod meta;
pub(crate) mod objections;
pub(crate) mod occurrences;
pub(crate) mod organisation_slugs;
pub(crate) mod organisations;
pub(crate) mod outbox;
pub(crate) mod participations;
pub(crate) mod person_keys;
pub(crate) mod project_blockers;
pub(crate) mod project_funding;
pub(crate) mod project_parts;
pub(crate) mod project_questions;
pub(crate) mod project_slugs;
pub(crate) mod project_terms;
pub(crate) mod project_texts;
pub(crate) mod project_timeline;
pub(crate) mod project_updates;
pub(crate) mod projects;
pub(crate) mod refresh_tokens;
pub(crate) mod registration_participations;
pub(crate) mod registration_settings;
pub(crate) mod registrations;
pub(crate) mod removed_occurrences;
pub(crate) mod removed_series;
pub(crate) mod restrictions;
pub(crate) mod retention_runs;
pub(crate) mod revoked_tokens;
pub(crate) mod series;
pub(crate) mod sessions;
pub(crate) mod sign_in_attempts;
pub(crate) mod sign_in_challenges;
pub(crate) mod signing_keys;
pub(crate) mod update_tellings;
pub(crate) mod users;
pub(crate) mod webhook_deliveries;
pub(crate) mod webhooks;
