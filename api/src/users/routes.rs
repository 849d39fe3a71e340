//! Accounts: the director makes, changes and disables them.

use chrono::{DateTime, Utc};
use domain::accounts::{
    self, AccountFact, AccountRefusal, Password, Role, User as Stored, UserContent, UserState,
};
use domain::kernel::{
    Change, Check, EmailAddress, FaultCode, Faults, Id, Line, MailLanguage, Vocabulary,
};
use persistence::accounts::{self as stored, UserFilter};
use persistence::{Answer as Kept, Stop, Writing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::auth::{check_strength, generate};
use crate::demo::known;
use crate::http::answer::to_json;
use crate::http::etag::{IfMatch, Tag};
use crate::http::faults::taken;
use crate::http::operation::Endpoint;
use crate::http::page::{Page, PageParams, Rows};
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::vocabulary::{word, words};
use crate::http::writing::{IdempotencyKey, MayIfMatch, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_update, _, _>(update),
        Endpoint::of::<__path_disable, _, _>(disable),
        Endpoint::of::<__path_enable, _, _>(enable),
    ]
}

/// An account as it is sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "accueil@petr.example", "name": "Accueil du PETR", "roles": ["officer"],
    "password": "une phrase de passe assez longue"
}))]
pub(crate) struct UserInput {
    /// What they sign in with; one account an address.
    #[schema(min_length = 3, max_length = 254)]
    email: String,
    /// What they are called.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What they are.
    #[schema(schema_with = roles)]
    roles: Vec<Role>,
    /// In which language they are written to; French when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<MailLanguage>)]
    language: Option<MailLanguage>,
    /// At least 12 characters; generated, and shown once in the answer, when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 12, max_length = 256, format = Password, write_only)]
    password: Option<String>,
}

fn roles() -> utoipa::openapi::schema::Array {
    let mut roles = words::<Role>();
    roles.min_items = Some(1);
    roles
}

/// A staff account.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000010", "email": "accueil@petr.example",
    "name": "Accueil du PETR", "roles": ["officer"], "language": "fr", "state": "active",
    "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct User {
    id: Uuid,
    email: String,
    name: String,
    #[schema(schema_with = words::<Role>)]
    roles: Vec<Role>,
    /// In which language they are written to.
    #[schema(schema_with = word::<MailLanguage>)]
    language: MailLanguage,
    #[schema(schema_with = word::<UserState>)]
    state: UserState,
    /// The password that was generated; only in the answer to the creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_password: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the account.
    etag: String,
}

impl User {
    fn of(user: &Stored, initial_password: Option<String>) -> (Self, Tag) {
        let mut shown = Self {
            id: user.id.uuid(),
            email: user.content.email.as_str().to_owned(),
            name: user.content.name.to_string(),
            roles: user.content.roles.clone(),
            language: user.content.language,
            state: user.state,
            initial_password: None,
            created_at: user.created_at,
            updated_at: user.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(user.version, "staff", &to_json(&shown));
        shown.etag = tag.quoted(None);
        shown.initial_password = initial_password;
        (shown, tag)
    }
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct UserList {
    data: Vec<User>,
    page: Page,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ListParams {
    /// `active` or `disabled`.
    #[param(example = "active")]
    state: Option<String>,
    /// In this role.
    #[param(example = "officer")]
    role: Option<String>,
    /// Changed then or later.
    #[param(example = "2026-11-24")]
    updated_since: Option<String>,
}

/// List accounts
///
/// By their last change. Reading accounts is noted in the audit trail.
#[utoipa::path(
    get, path = "/v1/users", tag = "Users", operation_id = "users_list",
    security(("oauth2" = ["users:read"])), params(ListParams, PageParams),
    responses((status = 200, description = "A page of accounts", body = UserList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let filter = UserFilter {
        state: query.one("state", UserState::parse),
        role: query.one("role", Role::parse),
        updated_since: query.instant("updated_since"),
    };
    let paging = query.paging(50, 200);
    query.done()?;
    request.note_reading("user", None).await?;
    let (snapshot, synced_until) = request.look_since(filter.updated_since).await?;
    let (rows, total) = stored::list(&snapshot, &filter, paging.part()).await?;
    let place = |user: &Stored| (user.updated_at, user.id.uuid());
    let rows = Rows {
        total,
        synced_until,
        ..Rows::cut(rows, paging.limit, place)
    };
    Ok(rows
        .map(|user| User::of(&user, None).0)
        .answer(&request, &paging, "staff"))
}

/// Make an account
///
/// For a member of the staff, with one role or several. Without a `password` one is generated and shown
/// once, in this answer. An address belongs to one account.
#[utoipa::path(
    post, path = "/v1/users", tag = "Users", operation_id = "users_create",
    security(("oauth2" = ["users:write"])), params(IdempotencyKey),
    request_body(content = UserInput),
    responses((status = 201, description = "The account", body = User)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let parse = |input: UserInput| Ok((input.password.clone(), input.parse()?));
    let ((given, content), bytes) = request.parsed_body(parse).await?;
    let claim = request.claim(&bytes)?;
    let (password, shown_once) = match given {
        Some(password) => (password, None),
        None => {
            let password = generate();
            (password.clone(), Some(password))
        }
    };
    let hash = request
        .app
        .passwords
        .hash(password)
        .await
        .map_err(Problem::internal)?;
    let done = request.write_once(claim, move |writing| {
        let (content, hash, shown_once) = (content.clone(), hash.clone(), shown_once.clone());
        Box::pin(async move {
            let made = new_user(writing, content, hash).await?;
            let (shown, tag) = User::of(&made, shown_once);
            Ok(Kept {
                person: Some(made.id.uuid()),
                ..created(format!("/v1/users/{}", made.id), &tag, &shown)
            })
        })
    });
    done.await
}

/// Makes an account, unless another one has its address.
pub(crate) async fn new_user(
    writing: &mut Writing,
    content: UserContent,
    hash: String,
) -> Result<Stored, Stop<Problem>> {
    free_email(writing, &content.email, None).await?;
    let now = writing.now();
    let made = accounts::create(content, writing.ids(), now);
    stored::save(writing, &made, Some(hash)).await?;
    Ok(made.into_after())
}

async fn free_email(
    writing: &Writing,
    email: &EmailAddress,
    own: Option<Id<Stored>>,
) -> Result<(), Stop<Problem>> {
    if stored::is_email_taken(writing, email, own).await? {
        let problem = taken("/email", FaultCode::EmailTaken).with_detail(
            "Un autre compte a cette adresse.",
            "Another account has this address.",
        );
        return Err(problem.into());
    }
    Ok(())
}

impl UserInput {
    fn parse(self) -> Result<UserContent, Faults> {
        let mut check = Check::new();
        let email = check.at("/email", EmailAddress::parse(&self.email));
        let name = check.at("/name", Line::parse(&self.name));
        if self
            .password
            .as_deref()
            .is_some_and(|password| check_strength(password).is_err())
        {
            check.fault("/password", FaultCode::WeakPassword);
        }
        if self.roles.is_empty() {
            check.fault("/roles", FaultCode::Required);
        }
        let content = (|| {
            Some(UserContent {
                language: self.language.unwrap_or_default(),
                ..UserContent::new(email?, name?, &self.roles)
            })
        })();
        check.done(content)
    }
}

/// Read an account
///
/// Reading an account is noted in the audit trail.
#[utoipa::path(
    get, path = "/v1/users/{id}", tag = "Users", operation_id = "users_get",
    security(("oauth2" = ["users:read"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::OFFICER))),
    responses((status = 200, description = "The account", body = User)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Stored> = request.path_id("id")?;
    request.note_reading("user", Some(id.uuid())).await?;
    let snapshot = request.look().await?;
    let user = stored::find(&snapshot, id).await?;
    let user = user.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let (shown, tag) = User::of(&user, None);
    Ok(Answer::json(&shown).with_tag(tag))
}

/// Change an account
///
/// A JSON Merge Patch (RFC 7396). A new password ends all sessions of the account. The last active
/// director keeps the role.
#[utoipa::path(
    patch, path = "/v1/users/{id}", tag = "Users", operation_id = "users_update",
    security(("oauth2" = ["users:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::REFERENT)), NeedsIfMatch),
    request_body(content(
        (UserInput = "application/merge-patch+json", example = json!({ "name": "Accueil" })),
        (UserInput = "application/json", example = json!({ "name": "Accueil" })),
    )),
    responses((status = 200, description = "The account", body = User)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    // They need not be given, and can't be cleared.
    for field in ["language", "password"] {
        if patch.get(field).is_some_and(serde_json::Value::is_null) {
            return Err(Faults::one(format!("/{field}"), FaultCode::Required).into());
        }
    }
    let patch: UserChange = serde_json::from_value(patch).map_err(Problem::internal)?;
    patch.check()?;
    let hash = match &patch.password {
        Some(password) => {
            let hash = request.app.passwords.hash(password.clone()).await;
            Some(hash.map_err(Problem::internal)?)
        }
        None => None,
    };
    let if_match = request.if_match();
    let written = request.write(move |writing| {
        let (patch, hash, if_match) = (patch.clone(), hash.clone(), if_match.clone());
        Box::pin(async move {
            // The directors are locked first, always in the same order.
            let others = stored::other_active_directors(writing, id).await?;
            let user = load(writing, id, if_match.as_ref()).await?;
            let content = patch.over(&user.content)?;
            free_email(writing, &content.email, Some(id)).await?;
            let (unchanged, now) = (user.clone(), writing.now());
            let password = match hash {
                Some(_) => Password::New,
                None => Password::Kept,
            };
            let change = accounts::edit(user, content, password, others, now);
            let Some(change) = change.map_err(refused)? else {
                return Ok(unchanged);
            };
            stored::save(writing, &change, hash).await?;
            if password == Password::New {
                stored::end_sessions_of(writing, id, None).await?;
            }
            Ok(change.into_after())
        })
    });
    Ok(shown(&written.await?))
}

/// A patch of an account: what is needed can't be cleared, so nothing is `null` in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserChange {
    email: Option<String>,
    name: Option<String>,
    roles: Option<Vec<Role>>,
    language: Option<MailLanguage>,
    password: Option<String>,
}

impl UserChange {
    /// What can be said of the patch before the account is known.
    fn check(&self) -> Result<(), Faults> {
        let placeholder = |text: &str| text.to_owned();
        let input = UserInput {
            email: self
                .email
                .clone()
                .unwrap_or_else(|| placeholder("a@b.example")),
            name: self.name.clone().unwrap_or_else(|| placeholder("-")),
            roles: self.roles.clone().unwrap_or_else(|| vec![Role::Funder]),
            language: self.language,
            password: self.password.clone(),
        };
        input.parse().map(drop)
    }

    fn over(self, content: &UserContent) -> Result<UserContent, Stop<Problem>> {
        let input = UserInput {
            email: self
                .email
                .unwrap_or_else(|| content.email.as_str().to_owned()),
            name: self.name.unwrap_or_else(|| content.name.to_string()),
            roles: self.roles.unwrap_or_else(|| content.roles.clone()),
            language: self.language.or(Some(content.language)),
            password: None,
        };
        Ok(input.parse().map_err(Problem::from)?)
    }
}

/// Disable an account
///
/// It can't sign in any more, and its live tokens stop counting at once. Nobody disables themselves, nor
/// the last active director.
#[utoipa::path(
    post, path = "/v1/users/{id}/disable", tag = "Users", operation_id = "users_disable",
    security(("oauth2" = ["users:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::FORMER_OFFICER)), MayIfMatch),
    responses((status = 200, description = "The account", body = User)),
)]
async fn disable(request: Request) -> Result<Answer, Problem> {
    let by = request.staff()?.user.id;
    change(&request, move |user, others, now| {
        accounts::disable(user, Some(by), others, now)
    })
    .await
}

/// Enable an account
///
/// A disabled account can sign in again.
#[utoipa::path(
    post, path = "/v1/users/{id}/enable", tag = "Users", operation_id = "users_enable",
    security(("oauth2" = ["users:write"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::FORMER_OFFICER)), MayIfMatch),
    responses((status = 200, description = "The account", body = User)),
)]
async fn enable(request: Request) -> Result<Answer, Problem> {
    change(&request, |user, _, now| accounts::enable(user, now)).await
}

async fn change<D>(request: &Request, decide: D) -> Result<Answer, Problem>
where
    D: Fn(Stored, u64, DateTime<Utc>) -> Result<Change<Stored, AccountFact>, AccountRefusal>
        + Copy
        + Send
        + Sync
        + 'static,
{
    let id: Id<Stored> = request.path_id("id")?;
    let if_match = request.if_match().unwrap_or(IfMatch::Any);
    let written = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            // The directors are locked first, always in the same order.
            let others = stored::other_active_directors(writing, id).await?;
            let user = load(writing, id, Some(&if_match)).await?;
            let change = decide(user, others, writing.now()).map_err(refused)?;
            stored::save(writing, &change, None).await?;
            if change.after().state == UserState::Disabled {
                stored::end_sessions_of(writing, id, None).await?;
            }
            Ok(change.into_after())
        })
    });
    Ok(shown(&written.await?))
}

async fn load(
    writing: &Writing,
    id: Id<Stored>,
    if_match: Option<&IfMatch>,
) -> Result<Stored, Stop<Problem>> {
    let user = stored::load(writing, id).await?;
    let user = user.ok_or_else(|| Problem::new(Kind::NotFound))?;
    precondition(if_match, user.version, || User::of(&user, None).1)?;
    Ok(user)
}

fn shown(user: &Stored) -> Answer {
    let (shown, tag) = User::of(user, None);
    Answer::json(&shown).with_tag(tag)
}

fn refused(refusal: AccountRefusal) -> Problem {
    let (french, english) = match refusal {
        AccountRefusal::OwnAccount => (
            "Personne ne désactive son propre compte : demandez-le à une autre directrice.",
            "Nobody disables their own account: ask another director.",
        ),
        AccountRefusal::LastDirector => (
            "C’est la dernière directrice active : nommez-en une autre d’abord.",
            "This is the last active director: appoint another one first.",
        ),
        AccountRefusal::AlreadySo => (
            "Le compte est déjà dans cet état.",
            "The account is in that state already.",
        ),
    };
    Problem::new(Kind::Conflict).with_detail(french, english)
}
