//! What holders are told of their projects, and the officers of all.

use domain::kernel::{EmailAddress, Reason, Vocabulary as _};
use domain::mail::{Mail, MailKind, MailProblem, Recipient};
use domain::organisations::Organisation;
use domain::projects::{Project, ProjectState, TimelineKind};
use persistence::projects::{self, timeline};
use persistence::{Part, StoreError, View};

use super::organisations::{contact, name};
use super::{Desk, Ready, Written, member, spoken_by};
use crate::delivery::mail::letters::{Place, Spoken, Waiting};

/// The most entries of a timeline that are looked through for what a mail tells.
const TIMELINE: u64 = 500;
/// The most projects that are looked at for one reminder, and those that it names.
const OVERDUE: (u64, usize) = (200, 30);

impl Desk<'_> {
    pub(super) async fn of_project(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id = mail.subject.to_string();
        let found = projects::find(self.snapshot, View::Staff, &id).await?;
        let Some(project) = found.map(|found| found.project) else {
            return Ok(Err(MailProblem::Gone));
        };
        let is_answered = project.state != ProjectState::Submitted;
        if mail.kind == MailKind::ProjectSubmitted && is_answered {
            return Ok(Err(MailProblem::Moot));
        }
        let holder = self.organisation(project.organisation).await?;
        let spoken = Spoken {
            title: project.content.title.to_string(),
            holder: name(holder.as_ref()),
            place: self.place(project.is_public(), "/v1/projects", project.id),
            reason: self.reason_of(mail, &project).await?,
        };
        let (to, letter) = match mail.recipient {
            Recipient::Holder => (
                whom_to_ask(&project, holder.as_ref()),
                self.house
                    .to_holder(mail.kind, spoken_by(project.content.language), &spoken),
            ),
            Recipient::Citizen(_) | Recipient::Typed => return Ok(Err(MailProblem::Gone)),
            Recipient::User(id) => match self.member(id).await? {
                None => return Ok(Err(MailProblem::Gone)),
                Some(member) => (
                    Some(member.email),
                    self.house
                        .to_officers(mail.kind, spoken_by(member.language), &spoken),
                ),
            },
        };
        Ok(match (to, letter) {
            (Some(to), Some(letter)) => Ok(Ready { to, letter }),
            (None, _) => Err(MailProblem::NoAddress),
            (_, None) => Err(MailProblem::Moot),
        })
    }

    /// What was said when it happened, though something else may have happened since.
    async fn reason_of(&self, mail: &Mail, project: &Project) -> Result<Reason, StoreError> {
        if project.version == mail.subject_version {
            return Ok(project.reason.clone());
        }
        let told = mail.kind.word().strip_prefix("project.");
        let Some(kind) = told.and_then(|word| TimelineKind::parse(word).ok()) else {
            return Ok(Reason::default());
        };
        let part = Part::first(TIMELINE);
        let (entries, _) = timeline::list(self.snapshot, project.id, false, part).await?;
        let mut of_then = entries
            .into_iter()
            .filter(|entry| entry.kind == kind && entry.at >= mail.created_at);
        Ok(of_then.next().map(|entry| entry.reason).unwrap_or_default())
    }

    /// The projects that have waited too long for an answer, to one of the officers.
    pub(super) async fn of_overdue(&self, mail: &Mail) -> Result<Written, StoreError> {
        let member = match member(mail) {
            Some(id) => self.member(id).await?,
            None => None,
        };
        let Some(member) = member else {
            return Ok(Err(MailProblem::Gone));
        };
        let (most, named) = OVERDUE;
        let part = Part::first(most);
        let overdue = projects::overdue(self.snapshot, self.overdue_before, part).await?;
        if overdue.is_empty() {
            return Ok(Err(MailProblem::Moot));
        }
        let more = overdue.len().saturating_sub(named);
        let mut waiting = Vec::new();
        for project in overdue.into_iter().take(named) {
            let since = project.submitted_at.unwrap_or(project.updated_at);
            let holder = self.organisation(project.organisation).await?;
            waiting.push(Waiting {
                title: project.content.title.to_string(),
                holder: name(holder.as_ref()),
                days: (self.now - since).num_days(),
            });
        }
        let place = Place::Inside {
            operation: "GET /v1/projects".to_owned(),
            given: "overdue = true".to_owned(),
        };
        let language = spoken_by(member.language);
        let letter = self.house.of_overdue(language, &waiting, more, &place);
        let to = member.email;
        Ok(Ok(Ready { to, letter }))
    }
}

/// The project's own contact, else its structure's.
fn whom_to_ask(project: &Project, holder: Option<&Organisation>) -> Option<EmailAddress> {
    let own = project.content.contact.as_ref();
    let own = own.and_then(|contact| contact.email.clone());
    own.or_else(|| contact(holder?))
}
