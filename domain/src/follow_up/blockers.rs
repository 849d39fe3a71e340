//! Blockers: what stands in a project's way, who is to clear it, and with whom.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::whose::Happening;
use super::{FollowUpRefusal, Whose};
use crate::kernel::{
    Change, Check, Contact, Fact, FaultCode, Faults, Id, Ids, Line, Prose, Reason, Vocabulary,
    day_of,
};
use crate::projects::{Project, ProjectState, Side, TimelineEntry, TimelineKind};

/// Something that stands in a project's way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Blocker {
    /// Its id.
    pub id: Id<Blocker>,
    /// To which project it belongs.
    #[serde(flatten)]
    pub whose: Whose,
    /// What it is.
    pub content: BlockerContent,
    /// What the staff notes for itself.
    pub internal_note: Option<Prose<5_000>>,
    /// Whether it still stands there.
    pub state: BlockerState,
    /// How it was cleared.
    pub resolution: Option<Resolution>,
    /// Why it was opened again the last time.
    pub reopened_because: Option<Prose<1000>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlockerContent {
    /// In a few words.
    pub title: Line<200>,
    /// More about it.
    pub description: Option<Prose<5_000>>,
    /// Who is to clear it.
    pub owner: Owner,
    /// With whom.
    pub interlocutor: Option<Interlocutor>,
    /// Since when.
    pub opened_on: NaiveDate,
}

/// Who is to clear something out of the way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Owner {
    /// On which side.
    pub side: Side,
    /// In which role (*référent énergie*).
    pub role: Option<Line<120>>,
}

/// The structure with which something is to be cleared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Interlocutor {
    /// Of which kind.
    pub kind: InterlocutorKind,
    /// What it is called.
    pub name: Line<200>,
    /// Whom to ask there.
    pub contact: Option<Contact>,
}

/// How something was cleared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resolution {
    /// How.
    pub text: Prose<2_000>,
    /// When.
    pub on: NaiveDate,
}

/// Of which kind the structure is with which something is to be cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterlocutorKind {
    /// A service of the State.
    StateService,
    /// A commune, an intercommunality, a department, a region.
    LocalAuthority,
    /// Whoever is to pay.
    Funder,
    /// Any other one.
    Other,
}

impl Vocabulary for InterlocutorKind {
    const NAME: &'static str = "InterlocutorKind";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::StateService, "state_service"),
        (Self::LocalAuthority, "local_authority"),
        (Self::Funder, "funder"),
        (Self::Other, "other"),
    ];
}

/// Whether a blocker still stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockerState {
    /// It does.
    Open,
    /// It was cleared.
    Resolved,
}

impl Vocabulary for BlockerState {
    const NAME: &'static str = "BlockerState";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Open, "open"), (Self::Resolved, "resolved")];
}

impl Blocker {
    /// For how many days it stands in the way, or stood there.
    #[must_use]
    pub fn age_days(&self, now: DateTime<Utc>) -> i64 {
        let until = self.resolution.as_ref().map(|resolution| resolution.on);
        let until = until.unwrap_or_else(|| day_of(now));
        (until - self.content.opened_on).num_days().max(0)
    }
}

/// What happened to a blocker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockerFact {
    /// It was noted, by whom.
    Opened(Side),
    /// What it says changed.
    Edited,
    /// It was cleared, by whom.
    Resolved(Side),
    /// It is in the way again, by whom.
    Reopened(Side),
}

impl Fact for BlockerFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Opened(_) => "blocker.opened",
            Self::Edited => "blocker.edited",
            Self::Resolved(_) => "blocker.resolved",
            Self::Reopened(_) => "blocker.reopened",
        }
    }

    fn is_told(&self) -> bool {
        *self != Self::Edited
    }
}

type Changed = Change<Blocker, BlockerFact>;

/// The most blockers of a project.
pub const MOST_BLOCKERS: u64 = 200;

/// Notes what stands in a project's way.
///
/// # Errors
/// The project is a draft, or over, or has as many as it may have; or a day is to come.
pub fn open(
    project: &Project,
    content: BlockerContent,
    internal_note: Option<Prose<5_000>>,
    held: u64,
    by: Side,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    if held >= MOST_BLOCKERS {
        return Err(FollowUpRefusal::TooMany(MOST_BLOCKERS));
    }
    goes_on(project)?;
    begun(&content, None, now)?;
    let blocker = Blocker {
        id: Id::new(ids),
        whose: Whose::of(project),
        content,
        internal_note,
        state: BlockerState::Open,
        resolution: None,
        reopened_because: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, blocker, BlockerFact::Opened(by)))
}

/// Changes what a blocker says; `None` when nothing would change. The staff's note stays when unsaid.
///
/// # Errors
/// A day is to come, or comes after the resolution.
pub fn edit(
    blocker: Blocker,
    content: BlockerContent,
    internal_note: Option<Option<Prose<5_000>>>,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, FollowUpRefusal> {
    begun(&content, blocker.resolution.as_ref(), now)?;
    let mut after = next(&blocker, now);
    after.content = content;
    if let Some(note) = internal_note {
        after.internal_note = note;
    }
    let is_same = blocker.content == after.content && blocker.internal_note == after.internal_note;
    if is_same {
        return Ok(None);
    }
    let fact = BlockerFact::Edited;
    Ok(Some(Change::new(Some(blocker), after, fact)))
}

/// Says how it was cleared; today, unless another day is named.
///
/// # Errors
/// It was already, or the day is before it began or to come.
pub fn resolve(
    blocker: Blocker,
    text: Prose<2_000>,
    on: Option<NaiveDate>,
    by: Side,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    in_state(&blocker, BlockerState::Open)?;
    let on = on.unwrap_or_else(|| day_of(now));
    let mut check = Check::new();
    if on > day_of(now) {
        check.fault("/resolved_on", FaultCode::InTheFuture);
    }
    if on < blocker.content.opened_on {
        check.fault("/resolved_on", FaultCode::EndsBeforeStart);
    }
    check.done(Some(()))?;
    let mut after = next(&blocker, now);
    after.state = BlockerState::Resolved;
    after.resolution = Some(Resolution { text, on });
    let fact = BlockerFact::Resolved(by);
    Ok(Change::new(Some(blocker), after, fact))
}

/// It stands in the way again.
///
/// # Errors
/// It still does, or the project is over.
pub fn reopen(
    project: &Project,
    blocker: Blocker,
    because: Prose<1000>,
    by: Side,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    in_state(&blocker, BlockerState::Resolved)?;
    goes_on(project)?;
    let mut after = next(&blocker, now);
    after.state = BlockerState::Open;
    after.resolution = None;
    after.reopened_because = Some(because);
    let fact = BlockerFact::Reopened(by);
    Ok(Change::new(Some(blocker), after, fact))
}

/// What the project's timeline tells of a change.
pub fn entry_of(change: &Changed, ids: &mut dyn Ids) -> Option<TimelineEntry> {
    let blocker = change.after();
    let (kind, by) = change.facts().iter().find_map(|fact| match fact {
        BlockerFact::Opened(by) => Some((TimelineKind::BlockerOpened, *by)),
        BlockerFact::Resolved(by) => Some((TimelineKind::BlockerResolved, *by)),
        BlockerFact::Reopened(by) => Some((TimelineKind::BlockerReopened, *by)),
        BlockerFact::Edited => None,
    })?;
    let reason = match kind {
        TimelineKind::BlockerReopened => blocker.reopened_because.clone(),
        _ => None,
    };
    let happening = Happening {
        kind,
        subject: blocker.id.uuid(),
        by,
        reason: Reason {
            reason,
            ..Reason::default()
        },
        is_public: false,
    };
    Some(happening.told(blocker.whose, blocker.updated_at, ids))
}

fn goes_on(project: &Project) -> Result<(), FollowUpRefusal> {
    match project.state {
        ProjectState::Submitted
        | ProjectState::InformationRequested
        | ProjectState::Accepted
        | ProjectState::InProgress
        | ProjectState::OnHold => Ok(()),
        state => Err(FollowUpRefusal::Project(state)),
    }
}

fn in_state(blocker: &Blocker, state: BlockerState) -> Result<(), FollowUpRefusal> {
    match blocker.state == state {
        true => Ok(()),
        false => Err(FollowUpRefusal::Blocker(blocker.state)),
    }
}

fn begun(
    content: &BlockerContent,
    resolution: Option<&Resolution>,
    now: DateTime<Utc>,
) -> Result<(), Faults> {
    let mut check = Check::new();
    if content.opened_on > day_of(now) {
        check.fault("/opened_on", FaultCode::InTheFuture);
    } else if resolution.is_some_and(|resolution| resolution.on < content.opened_on) {
        check.fault("/opened_on", FaultCode::EndsBeforeStart);
    }
    check.done(Some(()))
}

fn next(blocker: &Blocker, now: DateTime<Utc>) -> Blocker {
    Blocker {
        version: blocker.version + 1,
        updated_at: now.max(blocker.updated_at),
        ..blocker.clone()
    }
}
