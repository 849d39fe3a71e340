//! What a write leaves to its end: rows that no write asks for again before its commit. So they are
//! written together, on SQLite those of all the changes of a group: a few statements for many rows, and
//! the full-text index, which works off what it gathered before each savepoint, does so once.

use std::collections::BTreeMap;

use domain::kernel::text::Indexer;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

use super::chain::Link;
use super::{StoreError, bulk};
use crate::entities::{
    audit_entries, event_terms, event_texts, mails, outbox, project_terms, project_texts,
};

/// What is to be written at the end.
#[derive(Default)]
pub(crate) struct Later {
    entries: Vec<audit_entries::Model>,
    messages: Vec<outbox::Model>,
    mails: Vec<mails::Model>,
    found_by: BTreeMap<(Index, Uuid), FoundBy>,
}

/// Where it is looked up by what a thing is found: each kind has tables of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Index {
    Events,
    Projects,
}

/// By what a thing is found.
pub(crate) struct FoundBy {
    /// Whether it was found by nothing before.
    pub(crate) is_new: bool,
    /// Words of closed lists, tags and the like, each with its field.
    pub(crate) terms: Vec<(&'static str, String)>,
    /// Its text, as people read it.
    pub(crate) text: String,
}

impl Later {
    /// An entry of the audit trail.
    pub(crate) fn enter(&mut self, entry: audit_entries::Model) {
        self.entries.push(entry);
    }

    /// What others are told.
    pub(crate) fn tell(&mut self, message: outbox::Model) {
        self.messages.push(message);
    }

    /// A mail that is to be sent.
    pub(crate) fn post(&mut self, mail: mails::Model) {
        self.mails.push(mail);
    }

    /// Mails to somebody that were posted by this very write are not sent.
    pub(crate) fn forget_mails_to(&mut self, person: Uuid) {
        self.mails.retain(|mail| mail.person != Some(person));
    }

    /// By what a thing is found from now on.
    pub(crate) fn find(&mut self, index: Index, id: Uuid, mut found_by: FoundBy) {
        let earlier = self.found_by.get(&(index, id));
        found_by.is_new |= earlier.is_some_and(|earlier| earlier.is_new);
        self.found_by.insert((index, id), found_by);
    }

    /// Adds what a later change left.
    pub(super) fn add(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.messages.extend(other.messages);
        self.mails.extend(other.mails);
        for ((index, id), found_by) in other.found_by {
            self.find(index, id, found_by);
        }
    }

    /// Writes it all.
    pub(super) async fn write(self, db: &impl ConnectionTrait) -> Result<(), StoreError> {
        enter(db, self.entries).await?;
        let messages = self
            .messages
            .into_iter()
            .map(IntoActiveModel::into_active_model);
        bulk::insert(db, messages.collect(), None).await?;
        let mails = self
            .mails
            .into_iter()
            .map(IntoActiveModel::into_active_model);
        bulk::insert(db, mails.collect(), None).await?;
        find(db, self.found_by).await
    }
}

/// SQLite has one writer at a time, so that whoever writes seals as well; elsewhere the sealer does,
/// after the commit, so that it never lines writers up.
async fn enter(
    db: &impl ConnectionTrait,
    mut entries: Vec<audit_entries::Model>,
) -> Result<(), StoreError> {
    if db.get_database_backend() == DbBackend::Sqlite && !entries.is_empty() {
        let mut last = Link::last(db).await?.unwrap_or_default();
        for entry in &mut entries {
            last = last.next(entry);
            entry.number = Some(last.number);
            entry.hash = Some(last.hash.clone());
        }
    }
    let entries = entries.into_iter().map(IntoActiveModel::into_active_model);
    bulk::insert(db, entries.collect(), None).await
}

async fn find(
    db: &impl ConnectionTrait,
    found_by: BTreeMap<(Index, Uuid), FoundBy>,
) -> Result<(), StoreError> {
    let known = found_by.iter().filter(|(_, by)| !by.is_new);
    let known = known.map(|((index, id), _)| (*index, *id));
    for index in [Index::Events, Index::Projects] {
        let ids = known.clone().filter(|(of, _)| *of == index);
        forget(db, index, ids.map(|(_, id)| id).collect()).await?;
    }
    let mut event_words = (Vec::new(), Vec::new());
    let mut project_words = (Vec::new(), Vec::new());
    let mut indexer = Indexer::default();
    for ((index, id), by) in found_by {
        let stems = Set(indexer.index(&by.text));
        let terms = by.terms.into_iter();
        let terms = terms.map(|(field, term)| (Set(field.to_owned()), Set(term)));
        match index {
            Index::Events => {
                let row = |(field, term)| event_terms::ActiveModel {
                    field,
                    term,
                    event_id: Set(id),
                };
                event_words.0.extend(terms.map(row));
                let event_id = Set(id);
                event_words
                    .1
                    .push(event_texts::ActiveModel { event_id, stems });
            }
            Index::Projects => {
                let row = |(field, term)| project_terms::ActiveModel {
                    field,
                    term,
                    project_id: Set(id),
                };
                project_words.0.extend(terms.map(row));
                let project_id = Set(id);
                let text = project_texts::ActiveModel { project_id, stems };
                project_words.1.push(text);
            }
        }
    }
    bulk::insert(db, event_words.0, None).await?;
    bulk::insert(db, project_words.0, None).await?;
    // Last: the index works off what it gathered before a statement that may be undone by itself.
    let known = OnConflict::column(event_texts::Column::EventId)
        .update_column(event_texts::Column::Stems)
        .to_owned();
    bulk::insert(db, event_words.1, Some(&known)).await?;
    let known = OnConflict::column(project_texts::Column::ProjectId)
        .update_column(project_texts::Column::Stems)
        .to_owned();
    bulk::insert(db, project_words.1, Some(&known)).await
}

/// Takes away by what things were found before.
async fn forget(db: &impl ConnectionTrait, index: Index, ids: Vec<Uuid>) -> Result<(), StoreError> {
    for some in ids.chunks(bulk::MOST_NAMED) {
        let some = some.iter().copied();
        match index {
            Index::Events => {
                {
                    let own = event_terms::Column::EventId.is_in(some);
                    event_terms::Entity::delete_many().filter(own).exec(db)
                }
                .await?
            }
            Index::Projects => {
                {
                    let own = project_terms::Column::ProjectId.is_in(some);
                    project_terms::Entity::delete_many().filter(own).exec(db)
                }
                .await?
            }
        };
    }
    Ok(())
}
