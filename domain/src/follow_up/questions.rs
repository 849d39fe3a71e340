//! Questions about a project, and their answers: the PETR's are official.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::whose::Happening;
use super::{FollowUpRefusal, Whose};
use crate::kernel::{Change, Fact, Id, Ids, Prose, Reason, Vocabulary};
use crate::organisations::View;
use crate::projects::{Project, ProjectState, Side, TimelineEntry, TimelineKind};

/// A question about a project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// Its id.
    pub id: Id<Question>,
    /// To which project it belongs.
    #[serde(flatten)]
    pub whose: Whose,
    /// What is asked.
    pub content: QuestionContent,
    /// Who asks: the other side is to answer.
    pub by: Side,
    /// What was answered, in order.
    pub answers: Vec<Answer>,
    /// Whether it ever was public: mirrors of what is public are told when it is not any more.
    pub was_public: bool,
    /// When it was withdrawn.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionContent {
    /// The question.
    pub text: Prose<5_000>,
    /// Who sees it and its answers.
    pub visibility: QuestionVisibility,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Its id.
    pub id: Id<Answer>,
    /// When it was given.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Side,
    /// What it says.
    pub text: Prose<10_000>,
}

impl Answer {
    /// Whether it is the PETR's word.
    #[must_use]
    pub fn is_official(&self) -> bool {
        self.by == Side::Petr
    }
}

/// Who sees a question and its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionVisibility {
    /// Whoever sees the project.
    Public,
    /// The project's holder and the staff.
    Internal,
}

impl Vocabulary for QuestionVisibility {
    const NAME: &'static str = "QuestionVisibility";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Public, "public"), (Self::Internal, "internal")];
}

impl Question {
    /// Whether whoever sees the project sees it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.content.visibility == QuestionVisibility::Public && self.deleted_at.is_none()
    }

    /// Whether somebody who sees the project in that view sees it.
    #[must_use]
    pub fn is_seen_by(&self, view: View) -> bool {
        let is_inside = view.sees_all_of(self.whose.organisation);
        self.deleted_at.is_none() && (is_inside || self.is_public())
    }

    /// When the side that was asked first answered.
    #[must_use]
    pub fn answered_at(&self) -> Option<DateTime<Utc>> {
        let mut others = self.answers.iter().filter(|answer| answer.by != self.by);
        others.next().map(|answer| answer.at)
    }

    /// Since when it waits for an answer, if it does.
    #[must_use]
    pub fn waiting_since(&self) -> Option<DateTime<Utc>> {
        let waits = self.deleted_at.is_none() && self.answered_at().is_none();
        waits.then_some(self.created_at)
    }
}

/// What happened to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionFact {
    /// It was asked.
    Asked,
    /// It was changed before anybody answered.
    Edited,
    /// It was answered, by whom.
    Answered(Side),
    /// It was withdrawn before anybody answered.
    Withdrawn,
}

impl Fact for QuestionFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Asked => "question.asked",
            Self::Edited => "question.edited",
            Self::Answered(_) => "question.answered",
            Self::Withdrawn => "question.withdrawn",
        }
    }

    fn is_told(&self) -> bool {
        matches!(self, Self::Asked | Self::Answered(_))
    }
}

type Changed = Change<Question, QuestionFact>;

/// The most questions about a project.
pub const MOST_QUESTIONS: u64 = 1_000;

/// Asks something about a project: the PETR its holder, or the other way round.
///
/// # Errors
/// The project is a draft, which nobody has handed in, or has as many as it may have.
pub fn ask(
    project: &Project,
    content: QuestionContent,
    held: u64,
    by: Side,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    if held >= MOST_QUESTIONS {
        return Err(FollowUpRefusal::TooMany(MOST_QUESTIONS));
    }
    if project.state == ProjectState::Draft {
        return Err(FollowUpRefusal::Project(project.state));
    }
    let mut question = Question {
        id: Id::new(ids),
        whose: Whose::of(project),
        content,
        by,
        answers: vec![],
        was_public: false,
        deleted_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    question.was_public = question.is_public();
    Ok(Change::new(None, question, QuestionFact::Asked))
}

/// Changes a question; `None` when nothing would change.
///
/// # Errors
/// Somebody answered, or it isn't theirs to change.
pub fn edit(
    question: Question,
    content: QuestionContent,
    by: Side,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, FollowUpRefusal> {
    writes(&question, by)?;
    if question.content == content {
        return Ok(None);
    }
    let mut after = Question {
        content,
        ..next(&question, now)
    };
    after.was_public |= after.is_public();
    let fact = QuestionFact::Edited;
    Ok(Some(Change::new(Some(question), after, fact)))
}

/// Takes a question back.
///
/// # Errors
/// Somebody answered, or it isn't theirs to withdraw.
pub fn withdraw(
    question: Question,
    by: Side,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    writes(&question, by)?;
    let mut after = next(&question, now);
    after.content.text = Prose::stored("-".to_owned());
    after.deleted_at = Some(now);
    Ok(Change::new(Some(question), after, QuestionFact::Withdrawn))
}

/// The most answers to one question.
pub const MOST_ANSWERS: usize = 100;

/// Answers a question; there may be several answers.
///
/// # Errors
/// It has as many as it may have.
pub fn answer(
    question: Question,
    text: Prose<10_000>,
    by: Side,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, FollowUpRefusal> {
    if question.answers.len() >= MOST_ANSWERS {
        return Err(FollowUpRefusal::TooMany(MOST_ANSWERS as u64));
    }
    let mut after = next(&question, now);
    after.answers.push(Answer {
        id: Id::new(ids),
        at: now,
        by,
        text,
    });
    Ok(Change::new(
        Some(question),
        after,
        QuestionFact::Answered(by),
    ))
}

/// What the project's timeline tells of a change.
pub fn entry_of(change: &Changed, ids: &mut dyn Ids) -> Option<TimelineEntry> {
    let question = change.after();
    let (kind, by) = change.facts().iter().find_map(|fact| match fact {
        QuestionFact::Asked => Some((TimelineKind::QuestionAsked, question.by)),
        QuestionFact::Answered(by) => Some((TimelineKind::QuestionAnswered, *by)),
        QuestionFact::Edited | QuestionFact::Withdrawn => None,
    })?;
    let happening = Happening {
        kind,
        subject: question.id.uuid(),
        by,
        reason: Reason::default(),
        is_public: question.is_public(),
    };
    Some(happening.told(question.whose, question.updated_at, ids))
}

fn writes(question: &Question, by: Side) -> Result<(), FollowUpRefusal> {
    if by == Side::Holder && question.by == Side::Petr {
        return Err(FollowUpRefusal::PetrWroteIt);
    }
    match question.answers.is_empty() {
        true => Ok(()),
        false => Err(FollowUpRefusal::Answered),
    }
}

fn next(question: &Question, now: DateTime<Utc>) -> Question {
    Question {
        version: question.version + 1,
        updated_at: now.max(question.updated_at),
        ..question.clone()
    }
}
