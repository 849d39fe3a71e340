//! All that is held of a citizen, in a form that machines read (GDPR, articles 15 and 20).

use chrono::{DateTime, Utc};
use domain::citizens::Citizen as Person;
use domain::kernel::{Id, Vocabulary as _};
use domain::mail::{MailKind, MailState};
use persistence::citizens as people;
use persistence::rights::{self as stored, Held};
use serde::Serialize;
use utoipa::ToSchema;

use super::consents::ConsentList;
use crate::citizens::Citizen;
use crate::demo::known;
use crate::http::language::Language;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::vocabulary::word;
use crate::http::{Answer, Kind, Problem, Request};
use crate::involvements::Involvement;
use crate::participations::Participation;
use crate::registrations::Registration;
use crate::rights::{Objection, Restriction, Seen};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_export, _, _>(export),
        Endpoint::of::<__path_export_of, _, _>(export_of),
    ]
}

/// All that is held of a citizen.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "exported_at": "2026-11-28T08:00:00Z",
    "citizen": {
        "id": "0198c0a0-0000-7000-8000-0000000000c1", "name": "Camille Renard",
        "email": "camille.renard@courriel.example", "language": "fr", "interests": ["mobility"],
        "source": "own", "confirmed_at": "2026-11-28T08:00:00Z", "is_identified": true,
        "created_at": "2026-11-28T08:00:00Z", "updated_at": "2026-11-28T08:00:00Z",
        "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
    },
    "consents": { "data": [] }, "registrations": [], "involvements": [], "participations": [],
    "restrictions": [], "objections": [], "mails": [], "sessions": [], "trail": []
}))]
pub(crate) struct PersonalData {
    exported_at: DateTime<Utc>,
    /// What they said of themselves.
    citizen: Citizen,
    /// What they said where they were written down by another name, if they turned out to be one person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also_written_down_as: Vec<Citizen>,
    /// What they consented to, and took back.
    consents: ConsentList,
    /// What they registered for, with what they said then.
    registrations: Vec<Registration>,
    /// Which projects they follow, support, help or carry, and did.
    involvements: Vec<Involvement>,
    /// What is counted of them.
    participations: Vec<Participation>,
    /// What restricts their data, or did.
    restrictions: Vec<Restriction>,
    /// What they objected to.
    objections: Vec<Objection>,
    /// What they were written.
    mails: Vec<MailSent>,
    /// When they signed in.
    sessions: Vec<SignedIn>,
    /// What the audit trail has of them: who did what with their data.
    trail: Vec<TrailEntry>,
}

/// A mail to them.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailSent {
    #[schema(schema_with = word::<MailKind>)]
    kind: &'static str,
    #[schema(schema_with = word::<MailState>)]
    state: &'static str,
    created_at: DateTime<Utc>,
}

/// A session of theirs.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    opened_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

/// An entry of the audit trail about them.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrailEntry {
    at: DateTime<Utc>,
    /// What happened.
    facts: Vec<String>,
    /// Who did it: `user`, `citizen`, `anonymous`, `system`.
    by: String,
}

/// Export all that is held of oneself
///
/// In one document: what was said, what was registered for, what is counted, what was written, and who looked.
#[utoipa::path(
    get, path = "/v1/me/export", tag = "Me", operation_id = "me_export",
    security(("citizen" = ["citizens:own"])),
    responses((status = 200, description = "All of it", body = PersonalData)),
)]
async fn export(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let own = request.citizen()?.id;
    whole(&request, own, "own").await
}

/// Export all that is held of a citizen
///
/// For somebody who asks the staff for it. The look is recorded.
#[utoipa::path(
    get, path = "/v1/citizens/{id}/export", tag = "Citizens", operation_id = "citizens_export",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::CITIZEN))),
    responses((status = 200, description = "All of it", body = PersonalData)),
)]
async fn export_of(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Person> = request.path_id("id")?;
    let found = people::find(&request.look().await?, id).await?;
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let subject = Some(found.pseudonym.uuid());
    request.note_reading("citizen", subject).await?;
    whole(&request, id, "staff").await
}

async fn whole(request: &Request, id: Id<Person>, view: &str) -> Result<Answer, Problem> {
    let snapshot = request.look().await?;
    let missing = || Problem::new(Kind::NotFound);
    let person = people::pseudonym_of(&snapshot, id)
        .await?
        .ok_or_else(missing)?;
    let held = stored::held_of(&snapshot, id, person).await?;
    let held = held.ok_or_else(missing)?;
    let shown = PersonalData::of(&held, request.language, snapshot.now().await?);
    Ok(Answer::json(&shown).tagged_by_content(view))
}

impl PersonalData {
    pub(super) fn of(held: &Held, language: Language, now: DateTime<Utc>) -> Self {
        let facts = held.participations.iter();
        let mails = held.mails.iter().map(|mail| MailSent {
            kind: mail.kind.word(),
            state: mail.state.word(),
            created_at: mail.created_at,
        });
        let sessions = held.sessions.iter().map(|session| SignedIn {
            opened_at: session.opened_at,
            ends_at: session.ends_at,
        });
        let trail = held.trail.iter().map(|entry| TrailEntry {
            at: entry.at,
            facts: entry.facts.clone(),
            by: entry.by.clone(),
        });
        let registrations = held.registrations.iter();
        let seen = Seen {
            view: "own",
            citizen: Some(held.citizen.id),
            now,
        };
        let objections = held.objections.iter();
        let involvements = held.involvements.iter();
        Self {
            exported_at: now,
            citizen: Citizen::of(&held.citizen).0,
            also_written_down_as: held.others.iter().map(|one| Citizen::of(one).0).collect(),
            consents: ConsentList::of(&held.consents, language),
            registrations: registrations.map(|one| Registration::of(one).0).collect(),
            involvements: involvements
                .map(|one| Involvement::own(&one.involvement).0)
                .collect(),
            participations: facts
                .map(|fact| Participation::of(fact, None, true))
                .collect(),
            restrictions: held.restrictions.iter().map(Restriction::of).collect(),
            objections: objections.map(|one| Objection::of(one, seen).0).collect(),
            mails: mails.collect(),
            sessions: sessions.collect(),
            trail: trail.collect(),
        }
    }
}
