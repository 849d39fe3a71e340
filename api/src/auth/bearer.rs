//! From the `Authorization` header to whoever asks: the token's signature, then whether its session
//! and its account still stand.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use chrono::{DateTime, Utc};
use domain::accounts::{Scope, scopes_of};
use domain::kernel::Vocabulary;
use persistence::accounts;
use uuid::Uuid;

use super::jwt::{Claims, TokenError};
use crate::app::App;
use crate::http::request::{Caller, Staff};
use crate::http::{Kind, Problem};

/// Whoever sent the request. A token that doesn't count is refused, on a public read too.
pub(crate) async fn caller(app: &Arc<App>, http: &HttpRequest) -> Result<Caller, Problem> {
    let Some(value) = http.headers().get(header::AUTHORIZATION) else {
        return Ok(Caller::Anonymous);
    };
    let value = value.to_str().unwrap_or_default();
    let now = app.store.clock().now();
    if app.store.is_up_to_date()
        && let Some(staff) = app.known.get(value, now)
    {
        return Ok(Caller::Staff(Box::new(Staff::clone(&staff))));
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
    let (staff, session_ends) = staff(app, &claims).await?.ok_or_else(|| {
        refused(
            "Ce jeton ne compte plus : session fermée, jeton révoqué ou compte désactivé.",
            "This token counts no more: the session ended, it was revoked, or the account is disabled.",
        )
    })?;
    let expires_at = DateTime::from_timestamp(claims.exp, 0).map(|at| at.min(session_ends));
    if let Some(expires_at) = expires_at {
        app.known.put(mark, value, &staff, expires_at);
    }
    Ok(Caller::Staff(Box::new(staff)))
}

async fn staff(app: &App, claims: &Claims) -> Result<Option<(Staff, DateTime<Utc>)>, Problem> {
    let ids = Uuid::try_parse(&claims.sid)
        .ok()
        .zip(Uuid::try_parse(&claims.jti).ok());
    let Some((session, jti)) = ids else {
        return Ok(None);
    };
    let now = app.store.clock().now();
    let bearer = accounts::bearer(&app.store, session, jti, now).await?;
    Ok(bearer.map(|bearer| {
        // The account may have lost a role since the token was made.
        let has = scopes_of(&bearer.user.content.roles);
        let asked = claims
            .scope
            .split(' ')
            .filter_map(|word| Scope::parse(word).ok());
        let scopes = asked.filter(|scope| has.contains(scope)).collect();
        let staff = Staff {
            user: bearer.user,
            scopes,
            session,
        };
        (staff, bearer.expires_at)
    }))
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
