//! Who does what: every write says so.

use domain::accounts::User;
use domain::citizens::Pseudonym;
use domain::clients::Client;
use domain::kernel::Id;
use uuid::Uuid;

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A member of the staff.
    User(Id<User>),
    /// A partner's software, by its credentials.
    Client(Id<Client>),
    /// A citizen, for what is theirs.
    Citizen(Id<Pseudonym>),
    /// Somebody without a token.
    Anonymous,
    /// The service itself: its clock, its command line.
    System,
}

impl Actor {
    /// The word for it in the audit trail.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Client(_) => "client",
            Self::Citizen(_) => "citizen",
            Self::Anonymous => "anonymous",
            Self::System => "system",
        }
    }

    /// Their id, when they have one.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::User(id) => Some(id.uuid()),
            Self::Client(id) => Some(id.uuid()),
            Self::Citizen(id) => Some(id.uuid()),
            Self::Anonymous | Self::System => None,
        }
    }

    /// The id that the audit trail has of them. A citizen has none there: they reach only what is theirs, and
    /// what happened to a registration must not say, for ever, whose it was.
    #[must_use]
    pub(crate) fn recorded_id(&self) -> Option<Uuid> {
        match self {
            Self::Citizen(_) => None,
            other => other.id(),
        }
    }
}

/// The operation by which the demonstration is told: what happens in it has happened long ago, and nobody is
/// written to about it.
pub const STORY: &str = "demo";

/// What is done, by whom, on which request.
#[derive(Debug, Clone)]
pub struct Act {
    /// Who does it.
    pub actor: Actor,
    /// The operation's name in the contract (`events_publish`), or the command's.
    pub operation: &'static str,
    /// The request it came with.
    pub request_id: Uuid,
}

impl Act {
    /// What the service does by itself; without a request's id, the nil one.
    #[must_use]
    pub fn system(operation: &'static str, request_id: Uuid) -> Self {
        Self {
            actor: Actor::System,
            operation,
            request_id,
        }
    }
}
