//! What some records do, taken together in one write: what is known of them is asked for at once, and
//! what is new is written at once. Each still finds what those before it did.

use std::collections::HashMap;

use domain::events::{Event, EventFact};
use domain::import_sources;
use domain::imports::{self, Import, ImportedEvent, Outcome, Run};
use domain::kernel::{Change, Id, Slug};
use persistence::events;
use persistence::imports::ReportLine;
use persistence::{FreeSlugs, StoreError, Writing};

use super::format::{Parsed, Refused};
use super::words;

/// A record of the file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) position: u32,
    pub(super) read: Result<Parsed, Refused>,
}

/// Does what the records say; a line of the report for each. No two are of one key.
pub(super) async fn take(
    writing: &mut Writing,
    import: &Import,
    entries: &[Entry],
) -> Result<Vec<ReportLine>, StoreError> {
    let mut chunk = Chunk::look(writing, import, entries).await?;
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        lines.push(match &entry.read {
            Ok(parsed) => chunk.take(writing, entry, parsed.event.clone()).await?,
            Err(_) => report_line(entry, Outcome::Refused, None),
        });
    }
    events::save_new(writing, &chunk.made).await?;
    Ok(lines)
}

/// What is known of some records as they are taken one after the other.
struct Chunk<'i> {
    import: &'i Import,
    /// Their events, by their keys.
    known: HashMap<String, Event>,
    /// Which event has a date of a UID.
    holders: HashMap<String, Id<Event>>,
    slugs: FreeSlugs,
    /// The new events, yet to be saved.
    made: Vec<Change<Event, EventFact>>,
}

impl<'i> Chunk<'i> {
    async fn look(
        writing: &Writing,
        import: &'i Import,
        entries: &[Entry],
    ) -> Result<Self, StoreError> {
        let records = || {
            let read = entries.iter().filter_map(|entry| entry.read.as_ref().ok());
            read.map(|parsed| &parsed.event)
        };
        let keys: Vec<&str> = records().map(|record| record.uid.as_str()).collect();
        let source = [import.source.as_str()];
        let mut known = events::load_by_origins(writing, &source, &keys).await?;
        if import_sources::is_key(&import.source) {
            let new = records().filter(|record| !known.contains_key(record.uid.as_str()));
            let left = left_behind(writing, import, new.collect()).await?;
            known.extend(left);
        }
        let before = |record: &ImportedEvent| known.get(record.uid.as_str());
        let changed = records().filter(|record| !is_as_it_was(before(record), record));
        let uids: Vec<&str> = changed.flat_map(uids_of).collect();
        let holders = events::holders_of_uids(writing, &uids).await?;
        let new = records().filter(|record| before(record).is_none());
        let wanted: Vec<Slug> = new.map(wanted_slug).collect();
        let slugs = events::free_slugs(writing, &wanted).await?;
        Ok(Self {
            import,
            known,
            holders,
            slugs,
            made: vec![],
        })
    }

    async fn take(
        &mut self,
        writing: &mut Writing,
        entry: &Entry,
        imported: ImportedEvent,
    ) -> Result<ReportLine, StoreError> {
        let before = self.known.remove(imported.uid.as_str());
        let known = before.as_ref().map(|event| event.id);
        if let Some(holder) = self.holder_of_dates(before.as_ref(), &imported) {
            let mut line = report_line(entry, Outcome::Refused, Some(holder));
            line.errors = vec![words::known_elsewhere()];
            return Ok(line);
        }
        let slug = match &before {
            Some(event) => event.slug.clone(),
            None => self.slugs.take(writing, wanted_slug(&imported)).await?,
        };
        let (dates_at, now) = (imported.dates_at, writing.now());
        let (source, publication) = (&self.import.source, self.import.publication);
        let ids = writing.ids();
        let plan = imports::plan(before, imported, source, slug, publication, ids, now);
        let plan = match plan {
            Ok(plan) => plan,
            Err(refusal) => {
                let mut line = report_line(entry, Outcome::Refused, known);
                line.errors = words::refusal(&refusal, dates_at);
                return Ok(line);
            }
        };
        let made = plan.changes.last().map(|change| change.after().id);
        // The event that a dry run would make will never be there under that id.
        let event_id = if self.import.run == Run::Dry {
            known
        } else {
            made.or(known)
        };
        let mut line = report_line(entry, plan.outcome, event_id);
        line.warnings
            .extend(plan.warnings.iter().map(words::warning));
        self.save(writing, plan.changes).await?;
        Ok(line)
    }

    /// Another event that has one of a record's dates already: the record comes from it, or from where
    /// it comes from, by another way.
    fn holder_of_dates(
        &self,
        before: Option<&Event>,
        imported: &ImportedEvent,
    ) -> Option<Id<Event>> {
        if is_as_it_was(before, imported) {
            return None;
        }
        let own = before.map(|event| event.id);
        let mut holders = uids_of(imported).filter_map(|uid| self.holders.get(uid).copied());
        holders.find(|holder| Some(*holder) != own)
    }

    /// Saves what becomes of known events at once, since it may give a date back that a new one has.
    async fn save(
        &mut self,
        writing: &mut Writing,
        changes: Vec<Change<Event, EventFact>>,
    ) -> Result<(), StoreError> {
        for change in changes {
            let after = change.after();
            for gone in change.before().iter().flat_map(|event| &event.occurrences) {
                self.holders.remove(&gone.uid);
            }
            for date in &after.occurrences {
                self.holders.insert(date.uid.clone(), after.id);
            }
            match change.before() {
                Some(_) => events::save(writing, &change).await?,
                None => self.made.push(change),
            }
        }
        Ok(())
    }
}

/// The events that records of a polled source mean and that no other source brings, by their keys.
async fn left_behind(
    writing: &Writing,
    import: &Import,
    new: Vec<&ImportedEvent>,
) -> Result<HashMap<String, Event>, StoreError> {
    if new.is_empty() {
        return Ok(HashMap::new());
    }
    let deleted = persistence::import_sources::deleted_keys(writing).await?;
    let by_hand = imports::by_hand(import.format);
    let mut sources = vec![by_hand.as_str()];
    sources.extend(deleted.iter().map(String::as_str));
    let keys: Vec<&str> = new.iter().map(|record| record.uid.as_str()).collect();
    let mut left = events::load_by_origins(writing, &sources, &keys).await?;
    let meant = new.into_iter().filter_map(|record| {
        let (key, event) = left.remove_entry(record.uid.as_str())?;
        imports::is_meant(&event, record).then_some((key, event))
    });
    Ok(meant.collect())
}

/// Whether the record is the one that its event was last made of.
fn is_as_it_was(before: Option<&Event>, imported: &ImportedEvent) -> bool {
    let origin = before.and_then(|event| event.origin.as_ref());
    origin.is_some_and(|origin| origin.digest == imported.digest)
}

fn uids_of(imported: &ImportedEvent) -> impl Iterator<Item = &str> {
    let dates = imported.dates.iter();
    dates.filter_map(|date| date.uid.as_deref())
}

fn wanted_slug(imported: &ImportedEvent) -> Slug {
    Slug::of(imported.content.title.as_str())
}

/// The line of a record with what its reading had to say.
pub(super) fn report_line(
    entry: &Entry,
    outcome: Outcome,
    event_id: Option<Id<Event>>,
) -> ReportLine {
    let (source_id, warnings, errors) = match &entry.read {
        Ok(parsed) => {
            let warnings = parsed.warnings.iter().map(words::warning).collect();
            (Some(parsed.event.uid.to_string()), warnings, vec![])
        }
        Err(refused) => {
            let errors = refused.faults.iter().map(words::fault).collect();
            (refused.source_id.clone(), vec![], errors)
        }
    };
    let position = entry.position;
    ReportLine {
        position,
        source_id,
        outcome,
        event_id,
        warnings,
        errors,
    }
}
