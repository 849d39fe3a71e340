//! What the trail and the outbox are told of the follow-up: ids and states, never a word of what was written.

use domain::follow_up::Whose;
use domain::follow_up::blockers::Blocker;
use domain::follow_up::funding::Funding;
use domain::follow_up::questions::Question;
use domain::follow_up::updates::Update;
use domain::kernel::Vocabulary;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::audit::{Recorded, Told};

impl Recorded for Update {
    const KIND: &'static str = "project_update";

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
        thin(self.whose, "update_id", self.id.uuid())
    }

    fn told_to(&self) -> Told {
        told(self.whose, self.deleted_at.is_none())
    }
}

impl Recorded for Question {
    const KIND: &'static str = "question";

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
        let mut thin = thin(self.whose, "question_id", self.id.uuid());
        thin["asked_by"] = self.by.word().into();
        thin
    }

    fn told_to(&self) -> Told {
        told(self.whose, self.is_public())
    }
}

impl Recorded for Blocker {
    const KIND: &'static str = "blocker";

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
        let mut thin = thin(self.whose, "blocker_id", self.id.uuid());
        thin["state"] = self.state.word().into();
        thin
    }

    fn told_to(&self) -> Told {
        told(self.whose, false)
    }
}

impl Recorded for Funding {
    const KIND: &'static str = "funding";

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
        let mut thin = thin(self.whose, "funding_id", self.id.uuid());
        thin["state"] = self.content.part.state().word().into();
        thin
    }

    fn told_to(&self) -> Told {
        told(self.whose, self.deleted_at.is_none())
    }
}

fn thin(whose: Whose, name: &str, id: Uuid) -> Value {
    json!({ "project_id": whose.project, "organisation_id": whose.organisation, name: id })
}

/// The project's holder; and whoever sees the project, where they see this.
fn told(whose: Whose, is_seen: bool) -> Told {
    Told {
        organisation: Some(whose.organisation.uuid()),
        is_public: whose.is_public && is_seen,
    }
}
