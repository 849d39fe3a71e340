//! `import`.

use std::path::Path;
use std::process::ExitCode;

use super::Failure;
use crate::config::Settings;

pub(super) async fn run(
    _settings: &Settings,
    _file: &Path,
    _dry_run: bool,
    _publish: bool,
) -> Result<ExitCode, Failure> {
    Err("not wired yet".into())
}
