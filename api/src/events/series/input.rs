//! What is sent of a series, and its conversion to the domain's values: every fault at once.

use chrono::{NaiveDate, NaiveDateTime};
use domain::events::{Excluded, MAX_OCCURRENCES, Rule, SeriesPlan};
use domain::kernel::{Check, DEFAULT_ZONE, FaultCode, Faults, Prose, parse_zone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::events::input::{local, local_text, timing};
use crate::http::Problem;

/// A series of dates as it is sent: the first one, in local times as people say them, and how it comes
/// again.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "local_start": "2050-03-03T18:30:00", "local_end": "2050-03-03T20:30:00",
    "rrule": "FREQ=WEEKLY;BYDAY=TH;COUNT=6", "exdates": ["2050-03-17"], "capacity": 30
}))]
pub(crate) struct SeriesInput {
    /// `2050-03-03T18:30:00`, no offset: the first date, which the rule must mean too.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$")]
    local_start: String,
    /// `2050-03-03T20:30:00`, no offset; after the start. Each date ends at this time of day.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$")]
    local_end: String,
    /// An IANA time zone; `Europe/Paris` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    time_zone: Option<String>,
    /// A recurrence rule (RFC 5545) by days, weeks, months or years that ends by itself: with `COUNT`,
    /// or with `UNTIL` as an instant (`20500630T163000Z`), a local time or a day.
    #[schema(min_length = 1, max_length = 500)]
    rrule: String,
    /// Local starts that are left out (`2050-03-17T18:30:00`), or days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    exdates: Option<Vec<String>>,
    /// Local starts beside those of the rule (`2050-03-19T10:00:00`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    rdates: Option<Vec<String>>,
    /// How many people each date holds; unlimited when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000_000)]
    capacity: Option<u32>,
}

impl SeriesInput {
    pub(super) fn parse(self) -> Result<SeriesPlan, Faults> {
        let mut check = Check::new();
        let zone = self.time_zone.as_deref();
        let zone = zone.map_or(Ok(DEFAULT_ZONE), parse_zone);
        let first = check.within("", timing(&self.local_start, &self.local_end, zone));
        let rule = check.at("/rrule", Rule::parse(&self.rrule));
        let most = MAX_OCCURRENCES;
        let exdates = self.exdates.unwrap_or_default();
        let exdates = check.texts("/exdates", exdates, most, excluded);
        let rdates = self.rdates.unwrap_or_default();
        let rdates = check.texts("/rdates", rdates, most, local);
        let parts = (|| Some((first?, rule?, rdates?, exdates?)))();
        let (first, rule, rdates, exdates) = check.done(parts)?;
        SeriesPlan::new(first, rule, rdates, exdates, self.capacity)
    }

    /// What would have to be sent for a series as it is: what a merge patch is applied to.
    pub(super) fn of(plan: &SeriesPlan) -> Self {
        let (recurrence, first) = (plan.recurrence(), plan.recurrence().first());
        Self {
            local_start: local_text(first.local_start()),
            local_end: local_text(first.local_end()),
            time_zone: Some(first.zone().name().to_owned()),
            rrule: plan.rule().to_string(),
            exdates: Some(recurrence.excluded().iter().map(excluded_text).collect()),
            rdates: Some(recurrence.extra().iter().copied().map(local_text).collect()),
            capacity: plan.capacity(),
        }
    }
}

/// What a patch of a series says beside the series: from where on it holds, and why.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) from: Option<NaiveDateTime>,
    pub(super) reason: Option<Prose<1000>>,
}

impl Scope {
    /// Takes its fields out of a patch.
    pub(super) fn taken_from(patch: &mut Value) -> Result<Self, Problem> {
        let mut take = |name: &str| match patch.as_object_mut()?.remove(name)? {
            Value::String(text) => Some(text),
            _ => None,
        };
        let mut check = Check::new();
        let from = check.maybe("/from", take("from"), |text| local(&text));
        let reason = check.maybe("/reason", take("reason"), |text| Prose::parse(&text));
        let scope = from.zip(reason).map(|(from, reason)| Self { from, reason });
        Ok(check.done(scope)?)
    }
}

fn excluded(text: &str) -> Result<Excluded, FaultCode> {
    let day = |text: &str| text.parse::<NaiveDate>().map(Excluded::Day);
    day(text)
        .or_else(|_| local(text).map(Excluded::Start))
        .map_err(|_| FaultCode::Malformed("local_time_or_day"))
}

pub(super) fn excluded_text(one: &Excluded) -> String {
    match one {
        Excluded::Start(at) => local_text(*at),
        Excluded::Day(day) => day.to_string(),
    }
}
