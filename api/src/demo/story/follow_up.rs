//! How a project of the demonstration is followed: what was told, asked and answered of it, what stood and
//! stands in its way, and what money was found.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::follow_up::FollowUpRefusal;
use domain::follow_up::blockers::{
    self, Blocker, BlockerContent, BlockerFact, Interlocutor, InterlocutorKind, Owner,
};
use domain::follow_up::funding::{
    self, Funding, FundingContent, FundingDraft, FundingFact, FundingState, Part,
};
use domain::follow_up::questions::{
    self, Question, QuestionContent, QuestionFact, QuestionVisibility,
};
use domain::follow_up::updates::{self, Progress, Update, UpdateContent, UpdateFact};
use domain::kernel::{Change, FaultCode, Faults, Line, Prose, day_of};
use domain::projects::{Project, Side};

use super::ids::StoryIds;

/// The moment in their ids.
const SINCE_SECONDS: i64 = 1_571_000_000;

/// All that was done in the follow-up of a project.
pub(crate) struct Followed {
    pub(crate) updates: Vec<Change<Update, UpdateFact>>,
    pub(crate) questions: Vec<Change<Question, QuestionFact>>,
    pub(crate) blockers: Vec<Change<Blocker, BlockerFact>>,
    pub(crate) funding: Vec<Change<Funding, FundingFact>>,
}

/// Why it can't be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowUpStoryError {
    #[error("a value is wrong: {0:?}")]
    Value(FaultCode),
    #[error("values don't agree: {0}")]
    Values(#[from] Faults),
    #[error(transparent)]
    Refused(#[from] FollowUpRefusal),
}

impl From<FaultCode> for FollowUpStoryError {
    fn from(code: FaultCode) -> Self {
        Self::Value(code)
    }
}

/// The follow-up of a project that is under way, for `now`.
pub(crate) fn follow(
    project: &Project,
    now: DateTime<Utc>,
) -> Result<Followed, FollowUpStoryError> {
    Ok(Followed {
        updates: UPDATES
            .iter()
            .map(|told| told.tell(project, now))
            .collect::<Result<_, _>>()?,
        questions: asked(project, now)?,
        blockers: in_the_way(project, now)?,
        funding: FUNDING
            .iter()
            .map(|line| line.tell(project, now))
            .collect::<Result<_, _>>()?,
    })
}

struct ToldUpdate {
    key: &'static str,
    days_ago: i64,
    title: &'static str,
    text: &'static str,
    progress: i64,
    by: Side,
}

const UPDATES: [ToldUpdate; 2] = [
    ToldUpdate {
        key: "update/first",
        days_ago: 120,
        title: "Deux points de collecte ouverts",
        text: "À Lunéville et à Baccarat, **62 vélos** ont été déposés en trois semaines. Merci aux communes \
               pour les locaux.",
        progress: 15,
        by: Side::Holder,
    },
    ToldUpdate {
        key: "update/second",
        days_ago: 20,
        title: "Le deux-centième vélo est reparti",
        text: "## Ce qui marche\n\nLes soirées du mardi et du jeudi sont pleines.\n\n## Ce qui manque\n\nDes \
               bénévoles qui savent rayonner une roue.",
        progress: 35,
        by: Side::Holder,
    },
];

impl ToldUpdate {
    fn tell(
        &self,
        project: &Project,
        now: DateTime<Utc>,
    ) -> Result<Change<Update, UpdateFact>, FollowUpStoryError> {
        let content = UpdateContent {
            title: Some(Line::parse(self.title)?),
            text: Prose::parse(self.text)?,
            progress: Some(Progress::new(self.progress)?),
        };
        let at = now - TimeDelta::days(self.days_ago);
        Ok(updates::post(
            project,
            content,
            0,
            self.by,
            &mut ids(self.key),
            at,
        )?)
    }
}

/// A public question with the PETR's answer, and one that waits for its holder's.
fn asked(
    project: &Project,
    now: DateTime<Utc>,
) -> Result<Vec<Change<Question, QuestionFact>>, FollowUpStoryError> {
    let ago = |days| now - TimeDelta::days(days);
    let content = |text, visibility| {
        Ok::<_, FaultCode>(QuestionContent {
            text: Prose::parse(text)?,
            visibility,
        })
    };
    let text = "Le PETR peut-il prêter une salle pour la restitution annuelle ?";
    let public = content(text, QuestionVisibility::Public)?;
    let key = &mut ids("question/answered");
    let asked = questions::ask(project, public, 0, Side::Holder, key, ago(60))?;
    let answer = Prose::parse(
        "Oui : la grande salle est réservée un samedi de juin, et le PETR se charge d’inviter les communes.",
    )?;
    let question = asked.after().clone();
    let answered = questions::answer(question, answer, Side::Petr, key, ago(54))?;
    let text = "Combien de vélos attendent encore une pièce détachée ?";
    let internal = content(text, QuestionVisibility::Internal)?;
    let key = &mut ids("question/waiting");
    let waiting = questions::ask(project, internal, 0, Side::Petr, key, ago(6))?;
    Ok(vec![asked, answered, waiting])
}

/// Something that stands in the way, and something that did.
fn in_the_way(
    project: &Project,
    now: DateTime<Utc>,
) -> Result<Vec<Change<Blocker, BlockerFact>>, FollowUpStoryError> {
    let ago = |days| now - TimeDelta::days(days);
    let with = |kind, name| {
        Ok::<_, FaultCode>(Some(Interlocutor {
            kind,
            name: Line::parse(name)?,
            contact: None,
        }))
    };
    let stands = BlockerContent {
        title: Line::parse("Avis de la DDT sur le local de stockage")?,
        description: Some(Prose::parse(
            "L’ancienne caserne est en zone inondable : la DDT doit dire si l’on peut y stocker.",
        )?),
        owner: Owner {
            side: Side::Petr,
            role: Some(Line::parse("Référent énergie")?),
        },
        interlocutor: with(InterlocutorKind::StateService, "DDT de Meurthe-et-Moselle")?,
        opened_on: day_of(ago(34)),
    };
    let note = Some(Prose::parse(
        "Relancée deux fois ; passer par le sous-préfet si rien d’ici un mois.",
    )?);
    let (key, by) = (&mut ids("blocker/open"), Side::Petr);
    let open = blockers::open(project, stands, note, 0, by, key, ago(34))?;
    let stood = BlockerContent {
        title: Line::parse("Assurance des bénévoles")?,
        description: None,
        owner: Owner {
            side: Side::Holder,
            role: None,
        },
        interlocutor: with(InterlocutorKind::Other, "L’assureur de l’association")?,
        opened_on: day_of(ago(150)),
    };
    let (key, by) = (&mut ids("blocker/resolved"), Side::Holder);
    let opened = blockers::open(project, stood, None, 0, by, key, ago(150))?;
    let how = Prose::parse("Le contrat couvre désormais les ateliers hors les murs.")?;
    let resolved = blockers::resolve(opened.after().clone(), how, None, by, ago(131))?;
    Ok(vec![open, opened, resolved])
}

struct PlanLine {
    source: &'static str,
    scheme: Option<&'static str>,
    sought_euros: i64,
    granted_euros: Option<i64>,
    state: FundingState,
    decided_on: Option<(i32, u32, u32)>,
    days_ago: i64,
}

const FUNDING: [PlanLine; 4] = [
    PlanLine {
        source: "ADEME",
        scheme: Some("Fonds économie circulaire"),
        sought_euros: 6_000,
        granted_euros: None,
        state: FundingState::Sought,
        decided_on: None,
        days_ago: 45,
    },
    PlanLine {
        source: "Région Grand Est",
        scheme: Some("Climaxion"),
        sought_euros: 8_000,
        granted_euros: None,
        state: FundingState::Granted,
        decided_on: Some((2024, 6, 14)),
        days_ago: 180,
    },
    PlanLine {
        source: "Commune de Lunéville",
        scheme: None,
        sought_euros: 3_000,
        granted_euros: Some(2_000),
        state: FundingState::PartlyGranted,
        decided_on: Some((2024, 7, 2)),
        days_ago: 170,
    },
    PlanLine {
        source: "Une fondation d’entreprise",
        scheme: None,
        sought_euros: 4_000,
        granted_euros: None,
        state: FundingState::Refused,
        decided_on: Some((2024, 9, 20)),
        days_ago: 165,
    },
];

impl PlanLine {
    fn tell(
        &self,
        project: &Project,
        now: DateTime<Utc>,
    ) -> Result<Change<Funding, FundingFact>, FollowUpStoryError> {
        let day = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day);
        let content = FundingContent {
            source: Line::parse(self.source)?,
            scheme: self.scheme.map(Line::parse).transpose()?,
            part: Part::new(
                self.sought_euros * 100,
                self.granted_euros.map(|euros| euros * 100),
                self.state,
                self.decided_on.and_then(day),
            )?,
            note: None,
        };
        let at = now - TimeDelta::days(self.days_ago);
        Ok(funding::plan(
            project,
            FundingDraft {
                content,
                internal_note: None,
            },
            0,
            Side::Holder,
            &mut ids(self.source),
            at,
        )?)
    }
}

fn ids(key: &'static str) -> StoryIds {
    let since = DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default();
    StoryIds::of(key, since)
}
