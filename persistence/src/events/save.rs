//! Saving an event's change: its rows, the words it is found by, and what each change implies.

use domain::events::{Event, EventContent, EventFact, EventState};
use domain::kernel::{Change, Line, Vocabulary, text};
use domain::registrations::change_of_date;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{rows, series, slugs};
use crate::audit;
use crate::entities::{occurrences, removed_occurrences};
use crate::registrations;
use crate::store::{FoundBy, Index, Span, StoreError, Touched, Writing, bulk};

/// Saves a change of an event.
///
/// # Errors
/// The database can't be reached; [`StoreError::Conflict`] when another event took the slug or the
/// origin meanwhile, so that the write is tried again and finds it.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Event, EventFact>,
) -> Result<(), StoreError> {
    let saved = match change.before() {
        None => insert(writing, std::slice::from_ref(change)).await,
        Some(before) => update(writing, before, change).await,
    };
    saved.map_err(StoreError::unique_is_conflict)
}

/// Saves the making of events, many a statement.
///
/// # Errors
/// As [`save`].
pub async fn save_new(
    writing: &mut Writing,
    made: &[Change<Event, EventFact>],
) -> Result<(), StoreError> {
    insert(writing, made)
        .await
        .map_err(StoreError::unique_is_conflict)
}

async fn insert(
    writing: &mut Writing,
    made: &[Change<Event, EventFact>],
) -> Result<(), StoreError> {
    let all = || made.iter().map(Change::after);
    bulk::insert(writing.db(), all().map(rows::event_row).collect(), None).await?;
    slugs::remember_new(writing, all()).await?;
    for event in all() {
        series::save(writing, None, event).await?;
    }
    let dates = all().flat_map(|event| {
        let dates = event.occurrences.iter();
        dates.map(|date| rows::occurrence_row(event, date))
    });
    bulk::insert(writing.db(), dates.collect(), None).await?;
    for change in made {
        implied(writing, change).await?;
    }
    Ok(())
}

async fn update(
    writing: &mut Writing,
    before: &Event,
    change: &Change<Event, EventFact>,
) -> Result<(), StoreError> {
    let after = change.after();
    let row = rows::event_row(after);
    row.update_without_returning(writing.db()).await?;
    if before.slug != after.slug {
        slugs::remember(writing, after).await?;
    }
    series::save(writing, Some(before), after).await?;
    save_occurrences(writing, before, after).await?;
    series::remove_gone(writing, before, after).await?;
    implied(writing, change).await?;
    tell_those_who_come(writing, before, after).await?;
    serve_those_who_wait(writing, before, after).await
}

/// Who registered for a date, or waits for it, is told what became of it; of what is over nobody is.
async fn tell_those_who_come(
    writing: &mut Writing,
    before: &Event,
    after: &Event,
) -> Result<(), StoreError> {
    for date in &after.occurrences {
        let Some(old) = before.occurrences.iter().find(|old| old.id == date.id) else {
            continue;
        };
        let is_over = old.timing.ends_at() <= writing.now();
        match change_of_date((before, old), (after, date)) {
            Some(change) if !is_over => registrations::tell_all(writing, date.id, change).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Where there may be places now that there were not before, those who wait are given them.
async fn serve_those_who_wait(
    writing: &mut Writing,
    before: &Event,
    after: &Event,
) -> Result<(), StoreError> {
    if after.state != EventState::Published {
        return Ok(());
    }
    let is_back = before.state != after.state;
    for date in &after.occurrences {
        let old = before.occurrences.iter().find(|old| old.id == date.id);
        let has_changed =
            old.is_some_and(|old| old.capacity != date.capacity || old.state != date.state);
        if (has_changed || is_back && old.is_some())
            && registrations::has_waiting(writing, date.id).await?
            && let Some(at) = registrations::lock(writing, date.id).await?
        {
            registrations::settle(writing, &at).await?;
        }
    }
    Ok(())
}

/// What each change implies: by what the event is found, which answers are out of date, what the trail
/// says and what others are told.
async fn implied(
    writing: &mut Writing,
    change: &Change<Event, EventFact>,
) -> Result<(), StoreError> {
    let (before, after) = (change.before(), change.after());
    if before.is_none_or(|before| before.content != after.content) {
        let found_by = found_by(after, before.is_none());
        let id = after.id.uuid();
        writing.later().find(Index::Events, id, found_by);
    }
    writing.touch(touched(before, after));
    audit::record(writing, change).await
}

/// More dates are told as one span.
const MOST_SPANS: usize = 24;

fn touched(before: Option<&Event>, after: &Event) -> Touched {
    let events = [before, Some(after)].into_iter().flatten();
    let timings = events
        .flat_map(|event| &event.occurrences)
        .map(|o| o.timing);
    let mut spans: Vec<Span> = timings.map(|t| (t.starts_at(), t.ends_at())).collect();
    spans.sort_unstable();
    spans.dedup();
    if spans.len() > MOST_SPANS {
        let end = spans.iter().map(|(_, end)| *end).max();
        spans = vec![(spans[0].0, end.unwrap_or(spans[0].1))];
    }
    Touched::Event {
        id: after.id.uuid(),
        spans,
    }
}

async fn save_occurrences(
    writing: &Writing,
    before: &Event,
    after: &Event,
) -> Result<(), StoreError> {
    let old = &before.occurrences;
    let gone: Vec<_> = old
        .iter()
        .filter(|old| !after.occurrences.iter().any(|new| new.id == old.id))
        .map(|old| old.id.uuid())
        .collect();
    if !gone.is_empty() {
        let removed = gone.iter().map(|id| removed_occurrences::ActiveModel {
            id: Set(*id),
            event_id: Set(after.id.uuid()),
            removed_at: Set(after.updated_at),
        });
        removed_occurrences::Entity::insert_many(removed)
            .exec_without_returning(writing.db())
            .await?;
        occurrences::Entity::delete_many()
            .filter(occurrences::Column::Id.is_in(gone))
            .exec(writing.db())
            .await?;
    }
    let mut added = Vec::new();
    for occurrence in &after.occurrences {
        let row = rows::occurrence_row(after, occurrence);
        match old.iter().find(|old| old.id == occurrence.id) {
            None => added.push(row),
            Some(old) if old != occurrence => {
                row.update_without_returning(writing.db()).await?;
            }
            Some(_) => {}
        }
    }
    bulk::insert(writing.db(), added, None).await
}

/// By what it is found: the words of closed lists, the tags and the organiser, as filters ask for them,
/// and its text.
fn found_by(event: &Event, is_new: bool) -> FoundBy {
    let content = &event.content;
    let audiences = content
        .audiences
        .iter()
        .map(|a| ("audience", a.word().to_owned()));
    let accessibility = content
        .accessibility
        .iter()
        .map(|a| ("accessibility", a.word().to_owned()));
    let tags = content.tags.iter().map(Line::as_str);
    let tags = tags.map(|tag| ("tag", text::fold(tag)));
    let organiser = content.organiser_name.as_ref().map(Line::as_str);
    let organiser = organiser.map(|name| ("organiser", text::fold(name)));
    let mut terms: Vec<_> = audiences
        .chain(accessibility)
        .chain(tags)
        .chain(organiser)
        .collect();
    // They are written with those of other changes: the same one twice would cost them all.
    terms.sort();
    terms.dedup();
    FoundBy {
        is_new,
        terms,
        text: EventContent::search_text(content),
    }
}
