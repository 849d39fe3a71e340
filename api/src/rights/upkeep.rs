//! What the clock forgets, purpose by purpose: what is kept of people here and there, then people themselves, and the
//! files of mails that are known no more. Each run is reported.

use std::collections::{BTreeMap, HashSet};

use domain::kernel::Vocabulary;
use domain::rights::Retention;
use persistence::mail;
use persistence::rights as stored;
use persistence::{Act, Stop, StoreError};
use uuid::Uuid;

use super::erase::{outside, sweep};
use crate::app::App;

/// Forgets all that has had its time, and keeps a report of it; says how many it was of each purpose.
pub(crate) async fn retain(app: &App) -> Result<Vec<(Retention, u64)>, StoreError> {
    let mut counts: BTreeMap<Retention, u64> =
        Retention::WORDS.iter().map(|(one, _)| (*one, 0)).collect();
    let expired = app.store.forget_expired().await?;
    let people = forget_people(app).await?;
    for (purpose, count) in people.into_iter().chain(expired.of_people) {
        *counts.entry(purpose).or_default() += count;
    }
    forget_files(app).await?;
    let forgotten: Vec<(Retention, u64)> = counts.into_iter().collect();
    let report = forgotten.clone();
    let act = Act::system("retention", app.new_id());
    let kept = app.store.write(act, move |writing| {
        let report = report.clone();
        Box::pin(async move { Ok(stored::keep_run(writing, &report).await?) })
    });
    kept.await.map_err(Stop::<StoreError>::into_error)?;
    Ok(forgotten)
}

/// Erases those whom nobody knows, and those of whom nothing was heard for long, one write each: nobody waits.
async fn forget_people(app: &App) -> Result<BTreeMap<Retention, u64>, StoreError> {
    let (mut counts, mut after) = (BTreeMap::new(), None);
    loop {
        let snapshot = app.store.read_current().await?;
        let now = snapshot.now().await?;
        let due = stored::due_people(&snapshot, now, after).await?;
        drop(snapshot);
        for (who, due_as) in due.people {
            let act = Act::system("citizens_forget", app.new_id());
            let erased = app.store.write(act, move |writing| {
                Box::pin(async move { Ok(stored::erase_when_due(writing, who, due_as).await?) })
            });
            if let Some(erased) = erased.await.map_err(Stop::<StoreError>::into_error)? {
                outside(app, erased).await;
                *counts.entry(due_as).or_default() += 1;
            }
        }
        after = due.next;
        if after.is_none() {
            break;
        }
    }
    if !counts.is_empty() {
        sweep(app).await;
    }
    Ok(counts)
}

/// Removes the files of mails that the database knows no more: those whose time is over, and what was still being
/// written while somebody was erased.
async fn forget_files(app: &App) -> Result<(), StoreError> {
    let folder = app.settings.data_dir.join("mail");
    let mut lying = Vec::new();
    // No file is there before its mail is known: whatever is listed and unknown afterwards was forgotten.
    if let Ok(mut files) = tokio::fs::read_dir(&folder).await {
        while let Ok(Some(file)) = files.next_entry().await {
            let name = file.file_name();
            let name = name.to_str().and_then(|name| name.strip_suffix(".eml"));
            lying.extend(name.and_then(|name| Uuid::try_parse(name).ok()));
        }
    }
    if lying.is_empty() {
        return Ok(());
    }
    let snapshot = app.store.read_current().await?;
    let known: HashSet<Uuid> = mail::known_among(&snapshot, &lying).await?;
    drop(snapshot);
    for mail in lying.iter().filter(|mail| !known.contains(mail)) {
        let removed = tokio::fs::remove_file(folder.join(format!("{mail}.eml"))).await;
        if let Err(error) = removed {
            tracing::warn!(%error, %mail, "a mail that had its time lies there still");
        }
    }
    Ok(())
}
