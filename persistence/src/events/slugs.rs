//! Slugs: one event each, for ever, so that an old address still leads somewhere.

use std::collections::HashSet;

use domain::events::Event;
use domain::kernel::{Id, Slug};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use crate::entities::{event_slugs, events};
use crate::store::{StoreError, Writing};

/// The first slug of that beginning which no event has or had.
///
/// # Errors
/// The database can't be reached.
pub async fn free_slug(writing: &Writing, wanted: Slug) -> Result<Slug, StoreError> {
    if !is_slug_taken(writing, &wanted, None).await? {
        return Ok(wanted);
    }
    let begins = format!("{}-", wanted.as_str());
    let numbered: Vec<String> = event_slugs::Entity::find()
        .filter(event_slugs::Column::Slug.starts_with(&begins))
        .select_only()
        .column(event_slugs::Column::Slug)
        .into_tuple()
        .all(writing.db())
        .await?;
    // The lowest, not one above the highest: `forum-2026` doesn't make the next forum the 2027th.
    let taken: HashSet<u32> = numbered
        .iter()
        .filter_map(|slug| slug[begins.len()..].parse().ok())
        .collect();
    let number = (2..=u32::MAX).find(|number| !taken.contains(number));
    Ok(wanted.numbered(number.unwrap_or(u32::MAX)))
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

/// Notes the slug that an event has from now on; a draft that is removed gives all of its own back.
pub(super) async fn remember(
    writing: &Writing,
    before: Option<&Event>,
    after: &Event,
) -> Result<(), StoreError> {
    let own = event_slugs::Column::EventId.eq(after.id.uuid());
    if after.deleted_at.is_some() {
        event_slugs::Entity::delete_many()
            .filter(own)
            .exec(writing.db())
            .await?;
        return Ok(());
    }
    let slug = after.slug.as_str();
    let known = match before {
        None => 0,
        Some(_) => {
            let same = event_slugs::Entity::find_by_id(slug.to_owned()).filter(own);
            same.count(writing.db()).await?
        }
    };
    if known == 0 {
        let row = event_slugs::ActiveModel {
            slug: Set(slug.to_owned()),
            event_id: Set(after.id.uuid()),
        };
        event_slugs::Entity::insert(row)
            .exec_without_returning(writing.db())
            .await?;
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
