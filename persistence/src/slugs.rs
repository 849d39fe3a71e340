//! Slugs: one thing each, for ever, so that an old address still leads somewhere. Each kind of thing has a
//! table of its own. Uses nothing else.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::kernel::Slug;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use uuid::Uuid;

use crate::entities::{event_slugs, organisation_slugs, project_slugs};
use crate::store::{StoreError, Writing, bulk, dialect};

/// How many numbers are looked at together, at first and from then on.
const FIRST_NUMBERS: u32 = 16;
const MORE_NUMBERS: u32 = 512;

/// Whose slugs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    Events,
    Organisations,
    Projects,
}

/// The first slug of that beginning which nothing of its kind has or had.
pub(crate) async fn free(
    writing: &Writing,
    whose: Whose,
    wanted: Slug,
) -> Result<Slug, StoreError> {
    // Many that want one beginning at once would all but one be written again, and the last of them too often.
    let beginning = format!("slugs of {whose:?}: {}", wanted.as_str());
    dialect::lock_called(writing.db(), &beginning).await?;
    let mut slugs = FreeSlugs::look(writing, whose, std::slice::from_ref(&wanted)).await?;
    slugs.take(writing, wanted).await
}

/// Slugs for several things of one write, each given to the next one only once.
#[derive(Debug)]
pub struct FreeSlugs {
    whose: Whose,
    taken: HashSet<String>,
    /// What things of this write got.
    given: HashSet<String>,
    numbers: HashMap<Slug, Numbers>,
}

/// The numbers behind a slug.
#[derive(Debug)]
struct Numbers {
    /// Those that were looked at and are free, the lowest first.
    free: VecDeque<Slug>,
    /// From there on nobody looked.
    next: u32,
    /// So many are looked at next.
    count: u32,
}

impl FreeSlugs {
    /// Looks which of the wanted ones something of the kind has or had.
    pub(crate) async fn look(
        writing: &Writing,
        whose: Whose,
        wanted: &[Slug],
    ) -> Result<Self, StoreError> {
        let texts: Vec<&str> = wanted.iter().map(Slug::as_str).collect();
        let mut taken = whose.taken(writing, &texts).await?;
        taken.extend(whose.reserved().iter().map(|text| (*text).to_owned()));
        Ok(Self {
            whose,
            taken,
            given: HashSet::new(),
            numbers: HashMap::new(),
        })
    }

    /// One of those that were looked for, or the first of that beginning which is free.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn take(&mut self, writing: &Writing, wanted: Slug) -> Result<Slug, StoreError> {
        if self.take_one(&wanted) {
            return Ok(wanted);
        }
        // The lowest, not one above the highest: `forum-2026` doesn't make the next forum the 2027th.
        let numbers = self
            .numbers
            .entry(wanted.clone())
            .or_insert_with(|| Numbers {
                free: VecDeque::new(),
                next: 2,
                count: FIRST_NUMBERS,
            });
        loop {
            while let Some(slug) = numbers.free.pop_front() {
                let is_free = self.taken.insert(slug.as_str().to_owned());
                if is_free && self.given.insert(slug.as_str().to_owned()) {
                    return Ok(slug);
                }
            }
            let end = numbers.next.saturating_add(numbers.count);
            let slugs: Vec<_> = (numbers.next..end).map(|n| wanted.numbered(n)).collect();
            let texts: Vec<&str> = slugs.iter().map(Slug::as_str).collect();
            let known = self.whose.taken(writing, &texts).await?;
            let is_free = |slug: &Slug| !known.contains(slug.as_str());
            numbers.free.extend(slugs.into_iter().filter(is_free));
            (numbers.next, numbers.count) = (end, MORE_NUMBERS);
        }
    }

    /// The same for a slug that is wanted as it is and was looked for: whether it was free.
    pub fn take_exactly(&mut self, wanted: &Slug) -> bool {
        self.take_one(wanted)
    }

    /// Gives it to something that is there and of which it is known that nothing else has or had it; whether
    /// nothing else of this write got it.
    pub fn give(&mut self, slug: &Slug) -> bool {
        self.given.insert(slug.as_str().to_owned())
    }

    fn take_one(&mut self, wanted: &Slug) -> bool {
        self.taken.insert(wanted.as_str().to_owned()) && self.give(wanted)
    }
}

impl Whose {
    /// Those that are no name of a thing, since something else is at their address.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Self::Events | Self::Organisations => &[],
            Self::Projects => &["batch"],
        }
    }

    /// The table, and its column that says whose a slug is.
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Events => ("event_slugs", "event_id"),
            Self::Organisations => ("organisation_slugs", "organisation_id"),
            Self::Projects => ("project_slugs", "project_id"),
        }
    }

    /// All slugs, each with whose it is.
    pub(crate) async fn all(
        self,
        db: &impl ConnectionTrait,
    ) -> Result<HashSet<(String, Uuid)>, StoreError> {
        let (table, owner) = self.table();
        let all = Query::select()
            .columns(["slug", owner])
            .from(table)
            .to_owned();
        let rows = db.query_all(&all).await?.into_iter();
        let read = rows.map(|row| Ok((row.try_get("", "slug")?, row.try_get("", owner)?)));
        read.collect()
    }

    /// Those of the slugs that something has or had.
    async fn taken(self, writing: &Writing, slugs: &[&str]) -> Result<HashSet<String>, StoreError> {
        let (table, _) = self.table();
        let mut known = HashSet::new();
        for some in slugs.chunks(bulk::MOST_NAMED) {
            let known_of_these = Query::select()
                .column("slug")
                .from(table)
                .and_where(Expr::col("slug").is_in(bulk::padded(some)))
                .to_owned();
            for row in writing.db().query_all(&known_of_these).await? {
                known.insert(row.try_get("", "slug")?);
            }
        }
        Ok(known)
    }

    /// Whether another one has that slug, or had it.
    pub(crate) async fn is_taken(
        self,
        writing: &Writing,
        slug: &Slug,
        but: Option<Uuid>,
    ) -> Result<bool, StoreError> {
        if self.reserved().contains(&slug.as_str()) {
            return Ok(true);
        }
        let holder = self.holder(writing.db(), slug.as_str()).await?;
        Ok(holder.is_some_and(|holder| Some(holder) != but))
    }

    /// What a slug leads to.
    pub(crate) async fn holder(
        self,
        db: &impl ConnectionTrait,
        slug: &str,
    ) -> Result<Option<Uuid>, StoreError> {
        let (table, owner) = self.table();
        let held = Query::select()
            .column(owner)
            .from(table)
            .and_where(Expr::col("slug").eq(slug))
            .to_owned();
        let row = db.query_one(&held).await?;
        Ok(row.map(|row| row.try_get("", owner)).transpose()?)
    }

    /// Notes the slugs of what is new.
    pub(crate) async fn remember_new<'s>(
        self,
        writing: &Writing,
        slugs: impl Iterator<Item = (&'s Slug, Uuid)>,
    ) -> Result<(), StoreError> {
        let slugs = slugs.map(|(slug, owner)| (slug.as_str().to_owned(), owner));
        match self {
            Self::Events => {
                let rows = slugs.map(|(slug, owner)| event_slugs::ActiveModel {
                    slug: Set(slug),
                    event_id: Set(owner),
                });
                bulk::insert(writing.db(), rows.collect(), None).await
            }
            Self::Organisations => {
                let rows = slugs.map(|(slug, owner)| organisation_slugs::ActiveModel {
                    slug: Set(slug),
                    organisation_id: Set(owner),
                });
                bulk::insert(writing.db(), rows.collect(), None).await
            }
            Self::Projects => {
                let rows = slugs.map(|(slug, owner)| project_slugs::ActiveModel {
                    slug: Set(slug),
                    project_id: Set(owner),
                });
                bulk::insert(writing.db(), rows.collect(), None).await
            }
        }
    }

    /// Notes the slug that something has from now on.
    pub(crate) async fn remember(
        self,
        writing: &Writing,
        slug: &Slug,
        owner: Uuid,
    ) -> Result<(), StoreError> {
        if self.holder(writing.db(), slug.as_str()).await? == Some(owner) {
            return Ok(());
        }
        self.remember_new(writing, std::iter::once((slug, owner)))
            .await
    }

    /// Gives back all slugs of what is removed.
    pub(crate) async fn forget(self, writing: &Writing, owner: Uuid) -> Result<(), StoreError> {
        let (table, of) = self.table();
        let gone = Query::delete()
            .from_table(table)
            .and_where(Expr::col(of).eq(owner))
            .to_owned();
        writing.db().execute(&gone).await?;
        Ok(())
    }
}
