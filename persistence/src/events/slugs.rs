//! The slugs of events.

use domain::events::Event;
use domain::kernel::{Id, Slug};

use crate::slugs::{self, FreeSlugs, Whose};
use crate::store::{StoreError, Writing};

/// The first slug of that beginning which no event has or had.
///
/// # Errors
/// The database can't be reached.
pub async fn free_slug(writing: &Writing, wanted: Slug) -> Result<Slug, StoreError> {
    slugs::free(writing, Whose::Events, wanted).await
}

/// Slugs for several events of one write.
///
/// # Errors
/// The database can't be reached.
pub async fn free_slugs(writing: &Writing, wanted: &[Slug]) -> Result<FreeSlugs, StoreError> {
    FreeSlugs::look(writing, Whose::Events, wanted).await
}

/// Whether another event has that slug, or had it.
///
/// # Errors
/// The database can't be reached.
pub async fn is_slug_taken(
    writing: &Writing,
    slug: &Slug,
    but: Option<Id<Event>>,
) -> Result<bool, StoreError> {
    let but = but.map(Id::uuid);
    Whose::Events.is_taken(writing, slug, but).await
}

/// Notes the slugs of new events.
pub(super) async fn remember_new(
    writing: &Writing,
    events: impl Iterator<Item = &Event>,
) -> Result<(), StoreError> {
    let slugs = events.map(|event| (&event.slug, event.id.uuid()));
    Whose::Events.remember_new(writing, slugs).await
}

/// Notes the slug that an event has from now on; a draft that is removed gives all of its own back.
pub(super) async fn remember(writing: &Writing, after: &Event) -> Result<(), StoreError> {
    let id = after.id.uuid();
    match after.deleted_at {
        Some(_) => Whose::Events.forget(writing, id).await,
        None => Whose::Events.remember(writing, &after.slug, id).await,
    }
}
