//! OAuth 2.0: tokens (RFC 6749), their revocation (RFC 7009), discovery (RFC 8414) and keys (RFC 7517).

mod citizen;
mod partner;

use actix_web::http::header;
use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::{CITIZEN_SCOPES, Scope, User, UserState, scopes_of};
use domain::kernel::{EmailAddress, Vocabulary};
use persistence::accounts::{self, Holder, Refreshed, Whose};
use persistence::audit;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use citizen::shown_to_be;

use super::attempt::{Attempt, attempt};
use super::form::{Client, Form, GrantError, SWAGGER, given};
use super::jwt::Claims;
use super::opaque::REFRESH_TOKEN;
use super::tokens::TOKEN_MINUTES;
use crate::app::App;
use crate::http::operation::Endpoint;
use crate::http::{Answer, Problem, Request};

/// How long a session lasts, however often it is refreshed.
const SESSION_HOURS: i64 = 12;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_token, _, _>(token),
        Endpoint::of::<__path_revoke, _, _>(revoke),
        Endpoint::of::<__path_jwks, _, _>(jwks),
        Endpoint::of::<__path_discovery, _, _>(discovery),
    ]
}

/// A token request (RFC 6749, sections 4.3.2, 4.4.2 and 6).
#[derive(ToSchema)]
#[schema(example = json!({
    "grant_type": "password", "username": "officer@petr.example", "password": "demonstration"
}))]
#[expect(
    dead_code,
    reason = "documentation: the form is read by name, as RFC 6749 wants it"
)]
pub(crate) struct TokenRequest {
    /// `password` or `refresh_token` for the staff, `client_credentials` for a partner,
    /// `urn:concertation:grant-type:mail` or `refresh_token` for a citizen.
    #[schema(min_length = 1)]
    grant_type: String,
    /// A citizen's: what stands in the link of the mail, behind `/sign-in/`.
    token: Option<String>,
    /// A citizen's who types the code: the `challenge` that `POST /v1/citizens/sign-in` answered.
    challenge: Option<String>,
    /// A citizen's: the code of the mail, six digits; five tries.
    code: Option<String>,
    /// The account's e-mail address.
    username: Option<String>,
    #[schema(format = Password)]
    password: Option<String>,
    refresh_token: Option<String>,
    /// The scopes wanted, separated by spaces; all that the roles, or the credentials, allow when absent.
    scope: Option<String>,
    /// A partner's, if not given by HTTP Basic. For the staff `swagger`, the public client, which is meant
    /// when absent.
    client_id: Option<String>,
    /// A partner's, if not given by HTTP Basic. Empty for the public client.
    #[schema(format = Password)]
    client_secret: Option<String>,
}

/// A token response (RFC 6749, section 5.1).
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln",
    "token_type": "Bearer",
    "expires_in": 900,
    "refresh_token": "crt_Zm9ydHktdHdvLWJ5dGVzLW9mLWNoYW5jZS1pbi1oZXJl",
    "scope": "events:read events:write imports:write organisations:read organisations:write"
}))]
pub(crate) struct TokenResponse {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    token_type: &'static str,
    /// In seconds.
    expires_in: i64,
    /// Good for one exchange; the answer carries the next one. A partner gets none: it asks again.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// What the token may be used for, separated by spaces.
    scope: String,
}

/// Sign in, or refresh a token
///
/// Password sign-in for the staff, and the refreshing of a session; client credentials for a partner's
/// software, by HTTP Basic or in the form; for citizens, once, what came by mail. An access token lives for
/// 15 minutes; a refresh token can be used once, and its reuse ends the whole session. After 10 failures in
/// 15 minutes for an account or from an address the answer is 429.
#[utoipa::path(
    post, path = "/oauth/token", tag = "Sign-in", operation_id = "oauth_token", security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The tokens", body = TokenResponse)),
)]
async fn token(request: Request) -> Result<Answer, Problem> {
    let form = Form::read(&request).await?;
    let client = form.client(&request)?;
    let tokens = match form.required("grant_type")? {
        "password" => by_password(&request, &form, client).await?,
        "refresh_token" => by_refresh(&request, &form, client).await?,
        "client_credentials" => partner::by_credentials(&request, &form, client).await?,
        citizen::GRANT_TYPE => citizen::by_mail(&request, &form, client).await?,
        _ => return Err(GrantError::UnsupportedGrantType.into()),
    };
    Ok(Answer::json(&tokens).with_header(header::PRAGMA, "no-cache"))
}

async fn by_password(
    request: &Request,
    form: &Form,
    client: Client,
) -> Result<TokenResponse, Problem> {
    client.is_public()?;
    let (username, password) = (form.required("username")?, form.required("password")?);
    let asked = form.scopes()?;
    let app = &request.app;
    let email = EmailAddress::parse(username).ok();
    let key = email
        .as_ref()
        .map_or_else(|| username.to_lowercase(), EmailAddress::key);
    let who = attempt(request, &key).await?;
    let known = match &email {
        Some(email) => accounts::credentials(&app.store, email).await?,
        None => None,
    };
    let hash = known.as_ref().map(|(_, hash)| hash.as_str());
    // An unknown account costs the same: the hash of nobody is verified instead.
    let is_right = app.passwords.verify(password.to_owned(), hash).await;
    let (user, hash) = match (is_right.map_err(Problem::internal)?, known) {
        (true, Some((user, hash))) if user.state == UserState::Active => (user, hash),
        _ => return Err(GrantError::InvalidGrant.into()),
    };
    let scope = given(&asked, &scopes_of(&user.content.roles))?;
    let (session, refresh, now) = open(request, (&user, hash), &scope, who).await?;
    forget_first_password(app).await;
    let whose = Whose::Staff(Box::new(user));
    respond(app, &whose, session, scope, refresh, now)
}

/// The first password has served: whoever signs in has read it, or knows another one.
async fn forget_first_password(app: &App) {
    let file = app.first_password_file();
    match tokio::fs::remove_file(&file).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            let file = file.display();
            tracing::error!(%error, %file, "a password lies open: this file could not be removed");
        }
        _ => {}
    }
}

async fn open(
    request: &Request,
    (user, proved): (&User, String),
    scope: &str,
    who: Attempt,
) -> Result<(Uuid, String, DateTime<Utc>), Problem> {
    let (refresh, hash) = REFRESH_TOKEN.generate();
    let (id, scope) = (user.id, scope.to_owned());
    let opened = request.write(move |writing| {
        let (scope, proved) = (scope.clone(), proved.clone());
        Box::pin(async move {
            // The proof took a while: meanwhile the account may have been shut, or its password
            // changed, which ends all sessions, the one that begins here too.
            if !accounts::still_proves(writing, id, &proved).await? {
                return Err(Problem::from(GrantError::InvalidGrant).into());
            }
            let now = writing.now();
            who.succeeded(writing).await?;
            let until = now + TimeDelta::hours(SESSION_HOURS);
            let named = (SWAGGER, scope.as_str());
            let holder = Holder::Staff(id);
            let session = accounts::open_session(writing, holder, named, hash, until).await?;
            audit::note(writing, "session.opened", "user", Some(id.uuid())).await?;
            Ok((session, now))
        })
    });
    let (session, now) = opened.await?;
    Ok((session, refresh, now))
}

async fn by_refresh(
    request: &Request,
    form: &Form,
    client: Client,
) -> Result<TokenResponse, Problem> {
    client.is_public()?;
    let token = form.required("refresh_token")?;
    let hash = REFRESH_TOKEN
        .hash_of(token)
        .ok_or(GrantError::InvalidGrant)?;
    let asked = form.scopes()?;
    let (next, next_hash) = REFRESH_TOKEN.generate();
    let exchanged = request.write(move |writing| {
        let asked = asked.clone();
        Box::pin(async move {
            Ok(match accounts::refresh(writing, hash, next_hash).await? {
                // Refused here, a wrong scope doesn't use up the token.
                Refreshed::Session {
                    id, whose, scope, ..
                } => {
                    let scope = given(&asked, &begun(&scope, &whose)).map_err(Problem::from)?;
                    Some((id, whose, scope, writing.now()))
                }
                Refreshed::Refused => None,
                Refreshed::Reused { session } => {
                    let fact = "session.reuse_detected";
                    audit::note(writing, fact, "session", Some(session)).await?;
                    None
                }
            })
        })
    });
    let exchanged = exchanged.await?;
    let (id, whose, scope, now) = exchanged.ok_or(GrantError::InvalidGrant)?;
    respond(&request.app, &whose, id, scope, next, now)
}

/// What the session began with, less what the roles don't allow any more.
fn begun(scope: &str, whose: &Whose) -> Vec<Scope> {
    let allowed = match whose {
        Whose::Staff(user) => scopes_of(&user.content.roles),
        Whose::Citizen { .. } => CITIZEN_SCOPES.to_vec(),
    };
    let words = scope.split(' ').filter_map(|word| Scope::parse(word).ok());
    words.filter(|scope| allowed.contains(scope)).collect()
}

fn respond(
    app: &App,
    whose: &Whose,
    session: Uuid,
    scope: String,
    refresh_token: String,
    now: DateTime<Utc>,
) -> Result<TokenResponse, Problem> {
    let (sub, roles) = match whose {
        Whose::Staff(user) => (user.id.to_string(), &user.content.roles[..]),
        Whose::Citizen { id, .. } => (id.to_string(), &[][..]),
    };
    let claims = Claims {
        sid: Some(session.to_string()),
        roles: roles.iter().map(|role| role.word().to_owned()).collect(),
        ..claims(app, sub, SWAGGER.to_owned(), scope, now)
    };
    signed(app, claims, Some(refresh_token))
}

/// What a token says that is given now, of no session and without roles.
fn claims(app: &App, sub: String, client_id: String, scope: String, now: DateTime<Utc>) -> Claims {
    Claims {
        iss: app.tokens.issuer().to_owned(),
        aud: app.tokens.issuer().to_owned(),
        sub,
        jti: app.new_id().to_string(),
        iat: now.timestamp(),
        exp: (now + TimeDelta::minutes(TOKEN_MINUTES)).timestamp(),
        scope,
        client_id,
        sid: None,
        roles: Vec::new(),
    }
}

fn signed(
    app: &App,
    claims: Claims,
    refresh_token: Option<String>,
) -> Result<TokenResponse, Problem> {
    Ok(TokenResponse {
        access_token: app.tokens.sign(&claims).map_err(Problem::internal)?,
        token_type: "Bearer",
        expires_in: claims.exp - claims.iat,
        refresh_token,
        scope: claims.scope,
    })
}

/// A revocation request (RFC 7009, section 2.1).
#[derive(ToSchema)]
#[schema(example = json!({ "token": "crt_Zm9ydHktdHdvLWJ5dGVzLW9mLWNoYW5jZS1pbi1oZXJl" }))]
#[expect(
    dead_code,
    reason = "documentation: the form is read by name, as RFC 7009 wants it"
)]
pub(crate) struct RevocationRequest {
    /// An access token, or a refresh token, which ends its whole session.
    #[schema(min_length = 1)]
    token: String,
    /// `access_token` or `refresh_token`; a help, no more.
    token_type_hint: Option<String>,
    /// A partner's, if not given by HTTP Basic. For the staff `swagger`, the public client, which is meant
    /// when absent.
    client_id: Option<String>,
    /// A partner's, if not given by HTTP Basic. Empty for the public client.
    #[schema(format = Password)]
    client_secret: Option<String>,
}

/// Revoke a token
///
/// An access token stops counting at once; a refresh token ends its whole session. A partner names itself
/// and revokes its own. What is no token of ours is answered alike (RFC 7009).
#[utoipa::path(
    post, path = "/oauth/revoke", tag = "Sign-in", operation_id = "oauth_revoke", security(()),
    request_body(content = RevocationRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Whatever it was, it doesn't count any more")),
)]
async fn revoke(request: Request) -> Result<Answer, Problem> {
    let form = Form::read(&request).await?;
    let client = form.client(&request)?;
    let token = form.required("token")?;
    let own = match client {
        Client::Swagger => None,
        Client::Partner(id, hash) => {
            partner::authenticated(&request, id, hash).await?;
            Some(id.to_string())
        }
    };
    let app = &request.app;
    // Partners have none.
    let refresh = REFRESH_TOKEN.hash_of(token).filter(|_| own.is_none());
    // A token that has expired needs no revoking.
    let now = app.store.clock().now();
    let access = match refresh {
        Some(_) => None,
        None => app.tokens.verify(&app.store, token, now).await?.ok(),
    };
    let access = access.filter(|claims| own.as_ref().is_none_or(|own| *own == claims.client_id));
    let access = access.and_then(|claims| {
        let expires_at = DateTime::from_timestamp(claims.exp, 0)?;
        Some((Uuid::try_parse(&claims.jti).ok()?, expires_at))
    });
    let ended = request.write(move |writing| {
        Box::pin(async move {
            if let Some(hash) = refresh
                && let Some(session) = accounts::session_of_refresh(writing, hash).await?
                && accounts::end_session(writing, session).await?
            {
                audit::note(writing, "session.ended", "session", Some(session)).await?;
            }
            if let Some((jti, expires_at)) = access
                && accounts::revoke_token(writing, jti, expires_at).await?
            {
                audit::note(writing, "token.revoked", "token", Some(jti)).await?;
            }
            Ok(())
        })
    });
    ended.await?;
    Ok(Answer::empty(actix_web::http::StatusCode::OK))
}

/// The public keys of access tokens
///
/// A JSON Web Key Set (RFC 7517): the key that signs, and the one before as long as its tokens live.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "Sign-in", operation_id = "oauth_keys",
    security(()),
    responses((status = 200, description = "The keys", body = serde_json::Value, example = json!({
        "keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        }]
    }))),
)]
async fn jwks(request: Request) -> Result<Answer, Problem> {
    let keys = request.app.tokens.jwks(&request.app.store).await?;
    let cache = crate::http::answer::Cache::Seconds(300);
    Ok(Answer::json(&keys)
        .tagged_by_content("public")
        .with_cache(cache))
}

/// What the sign-in server can do
///
/// Authorization server metadata (RFC 8414).
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "Sign-in",
    operation_id = "oauth_discovery", security(()),
    responses((status = 200, description = "The metadata", body = serde_json::Value, example = json!({
        "issuer": "https://concertation.petr.example",
        "token_endpoint": "https://concertation.petr.example/oauth/token"
    }))),
)]
async fn discovery(request: Request) -> Result<Answer, Problem> {
    let issuer = request.app.tokens.issuer();
    let metadata = json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth/token"),
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "scopes_supported": Scope::all_words(),
        "response_types_supported": [],
        "grant_types_supported": ["password", "refresh_token", "client_credentials", citizen::GRANT_TYPE],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "service_documentation": format!("{issuer}/docs"),
        "ui_locales_supported": ["fr", "en"],
    });
    let cache = crate::http::answer::Cache::Seconds(300);
    Ok(Answer::json(&metadata)
        .tagged_by_content("public")
        .with_cache(cache))
}
