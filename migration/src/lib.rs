//! The schema's history, one file a step. A step that was released is never edited: another follows.
//!
//! The statements are written in PostgreSQL's types; [`dialect`] turns them into SQLite's.

use sea_orm_migration::prelude::*;

mod dialect;
mod m20261124_000001_accounts;
mod m20261124_000002_audit;
mod m20261124_000003_events;
mod m20261124_000004_imports;
mod m20261125_000002_series;
mod m20261125_000003_organisers;
mod m20261125_000005_import_sources;
mod m20261127_000001_called_off;
mod m20261127_000002_long_dates;
mod m20261127_000003_organisations;
mod m20261127_000004_deleted_sources;
mod m20261127_000005_clients;
mod m20261127_000006_proposals;
mod m20261127_000007_webhooks;
mod m20261127_000009_mails;
mod m20261127_000010_projects;
mod m20261127_000011_attachments;
mod m20261127_000011_follow_up;
mod m20261128_000001_organisation_pages;
mod m20261128_000002_funding_sides;
mod m20261128_000003_long_dates_index;
mod m20261129_000001_citizens;
mod m20261201_000001_citizen_sign_in;
mod m20261201_000002_attendance;
mod m20261201_000003_merges;
mod m20261201_000004_rights;
mod m20261202_000001_involvements;
mod m20261202_000002_restriction;
mod m20261202_000003_mail_handover;

/// Brings a database to the schema of this version.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_accounts::Step),
            Box::new(m20261124_000002_audit::Step),
            Box::new(m20261124_000003_events::Step),
            Box::new(m20261124_000004_imports::Step),
            Box::new(m20261125_000002_series::Step),
            Box::new(m20261125_000005_import_sources::Step),
            Box::new(m20261125_000003_organisers::Step),
            Box::new(m20261127_000001_called_off::Step),
            Box::new(m20261127_000002_long_dates::Step),
            Box::new(m20261127_000003_organisations::Step),
            Box::new(m20261127_000004_deleted_sources::Step),
            Box::new(m20261127_000005_clients::Step),
            Box::new(m20261127_000006_proposals::Step),
            Box::new(m20261127_000009_mails::Step),
            Box::new(m20261127_000010_projects::Step),
            Box::new(m20261127_000007_webhooks::Step),
            Box::new(m20261127_000011_attachments::Step),
            Box::new(m20261127_000011_follow_up::Step),
            Box::new(m20261128_000001_organisation_pages::Step),
            Box::new(m20261128_000002_funding_sides::Step),
            Box::new(m20261128_000003_long_dates_index::Step),
            Box::new(m20261129_000001_citizens::Step),
            Box::new(m20261201_000001_citizen_sign_in::Step),
            Box::new(m20261201_000002_attendance::Step),
            Box::new(m20261201_000003_merges::Step),
            Box::new(m20261201_000004_rights::Step),
            Box::new(m20261202_000001_involvements::Step),
            Box::new(m20261202_000002_restriction::Step),
            Box::new(m20261202_000003_mail_handover::Step),
        ]
    }
}

pub use sea_orm_migration::MigratorTrait;
