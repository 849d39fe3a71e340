//! Slugs: one event each, for ever, so that an old address still leads somewhere.

use std::collections::{HashMap, HashSet};

use domain::events::Event;
use domain::kernel::{Id, Slug};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use crate::entities::{event_slugs, events};
use crate::store::{StoreError, Writing, bulk};

/// How many numbers are looked at together, at first and from then on.
const FIRST_NUMBERS: u32 = 16;
const MORE_NUMBERS: u32 = 512;

/// The first slug of that beginning which no event has or had.
///
/// # Errors
/// The database can't be reached.
pub async fn free_slug(writing: &Writing, wanted: Slug) -> Result<Slug, StoreError> {
    let mut slugs = FreeSlugs::of(writing, std::slice::from_ref(&wanted)).await?;
    slugs.take(writing, wanted).await
}

/// Slugs for several events of one write, each given to the next one only once.
#[derive(Debug)]
pub struct FreeSlugs {
    taken: HashSet<String>,
    /// Below these, all numbers behind a slug are taken.
    numbers: HashMap<Slug, u32>,
}

impl FreeSlugs {
    /// Looks which of the wanted ones an event has or had.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn of(writing: &Writing, wanted: &[Slug]) -> Result<Self, StoreError> {
        let texts: Vec<&str> = wanted.iter().map(Slug::as_str).collect();
        Ok(Self {
            taken: taken(writing, &texts).await?,
            numbers: HashMap::new(),
        })
    }

    /// One of those that were looked for, or the first of that beginning which is free.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn take(&mut self, writing: &Writing, wanted: Slug) -> Result<Slug, StoreError> {
        if self.taken.insert(wanted.as_str().to_owned()) {
            return Ok(wanted);
        }
        // The lowest, not one above the highest: `forum-2026` doesn't make the next forum the 2027th.
        let mut first = self.numbers.get(&wanted).copied().unwrap_or(2);
        let mut count = FIRST_NUMBERS;
        loop {
            let numbers = first..first.saturating_add(count);
            let slugs: Vec<_> = numbers.map(|number| wanted.numbered(number)).collect();
            let texts: Vec<&str> = slugs.iter().map(Slug::as_str).collect();
            let known = taken(writing, &texts).await?;
            let is_free =
                |slug: &Slug| !known.contains(slug.as_str()) && !self.taken.contains(slug.as_str());
            for (slug, number) in slugs.into_iter().zip(first..) {
                if is_free(&slug) {
                    self.taken.insert(slug.as_str().to_owned());
                    self.numbers.insert(wanted, number + 1);
                    return Ok(slug);
                }
            }
            (first, count) = (first.saturating_add(count), MORE_NUMBERS);
        }
    }
}

/// Those of the slugs that an event has or had.
async fn taken(writing: &Writing, slugs: &[&str]) -> Result<HashSet<String>, StoreError> {
    let mut taken = HashSet::new();
    for some in slugs.chunks(bulk::MOST_NAMED) {
        let known: Vec<String> = event_slugs::Entity::find()
            .filter(event_slugs::Column::Slug.is_in(bulk::padded(some)))
            .select_only()
            .column(event_slugs::Column::Slug)
            .into_tuple()
            .all(writing.db())
            .await?;
        taken.extend(known);
    }
    Ok(taken)
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
    let other = but.map(|id| event_slugs::Column::EventId.ne(id.uuid()));
    let holders = event_slugs::Entity::find()
        .filter(event_slugs::Column::Slug.eq(slug.as_str()))
        .filter(Condition::all().add_option(other))
        .count(writing.db())
        .await?;
    Ok(holders > 0)
}

/// Notes the slugs of new events.
pub(super) async fn remember_new(
    writing: &Writing,
    events: impl Iterator<Item = &Event>,
) -> Result<(), StoreError> {
    let row = |event: &Event| event_slugs::ActiveModel {
        slug: Set(event.slug.as_str().to_owned()),
        event_id: Set(event.id.uuid()),
    };
    bulk::insert(writing.db(), events.map(row).collect(), None).await
}

/// Notes the slug that an event has from now on; a draft that is removed gives all of its own back.
pub(super) async fn remember(writing: &Writing, after: &Event) -> Result<(), StoreError> {
    let own = event_slugs::Column::EventId.eq(after.id.uuid());
    if after.deleted_at.is_some() {
        event_slugs::Entity::delete_many()
            .filter(own)
            .exec(writing.db())
            .await?;
        return Ok(());
    }
    let same = event_slugs::Entity::find_by_id(after.slug.as_str().to_owned()).filter(own);
    if same.count(writing.db()).await? == 0 {
        remember_new(writing, std::iter::once(after)).await?;
    }
    Ok(())
}

/// The event that a slug leads to.
pub(super) async fn holder(
    db: &impl sea_orm::ConnectionTrait,
    slug: &str,
) -> Result<Option<events::Model>, StoreError> {
    let Some(row) = event_slugs::Entity::find_by_id(slug.to_owned())
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    Ok(events::Entity::find_by_id(row.event_id).one(db).await?)
}
