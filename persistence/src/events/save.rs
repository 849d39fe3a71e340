//! Saving an event's change: its rows, the words it is found by, and what each change implies.

use domain::events::{Event, EventContent, EventFact};
use domain::kernel::{Change, Line, Vocabulary, text};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{rows, series, slugs};
use crate::audit;
use crate::entities::{event_terms, events, occurrences, removed_occurrences};
use crate::store::{Span, StoreError, Touched, Writing};

/// SQLite takes 32 766 values a statement.
const ROWS_A_STATEMENT: usize = 500;

/// Saves a change of an event.
///
/// # Errors
/// The database can't be reached; [`StoreError::Conflict`] when another event took the slug or the
/// origin meanwhile, so that the write is tried again and finds it.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Event, EventFact>,
) -> Result<(), StoreError> {
    save_all(writing, change)
        .await
        .map_err(StoreError::unique_is_conflict)
}

async fn save_all(
    writing: &mut Writing,
    change: &Change<Event, EventFact>,
) -> Result<(), StoreError> {
    let (before, after) = (change.before(), change.after());
    let row = rows::event_row(after);
    match before {
        None => events::Entity::insert(row)
            .exec_without_returning(writing.db())
            .await
            .map(drop)?,
        Some(_) => row.update(writing.db()).await.map(drop)?,
    }
    if before.is_none_or(|b| b.slug != after.slug) {
        slugs::remember(writing, before, after).await?;
    }
    series::save(writing, before, after).await?;
    save_occurrences(writing, before, after).await?;
    series::remove_gone(writing, before, after).await?;
    if before.is_none_or(|b| b.content != after.content) {
        save_terms(writing, after).await?;
        save_text(writing, after).await?;
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
    before: Option<&Event>,
    after: &Event,
) -> Result<(), StoreError> {
    let old = before.map_or(&[][..], |event| &event.occurrences);
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
            Some(old) if old != occurrence => row.update(writing.db()).await.map(drop)?,
            Some(_) => {}
        }
    }
    for some in added.chunks(ROWS_A_STATEMENT) {
        occurrences::Entity::insert_many(some.to_vec())
            .exec_without_returning(writing.db())
            .await?;
    }
    Ok(())
}

/// The words of closed lists, the tags and the organiser, as filters ask for them.
async fn save_terms(writing: &Writing, event: &Event) -> Result<(), StoreError> {
    event_terms::Entity::delete_many()
        .filter(event_terms::Column::EventId.eq(event.id.uuid()))
        .exec(writing.db())
        .await?;
    let content = &event.content;
    let audiences = content
        .audiences
        .iter()
        .map(|a| ("audience", a.word().to_owned()));
    let accessibility = content
        .accessibility
        .iter()
        .map(|a| ("accessibility", a.word().to_owned()));
    let mut tags: Vec<_> = content
        .tags
        .iter()
        .map(Line::as_str)
        .map(text::fold)
        .collect();
    tags.sort();
    tags.dedup();
    let tags = tags.into_iter().map(|tag| ("tag", tag));
    let organiser = content.organiser_name.as_ref().map(Line::as_str);
    let organiser = organiser.map(|name| ("organiser", text::fold(name)));
    let rows: Vec<_> = audiences
        .chain(accessibility)
        .chain(tags)
        .chain(organiser)
        .map(|(field, term)| event_terms::ActiveModel {
            field: Set(field.to_owned()),
            term: Set(term),
            event_id: Set(event.id.uuid()),
        })
        .collect();
    if !rows.is_empty() {
        event_terms::Entity::insert_many(rows)
            .exec_without_returning(writing.db())
            .await?;
    }
    Ok(())
}

async fn save_text(writing: &Writing, event: &Event) -> Result<(), StoreError> {
    use crate::entities::event_texts::{ActiveModel, Column, Entity};
    let stems = text::index(&EventContent::search_text(&event.content));
    let row = ActiveModel {
        event_id: Set(event.id.uuid()),
        stems: Set(stems),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::EventId)
                .update_column(Column::Stems)
                .to_owned(),
        )
        .exec_without_returning(writing.db())
        .await?;
    Ok(())
}
