//! Whose a webhook is: a partner's own, or any for the staff. Another's is not there.

use domain::kernel::Id;
use domain::organisations::Organisation;
use domain::webhooks::Webhook as Stored;
use persistence::{Snapshot, Stop, Writing, webhooks as stored};

use super::wire::Webhook;
use crate::http::etag::IfMatch;
use crate::http::request::precondition;
use crate::http::{Kind, Problem, Request};

/// For whom it is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner(pub(super) Option<Id<Organisation>>);

impl Owner {
    pub(super) fn of(request: &Request) -> Self {
        Self(request.organisation())
    }

    /// Whether they see it.
    fn sees(self, webhook: &Stored) -> bool {
        self.0.is_none() || webhook.organisation == self.0
    }

    /// The webhook of that id, if they see it.
    pub(super) async fn find(self, snapshot: &Snapshot, id: Id<Stored>) -> Result<Stored, Problem> {
        let webhook = stored::find(snapshot, id).await?;
        let webhook = webhook.filter(|webhook| self.sees(webhook));
        webhook.ok_or_else(|| Problem::new(Kind::NotFound))
    }

    /// The webhook that is to be changed, if they see it and it is as they have seen it.
    pub(super) async fn load(
        self,
        writing: &Writing,
        id: Id<Stored>,
        if_match: Option<&IfMatch>,
    ) -> Result<Stored, Stop<Problem>> {
        let webhook = stored::load(writing, id).await?;
        let webhook = webhook.filter(|webhook| self.sees(webhook));
        let webhook = webhook.ok_or_else(|| Problem::new(Kind::NotFound))?;
        precondition(if_match, webhook.version, || Webhook::of(&webhook, None).1)?;
        Ok(webhook)
    }
}
