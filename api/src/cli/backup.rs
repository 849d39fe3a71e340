//! `backup`: a copy of the database of one moment, while the service runs.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::ProgressBar;

use super::{Failure, print, say, unreadable};
use crate::config::Settings;

/// Ours to copy is a file; a server has tools of its own, which do more than we could.
const POSTGRES: &str = "this database is PostgreSQL's, whose own tools copy it while the service \
    runs:\n\n  \
    (umask 077 && pg_dump --format=custom --file=FILE DATABASE)\n\n\
    and into an empty database again:\n\n  \
    pg_restore --no-owner --exit-on-error --dbname=DATABASE FILE\n\n\
    The master key is no part of it. See “Backups” in docs/operations.md";

pub(super) async fn run(settings: &Settings, file: &Path) -> Result<ExitCode, Failure> {
    let Some(database) = settings.database_url.sqlite_path() else {
        return Err(POSTGRES.into());
    };
    std::fs::metadata(database).map_err(|error| unreadable(database, &error))?;
    // It draws itself on a terminal only.
    let spinner = ProgressBar::new_spinner().with_message("copying, and looking at the copy");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let copied = persistence::back_up(database, file).await;
    spinner.finish_and_clear();
    let copied = copied?;
    print(&format!(
        "file: {} ({} bytes)",
        file.display(),
        copied.bytes
    ));
    print(&format!("schema: {}", copied.schema));
    print(&format!("events: {}", copied.events));
    print(&format!("accounts: {}", copied.accounts));
    print(&format!("audit entries: {}", copied.audit_entries));
    if let Some((number, hash)) = copied.head {
        print(&format!("head of the chain: {number} {hash}"));
    }
    say(&format!(
        "The copy is whole. It opens with the master key alone, which is not in it: keep a copy of {} \
         in another place.",
        settings.master_key_file.display()
    ));
    Ok(ExitCode::SUCCESS)
}
