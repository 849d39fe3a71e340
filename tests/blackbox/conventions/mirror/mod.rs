//! Mirrors kept by polling `updated_since`: nothing is missed, whatever is written meanwhile.

mod dates;
mod events;
mod follow_up;
mod guide;
mod late;
mod organisations;
mod random;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use harness::app::{App, Staff};
use serde_json::Value;

/// A copy of what one may see at an address, by id.
struct Mirror {
    address: String,
    rows: BTreeMap<String, Value>,
    since: Option<String>,
}

impl Mirror {
    fn of(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            rows: BTreeMap::new(),
            since: None,
        }
    }

    /// Reads all that changed since the last poll, page by page.
    async fn poll(&mut self, app: &App, who: Option<&Staff>, limit: usize) {
        let since = self
            .since
            .clone()
            .unwrap_or_else(|| "2000-01-01T00:00:00Z".to_owned());
        let mut cursor: Option<String> = None;
        loop {
            let mut at = with(
                &self.address,
                &format!("updated_since={since}&limit={limit}"),
            );
            if let Some(cursor) = &cursor {
                at = with(&at, &format!("cursor={cursor}"));
            }
            let page = get(app, who, &at).await;
            for row in page["data"].as_array().expect("rows") {
                self.take(row);
            }
            cursor = page["page"]["next_cursor"].as_str().map(str::to_owned);
            let until = page["page"]["synced_until"].as_str();
            assert_eq!(
                until.is_none(),
                cursor.is_some(),
                "only the last page knows"
            );
            if let Some(until) = until {
                assert!(until.parse::<DateTime<Utc>>().unwrap() <= app.clock.now());
                self.since = Some(until.to_owned());
                return;
            }
        }
    }

    fn take(&mut self, row: &Value) {
        let id = row["id"].as_str().expect("an id").to_owned();
        if row["deleted"] == true {
            let mut names: Vec<_> = row
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            names.sort_unstable();
            assert_eq!(names, ["deleted", "id", "updated_at"]);
            self.rows.remove(&id);
        } else {
            self.rows.insert(id, row.clone());
        }
    }
}

/// All that one sees now at an address.
async fn source(app: &App, who: Option<&Staff>, address: &str) -> BTreeMap<String, Value> {
    let mut all = Mirror::of(address);
    let first = with(address, "limit=200");
    let mut at = first.clone();
    loop {
        let page = get(app, who, &at).await;
        page["data"]
            .as_array()
            .unwrap()
            .iter()
            .for_each(|row| all.take(row));
        match page["page"]["next_cursor"].as_str() {
            Some(cursor) => at = with(&first, &format!("cursor={cursor}")),
            None => return all.rows,
        }
    }
}

fn with(address: &str, parameters: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{parameters}")
}

async fn get(app: &App, who: Option<&Staff>, at: &str) -> Value {
    let call = app.get(at);
    let reply = match who {
        Some(who) => call.by(who).await,
        None => call.await,
    };
    reply.expect(200).body()
}
