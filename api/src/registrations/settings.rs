//! How events and their dates take registrations: said by the staff, read by everybody.

use chrono::{DateTime, Utc};
use domain::accounts::Scope;
use domain::events::{Event, Occurrence};
use domain::kernel::{Check, Faults, Id, Line};
use domain::registrations::RegistrationSettings;
use persistence::registrations::{self as stored, Settings};
use persistence::{Snapshot, Writing, events};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::demo::known;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::writing::NeedsIfMatch;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_of_event, _, _>(of_event),
        Endpoint::of::<__path_set_of_event, _, _>(set_of_event),
        Endpoint::of::<__path_of_date, _, _>(of_date),
        Endpoint::of::<__path_set_of_date, _, _>(set_of_date),
    ]
}

/// How registrations are taken, as it is said: what is absent is as for every other.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "has_waitlist": true, "largest_party": 6, "questions": ["Venez-vous à vélo ?"] }))]
pub(crate) struct RegistrationSettingsInput {
    /// Not before; from the publication on when absent.
    opens_at: Option<DateTime<Utc>>,
    /// Not from then on; until the date starts when absent.
    closes_at: Option<DateTime<Utc>>,
    /// Whether those who find no place may wait for one; they may when absent.
    has_waitlist: Option<bool>,
    /// The largest party that registers by itself; 10 when absent.
    #[schema(minimum = 1, maximum = 1000)]
    largest_party: Option<u32>,
    /// How long a place is held for whoever waited and is offered it, in hours; 24 when absent. Near the date
    /// it is half of what is left.
    #[schema(minimum = 1, maximum = 720)]
    offer_hours: Option<u32>,
    /// What the organiser asks.
    #[schema(max_items = 10)]
    questions: Option<Vec<String>>,
}

/// How registrations are taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "has_waitlist": true, "largest_party": 6, "offer_hours": 24, "questions": ["Venez-vous à vélo ?"],
    "etag": "\"v1-public-1f2e3d4c5b6a7988\""
}))]
#[schema(as = RegistrationSettings)]
pub(crate) struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closes_at: Option<DateTime<Utc>>,
    /// Whether those who find no place may wait for one.
    has_waitlist: bool,
    /// The largest party that registers by itself.
    largest_party: u32,
    /// How long a place is held for whoever waited and is offered it, in hours.
    offer_hours: u32,
    /// What the organiser asks.
    questions: Vec<String>,
    /// Send it in `If-Match` to say it anew.
    etag: String,
}

/// Read how an event takes registrations
///
/// What holds for each of its dates of which nothing else is said.
#[utoipa::path(
    get, path = "/v1/events/{id}/registration-settings", tag = "Registrations", operation_id = "events_registration_settings",
    security((), ("oauth2" = ["events:read"])),
    params(("id" = String, Path, description = "The event's id", example = json!(known::EVENT_AHEAD))),
    responses((status = 200, description = "How", body = Shown)),
)]
async fn of_event(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Event> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let seen = events::find(&snapshot, view(&request), &id.to_string()).await?;
    seen.ok_or_else(|| Problem::new(Kind::NotFound))?;
    read(&snapshot, id.uuid(), id.uuid()).await
}

/// Say how an event takes registrations
///
/// For each of its dates of which nothing else is said.
#[utoipa::path(
    put, path = "/v1/events/{id}/registration-settings", tag = "Registrations", operation_id = "events_set_registration_settings",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "The event's id", example = json!(known::EVENT_AHEAD)), NeedsIfMatch),
    request_body(content = RegistrationSettingsInput),
    responses((status = 200, description = "How", body = Shown)),
)]
async fn set_of_event(request: Request) -> Result<Answer, Problem> {
    let id: Id<Event> = request.path_id("id")?;
    write(&request, Of::Event(id)).await
}

/// Read how a date takes registrations
///
/// What is said of it, or else of its event.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}/registration-settings", tag = "Registrations", operation_id = "occurrences_registration_settings",
    security((), ("oauth2" = ["events:read"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD))),
    responses((status = 200, description = "How", body = Shown)),
)]
async fn of_date(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Occurrence> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let at = stored::date_of(&snapshot, id).await?;
    let at = at.filter(|at| at.is_public || request.may(Scope::EventsRead));
    let at = at.ok_or_else(|| Problem::new(Kind::NotFound))?;
    read(&snapshot, id.uuid(), at.date.event.uuid()).await
}

/// Say how a date takes registrations
///
/// It then has a say of its own, whatever is said of its event.
#[utoipa::path(
    put, path = "/v1/occurrences/{id}/registration-settings", tag = "Registrations", operation_id = "occurrences_set_registration_settings",
    security(("oauth2" = ["events:write"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::SECOND_OCCURRENCE)), NeedsIfMatch),
    request_body(content = RegistrationSettingsInput),
    responses((status = 200, description = "How", body = Shown)),
)]
async fn set_of_date(request: Request) -> Result<Answer, Problem> {
    let id: Id<Occurrence> = request.path_id("id")?;
    write(&request, Of::Date(id)).await
}

/// What settings are of.
#[derive(Debug, Clone, Copy)]
enum Of {
    Event(Id<Event>),
    Date(Id<Occurrence>),
}

fn view(request: &Request) -> persistence::View {
    match request.may(Scope::EventsRead) {
        true => persistence::View::Staff,
        false => persistence::View::Public,
    }
}

async fn read(snapshot: &Snapshot, own: Uuid, event: Uuid) -> Result<Answer, Problem> {
    let said = match stored::settings_of(snapshot, own).await? {
        Some(said) => Some(said),
        None => stored::settings_of(snapshot, event).await?,
    };
    // Of what it doesn't say itself it has no version.
    let version = said
        .as_ref()
        .filter(|said| said.id == own)
        .map_or(0, |said| said.version);
    let content = said.map(|said| said.content).unwrap_or_default();
    let (shown, tag) = Shown::of(&content, version);
    Ok(Answer::json(&shown).with_tag(tag))
}

async fn write(request: &Request, of: Of) -> Result<Answer, Problem> {
    let (content, _) = request
        .parsed_body(RegistrationSettingsInput::parse)
        .await?;
    let if_match = request.if_match();
    let done = request.write(move |writing| {
        let (content, if_match) = (content.clone(), if_match.clone());
        Box::pin(async move {
            let id = there(writing, of)
                .await?
                .ok_or_else(|| Problem::new(Kind::NotFound))?;
            let before = stored::load_settings(writing, id).await?;
            let version = before.as_ref().map_or(0, |before| before.version);
            precondition(if_match.as_ref(), version, || {
                let content = before.as_ref().map(|before| before.content.clone());
                Shown::of(&content.unwrap_or_default(), version).1
            })?;
            Ok(stored::save_settings(writing, id, content).await?)
        })
    });
    let Settings {
        content, version, ..
    } = done.await?;
    let (shown, tag) = Shown::of(&content, version);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// The id of what is there, locked with its event.
async fn there(writing: &Writing, of: Of) -> Result<Option<Uuid>, Problem> {
    Ok(match of {
        Of::Event(id) => events::load(writing, id)
            .await?
            .map(|event| event.id.uuid()),
        Of::Date(id) => stored::lock(writing, id)
            .await?
            .map(|at| at.date.occurrence.uuid()),
    })
}

impl RegistrationSettingsInput {
    fn parse(self) -> Result<RegistrationSettings, Faults> {
        let usual = RegistrationSettings::default();
        let mut check = Check::new();
        let questions = self.questions.unwrap_or_default();
        let most = RegistrationSettings::MOST_QUESTIONS;
        let questions = check.texts("/questions", questions, most, Line::parse);
        let settings = check.done(questions.map(|questions| RegistrationSettings {
            opens_at: self.opens_at,
            closes_at: self.closes_at,
            has_waitlist: self.has_waitlist.unwrap_or(usual.has_waitlist),
            largest_party: self.largest_party.unwrap_or(usual.largest_party),
            offer_hours: self.offer_hours.unwrap_or(usual.offer_hours),
            questions,
        }))?;
        settings.checked()
    }
}

impl Shown {
    fn of(settings: &RegistrationSettings, version: i64) -> (Self, Tag) {
        let mut shown = Self {
            opens_at: settings.opens_at,
            closes_at: settings.closes_at,
            has_waitlist: settings.has_waitlist,
            largest_party: settings.largest_party,
            offer_hours: settings.offer_hours,
            questions: settings.questions.iter().map(ToString::to_string).collect(),
            etag: String::new(),
        };
        let tag = Tag::of_version(version, "public", &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}
