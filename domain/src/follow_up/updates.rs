//! Updates: how a project goes, told by its holder or by the PETR.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::whose::Happening;
use super::{FollowUpRefusal, Whose};
use crate::kernel::{Change, Fact, FaultCode, Id, Ids, Line, Prose, Reason};
use crate::projects::{Project, ProjectState, Side, TimelineEntry, TimelineKind};

/// How a project goes, as it was told once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Update {
    /// Its id.
    pub id: Id<Update>,
    /// To which project it belongs.
    #[serde(flatten)]
    pub whose: Whose,
    /// What it says.
    pub content: UpdateContent,
    /// Who tells it.
    pub by: Side,
    /// When it was removed.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was told.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What an update says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UpdateContent {
    /// In a few words.
    pub title: Option<Line<200>>,
    /// All of it, in Markdown (CommonMark).
    pub text: Prose<20_000>,
    /// How far the project is.
    pub progress: Option<Progress>,
}

/// How far a project is, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Progress(u8);

impl Progress {
    /// # Errors
    /// More than all of it.
    pub fn new(percent: i64) -> Result<Self, FaultCode> {
        match u8::try_from(percent) {
            Ok(percent) if percent <= 100 => Ok(Self(percent)),
            _ => Err(FaultCode::OutOfRange {
                min: "0",
                max: "100",
            }),
        }
    }

    /// In percent.
    #[must_use]
    pub fn percent(self) -> u8 {
        self.0
    }
}

/// What happened to an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateFact {
    /// It was told.
    Posted,
    /// It was changed.
    Edited,
    /// It was removed.
    Deleted,
}

impl Fact for UpdateFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Posted => "project.update_posted",
            Self::Edited => "project.update_edited",
            Self::Deleted => "project.update_deleted",
        }
    }

    fn is_told(&self) -> bool {
        *self == Self::Posted
    }
}

type Changed = Change<Update, UpdateFact>;

/// The most updates of a project.
pub const MOST_UPDATES: u64 = 1_000;

/// Tells how a project goes.
///
/// # Errors
/// It was not accepted yet, or is over; it has as many as it may have.
pub fn post(
    project: &Project,
    content: UpdateContent,
    held: u64,
    by: Side,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    if held >= MOST_UPDATES {
        return Err(FollowUpRefusal::TooMany(MOST_UPDATES));
    }
    open(project)?;
    let update = Update {
        id: Id::new(ids),
        whose: Whose::of(project),
        content,
        by,
        deleted_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, update, UpdateFact::Posted))
}

/// Changes what an update says; `None` when nothing would change.
///
/// # Errors
/// It isn't theirs to change, or not any more.
pub fn edit(
    project: &Project,
    update: Update,
    content: UpdateContent,
    by: Side,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, FollowUpRefusal> {
    writes(project, &update, by)?;
    if update.content == content {
        return Ok(None);
    }
    let after = Update {
        content,
        ..next(&update, now)
    };
    Ok(Some(Change::new(Some(update), after, UpdateFact::Edited)))
}

/// Removes an update.
///
/// # Errors
/// It isn't theirs to remove, or not any more.
pub fn delete(
    project: &Project,
    update: Update,
    by: Side,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    writes(project, &update, by)?;
    let after = Update {
        content: UpdateContent {
            title: None,
            text: Prose::stored("-".to_owned()),
            progress: None,
        },
        deleted_at: Some(now),
        ..next(&update, now)
    };
    Ok(Change::new(Some(update), after, UpdateFact::Deleted))
}

/// What the project's timeline tells of a change.
pub fn entry_of(change: &Changed, ids: &mut dyn Ids) -> Option<TimelineEntry> {
    let update = change.after();
    change.facts().contains(&UpdateFact::Posted).then(|| {
        let happening = Happening {
            kind: TimelineKind::UpdatePosted,
            subject: update.id.uuid(),
            by: update.by,
            reason: Reason::default(),
            is_public: true,
        };
        happening.told(update.whose, update.created_at, ids)
    })
}

/// The PETR mends what anybody told, whenever; a holder what it told itself, as long as it could tell more.
fn writes(project: &Project, update: &Update, by: Side) -> Result<(), FollowUpRefusal> {
    match (by, update.by) {
        (Side::Petr, _) => Ok(()),
        (Side::Holder, Side::Petr) => Err(FollowUpRefusal::PetrWroteIt),
        (Side::Holder, Side::Holder) => open(project),
    }
}

fn open(project: &Project) -> Result<(), FollowUpRefusal> {
    match project.state {
        ProjectState::Accepted | ProjectState::InProgress | ProjectState::OnHold => Ok(()),
        state => Err(FollowUpRefusal::Project(state)),
    }
}

fn next(update: &Update, now: DateTime<Utc>) -> Update {
    Update {
        version: update.version + 1,
        updated_at: now.max(update.updated_at),
        ..update.clone()
    }
}
