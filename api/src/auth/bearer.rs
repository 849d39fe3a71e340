//! From the `Authorization` header to whoever asks: the token's signature, then whether its session
//! and its account still stand.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use chrono::{DateTime, Utc};
use domain::accounts::{CITIZEN_SCOPES, Scope, scopes_of};
use domain::kernel::{Id, Vocabulary};
use persistence::accounts::{self, Whose};
use persistence::clients;
use uuid::Uuid;

use super::jwt::{Claims, TokenError};
use crate::app::App;
use crate::http::request::{Caller, Partner, Person, Staff};
use crate::http::{Kind, Problem};

/// Whoever sent the request. A token that doesn't count is refused, on a public read too.
pub(crate) async fn caller(app: &Arc<App>, http: &HttpRequest) -> Result<Caller, Problem> {
    let Some(value) = http.headers().get(header::AUTHORIZATION) else {
        return Ok(Caller::Anonymous);
    };
    let value = value.to_str().unwrap_or_default();
    let now = app.store.clock().now();
    if app.store.is_up_to_date()
        && let Some(caller) = app.known.get(value, now)
    {
        return Ok(Caller::clone(&caller));
    }
    let token = match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => {
            return Err(refused(
                "Authorization n’est pas de la forme « Bearer jeton ».",
                "Authorization is not of the form “Bearer token”.",
            ));
        }
    };
    let mark = app.known.mark();
    let claims = app
        .tokens
        .verify(&app.store, token, now)
        .await?
        .map_err(|e| why(&e))?;
    let stands_for = match &claims.sid {
        Some(session) => of_session(app, &claims, session).await?,
        None => partner(app, &claims).await?,
    };
    let (caller, ends) = stands_for.ok_or_else(|| {
        refused(
            "Ce jeton ne compte plus : session fermée, jeton révoqué, compte désactivé, ou identifiants de \
             partenaire échus ou révoqués.",
            "This token counts no more: the session ended, it was revoked, the account is disabled, or the \
             partner’s credentials expired or were revoked.",
        )
    })?;
    let expires_at = DateTime::from_timestamp(claims.exp, 0);
    let expires_at = expires_at.map(|at| ends.map_or(at, |ends| at.min(ends)));
    if let Some(expires_at) = expires_at {
        app.known.put(mark, value, &caller, expires_at);
    }
    Ok(caller)
}

/// Whom a token stands for, and until when at the latest.
type StandsFor = Option<(Caller, Option<DateTime<Utc>>)>;

/// A member of the staff, or a citizen.
async fn of_session(app: &App, claims: &Claims, session: &str) -> Result<StandsFor, Problem> {
    let ids = Uuid::try_parse(session)
        .ok()
        .zip(Uuid::try_parse(&claims.jti).ok());
    let Some((session, jti)) = ids else {
        return Ok(None);
    };
    let now = app.store.clock().now();
    let bearer = accounts::bearer(&app.store, session, jti, now).await?;
    Ok(bearer.map(|bearer| {
        let caller = match bearer.whose {
            // The account may have lost a role since the token was made.
            Whose::Staff(user) => Caller::Staff(Box::new(Staff {
                scopes: asked(claims, &scopes_of(&user.content.roles)),
                user: *user,
                session,
            })),
            Whose::Citizen { id, pseudonym } => Caller::Citizen(Box::new(Person {
                id,
                pseudonym,
                scopes: asked(claims, CITIZEN_SCOPES),
            })),
        };
        (caller, Some(bearer.expires_at))
    }))
}

async fn partner(app: &App, claims: &Claims) -> Result<StandsFor, Problem> {
    let ids = Uuid::try_parse(&claims.sub)
        .ok()
        .zip(Uuid::try_parse(&claims.jti).ok());
    let Some((client, jti)) = ids else {
        return Ok(None);
    };
    let now = app.store.clock().now();
    let bearer = clients::bearer(&app.store, Id::from_uuid(client), jti, now).await?;
    Ok(bearer.map(|bearer| {
        let content = &bearer.client.content;
        let (scopes, ends) = (asked(claims, content.scopes()), content.expires_at);
        let partner = Partner {
            client: bearer.client,
            organisation: bearer.organisation,
            scopes,
        };
        (Caller::Partner(Box::new(partner)), ends)
    }))
}

/// What the token was asked for, as far as it is still allowed.
fn asked(claims: &Claims, allowed: &[Scope]) -> Vec<Scope> {
    let asked = claims
        .scope
        .split(' ')
        .filter_map(|word| Scope::parse(word).ok());
    asked.filter(|scope| allowed.contains(scope)).collect()
}

fn why(error: &TokenError) -> Problem {
    match error {
        TokenError::Expired => refused(
            "Ce jeton a expiré : demandez-en un autre à /oauth/token.",
            "This token has expired: ask /oauth/token for another one.",
        ),
        _ => refused("Ce jeton n’est pas valide.", "This token is not valid."),
    }
}

fn refused(french: &str, english: &str) -> Problem {
    Problem::new(Kind::Unauthorized).with_detail(french, english)
}
