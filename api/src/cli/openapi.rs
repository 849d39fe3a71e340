//! The committed contract: written, or compared with the code.

use std::path::Path;
use std::process::ExitCode;

use super::{Failure, say};
use crate::contract;

pub(super) fn write(folder: &Path) -> Result<ExitCode, Failure> {
    std::fs::create_dir_all(folder)?;
    for (name, text) in contract::documents() {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        say(&format!("{} written", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn check(folder: &Path) -> Result<ExitCode, Failure> {
    let mut is_same = true;
    for (name, text) in contract::documents() {
        let path = folder.join(name);
        let committed = std::fs::read_to_string(&path);
        let committed = committed.map_err(|error| format!("{}: {error}", path.display()))?;
        if committed != text {
            is_same = false;
            let line = first_difference(&committed, &text);
            say(&format!(
                "{} differs from the code, first at {line}",
                path.display()
            ));
        }
    }
    if is_same {
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
