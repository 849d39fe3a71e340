//! The funding plan of a project: who is asked for how much, what is given, and what is still to find.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{FollowUpRefusal, Whose};
use crate::kernel::{
    Change, Check, Fact, FaultCode, Faults, Id, Ids, Line, Prose, Vocabulary, day_of,
};
use crate::projects::{Project, ProjectState, Side};

/// One line of a project's funding plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Funding {
    /// Its id.
    pub id: Id<Funding>,
    /// To which project it belongs.
    #[serde(flatten)]
    pub whose: Whose,
    /// What it says.
    pub content: FundingContent,
    /// What the staff notes for itself.
    pub internal_note: Option<Prose<2_000>>,
    /// Who said what it says: the PETR, as soon as it wrote it or changed it.
    pub by: Side,
    /// When it was removed.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a line of a funding plan says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FundingContent {
    /// Who is asked: the structure's name.
    pub source: Line<200>,
    /// Under which scheme.
    pub scheme: Option<Line<200>>,
    /// For how much, and what came of it.
    #[serde(flatten)]
    pub part: Part,
    /// What everybody reads.
    pub note: Option<Prose<2_000>>,
}

/// How much is asked for, and what came of it: amounts, state and day agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Part {
    sought_cents: i64,
    granted_cents: i64,
    state: FundingState,
    decided_on: Option<NaiveDate>,
}

/// The most lines of a plan.
pub const MOST_LINES: u64 = 200;

/// The greatest amount, in cents.
pub const MOST_CENTS: i64 = 100_000_000_000;

impl Part {
    /// What was given is as much as was asked, where all was granted and nothing else is said; nothing where
    /// nothing was.
    ///
    /// # Errors
    /// The amounts, the state and the day don't agree.
    pub fn new(
        sought_cents: i64,
        granted_cents: Option<i64>,
        state: FundingState,
        decided_on: Option<NaiveDate>,
    ) -> Result<Self, Faults> {
        let mut check = Check::new();
        let amounts = [
            ("/sought_cents", Some(sought_cents)),
            ("/granted_cents", granted_cents),
        ];
        for (pointer, cents) in amounts {
            if cents.is_some_and(|cents| !(0..=MOST_CENTS).contains(&cents)) {
                let code = FaultCode::OutOfRange {
                    min: "0",
                    max: "100000000000",
                };
                check.fault(pointer, code);
            }
        }
        let unsaid = match state {
            FundingState::Granted => Some(sought_cents),
            FundingState::PartlyGranted => None,
            _ => Some(0),
        };
        let granted = granted_cents.or(unsaid);
        let agrees = |granted: i64| match state {
            FundingState::Granted => granted > 0 && granted >= sought_cents,
            FundingState::PartlyGranted => 0 < granted && granted < sought_cents,
            _ => granted == 0,
        };
        match granted {
            None => check.fault("/granted_cents", FaultCode::Required),
            Some(granted) if !agrees(granted) => {
                check.fault("/granted_cents", FaultCode::GrantedDiffers);
            }
            Some(_) => {}
        }
        match (state.is_decided(), decided_on) {
            (true, None) => check.fault("/decided_on", FaultCode::Required),
            (false, Some(_)) => check.fault("/decided_on", FaultCode::Undecided),
            _ => {}
        }
        check.done(granted.map(|granted_cents| Self {
            sought_cents,
            granted_cents,
            state,
            decided_on,
        }))
    }

    /// How much is asked for.
    #[must_use]
    pub fn sought_cents(self) -> i64 {
        self.sought_cents
    }

    /// How much is given.
    #[must_use]
    pub fn granted_cents(self) -> i64 {
        self.granted_cents
    }

    /// How far it is.
    #[must_use]
    pub fn state(self) -> FundingState {
        self.state
    }

    /// When it was decided.
    #[must_use]
    pub fn decided_on(self) -> Option<NaiveDate> {
        self.decided_on
    }
}

/// How far a line of a funding plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FundingState {
    /// To be asked for.
    Planned,
    /// Asked for.
    Sought,
    /// Given, all of it.
    Granted,
    /// Given, a part of it.
    PartlyGranted,
    /// Not given.
    Refused,
}

impl Vocabulary for FundingState {
    const NAME: &'static str = "FundingState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Planned, "planned"),
        (Self::Sought, "sought"),
        (Self::Granted, "granted"),
        (Self::PartlyGranted, "partly_granted"),
        (Self::Refused, "refused"),
    ];
}

impl FundingState {
    /// Whether the source has answered.
    #[must_use]
    pub fn is_decided(self) -> bool {
        match self {
            Self::Planned | Self::Sought => false,
            Self::Granted | Self::PartlyGranted | Self::Refused => true,
        }
    }
}

/// What the lines of a plan amount to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// What they ask for in all, whatever came of it.
    pub sought_cents: i64,
    /// What is given.
    pub granted_cents: i64,
    /// What was asked for and is not given, where it was decided.
    pub refused_cents: i64,
}

impl Totals {
    /// The totals of these lines.
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut totals = Self::default();
        for part in parts {
            totals.add(part);
        }
        totals
    }

    /// With one more line.
    pub fn add(&mut self, part: Part) {
        self.sought_cents += part.sought_cents;
        self.granted_cents += part.granted_cents;
        if part.state.is_decided() {
            self.refused_cents += (part.sought_cents - part.granted_cents).max(0);
        }
    }

    /// What a budget still lacks.
    #[must_use]
    pub fn to_find_cents(self, budget_cents: i64) -> i64 {
        (budget_cents - self.granted_cents).max(0)
    }
}

/// What happened to a line of a funding plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FundingFact {
    /// It was noted.
    Planned,
    /// What it says changed.
    Edited,
    /// It was asked for.
    Sought,
    /// It was given, or a part of it.
    Granted,
    /// It was not given.
    Refused,
    /// It was removed.
    Deleted,
}

impl Fact for FundingFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Planned => "funding.planned",
            Self::Edited => "funding.edited",
            Self::Sought => "funding.sought",
            Self::Granted => "funding.granted",
            Self::Refused => "funding.refused",
            Self::Deleted => "funding.deleted",
        }
    }

    fn is_told(&self) -> bool {
        matches!(self, Self::Sought | Self::Granted | Self::Refused)
    }
}

type Changed = Change<Funding, FundingFact>;

/// A line as it is noted.
#[derive(Debug, Clone, PartialEq)]
pub struct FundingDraft {
    /// What it says.
    pub content: FundingContent,
    /// What the staff notes for itself.
    pub internal_note: Option<Prose<2_000>>,
}

/// Notes a line in a plan that has so many.
///
/// # Errors
/// The project's state doesn't let its holder; the plan is full; the day of the decision is to come.
pub fn plan(
    project: &Project,
    draft: FundingDraft,
    held: u64,
    by: Side,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    open(project, by)?;
    if held >= MOST_LINES {
        return Err(FollowUpRefusal::TooMany(MOST_LINES));
    }
    let FundingDraft {
        content,
        internal_note,
    } = draft;
    decided(&content, now)?;
    let state = content.part.state;
    let funding = Funding {
        id: Id::new(ids),
        whose: Whose::of(project),
        content,
        internal_note,
        by,
        deleted_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let change = Change::new(None, funding, FundingFact::Planned);
    Ok(match fact_of(state) {
        Some(fact) => change.and(fact),
        None => change,
    })
}

/// Changes a line; `None` when nothing would change. The staff's note stays when unsaid.
///
/// # Errors
/// It is not its holder's to change, or not in this state; the day of the decision is to come.
pub fn edit(
    project: &Project,
    funding: Funding,
    content: FundingContent,
    internal_note: Option<Option<Prose<2_000>>>,
    by: Side,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, FollowUpRefusal> {
    writes(project, &funding, by)?;
    decided(&content, now)?;
    let mut after = next(&funding, now);
    if content != funding.content {
        after.content = content;
        after.by = by;
    }
    if let Some(note) = internal_note {
        after.internal_note = note;
    }
    let is_same = funding.content == after.content && funding.internal_note == after.internal_note;
    if is_same {
        return Ok(None);
    }
    let state = after.content.part.state;
    let turned = fact_of(state).filter(|_| funding.content.part.state != state);
    let change = Change::new(Some(funding), after, FundingFact::Edited);
    Ok(Some(match turned {
        Some(fact) => change.and(fact),
        None => change,
    }))
}

/// Removes a line.
///
/// # Errors
/// It is not its holder's to remove, or not in this state.
pub fn delete(
    project: &Project,
    funding: Funding,
    by: Side,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    writes(project, &funding, by)?;
    Ok(go_with_draft(funding, now))
}

/// Removes a line with the draft that it belongs to, whoever wrote it.
#[must_use]
pub fn go_with_draft(funding: Funding, now: DateTime<Utc>) -> Changed {
    let mut after = next(&funding, now);
    after.content.source = Line::stored("-".to_owned());
    after.content.scheme = None;
    after.content.note = None;
    after.internal_note = None;
    after.deleted_at = Some(now);
    Change::new(Some(funding), after, FundingFact::Deleted)
}

/// A holder plans before it hands in and while the project goes on: what waits for an answer, and what is over,
/// stays as it is.
fn open(project: &Project, by: Side) -> Result<(), FollowUpRefusal> {
    use ProjectState as State;
    match (by, project.state) {
        (Side::Petr, _)
        | (
            Side::Holder,
            State::Draft
            | State::InformationRequested
            | State::Accepted
            | State::InProgress
            | State::OnHold,
        ) => Ok(()),
        (
            Side::Holder,
            state @ (State::Submitted | State::Declined | State::Completed | State::Abandoned),
        ) => Err(FollowUpRefusal::Project(state)),
    }
}

/// What the PETR says of the money, a holder doesn't change.
fn writes(project: &Project, funding: &Funding, by: Side) -> Result<(), FollowUpRefusal> {
    if (by, funding.by) == (Side::Holder, Side::Petr) {
        return Err(FollowUpRefusal::PetrWroteIt);
    }
    open(project, by)
}

fn fact_of(state: FundingState) -> Option<FundingFact> {
    match state {
        FundingState::Planned => None,
        FundingState::Sought => Some(FundingFact::Sought),
        FundingState::Granted | FundingState::PartlyGranted => Some(FundingFact::Granted),
        FundingState::Refused => Some(FundingFact::Refused),
    }
}

fn decided(content: &FundingContent, now: DateTime<Utc>) -> Result<(), Faults> {
    match content.part.decided_on {
        Some(day) if day > day_of(now) => Err(Faults::one("/decided_on", FaultCode::InTheFuture)),
        _ => Ok(()),
    }
}

fn next(funding: &Funding, now: DateTime<Utc>) -> Funding {
    Funding {
        version: funding.version + 1,
        updated_at: now.max(funding.updated_at),
        ..funding.clone()
    }
}
