//! What happened in the mission of the demonstration, from its first club session in 2019 to what
//! lies ahead. Pure: told for a moment that is handed in. Uses the domain only.

mod ahead;
mod build;
mod citizens;
mod clients;
mod club;
mod files;
mod follow_up;
mod frameworks;
mod ids;
mod involvements;
mod meetings;
mod organisations;
mod outreach;
mod projects;
mod sources;
mod staff;
#[cfg(test)]
mod tests;
mod told;
mod undertakings;
mod webhooks;
mod workshops;

use chrono::{DateTime, Utc};
use domain::events::{Event, EventFact};
use domain::kernel::{Change, Id, Slug};
use domain::organisations::Organisation;

pub(crate) use build::StoryError;
pub(crate) use citizens::{
    COUNTED, CitizenStoryError, ENROLMENTS, MERGED, OBJECTS, PEOPLE, RESTRICTED, objected,
    restricted,
};
pub(crate) use clients::{CREDENTIALS, Credentials};
pub(crate) use files::{FILES, FileStoryError, ToldFile};
pub(crate) use follow_up::{FollowUpStoryError, follow};
pub(crate) use frameworks::{FRAMEWORKS, Plan};
pub(crate) use involvements::TIES;
pub(crate) use organisations::{STRUCTURES, Structure};
pub(crate) use projects::{ProjectStoryError, Undertaking};
pub(crate) use sources::paused_source;
pub(crate) use staff::{Member, PASSWORD, STAFF};
use told::Told;
pub(crate) use undertakings::PROJECTS;
pub(crate) use webhooks::paused_webhook;

/// One event of the story.
#[derive(Clone, Copy)]
pub(crate) struct Item(&'static Told);

impl Item {
    /// Its name in the story.
    pub(crate) fn key(&self) -> &'static str {
        self.0.key
    }

    /// Its id, the same in every demonstration.
    ///
    /// # Errors
    /// The story is badly written.
    pub(crate) fn id(&self) -> Result<Id<Event>, StoryError> {
        self.0.id()
    }

    /// The slug it takes when it is free.
    pub(crate) fn slug(&self) -> Slug {
        self.0.slug()
    }

    /// The partner who proposed it, if one did.
    pub(crate) fn proposed_by(&self) -> Option<Id<Organisation>> {
        self.0.proposed_by.map(|structure| structure.id())
    }

    /// All that happened to it, as it happened, for somebody who listens at `now`.
    ///
    /// # Errors
    /// The story is badly written.
    pub(crate) fn tell(
        &self,
        slug: Slug,
        now: DateTime<Utc>,
    ) -> Result<Vec<Change<Event, EventFact>>, StoryError> {
        self.0.tell(slug, now)
    }
}

/// The whole story, event by event.
pub(crate) fn items() -> impl Iterator<Item = Item> {
    [
        club::SESSIONS,
        outreach::EVENTS,
        workshops::EVENTS,
        meetings::EVENTS,
        ahead::EVENTS,
    ]
    .into_iter()
    .flatten()
    .map(Item)
}
