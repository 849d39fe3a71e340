//! The letter that lets a citizen in, to the address that was typed.

use domain::accounts::Challenge;
use domain::kernel::Id;
use domain::mail::{Mail, MailProblem};
use persistence::{StoreError, accounts, citizens};

use super::{Desk, Ready, Written, spoken_by};
use crate::delivery::mail::letters::WayIn;

impl Desk<'_> {
    pub(super) async fn of_sign_in(&self, mail: &Mail) -> Result<Written, StoreError> {
        let id: Id<Challenge> = Id::from_uuid(mail.subject);
        let found = accounts::find_challenge(self.snapshot, id).await?;
        let Some((challenge, claimed)) = found.filter(|(one, _)| one.is_open(self.now)) else {
            return Ok(Err(MailProblem::Moot));
        };
        let led_to = citizens::leads_to(self.snapshot, &claimed.email).await?;
        let language = spoken_by(led_to.language.unwrap_or(claimed.language));
        let way = (led_to.is_somebody || claimed.name.is_some()).then(|| WayIn {
            url: format!("{}/sign-in/{}", self.house.url, self.links.token(id)),
            code: self.links.code(id),
            until: challenge.expires_at,
        });
        let letter = self.house.of_sign_in(language, way.as_ref());
        let to = claimed.email;
        Ok(Ok(Ready { to, letter }))
    }
}
