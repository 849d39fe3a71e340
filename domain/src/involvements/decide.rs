//! What becomes of an involvement: begun by the person, recorded, answered and ended.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Involvement, InvolvementFact, InvolvementMistake, InvolvementRole, InvolvementState,
    InvolvementTransition,
};
use crate::citizens::Pseudonym;
use crate::kernel::{Change, Id, Ids, Vocabulary, day_of};
use crate::projects::{Project, ProjectState};

type Changed = Change<Involvement, InvolvementFact>;

/// Who is to be tied to which project, and as what.
#[derive(Debug, Clone, Copy)]
pub struct Begin<'p> {
    /// The project.
    pub project: &'p Project,
    /// The person.
    pub person: Id<Pseudonym>,
    /// As what.
    pub role: InvolvementRole,
    /// What they have open as that in it, under whichever name.
    pub open: Option<Id<Involvement>>,
}

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvolvementRefusal {
    /// They are that already, or have offered to be.
    #[error("there is one already")]
    Already(Id<Involvement>),
    /// Only the staff says who carries a project.
    #[error("the staff records who carries a project")]
    StaffRecords,
    /// Only they say that they follow or support it.
    #[error("nobody follows or supports a project but by their own word")]
    OwnWord,
    /// Nothing begins there any more, or yet.
    #[error("nobody joins a {} project", .0.word())]
    Project(ProjectState),
    /// That day is to come.
    #[error("the day is to come")]
    InTheFuture,
    /// It can't be done from here.
    #[error("an involvement that is {} takes none of this", .state.word())]
    WrongState {
        /// How far it is.
        state: InvolvementState,
        /// What can be done.
        open: Vec<InvolvementTransition>,
    },
}

/// Somebody says by themselves that they follow or support a project, or offers to help.
///
/// # Errors
/// They do already; nobody carries a project by saying so; it is over, or was not accepted.
pub fn begin(
    asked: Begin<'_>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, InvolvementRefusal> {
    let (state, fact) = match asked.role {
        InvolvementRole::Follower | InvolvementRole::Supporter => {
            (InvolvementState::Active, InvolvementFact::Begun)
        }
        InvolvementRole::Volunteer => (InvolvementState::Offered, InvolvementFact::Offered),
        InvolvementRole::Holder => return Err(InvolvementRefusal::StaffRecords),
    };
    match asked.project.state {
        ProjectState::Accepted | ProjectState::InProgress | ProjectState::OnHold => {}
        state => return Err(InvolvementRefusal::Project(state)),
    }
    made(asked, state, None, fact, ids, now)
}

/// The staff notes since when somebody helps with a project, or carries it.
///
/// # Errors
/// They do already; nobody follows or supports by another's word; the day is to come.
pub fn record(
    asked: Begin<'_>,
    since: NaiveDate,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, InvolvementRefusal> {
    if !asked.role.is_counted() {
        return Err(InvolvementRefusal::OwnWord);
    }
    is_day(since, now)?;
    let (state, fact) = (InvolvementState::Active, InvolvementFact::Recorded);
    made(asked, state, Some(since), fact, ids, now)
}

fn made(
    asked: Begin<'_>,
    state: InvolvementState,
    since: Option<NaiveDate>,
    fact: InvolvementFact,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, InvolvementRefusal> {
    if let Some(open) = asked.open {
        return Err(InvolvementRefusal::Already(open));
    }
    let involvement = Involvement {
        id: Id::new(ids),
        project: asked.project.id,
        person: asked.person,
        role: asked.role,
        state,
        // Who carries it tells the others.
        is_told: asked.role != InvolvementRole::Holder,
        since,
        mistake: None,
        ended_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, involvement, fact))
}

/// Whether somebody can take part since then.
///
/// # Errors
/// That day is to come.
pub fn is_day(since: NaiveDate, now: DateTime<Utc>) -> Result<(), InvolvementRefusal> {
    match since > day_of(now) {
        true => Err(InvolvementRefusal::InTheFuture),
        false => Ok(()),
    }
}

/// Takes an offer: they help since that day. `None` when that was noted before.
///
/// # Errors
/// It is no offer; the day is to come.
pub fn accept(
    involvement: Involvement,
    since: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, InvolvementRefusal> {
    if involvement.state == InvolvementState::Active && involvement.since == Some(since) {
        return Ok(None);
    }
    may(&involvement, InvolvementTransition::Accept)?;
    is_day(since, now)?;
    let after = Involvement {
        state: InvolvementState::Active,
        since: Some(since),
        ..next(&involvement, now)
    };
    Ok(changed(involvement, after, InvolvementFact::Accepted))
}

/// Declines an offer; `None` when that was done before.
///
/// # Errors
/// It is no offer.
pub fn decline(
    involvement: Involvement,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, InvolvementRefusal> {
    if involvement.state == InvolvementState::Declined {
        return Ok(None);
    }
    may(&involvement, InvolvementTransition::Decline)?;
    let after = over(&involvement, InvolvementState::Declined, now);
    Ok(changed(involvement, after, InvolvementFact::Declined))
}

/// Ends it; who took part did until now, and is counted still. `None` when it had ended before.
///
/// # Errors
/// It was declined, or withdrawn.
pub fn end(
    involvement: Involvement,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, InvolvementRefusal> {
    if involvement.state == InvolvementState::Ended {
        return Ok(None);
    }
    may(&involvement, InvolvementTransition::End)?;
    let after = over(&involvement, InvolvementState::Ended, now);
    Ok(changed(involvement, after, InvolvementFact::Ended))
}

/// Takes back that somebody took part: it was noted by mistake, and counts no more. `None` when that was done
/// before.
///
/// # Errors
/// They are not counted.
pub fn withdraw(
    involvement: Involvement,
    mistake: InvolvementMistake,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, InvolvementRefusal> {
    if involvement.state == InvolvementState::Withdrawn {
        return Ok(None);
    }
    may(&involvement, InvolvementTransition::Withdraw)?;
    let after = Involvement {
        mistake: Some(mistake),
        ..over(&involvement, InvolvementState::Withdrawn, now)
    };
    Ok(changed(involvement, after, InvolvementFact::Withdrawn))
}

/// They want no more mails about the project: who follows it for nothing else follows it no more; who supports it or
/// helps with it does so still. `None` where they get none.
#[must_use]
pub fn silence(involvement: Involvement, now: DateTime<Utc>) -> Option<Changed> {
    if !involvement.state.is_open() || !involvement.is_told {
        return None;
    }
    let (after, fact) = match involvement.role {
        InvolvementRole::Follower => (
            over(&involvement, InvolvementState::Ended, now),
            InvolvementFact::Ended,
        ),
        _ => (next(&involvement, now), InvolvementFact::Silenced),
    };
    let after = Involvement {
        is_told: false,
        ..after
    };
    changed(involvement, after, fact)
}

fn changed(before: Involvement, after: Involvement, fact: InvolvementFact) -> Option<Changed> {
    Some(Change::new(Some(before), after, fact))
}

fn may(
    involvement: &Involvement,
    transition: InvolvementTransition,
) -> Result<(), InvolvementRefusal> {
    let open = involvement.transitions();
    match open.contains(&transition) {
        true => Ok(()),
        false => Err(InvolvementRefusal::WrongState {
            state: involvement.state,
            open,
        }),
    }
}

fn over(involvement: &Involvement, state: InvolvementState, now: DateTime<Utc>) -> Involvement {
    Involvement {
        state,
        ended_at: involvement.ended_at.or(Some(now)),
        ..next(involvement, now)
    }
}

fn next(involvement: &Involvement, now: DateTime<Utc>) -> Involvement {
    Involvement {
        version: involvement.version + 1,
        updated_at: now.max(involvement.updated_at),
        ..involvement.clone()
    }
}
