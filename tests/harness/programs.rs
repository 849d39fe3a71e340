//! Finds the programs of the machine that tests need, and says what is missing: on a developer's
//! machine a line on the error output, in continuous integration a failure.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Once;

/// Python 3. `None`, after a line on the error output, where it is not installed; a panic there when
/// `CI=true`.
pub fn python() -> Option<PathBuf> {
    static TOLD: Once = Once::new();
    let found = on_path(&["python3"]);
    if found.is_none() {
        TOLD.call_once(|| skipped("the guide's mirror", "python3 not found on PATH"));
    }
    found
}

/// A shell that has curl. `None`, after a line on the error output, where one of them is not installed; a
/// panic there when `CI=true`.
pub fn curl() -> Option<PathBuf> {
    static TOLD: Once = Once::new();
    let found = on_path(&["bash"]).filter(|_| on_path(&["curl"]).is_some());
    if found.is_none() {
        TOLD.call_once(|| skipped("the guide's commands", "bash or curl not found on PATH"));
    }
    found
}

/// The first of these names that is a file in a folder of the search path.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

/// The folder that holds `target/<profile>`'s programs: the one of the running test executable,
/// without `deps`.
pub(crate) fn profile_directory() -> PathBuf {
    let executable = std::env::current_exe().expect("a running test knows its own executable");
    let folder = executable.parent().expect("an executable lies in a folder");
    match folder.file_name() {
        Some(name) if name == "deps" => folder.parent().unwrap_or(folder).to_owned(),
        _ => folder.to_owned(),
    }
}

/// Cargo's output folder, `target` unless told otherwise.
pub(crate) fn target_directory() -> PathBuf {
    let profile = profile_directory();
    profile
        .parent()
        .map_or_else(|| profile.clone(), Path::to_owned)
}

/// Says that some tests are left out, or fails where leaving out is not allowed.
pub(crate) fn skipped(what: &str, why: &str) {
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!in_ci, "{what} may not be skipped when CI=true: {why}");
    // Not by `eprintln!`, which the runner shows for tests that fail and for no other.
    let said = writeln!(std::io::stderr(), "skipped: {what} ({why})");
    drop(said);
}
