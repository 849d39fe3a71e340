//! `check`: whether what is stored is whole.

use std::process::ExitCode;

use persistence::audit;

use super::{Failure, print, say};
use crate::config::Settings;

pub(super) async fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    let store = super::existing_store(settings).await?;
    // Entries that were committed and not sealed yet are no fault: a stop came between.
    let late = audit::seal(&store).await?;
    let chain = audit::check_chain(&store).await?;
    let unreadable = audit::check_readable(&store).await?;
    let invariants = persistence::check_invariants(&store).await?;
    store.close().await;
    print(&format!(
        "audit entries: {} ({late} sealed just now)",
        chain.sealed
    ));
    if let Some(head) = &chain.head {
        print(&format!("head of the chain: {} {head}", chain.sealed));
    }
    let faults = chain.faults.iter().chain(&unreadable).chain(&invariants);
    let faults: Vec<_> = faults.collect();
    for fault in &faults {
        print(&format!("FAULT {fault}"));
    }
    if faults.is_empty() {
        say("Nothing is wrong.");
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("{} thing(s) are wrong.", faults.len()));
    Ok(ExitCode::FAILURE)
}
