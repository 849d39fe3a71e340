//! What the audit trail has of registrations: states and numbers, in the clear, and nothing that says whose
//! they are. The mail goes to whoever that is.

use domain::kernel::Vocabulary;
use domain::registrations::Registration;
use serde_json::{Value, json};
use uuid::Uuid;

use super::settings::Settings;
use crate::audit::Recorded;

impl Recorded for Registration {
    const KIND: &'static str = "registration";

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
        json!({ "registration_id": self.id, "state": self.state.word() })
    }

    fn addressed(&self) -> Option<Uuid> {
        self.person.map(|person| person.uuid())
    }
}

impl Recorded for Settings {
    const KIND: &'static str = "registration_settings";

    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        None
    }

    fn thin(&self) -> Value {
        json!({})
    }
}
