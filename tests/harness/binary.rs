//! The service's real binary, built from the same sources as the tests that run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::programs::{profile_directory, target_directory};

/// The path of `concertation`, brought up to date once per test process. Cargo does not tell a test
/// where the binary of another package lies, nor builds it for it.
pub fn binary() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build).clone()
}

fn build() -> PathBuf {
    let folder = profile_directory();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests' package lies in the workspace");
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(workspace)
        .args(BUILD)
        .arg("--target-dir")
        .arg(target_directory());
    // What cargo told this test about its own package: with it, build scripts that look there would
    // run again, and half of the dependencies be compiled again, here and at the next `cargo test`.
    for (name, _) in std::env::vars_os() {
        let ours = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_")
        });
        if ours {
            command.env_remove(name);
        }
    }
    match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => {}
        Some(profile) => {
            command.args(["--profile", profile]);
        }
    }
    let output = command
        .output()
        .expect("cargo, which built this test, is still there");
    assert!(
        output.status.success(),
        "the binary does not build:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    folder.join("concertation")
}

/// The whole workspace is named so that dependencies get the features they already have from
/// `cargo test --workspace`: with the service's package alone, many would be compiled again.
const BUILD: [&str; 5] = ["build", "--workspace", "--bin", "concertation", "--locked"];
