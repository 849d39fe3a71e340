//! The credentials of the demonstration's partners. Their secrets are no secrets: they stand here, as the
//! password of its accounts does.

use chrono::{DateTime, Utc};
use domain::clients::{self, Client, ClientContent, ClientFact, ClientRefusal};
use domain::kernel::{Change, Id, Line};
use domain::organisations::Organisation;

use super::ids::StoryIds;
use super::organisations::{COMMUNE, Structure, WORKSHOPS};

/// The moment in their ids, when they were issued.
const SINCE_SECONDS: i64 = 1_569_000_000;

/// Credentials of the story.
#[derive(Clone, Copy)]
pub(crate) struct Credentials {
    pub(super) name: &'static str,
    of: Structure,
    bytes: &'static [u8; 32],
}

/// What the workshops' software signs in with.
pub(super) const OF_WORKSHOPS: Credentials = Credentials {
    name: "Logiciel des Ateliers du vélo (démonstration)",
    of: WORKSHOPS,
    bytes: b"demonstration-demonstration-demo",
};

/// What the commune's software signs in with.
pub(super) const OF_COMMUNE: Credentials = Credentials {
    name: "Logiciel de la commune (démonstration)",
    of: COMMUNE,
    bytes: b"demonstration-of-the-commune-...",
};

/// Others of the workshops, which nothing uses any more.
pub(super) const SPARE: Credentials = Credentials {
    name: "Ancien logiciel des Ateliers du vélo (démonstration)",
    of: WORKSHOPS,
    bytes: b"demonstration-demonstration-old.",
};

/// All of them.
pub(crate) const CREDENTIALS: [Credentials; 3] = [OF_WORKSHOPS, OF_COMMUNE, SPARE];

impl Credentials {
    /// Their id, the same in every demonstration.
    pub(crate) fn id(&self) -> Id<Client> {
        Id::new(&mut StoryIds::of(self.name, since()))
    }

    /// For whom they act.
    pub(crate) fn organisation(&self) -> Id<Organisation> {
        self.of.id()
    }

    /// What their secret is made of.
    pub(crate) fn bytes(&self) -> [u8; 32] {
        *self.bytes
    }

    /// How they are issued; refused when the structure was shut out meanwhile.
    pub(crate) fn issue(
        &self,
        organisation: &Organisation,
    ) -> Result<Change<Client, ClientFact>, ClientRefusal> {
        let name = Line::stored(self.name.to_owned());
        let content = ClientContent::new(Some(name), &[], None);
        let content = content.unwrap_or_else(|_| unreachable!("no scope is asked for"));
        let mut ids = StoryIds::of(self.name, since());
        clients::issue(organisation, content, &mut ids, since())
    }
}

fn since() -> DateTime<Utc> {
    DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default()
}
