//! The demonstration: the story of a mission, loaded into a database that was begun for it.
//! The story itself is pure (`story`); this is how it gets in, once, whenever it is started.

mod citizens;
mod involvements;
#[allow(
    dead_code,
    reason = "which of them are named is for the documentation to choose"
)]
pub(crate) mod known;
mod projects;
mod story;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::events::Event;
use domain::kernel::{FaultCode, Id, Ids as _, Slug};
use persistence::events::{EventFilter, Order};
use persistence::{Act, Direction, Listed, Part, STORY, Stop, Store, StoreError, SystemIds, View};

use crate::auth::{CLIENT_SECRET, Passwords};
use story::{Credentials, Item, Member, StoryError, Structure};

pub(crate) use story::{FILES, PASSWORD, ToldFile};

/// The word that a database keeps about how it was begun, and ours.
const BEGUN_AS: &str = "begun_as";
const DEMO: &str = "demo";

/// Events are looked through in pages of so many.
const PAGE: u64 = 200;

/// What was loaded now; nothing of it when all was there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Loaded {
    /// So many accounts.
    pub(crate) accounts: usize,
    /// So many events.
    pub(crate) events: usize,
}

/// Why the demonstration is not loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// It could mix with somebody's real data.
    #[error(
        "this database was not begun by --demo, and the demonstration never mixes with other data: \
         give it a data folder or a database of its own (--data-dir, --database-url)"
    )]
    NotADemonstration,
    #[error(transparent)]
    Story(#[from] StoryError),
    #[error("an account of the demonstration can't be made: {0:?}")]
    Account(FaultCode),
    #[error("a source of the demonstration can't be made: {0:?}")]
    Source(FaultCode),
    #[error("a webhook of the demonstration can't be made: {0:?}")]
    Webhook(FaultCode),
    #[error("a structure of the demonstration can't be made: {0:?}")]
    Organisation(FaultCode),
    #[error("a framework of the demonstration can't be made: {0}")]
    Framework(domain::frameworks::FrameworkRefusal),
    #[error("a project of the demonstration can't be made: {0}")]
    Project(story::ProjectStoryError),
    #[error("a file of the demonstration can't be told: {0}")]
    File(story::FileStoryError),
    #[error("the follow-up of the story: {0}")]
    FollowUp(story::FollowUpStoryError),
    #[error("a citizen of the demonstration can't be told: {0}")]
    Citizen(story::CitizenStoryError),
    #[error("{0}")]
    Password(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Stop<DemoError>> for DemoError {
    fn from(stop: Stop<DemoError>) -> Self {
        match stop {
            Stop::Refused(error) => error,
            Stop::Failed(error) => error.into(),
        }
    }
}

/// Loads what is missing of the demonstration, told for `now`.
///
/// What the staff changed or removed of it since stays as they left it.
///
/// # Errors
/// The database is not a demonstration's, or can't be reached.
pub(crate) async fn load(
    store: &Store,
    passwords: &Passwords,
    now: DateTime<Utc>,
) -> Result<Loaded, DemoError> {
    require_demonstration(store).await?;
    let mut loaded = Loaded::default();
    for member in story::STAFF {
        loaded.accounts += usize::from(load_account(store, passwords, member, now).await?);
    }
    let known = known_events(store).await?;
    if known.is_empty() {
        load_source(store, now).await?;
        load_webhook(store, now).await?;
    }
    for structure in story::STRUCTURES {
        load_organisation(store, structure, now).await?;
    }
    for credentials in story::CREDENTIALS {
        load_client(store, credentials, now).await?;
    }
    for item in story::items() {
        if !known.contains(&item.id()?) {
            loaded.events += usize::from(load_event(store, item, now).await?);
        }
    }
    // Last: they name events.
    projects::load(store, now).await?;
    citizens::load(store, now).await?;
    involvements::load(store, now).await?;
    Ok(loaded)
}

/// Loads the demonstration into an empty store, as `serve --demo` does, told for its clock's now.
///
/// # Errors
/// The store holds other data, or can't be reached; in words.
pub async fn fill(store: &Store) -> Result<(), String> {
    let passwords = Passwords::new().map_err(|error| error.to_string())?;
    let loaded = load(store, &passwords, store.clock().now()).await;
    loaded.map(drop).map_err(|error| error.to_string())
}

async fn require_demonstration(store: &Store) -> Result<(), DemoError> {
    let snapshot = store.read().await?;
    let users = persistence::accounts::count_users(&snapshot).await?;
    drop(snapshot);
    let is_empty = users == 0 && known_events(store).await?.is_empty();
    // Read last: another instance that begins the demonstration just now writes the word with the
    // first thing it loads.
    match store.meta(BEGUN_AS).await?.as_deref() {
        Some(DEMO) => Ok(()),
        None if is_empty => Ok(()),
        _ => Err(DemoError::NotADemonstration),
    }
}

/// Every event that is there or was, also those that were removed: they don't come back.
async fn known_events(store: &Store) -> Result<HashSet<Id<Event>>, StoreError> {
    let snapshot = store.read().await?;
    let ever = EventFilter {
        updated_since: Some(DateTime::UNIX_EPOCH),
        ..EventFilter::default()
    };
    let order = (Order::UpdatedAt, Direction::Ascending);
    let mut known = HashSet::new();
    let mut part = Part::first(PAGE);
    loop {
        let page = persistence::events::list(&snapshot, View::Staff, &ever, order, part);
        let (page, _) = page.await?;
        let is_last = (page.len() as u64) < PAGE;
        for listed in page {
            let (id, updated_at) = match listed {
                Listed::There(event) => (event.id, event.updated_at),
                Listed::Gone { id, updated_at } => (id, updated_at),
            };
            part.after = Some((updated_at, id.uuid()));
            known.insert(id);
        }
        if is_last {
            return Ok(known);
        }
    }
}

/// Makes an account, unless it or another of that address is there; says whether it did.
///
/// It is looked for again inside the write: another instance may load the demonstration just now.
async fn load_account(
    store: &Store,
    passwords: &Passwords,
    member: Member,
    now: DateTime<Utc>,
) -> Result<bool, DemoError> {
    let snapshot = store.read().await?;
    let there = persistence::accounts::find(&snapshot, member.id())
        .await?
        .is_some();
    drop(snapshot);
    let email = member.email().map_err(DemoError::Account)?;
    if there
        || persistence::accounts::credentials(store, &email)
            .await?
            .is_some()
    {
        return Ok(false);
    }
    let hash = passwords.hash(PASSWORD.to_owned()).await;
    let hash = hash.map_err(|error| DemoError::Password(error.to_string()))?;
    let written = store.write(act(now), move |writing| {
        let hash = hash.clone();
        Box::pin(async move {
            if persistence::accounts::load(writing, member.id())
                .await?
                .is_some()
            {
                return Ok(false);
            }
            writing.put_meta(BEGUN_AS, DEMO).await?;
            let made = member.made(writing.now());
            let made = made.map_err(|code| Stop::Refused(DemoError::Account(code)))?;
            persistence::accounts::save(writing, &made, Some(hash)).await?;
            Ok(true)
        })
    });
    Ok(written.await?)
}

/// Tells one event, all that happened to it, in one write; says whether it did.
///
/// Each change is decided at the moment it happened in the story, and the event bears these moments;
/// the entries of the audit trail bear that of the loading, for that is when they were written.
async fn load_event(store: &Store, item: Item, now: DateTime<Utc>) -> Result<bool, DemoError> {
    tracing::debug!(event = item.key(), "the demonstration's event is loaded");
    let written = store.write(act(now), move |writing| {
        Box::pin(async move {
            let id = item.id().map_err(|error| Stop::Refused(error.into()))?;
            if persistence::events::load(writing, id).await?.is_some() {
                return Ok(false);
            }
            if let Some(by) = item.proposed_by()
                && persistence::organisations::load(writing, by)
                    .await?
                    .is_none()
            {
                return Ok(false);
            }
            writing.put_meta(BEGUN_AS, DEMO).await?;
            let slug = persistence::events::free_slug(writing, item.slug()).await?;
            let changes = item
                .tell(slug, now)
                .map_err(|error| Stop::Refused(error.into()))?;
            for change in &changes {
                persistence::events::save(writing, change).await?;
            }
            Ok(true)
        })
    });
    Ok(written.await?)
}

/// Makes the source, unless another instance did just now. Only where the story begins: one that the staff
/// deleted leaves nothing that would tell.
async fn load_source(store: &Store, now: DateTime<Utc>) -> Result<(), DemoError> {
    let written = store.write(act(now), |writing| {
        Box::pin(async move {
            let changes = story::paused_source(writing.now());
            let changes = changes.map_err(|code| Stop::Refused(DemoError::Source(code)))?;
            let id = changes[0].after().id;
            let there = persistence::import_sources::load(writing, id).await?;
            if there.is_none() {
                for change in &changes {
                    persistence::import_sources::save(writing, change).await?;
                }
            }
            Ok(())
        })
    });
    Ok(written.await?)
}

/// Makes the webhook, unless another instance did just now; as the source, only where the story begins.
async fn load_webhook(store: &Store, now: DateTime<Utc>) -> Result<(), DemoError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| DemoError::Password(error.to_string()))?;
    let written = store.write(act(now), move |writing| {
        Box::pin(async move {
            let changes = story::paused_webhook(writing.now());
            let [made, paused] = changes.map_err(|code| Stop::Refused(DemoError::Webhook(code)))?;
            let there = persistence::webhooks::load(writing, made.after().id).await?;
            if there.is_none() {
                persistence::webhooks::save(writing, &made, Some(&secret)).await?;
                persistence::webhooks::save(writing, &paused, None).await?;
            }
            Ok(())
        })
    });
    Ok(written.await?)
}

/// Makes a structure, unless it is there: nothing removes one. What the staff made meanwhile goes first.
async fn load_organisation(
    store: &Store,
    structure: Structure,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let content = structure.content().map_err(DemoError::Organisation)?;
    let written = store.write(act(now), move |writing| {
        let content = content.clone();
        Box::pin(async move {
            persistence::organisations::line_up(writing).await?;
            let there = persistence::organisations::load(writing, structure.id()).await?;
            if there.is_some() {
                return Ok(());
            }
            writing.put_meta(BEGUN_AS, DEMO).await?;
            let others = persistence::organisations::may_be_one_with(writing, &content).await?;
            let wanted = Slug::of(content.name.as_str());
            let slug = persistence::organisations::free_slug(writing, wanted).await?;
            let Ok(changes) = structure.tell(content, slug, &others) else {
                return Ok(());
            };
            for change in &changes {
                persistence::organisations::save(writing, change).await?;
            }
            Ok(())
        })
    });
    Ok(written.await?)
}

/// Issues credentials, unless they are there or their structure can't have any.
async fn load_client(
    store: &Store,
    credentials: Credentials,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let (_, hash) = CLIENT_SECRET.of(credentials.bytes());
    let written = store.write(act(now), move |writing| {
        Box::pin(async move {
            let there = persistence::clients::load(writing, credentials.id()).await?;
            let organisation = credentials.organisation();
            let organisation = persistence::organisations::load(writing, organisation).await?;
            if let (None, Some(organisation)) = (there, organisation)
                && let Ok(issued) = credentials.issue(&organisation)
            {
                persistence::clients::save(writing, &issued, Some(hash)).await?;
            }
            Ok(())
        })
    });
    Ok(written.await?)
}

fn act(now: DateTime<Utc>) -> Act {
    let request_id = SystemIds::at(now).next();
    Act::system(STORY, request_id)
}
