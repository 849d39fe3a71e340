//! The forms of `/oauth`, and their errors as RFC 6749 says them.

use std::collections::HashSet;

use actix_web::http::header;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::accounts::Scope;
use domain::clients::Client as Credentials;
use domain::kernel::{Id, Vocabulary};
use serde_json::json;
use uuid::Uuid;

use super::opaque::CLIENT_SECRET;
use crate::http::{Kind, Problem, Request};

/// A form, read by name.
pub(super) struct Form(Vec<(String, String)>);

/// A client that may ask for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    /// Swagger UI and whoever names no client: a public one, without a secret.
    Swagger,
    /// A partner's software, with the hash of what it says is its secret.
    Partner(Id<Credentials>, [u8; 32]),
}

/// What Swagger UI calls itself.
pub(super) const SWAGGER: &str = "swagger";

impl Client {
    /// That it is the public one, for whom people sign in.
    pub(super) fn is_public(self) -> Result<(), GrantError> {
        match self {
            Self::Swagger => Ok(()),
            Self::Partner(..) => Err(GrantError::UnauthorizedClient),
        }
    }
}

/// Why no token is given (RFC 6749, section 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GrantError {
    InvalidRequest(String),
    InvalidClient,
    InvalidGrant,
    UnauthorizedClient,
    UnsupportedGrantType,
    InvalidScope,
}

impl From<GrantError> for Problem {
    fn from(error: GrantError) -> Self {
        let (kind, name, french, english) = match error {
            GrantError::InvalidRequest(missing) => (
                Kind::MalformedBody,
                "invalid_request",
                format!("Il manque {missing}, ou il est donné deux fois."),
                format!("{missing} is missing, or given twice."),
            ),
            GrantError::InvalidClient => (
                Kind::Unauthorized,
                "invalid_client",
                "Client inconnu ou secret erroné.".to_owned(),
                "Unknown client or wrong secret.".to_owned(),
            ),
            GrantError::InvalidGrant => (
                Kind::MalformedBody,
                "invalid_grant",
                "Adresse, mot de passe, code, lien ou jeton de renouvellement non valable.".to_owned(),
                "The address, the password, the code, the link or the refresh token is not valid.".to_owned(),
            ),
            GrantError::UnauthorizedClient => (
                Kind::MalformedBody,
                "unauthorized_client",
                "Ce client n’a pas droit à cela : un partenaire emploie client_credentials, le personnel \
                 password."
                    .to_owned(),
                "This client may not do that: a partner uses client_credentials, the staff password."
                    .to_owned(),
            ),
            GrantError::UnsupportedGrantType => (
                Kind::MalformedBody,
                "unsupported_grant_type",
                "grant_type vaut password, refresh_token, client_credentials ou urn:concertation:grant-type:mail."
                    .to_owned(),
                "grant_type is password, refresh_token, client_credentials or urn:concertation:grant-type:mail."
                    .to_owned(),
            ),
            GrantError::InvalidScope => (
                Kind::MalformedBody,
                "invalid_scope",
                "Une portée demandée n’existe pas, ou ce compte ne l’a pas.".to_owned(),
                "A scope that was asked for doesn't exist, or this account doesn't have it."
                    .to_owned(),
            ),
        };
        Problem::new(kind)
            .with_detail(french, english)
            .with_member("error", json!(name))
    }
}

impl Form {
    pub(super) async fn read(request: &Request) -> Result<Self, Problem> {
        request.media_type()?;
        let bytes = request.bytes().await?;
        let fields: Vec<(String, String)> =
            url::form_urlencoded::parse(&bytes).into_owned().collect();
        // No parameter may come twice, not even one that is not read here (section 3.2).
        let mut seen = HashSet::new();
        match fields.iter().find(|(name, _)| !seen.insert(name)) {
            Some((name, _)) => Err(GrantError::InvalidRequest(name.clone()).into()),
            None => Ok(Self(fields)),
        }
    }

    /// A value that must be there, once and not empty.
    pub(super) fn required(&self, name: &str) -> Result<&str, GrantError> {
        let missing = || GrantError::InvalidRequest(name.to_owned());
        self.optional(name).ok_or_else(missing)
    }

    /// A value; an empty one is none (section 3.2).
    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        let given = self.0.iter().find(|(known, _)| known == name);
        given
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The client: by HTTP Basic, by the form, or none named, which is the public one.
    pub(super) fn client(&self, request: &Request) -> Result<Client, GrantError> {
        let (id, secret) = match request.header(header::AUTHORIZATION) {
            Some(value) => basic(value).ok_or(GrantError::InvalidClient)?,
            None => (
                self.optional("client_id").unwrap_or(SWAGGER).to_owned(),
                self.optional("client_secret")
                    .unwrap_or_default()
                    .to_owned(),
            ),
        };
        if matches!((id.as_str(), secret.as_str()), (SWAGGER | "", "")) {
            return Ok(Client::Swagger);
        }
        let id = Uuid::try_parse(&id).map_err(|_| GrantError::InvalidClient)?;
        let hash = CLIENT_SECRET
            .hash_of(&secret)
            .ok_or(GrantError::InvalidClient)?;
        Ok(Client::Partner(Id::from_uuid(id), hash))
    }

    /// The scopes that are asked for; none named means all.
    pub(super) fn scopes(&self) -> Result<Vec<Scope>, GrantError> {
        let asked = self.optional("scope").unwrap_or_default();
        let asked = asked.split(' ').filter(|word| !word.is_empty());
        asked
            .map(|word| Scope::parse(word).map_err(|_| GrantError::InvalidScope))
            .collect()
    }
}

/// The scopes that are given: those that are asked for, within what is allowed.
///
/// Swagger UI asks for all the boxes that were ticked: what a role lacks is left out, as section 3.3
/// allows, and `scope` in the answer says what was given. Where nothing is left, that is said instead.
pub(super) fn given(asked: &[Scope], allowed: &[Scope]) -> Result<String, GrantError> {
    let given = allowed
        .iter()
        .filter(|scope| asked.is_empty() || asked.contains(scope));
    let given: Vec<_> = given.map(|scope| scope.word()).collect();
    if given.is_empty() && !allowed.is_empty() {
        return Err(GrantError::InvalidScope);
    }
    Ok(given.join(" "))
}

fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, coded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(coded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
