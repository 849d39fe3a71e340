//! How a project goes, to those who want to hear it: as long as they do, and as it stands when it is sent.

use domain::follow_up::updates::Update;
use domain::kernel::Id;
use domain::mail::{Mail, MailProblem, Recipient};
use persistence::follow_up::updates;
use persistence::{StoreError, citizens, involvements};

use super::{Desk, Ready, Written, spoken_by};
use crate::delivery::mail::letters::News;

impl Desk<'_> {
    pub(super) async fn of_news(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id: Id<Update> = Id::from_uuid(mail.subject);
        let found = updates::find(self.snapshot, id).await?;
        let (Some((update, project)), Recipient::Citizen(person)) = (found, mail.recipient) else {
            return Ok(Err(MailProblem::Gone));
        };
        if !project.is_public() {
            return Ok(Err(MailProblem::Moot));
        }
        let told = involvements::told_of(self.snapshot, person, project.id).await?;
        let Some(told) = told else {
            return Ok(Err(MailProblem::Moot));
        };
        let (involvement, Some(citizen)) = (told.involvement, told.citizen) else {
            return Ok(Err(MailProblem::Gone));
        };
        let to = match citizen.content.email {
            Some(own) => Some(own),
            // Who they turned out to be may have none.
            None => citizens::address_of(self.snapshot, involvement.person).await?,
        };
        let Some(to) = to else {
            return Ok(Err(MailProblem::NoAddress));
        };
        let (url, token) = (self.house.url, self.links.token(involvement.id));
        let content = &update.content;
        let news = News {
            project: project.content.title.to_string(),
            title: content.title.as_ref().map(ToString::to_string),
            text: content.text.as_str().to_owned(),
            url: format!("{url}/v1/updates/{}", update.id),
            unsubscribe: format!("{url}/unsubscribe/{token}"),
        };
        let language = spoken_by(citizen.content.language);
        let letter = self.house.of_news(language, &news);
        Ok(Ok(Ready { to, letter }))
    }
}
