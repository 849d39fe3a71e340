//! What is recorded of each thing: its name in the trail, whom its values speak of, and what others are told.

use domain::accounts::User;
use domain::attachments::Attachment;
use domain::clients::Client;
use domain::events::Event;
use domain::frameworks::Framework;
use domain::import_sources::ImportSource;
use domain::imports::Import;
use domain::kernel::{Id, Vocabulary};
use domain::organisations::Organisation;
use domain::projects::Project;
use domain::webhooks::Webhook;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// A thing whose changes are recorded.
pub(crate) trait Recorded: Serialize {
    /// What it is called in the trail.
    const KIND: &'static str;
    /// Which one it is.
    fn id(&self) -> Uuid;
    /// Its version: what is told of one thing is told in this order, whichever write began first.
    fn version(&self) -> i64;
    /// Whom its values speak of, when they are personal: they are then encrypted under that
    /// person's key.
    fn person(&self) -> Option<Uuid>;
    /// What others are told of it: ids and states, never a name.
    fn thin(&self) -> Value;
    /// Which citizen is written to about it, if one is.
    fn addressed(&self) -> Option<Uuid> {
        None
    }
    /// Who they are.
    fn told_to(&self) -> Told {
        Told::staff_only()
    }
}

/// Who is told of something, besides the staff.
pub(crate) struct Told {
    /// Whose it is: they are told.
    pub(crate) organisation: Option<Uuid>,
    /// Whether everybody may know.
    pub(crate) is_public: bool,
}

impl Told {
    pub(crate) fn staff_only() -> Self {
        Self {
            organisation: None,
            is_public: false,
        }
    }
}

impl Recorded for Attachment {
    const KIND: &'static str = "attachment";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({ "attachment_id": self.id, "project_id": self.project })
    }
}

impl Recorded for Event {
    const KIND: &'static str = "event";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({ "event_id": self.id, "state": self.state.word() })
    }

    fn told_to(&self) -> Told {
        Told {
            organisation: self.proposed_by.map(Id::uuid),
            is_public: self.is_public(),
        }
    }
}

impl Recorded for Framework {
    const KIND: &'static str = "framework";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({ "framework_id": self.id })
    }
}

impl Recorded for Import {
    const KIND: &'static str = "import";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({ "import_id": self.id, "state": self.state.word() })
    }
}

impl Recorded for ImportSource {
    const KIND: &'static str = "import_source";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({ "import_source_id": self.id, "state": self.state.word() })
    }
}

impl Recorded for Organisation {
    const KIND: &'static str = "organisation";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({ "organisation_id": self.id, "state": self.state.word() })
    }

    fn told_to(&self) -> Told {
        Told {
            // Of one that was merged, the one that it is now is told.
            organisation: Some(self.merged_into.unwrap_or(self.id).uuid()),
            is_public: self.is_public(),
        }
    }
}

impl Recorded for Client {
    const KIND: &'static str = "client";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({ "client_id": self.id, "organisation_id": self.organisation })
    }
}

impl Recorded for Project {
    const KIND: &'static str = "project";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({
            "project_id": self.id,
            "organisation_id": self.organisation,
            "state": self.state.word(),
        })
    }

    fn told_to(&self) -> Told {
        Told {
            organisation: Some(self.organisation.uuid()),
            is_public: self.is_public(),
        }
    }
}

impl Recorded for User {
    const KIND: &'static str = "user";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        Some(self.id.uuid())
    }

    fn thin(&self) -> Value {
        json!({ "user_id": self.id, "state": self.state.word() })
    }
}

impl Recorded for Webhook {
    const KIND: &'static str = "webhook";

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({ "webhook_id": self.id, "state": self.state().word() })
    }

    fn told_to(&self) -> Told {
        Told {
            organisation: self.organisation.map(Id::uuid),
            is_public: false,
        }
    }
}
