//! The committed contract: written, or compared with the code.

use std::path::Path;
use std::process::ExitCode;

use super::{Failure, say};
use crate::contract;

pub(super) fn run(folder: &Path, check: bool) -> Result<ExitCode, Failure> {
    let mut differ = Vec::new();
    for (name, text) in contract::documents() {
        let path = folder.join(name);
        if check {
            let committed = std::fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            if committed != text {
                differ.push((
                    path.display().to_string(),
                    first_difference(&committed, &text),
                ));
            }
        } else {
            std::fs::create_dir_all(folder)?;
            std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
            say(&format!("{} written", path.display()));
        }
    }
    for (path, line) in &differ {
        say(&format!("{path} differs from the code, first at {line}"));
    }
    if differ.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    say("Run `cargo run -- openapi`, look at the difference, and commit it.");
    Ok(ExitCode::FAILURE)
}

fn first_difference(committed: &str, text: &str) -> String {
    let mut lines = committed.lines().zip(text.lines()).enumerate();
    let found = lines.find(|(_, (old, new))| old != new);
    match found {
        Some((index, (old, new))) => {
            format!(
                "line {}:\n  committed: {}\n  code:      {}",
                index + 1,
                old.trim(),
                new.trim()
            )
        }
        None => "its end".to_owned(),
    }
}
