//! Writing an entry: part of its change's transaction, with what others are told of it.

use std::borrow::Cow;

use domain::kernel::{Change, Fact};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::recorded::Recorded;
use crate::entities::{audit_entries, outbox};
use crate::mail;
use crate::store::{StoreError, Writing};

/// Records a change: its audit entry, an outbox row for each fact that others are told, and the mails to
/// those who are written to about it.
pub(crate) async fn record<S: Recorded, F: Fact>(
    writing: &mut Writing,
    change: &Change<S, F>,
) -> Result<(), StoreError> {
    let facts: Vec<&'static str> = change.facts().iter().map(Fact::name).collect();
    let after = change.after();
    let changes = match change.before() {
        None => made(after)?,
        Some(before) => Value::Object(differences(as_object(before), as_object(after))).to_string(),
    };
    let subject = Subject {
        kind: S::KIND,
        id: Some(after.id()),
        person: after.person(),
    };
    entry(writing, subject, &facts, Some(changes)).await?;
    let told_to = after.told_to();
    let about = mail::About {
        id: after.id(),
        version: after.version(),
        has_holder: told_to.organisation.is_some(),
        citizen: after.addressed(),
    };
    // What concerns a citizen is told to them, and to nobody else.
    let is_written_about = |fact: &&F| fact.is_told() || about.citizen.is_some();
    for fact in change.facts().iter().filter(is_written_about) {
        mail::post(writing, fact.name(), about).await?;
    }
    for fact in change.facts().iter().filter(|fact| fact.is_told()) {
        let message = outbox::Model {
            id: writing.new_id(),
            kind: fact.name().to_owned(),
            subject_kind: S::KIND.to_owned(),
            subject_id: after.id(),
            subject_version: after.version(),
            payload: payload(after.thin(), fact.part()),
            created_at: writing.now(),
            organisation_id: told_to.organisation,
            is_public: told_to.is_public,
            handed_on_at: None,
        };
        writing.later().tell(message);
    }
    Ok(())
}

fn payload(mut thin: Value, part: Option<(&'static str, Uuid)>) -> Value {
    if let Some((name, id)) = part {
        thin[name] = json!(id);
    }
    thin
}

/// Notes that personal data of that kind is read; of one thing, or of many.
///
/// # Errors
/// The database can't be reached.
pub async fn note_reading(
    writing: &mut Writing,
    kind: &'static str,
    id: Option<Uuid>,
) -> Result<(), StoreError> {
    note(writing, "personal_data.read", kind, id).await
}

/// Records that something happened which changed no state of ours: personal data was read (one entry
/// a request, committed before the answer), somebody signed in.
///
/// # Errors
/// The database can't be reached.
pub async fn note(
    writing: &mut Writing,
    fact: &'static str,
    kind: &'static str,
    id: Option<Uuid>,
) -> Result<(), StoreError> {
    entry(
        writing,
        Subject {
            kind,
            id,
            person: None,
        },
        &[fact],
        None,
    )
    .await
}

struct Subject {
    kind: &'static str,
    id: Option<Uuid>,
    person: Option<Uuid>,
}

async fn entry(
    writing: &mut Writing,
    subject: Subject,
    facts: &[&'static str],
    changes: Option<String>,
) -> Result<(), StoreError> {
    let sealed = match (subject.person, &changes) {
        (Some(person), Some(changes)) => {
            let key = match writing.person_key(person).await? {
                Some(key) => key,
                None => writing.new_person_key(person).await?,
            };
            Some(key.seal(changes.as_bytes(), AUDIT_CONTEXT))
        }
        _ => None,
    };
    let entry = audit_entries::Model {
        id: writing.new_id(),
        at: writing.now(),
        operation: writing.act().operation.to_owned(),
        actor_kind: writing.actor().kind().to_owned(),
        actor_id: writing.actor().recorded_id(),
        subject_kind: subject.kind.to_owned(),
        subject_id: subject.id,
        facts: facts.join(","),
        changes: if sealed.is_some() { None } else { changes },
        person_id: subject.person,
        sealed_changes: sealed,
        request_id: writing.act().request_id,
        number: None,
        hash: None,
    };
    writing.later().enter(entry);
    Ok(())
}

/// What the sealed changes of an entry are bound to.
pub(super) const AUDIT_CONTEXT: &[u8] = b"audit entry";

/// What differs when there was nothing before: all that there is. It is the same as the differences to
/// nothing, without looking into the fields.
fn made(state: &impl Serialize) -> Result<String, StoreError> {
    let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string());
    let state = serde_json::to_string(state).map_err(unreadable)?;
    let fields: Fields<'_> = serde_json::from_str(&state).map_err(unreadable)?;
    let mut changes = String::with_capacity(2 * state.len());
    for (name, value) in fields.0 {
        if value.get() == "null" || is_of_every_write(&name) {
            continue;
        }
        changes.push(if changes.is_empty() { '{' } else { ',' });
        changes.push_str(&format!("\"{name}\":{{\"after\":{}}}", value.get()));
    }
    changes.push_str(if changes.is_empty() { "{}" } else { "}" });
    Ok(changes)
}

/// The fields of an object, in their order.
struct Fields<'f>(Vec<(Cow<'f, str>, &'f RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

fn is_of_every_write(field: &str) -> bool {
    matches!(field, "version" | "updated_at")
}

fn as_object(state: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(state) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

/// What differs, field by field: `{field: {before, after}}`, without what every write changes.
fn differences(before: Map<String, Value>, after: Map<String, Value>) -> Map<String, Value> {
    let mut changed = Map::new();
    for (field, after) in after {
        let before = before.get(&field).cloned().unwrap_or(Value::Null);
        if before == after || is_of_every_write(&field) {
            continue;
        }
        let difference = match (before, after) {
            (Value::Object(before), Value::Object(after)) => {
                Value::Object(differences(before, after))
            }
            (Value::Array(before), Value::Array(after)) if has_ids(&before) || has_ids(&after) => {
                // Of many dates only those that changed.
                let only = |these: &[Value], others: &[Value]| -> Vec<Value> {
                    these
                        .iter()
                        .filter(|item| !others.contains(item))
                        .cloned()
                        .collect()
                };
                json!({ "before": only(&before, &after), "after": only(&after, &before) })
            }
            (Value::Null, after) => json!({ "after": after }),
            (before, after) => json!({ "before": before, "after": after }),
        };
        changed.insert(field, difference);
    }
    changed
}

fn has_ids(items: &[Value]) -> bool {
    items.first().is_some_and(|item| item.get("id").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn only_what_differs_is_kept() {
        let before = object(json!({ "version": 1, "a": 1, "b": { "c": 1, "d": 2 }, "x": "same" }));
        let after = object(json!({ "version": 2, "a": 2, "b": { "c": 1, "d": 3 }, "x": "same" }));
        let expected = json!({
            "a": { "before": 1, "after": 2 },
            "b": { "d": { "before": 2, "after": 3 } },
        });
        assert_eq!(Value::Object(differences(before, after)), expected);
    }

    #[test]
    fn what_is_made_is_told_as_what_differs_from_nothing() {
        let states = [
            json!({}),
            json!({ "version": 1, "updated_at": "now", "nothing": null }),
            json!({ "z": "« l’été » \"\n\u{1}", "version": 1, "a": { "version": 2, "b": null },
                "dates": [{ "id": 1, "s": 0.1 }], "none": [], "nothing": null, "yes": true }),
        ];
        for state in states {
            let expected = Value::Object(differences(Map::new(), object(state.clone())));
            assert_eq!(made(&state).unwrap(), expected.to_string());
        }
    }

    #[test]
    fn of_many_dates_only_those_that_changed() {
        let before = object(json!({ "dates": [{ "id": 1, "s": "a" }, { "id": 2, "s": "a" }] }));
        let after = object(json!({ "dates": [{ "id": 1, "s": "a" }, { "id": 2, "s": "b" }] }));
        let expected = json!({ "dates": {
            "before": [{ "id": 2, "s": "a" }], "after": [{ "id": 2, "s": "b" }],
        } });
        assert_eq!(Value::Object(differences(before, after)), expected);
    }
}
