//! The accounts of the demonstration: one for each role, and one to try things on.

use chrono::{DateTime, Utc};
use domain::accounts::{self, AccountFact, Role, User, UserContent};
use domain::kernel::{Change, EmailAddress, FaultCode, Id, Line};

use super::ids::StoryIds;

/// The password of all of them: it is public, which is why a demonstration listens on loopback.
pub(crate) const PASSWORD: &str = "demonstration";

/// The moment in their ids: the mission's first day.
const SINCE_SECONDS: i64 = 1_556_668_800;

/// An account of the demonstration.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    pub(crate) role: Role,
    email: &'static str,
    name: &'static str,
}

/// All of them, the director first; nobody needs the last one, so that it can be disabled and enabled.
pub(crate) const STAFF: [Member; 5] = [
    Member {
        role: Role::Director,
        email: "director@petr.example",
        name: "Directrice (démonstration)",
    },
    Member {
        role: Role::Officer,
        email: "officer@petr.example",
        name: "Chargée de mission (démonstration)",
    },
    Member {
        role: Role::Referent,
        email: "referent@petr.example",
        name: "Élue référente (démonstration)",
    },
    Member {
        role: Role::Funder,
        email: "funder@petr.example",
        name: "Financeur (démonstration)",
    },
    Member {
        role: Role::Officer,
        email: "former.officer@petr.example",
        name: "Ancienne chargée de mission (démonstration)",
    },
];

impl Member {
    /// The account's id.
    pub(crate) fn id(&self) -> Id<User> {
        Id::new(&mut self.ids())
    }

    /// The address they sign in with.
    pub(crate) fn email(&self) -> Result<EmailAddress, FaultCode> {
        EmailAddress::parse(self.email)
    }

    /// The account as it is made.
    pub(crate) fn made(&self, now: DateTime<Utc>) -> Result<Change<User, AccountFact>, FaultCode> {
        let content = UserContent::new(self.email()?, Line::parse(self.name)?, &[self.role]);
        Ok(accounts::create(content, &mut self.ids(), now))
    }

    fn ids(&self) -> StoryIds {
        StoryIds::of(
            self.email,
            DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default(),
        )
    }
}
