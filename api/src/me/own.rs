//! What is known of a citizen, for themselves: read, set right, erased.

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::accounts::{Role, Scope};
use domain::citizens::{self, AgeBand, Citizen};
use domain::kernel::MailLanguage;
use domain::projects::Theme;
use persistence::citizens as stored;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::citizens::{CitizenInput, refused};
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::vocabulary::{word, words};
use crate::http::writing::MayIfMatch;
use crate::http::{Answer, Kind, Problem, Request};
use crate::rights;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_delete, _, _>(delete),
    ]
}

/// The citizen whom the token stands for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "citizen", "id": "0198c0a0-0000-7000-8000-0000000000c1", "name": "Camille Renard",
    "email": "camille.renard@courriel.example", "commune_code": "54329", "age_band": "40_64",
    "roles": [], "language": "fr", "interests": ["mobility"], "scopes": ["citizens:own"],
    "created_at": "2026-11-28T08:00:00Z", "updated_at": "2026-11-28T08:00:00Z",
    "etag": "\"v2-own-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct MeCitizen {
    /// `citizen`: a citizen.
    kind: &'static str,
    id: Uuid,
    /// What they are called.
    name: String,
    /// By which they come in.
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<String>,
    /// Where they live, by the commune's INSEE code.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<AgeBand>)]
    age_band: Option<AgeBand>,
    /// None: they are the staff's.
    #[schema(schema_with = words::<Role>)]
    roles: Vec<Role>,
    /// In which language they are written to.
    #[schema(schema_with = word::<MailLanguage>)]
    language: MailLanguage,
    /// What they want to hear about.
    #[schema(schema_with = words::<Theme>)]
    interests: Vec<Theme>,
    /// What the token may do.
    #[schema(schema_with = words::<Scope>)]
    scopes: Vec<Scope>,
    /// Since when one's data are kept and not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change what is known of you.
    etag: String,
}

impl MeCitizen {
    pub(super) fn of(citizen: &Citizen, scopes: &[Scope]) -> (Self, Tag) {
        let content = &citizen.content;
        let owned = str::to_owned;
        let mut shown = Self {
            kind: "citizen",
            id: citizen.id.uuid(),
            name: content.name.to_string(),
            // Whoever came in showed that an address is theirs.
            email: content
                .email
                .as_ref()
                .map_or_else(String::new, |one| owned(one.as_str())),
            roles: Vec::new(),
            telephone: content.telephone.as_ref().map(|one| owned(one.as_str())),
            commune_code: content.commune.map(|code| code.to_string()),
            age_band: content.age_band,
            language: content.language,
            interests: content.interests.clone(),
            scopes: scopes.to_vec(),
            restricted_at: citizen.restricted_at,
            created_at: citizen.created_at,
            updated_at: citizen.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(citizen.version, "own", &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

/// What is known of the citizen who asks.
pub(super) async fn own(request: &Request) -> Result<Citizen, Problem> {
    let id = request.citizen()?.id;
    let found = stored::find(&request.look().await?, id).await?;
    found.ok_or_else(|| Problem::new(Kind::Unauthorized))
}

/// Set right what is known of oneself
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears. The e-mail address by which one comes in
/// stays as it is.
#[utoipa::path(
    patch, path = "/v1/me", tag = "Me", operation_id = "me_update",
    security(("citizen" = ["citizens:own"])), params(MayIfMatch),
    request_body(content(
        (CitizenInput = "application/merge-patch+json", example = json!({ "age_band": "25_39", "telephone": null })),
        (CitizenInput = "application/json", example = json!({ "age_band": "25_39", "telephone": null })),
    )),
    responses((status = 200, description = "What is known now", body = MeCitizen)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let person = request.citizen()?.clone();
    let (patch, _) = request.body_value().await?;
    let (if_match, contract) = (request.if_match(), request.app.contract);
    let scopes = person.scopes.clone();
    let written = request.write(move |writing| {
        let (patch, if_match, scopes) = (patch.clone(), if_match.clone(), scopes.clone());
        Box::pin(async move {
            let citizen = stored::load(writing, person.id).await?;
            let citizen = citizen.ok_or_else(|| Problem::new(Kind::Unauthorized))?;
            if if_match.is_some() {
                precondition(if_match.as_ref(), citizen.version, || {
                    MeCitizen::of(&citizen, &scopes).1
                })?;
            }
            let known = CitizenInput::of(&citizen);
            let input = patched(&contract.schemas, "CitizenInput", &known, &patch)?;
            let content = input.parse().map_err(Problem::from)?;
            let unchanged = citizen.clone();
            let edited = citizens::edit_own(citizen, content, writing.now()).map_err(refused)?;
            let Some(change) = edited else {
                return Ok(unchanged);
            };
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    let (shown, tag) = MeCitizen::of(&written.await?, &person.scopes);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Erase oneself
///
/// As the staff erases somebody: the name, the addresses, what was said and written go; what is ahead is
/// cancelled; the facts stay under a pseudonym that leads to nobody. It can't be undone, and the token counts no
/// more.
#[utoipa::path(
    delete, path = "/v1/me", tag = "Me", operation_id = "me_delete",
    security(("citizen" = ["citizens:own"])),
    responses((status = 204, description = "They are erased")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let pseudonym = request.citizen()?.pseudonym;
    rights::erase_person(&request, pseudonym).await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
