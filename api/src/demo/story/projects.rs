//! How the projects of the demonstration are told; [`undertakings`] has them.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::events::{Audience, Event};
use domain::kernel::{
    Change, Contact, FaultCode, Id, InseeCode, Line, MailLanguage, Prose, Reason, Slug,
};
use domain::organisations::Organisation;
use domain::projects::{
    self, Effect, PlanDraft, Project, ProjectContent, ProjectDraft, ProjectFact, ProjectRefusal,
    ProjectTransition, Quantity, Rights, Side, StepDraft, StepState, Team, Theme,
};

use super::frameworks::Plan;
use super::ids::StoryIds;
use super::organisations::Structure;

/// The moment in their ids.
const SINCE_SECONDS: i64 = 1_570_000_000;

/// A project of the story.
#[derive(Clone, Copy)]
pub(crate) struct Undertaking {
    pub(super) title: &'static str,
    pub(super) of: Structure,
    pub(super) reference: Option<&'static str>,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) theme: Theme,
    pub(super) communes: &'static [&'static str],
    /// The framework, with the codes of the axis and of the action.
    pub(super) plan: Option<(Plan, &'static str, &'static str)>,
    pub(super) volunteers: Option<u32>,
    pub(super) skills: &'static [&'static str],
    /// What, until when, how far.
    pub(super) steps: &'static [(&'static str, (i32, u32, u32), StepState)],
    /// What, how much, of what.
    pub(super) effects: &'static [(&'static str, f64, &'static str)],
    pub(super) budget_euros: Option<i64>,
    pub(super) came_from: Option<&'static str>,
    pub(super) organises: Option<&'static str>,
    /// How many days ago it was begun.
    pub(super) days_ago: i64,
    /// What happened then, in order: after how many days, what, in which words.
    pub(super) way: &'static [(i64, ProjectTransition, &'static str)],
}

/// Why a project can't be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectStoryError {
    #[error("a value is wrong: {0:?}")]
    Value(FaultCode),
    #[error(transparent)]
    Refused(#[from] ProjectRefusal),
    #[error("the framework of the story is badly written")]
    Framework,
    #[error("an event of the story has no such id")]
    Event,
}

impl From<FaultCode> for ProjectStoryError {
    fn from(code: FaultCode) -> Self {
        Self::Value(code)
    }
}

type Changed = Change<Project, ProjectFact>;

impl Undertaking {
    /// Its id, the same in every demonstration.
    pub(crate) fn id(&self) -> Id<Project> {
        Id::new(&mut StoryIds::of(self.title, since()))
    }

    /// Whose it is.
    pub(crate) fn holder(&self) -> Id<Organisation> {
        self.of.id()
    }

    /// The slug that it would have.
    pub(crate) fn slug(&self) -> Slug {
        Slug::of(self.title)
    }

    /// All that happened to it, for `now`; `holder` is whom to ask at its holder's.
    pub(crate) fn tell(
        &self,
        slug: Slug,
        holder: Option<&Contact>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Changed>, ProjectStoryError> {
        let began = now - TimeDelta::days(self.days_ago);
        let mut ids = StoryIds::of(self.title, since());
        let draft = self.draft()?;
        let made = projects::create(draft, self.holder(), slug, Side::Holder, &mut ids, began)?;
        let mut told = vec![made];
        for (days, transition, words) in self.way {
            let at = began + TimeDelta::days(*days);
            let before = told[told.len() - 1].after().clone();
            let reason = reason(*transition, words);
            told.push(match transition {
                ProjectTransition::Submit => {
                    projects::submit(before, holder, reason, rights(*transition), at)?
                }
                other => projects::turn(before, *other, reason, rights(*other), at)?,
            });
        }
        Ok(told)
    }

    fn draft(&self) -> Result<ProjectDraft, ProjectStoryError> {
        Ok(ProjectDraft {
            reference: self.reference.map(Line::parse).transpose()?,
            content: self.content()?,
            steps: self.steps()?,
            plan: self.plan_draft()?,
            petr: None,
        })
    }

    fn content(&self) -> Result<ProjectContent, ProjectStoryError> {
        let is_said = |text: &'static str| (!text.is_empty()).then_some(text);
        let communes = self.communes.iter().map(|code| InseeCode::parse(code));
        let skills = self.skills.iter().map(|skill| Line::parse(skill));
        let effects = self.effects.iter().map(|(name, quantity, unit)| {
            Ok::<_, FaultCode>(Effect {
                name: Line::parse(name)?,
                quantity: Quantity::new(*quantity)?,
                unit: Line::parse(unit)?,
            })
        });
        Ok(ProjectContent {
            title: Line::parse(self.title)?,
            summary: is_said(self.summary).map(Prose::parse).transpose()?,
            description: is_said(self.description).map(Prose::parse).transpose()?,
            theme: Some(self.theme),
            communes: communes.collect::<Result<_, _>>()?,
            coordinates: None,
            audiences: vec![Audience::GeneralPublic],
            team: Team {
                volunteers_sought: self.volunteers,
                skills_sought: skills.collect::<Result<_, _>>()?,
            },
            starts_on: None,
            ends_on: None,
            expected_effects: effects.collect::<Result<_, _>>()?,
            budget_cents: self.budget_euros.map(|euros| euros * 100),
            contact: None,
            language: MailLanguage::Fr,
            came_from_events: events(self.came_from)?,
            organised_events: events(self.organises)?,
        })
    }

    fn steps(&self) -> Result<Vec<StepDraft>, FaultCode> {
        let step = |(title, (year, month, day), state): &(&str, (i32, u32, u32), StepState)| {
            Ok(StepDraft {
                id: None,
                title: Line::parse(title)?,
                due_on: NaiveDate::from_ymd_opt(*year, *month, *day),
                state: *state,
            })
        };
        self.steps.iter().map(step).collect()
    }

    fn plan_draft(&self) -> Result<PlanDraft, ProjectStoryError> {
        let Some((plan, axis, action)) = self.plan else {
            return Ok(PlanDraft::default());
        };
        let made = plan.tell().map_err(|_| ProjectStoryError::Framework)?;
        let mut axes = made.after().axes.iter();
        let axis = axes
            .find(|one| one.code.as_str() == axis)
            .ok_or(ProjectStoryError::Framework)?;
        let mut actions = axis.actions.iter();
        let action = actions
            .find(|one| one.code.as_str() == action)
            .ok_or(ProjectStoryError::Framework)?;
        Ok(PlanDraft {
            axes: Some(vec![axis.id]),
            actions: Some(vec![action.id]),
        })
    }
}

fn events(id: Option<&str>) -> Result<Vec<Id<Event>>, ProjectStoryError> {
    let parse = |text| uuid::Uuid::try_parse(text).map_err(|_| ProjectStoryError::Event);
    Ok(id
        .map(parse)
        .transpose()?
        .map(Id::from_uuid)
        .into_iter()
        .collect())
}

/// Where a reason is needed the words are one, elsewhere a note.
fn reason(transition: ProjectTransition, words: &str) -> Reason {
    let said = |words: &str| words.to_owned();
    match transition {
        _ if words.is_empty() => Reason::default(),
        one if one.needs_reason() => Reason::from(Prose::stored(said(words))),
        _ => Reason {
            note: Some(Prose::stored(said(words))),
            ..Reason::default()
        },
    }
}

fn rights(transition: ProjectTransition) -> Rights {
    let decides = transition.is_decision();
    Rights {
        side: if decides { Side::Petr } else { Side::Holder },
        writes: !decides,
        decides,
    }
}

fn since() -> DateTime<Utc> {
    DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default()
}
