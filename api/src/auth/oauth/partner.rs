//! The client credentials grant (RFC 6749, section 4.4): a partner's software signs in for itself.

use chrono::{DateTime, Utc};
use domain::clients::{Client as Credentials, may_sign_in};
use domain::kernel::Id;
use persistence::clients;

use super::super::attempt::Attempt;
use super::super::form::{Client, Form, GrantError, given};
use super::{TokenResponse, claims, signed};
use crate::http::{Problem, Request};

/// A token for the partner; it renews it by asking again.
pub(super) async fn by_credentials(
    request: &Request,
    form: &Form,
    client: Client,
) -> Result<TokenResponse, Problem> {
    let Client::Partner(id, hash) = client else {
        return Err(GrantError::InvalidClient.into());
    };
    let asked = form.scopes()?;
    let (credentials, now) = authenticated(request, id, hash).await?;
    let scope = given(&asked, credentials.content.scopes())?;
    let app = &request.app;
    let claims = claims(app, id.to_string(), id.to_string(), scope, now);
    signed(app, claims, None)
}

/// The credentials that are proved by that secret, which is noted as their use. Failures are counted, by
/// the credentials and the address, as those of passwords are.
pub(super) async fn authenticated(
    request: &Request,
    id: Id<Credentials>,
    hash: [u8; 32],
) -> Result<(Credentials, DateTime<Utc>), Problem> {
    let who = Attempt::of(request, &id.to_string());
    let proved = request.write(move |writing| {
        Box::pin(async move {
            // Counted and proved in one write: of many that ask at once with the right secret, none is taken
            // for a guess. What is refused is an answer, so that the failure stays counted.
            if let Err(refused) = who.try_in(writing).await? {
                return Ok(Err(refused));
            }
            let known = clients::known(writing, id).await?;
            let is_good = |known: &clients::Known| {
                let (organisation, now) = (known.organisation, writing.now());
                known
                    .secret(hash)
                    .is_some_and(|secret| may_sign_in(&known.client, organisation, secret, now))
            };
            let Some(known) = known.filter(is_good) else {
                return Ok(Err(Problem::from(GrantError::InvalidClient)));
            };
            who.succeeded(writing).await?;
            clients::note_use(writing, id).await?;
            Ok(Ok((known.client, writing.now())))
        })
    });
    proved.await?
}
