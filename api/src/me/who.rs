//! Whoever the token stands for.

use domain::accounts::{Role, Scope};
use domain::kernel::{FaultCode, Faults, MailLanguage};
use persistence::accounts as stored;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::{attempt, check_strength};
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::request::Caller;
use crate::http::vocabulary::{word, words};
use crate::http::{Answer, Kind, Problem, Request};

use super::own::{MeCitizen, own};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_me, _, _>(me),
        Endpoint::of::<__path_password, _, _>(password),
    ]
}

/// Whoever the token stands for.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "user", "id": "0198c0a0-0000-7000-8000-000000000010", "email": "officer@petr.example",
    "name": "Chargée de mission", "roles": ["officer"], "language": "fr",
    "scopes": ["events:read", "events:write"]
}))]
pub(crate) struct Me {
    /// `user`: a member of the staff.
    kind: &'static str,
    id: Uuid,
    email: String,
    name: String,
    #[schema(schema_with = words::<Role>)]
    roles: Vec<Role>,
    /// In which language they are written to.
    #[schema(schema_with = word::<MailLanguage>)]
    language: MailLanguage,
    /// What the token may do.
    #[schema(schema_with = words::<Scope>)]
    scopes: Vec<Scope>,
}

/// The partner's software that the token stands for.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "kind": "client", "id": "0198c0a0-0000-7000-8000-000000000070",
    "name": "Logiciel de gestion des projets",
    "organisation": { "id": "0198c0a0-0000-7000-8000-000000000060", "name": "Compagnons du compost" },
    "scopes": ["organisations:own", "projects:read", "projects:write"]
}))]
pub(crate) struct MePartner {
    /// `client`: a partner's software.
    kind: &'static str,
    /// The `client_id`.
    id: Uuid,
    /// What the credentials are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// For whom it acts.
    organisation: MeOrganisation,
    /// What the token may do.
    #[schema(schema_with = words::<Scope>)]
    scopes: Vec<Scope>,
}

/// A partner structure, by its name.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeOrganisation {
    id: Uuid,
    name: String,
}

/// Whoever the token stands for: of the staff, a partner's software, or a citizen.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum MeAnswer {
    Staff(Me),
    Partner(MePartner),
    Citizen(MeCitizen),
}

/// Who am I
///
/// The account behind the token, its roles, and what this token may do; of a partner's token, the
/// credentials, and the structure that they act for; of a citizen's, what is known of them.
#[utoipa::path(
    get, path = "/v1/me", tag = "Me", operation_id = "me_get",
    security(("oauth2" = []), ("partner" = []), ("citizen" = ["citizens:own"])),
    responses((status = 200, description = "Whoever the token stands for", body = MeAnswer)),
)]
async fn me(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    if let Caller::Citizen(person) = &request.caller {
        let (me, tag) = MeCitizen::of(&own(&request).await?, &person.scopes);
        return Ok(Answer::json(&MeAnswer::Citizen(me)).with_tag(tag));
    }
    if let Caller::Partner(partner) = &request.caller {
        let me = MePartner {
            kind: "client",
            id: partner.client.id.uuid(),
            name: partner
                .client
                .content
                .name
                .as_ref()
                .map(ToString::to_string),
            organisation: MeOrganisation {
                id: partner.client.organisation.uuid(),
                name: partner.organisation.clone(),
            },
            scopes: partner.scopes.clone(),
        };
        return Ok(Answer::json(&MeAnswer::Partner(me)).tagged_by_content("own"));
    }
    let staff = request.staff()?;
    let me = Me {
        kind: "user",
        id: staff.user.id.uuid(),
        email: staff.user.content.email.as_str().to_owned(),
        name: staff.user.content.name.to_string(),
        roles: staff.user.content.roles.clone(),
        language: staff.user.content.language,
        scopes: staff.scopes.clone(),
    };
    Ok(Answer::json(&MeAnswer::Staff(me)).tagged_by_content("staff"))
}

/// A new password, proved by the old one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "current_password": "demonstration", "new_password": "demonstration"
}))]
pub(crate) struct PasswordInput {
    #[schema(min_length = 1, max_length = 256, format = Password)]
    current_password: String,
    /// At least 12 characters.
    #[schema(min_length = 12, max_length = 256, format = Password)]
    new_password: String,
}

/// Change one's password
///
/// All other sessions of the account end.
#[utoipa::path(
    post, path = "/v1/me/password", tag = "Me", operation_id = "me_change_password",
    security(("oauth2" = [])),
    request_body(content = PasswordInput),
    responses(
        (status = 204, description = "The new one counts from now on"),
        (status = 409, description = "The current password is not right"),
    ),
)]
async fn password(request: Request) -> Result<Answer, Problem> {
    let (input, _) = request.body::<PasswordInput>().await?;
    let staff = request.staff()?;
    let (user, session) = (staff.user.clone(), staff.session);
    if check_strength(&input.new_password).is_err() {
        return Err(Faults::one("/new_password", FaultCode::WeakPassword).into());
    }
    let app = &request.app;
    // Guessing is no easier for whoever has found a token than for whoever has none.
    let attempt = attempt(&request, &user.content.email.key()).await?;
    let known = stored::credentials(&app.store, &user.content.email).await?;
    let proved = known.map(|(_, hash)| hash);
    let is_right = app
        .passwords
        .verify(input.current_password, proved.as_deref())
        .await;
    if !is_right.map_err(Problem::internal)? {
        return Err(wrong_password());
    }
    let proved = proved.unwrap_or_default();
    let hash = app
        .passwords
        .hash(input.new_password)
        .await
        .map_err(Problem::internal)?;
    let id = user.id;
    let written = request.write(move |writing| {
        let (hash, proved) = (hash.clone(), proved.clone());
        Box::pin(async move {
            // Somebody may have changed it while the old one was being proved.
            if !stored::still_proves(writing, id, &proved).await? {
                return Err(wrong_password().into());
            }
            attempt.succeeded(writing).await?;
            let user = stored::load(writing, id).await?;
            let user = user.ok_or_else(|| Problem::new(Kind::NotFound))?;
            let change = domain::accounts::change_password(user, writing.now());
            stored::save(writing, &change, Some(hash)).await?;
            Ok(stored::end_sessions_of(writing, id, Some(session)).await?)
        })
    });
    written.await?;
    Ok(Answer::empty(actix_web::http::StatusCode::NO_CONTENT))
}

fn wrong_password() -> Problem {
    Problem::new(Kind::Conflict).with_detail(
        "Le mot de passe actuel n’est pas le bon.",
        "The current password is not right.",
    )
}
