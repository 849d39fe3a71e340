//! Asking for the mail that lets a citizen in.

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::accounts::{Challenge, Claimed};
use domain::kernel::{Check, EmailAddress, Faults, Line, MailLanguage};
use persistence::accounts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::network_key;
use crate::http::operation::Endpoint;
use crate::http::vocabulary::word;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_sign_in, _, _>(sign_in).for_websites()]
}

/// Who wants to come in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "camille.renard@courriel.example", "name": "Camille Renard" }))]
pub(crate) struct SignInInput {
    /// Where the link and the code go.
    #[schema(min_length = 6, max_length = 254, format = "email")]
    email: String,
    /// What one is called, who has not been here yet: one is known by it from then on.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// In which language one is written to, who has not been here yet; French when absent.
    #[schema(schema_with = word::<MailLanguage>)]
    language: Option<MailLanguage>,
}

/// A mail is on its way.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "challenge": "0198c0a0-0000-7000-8000-0000000000f1", "expires_at": "2026-11-28T08:15:00Z"
}))]
pub(crate) struct SignInChallenge {
    /// Send it with the code to `POST /oauth/token`.
    challenge: Uuid,
    /// Until when the code and the link let somebody in.
    expires_at: DateTime<Utc>,
}

impl SignInInput {
    /// Of somebody who says nothing but where they are written to.
    pub(super) fn of_address(email: String) -> Self {
        Self {
            email,
            name: None,
            language: None,
        }
    }

    pub(super) fn parse(self) -> Result<Claimed, Faults> {
        let mut check = Check::new();
        let email = check.at("/email", EmailAddress::parse(&self.email));
        let name = check.maybe("/name", self.name, |name| Line::parse(&name));
        let language = self.language.unwrap_or_default();
        let claimed = email.zip(name).map(|(email, name)| Claimed {
            email,
            name,
            language,
        });
        check.done(claimed)
    }
}

/// Ask for a link and a code to come in by
///
/// They go to the address by mail; the answer is the same whether we know it or not, and comes in the same time.
/// What came is exchanged for a token, once and within 15 minutes, at `POST /oauth/token`: `grant_type` is
/// `urn:concertation:grant-type:mail`, with `challenge` and `code`, or with the `token` that stands in the link.
#[utoipa::path(
    post, path = "/v1/citizens/sign-in", tag = "Me", operation_id = "citizens_sign_in",
    security(()),
    request_body(content = SignInInput),
    responses((status = 202, description = "A mail is on its way", body = SignInChallenge)),
)]
async fn sign_in(request: Request) -> Result<Answer, Problem> {
    let (claimed, _) = request.parsed_body(SignInInput::parse).await?;
    let challenge = ask(&request, claimed).await?;
    let shown = SignInChallenge {
        challenge: challenge.id.uuid(),
        expires_at: challenge.expires_at,
    };
    Ok(Answer::json(&shown).with_status(StatusCode::ACCEPTED.as_u16()))
}

/// Has the mail sent. Nothing here looks whether anybody is known by the address: so nothing tells.
pub(super) async fn ask(request: &Request, claimed: Claimed) -> Result<Challenge, Problem> {
    let network = network_key(request);
    let made = request.write(move |writing| {
        let claimed = claimed.clone();
        Box::pin(async move {
            let lately = accounts::asked_lately(writing, &claimed.email, network).await?;
            let now = writing.now();
            let made = Challenge::new(lately, writing.ids(), now);
            let challenge = made.map_err(|_| too_often())?;
            accounts::keep_challenge(writing, &challenge, &claimed, network).await?;
            Ok(challenge)
        })
    });
    made.await
}

fn too_often() -> Problem {
    Problem::new(Kind::TooManyRequests)
        .retry_after(3_600)
        .with_detail(
            "On a demandé trop souvent à entrer avec cette adresse, ou d'ici : servez-vous du dernier message \
             reçu, ou réessayez dans une heure.",
            "Too many asked to come in with this address, or from here: use the last mail that came, or try \
             again in an hour.",
        )
}
