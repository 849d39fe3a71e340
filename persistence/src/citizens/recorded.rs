//! What the audit trail has of citizens: by the pseudonym, its values sealed under its key.

use domain::citizens::Citizen;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::audit::Recorded;

impl Recorded for Citizen {
    const KIND: &'static str = "citizen";

    fn id(&self) -> Uuid {
        self.pseudonym.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn person(&self) -> Option<Uuid> {
        Some(self.pseudonym.uuid())
    }

    fn thin(&self) -> Value {
        json!({})
    }
}
