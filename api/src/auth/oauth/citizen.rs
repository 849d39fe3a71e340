//! The grant of citizens, an extension as RFC 6749, section 4.5, has them: what came by mail, once, for a session.

use chrono::TimeDelta;
use domain::accounts::{CITIZEN_SCOPES, Challenge, Claimed, Shown};
use domain::citizens::{self, Citizen, CitizenContent, CitizenSource};
use domain::kernel::Id;
use persistence::accounts::{self, Holder, Whose};
use persistence::{Stop, Writing, audit, citizens as people};
use uuid::Uuid;

use super::super::attempt::Attempt;
use super::super::form::{Client, Form, GrantError, given};
use super::{REFRESH_TOKEN, SESSION_HOURS, SWAGGER, TokenResponse, respond};
use crate::http::{Problem, Request};

/// What the grant is called.
pub(super) const GRANT_TYPE: &str = "urn:concertation:grant-type:mail";

/// A token for whoever has the mail.
pub(super) async fn by_mail(
    request: &Request,
    form: &Form,
    client: Client,
) -> Result<TokenResponse, Problem> {
    client.is_public()?;
    let asked = form.scopes()?;
    let scope = given(&asked, CITIZEN_SCOPES)?;
    let (id, shown) = shown(request, form)?;
    let tokens = let_in(request, id, shown, scope).await?;
    tokens.ok_or_else(|| GrantError::InvalidGrant.into())
}

/// Which mail, and what of it.
fn shown(request: &Request, form: &Form) -> Result<(Id<Challenge>, Shown), Problem> {
    let links = &request.app.links;
    if let Some(token) = form.optional("token") {
        let id = links.subject(token).ok_or(GrantError::InvalidGrant)?;
        return Ok((id, Shown::Link));
    }
    let challenge = form.required("challenge")?;
    let code = form.required("code")?;
    let id = Uuid::try_parse(challenge).map_err(|_| GrantError::InvalidGrant)?;
    let id = Id::from_uuid(id);
    let is_right = links.is_code(id, code);
    Ok((id, Shown::Code { is_right }))
}

/// Opens a session for whoever has the mail; none where it lets nobody in. Failures are counted by the mail and
/// the address, as those of passwords are.
async fn let_in(
    request: &Request,
    id: Id<Challenge>,
    shown: Shown,
    scope: String,
) -> Result<Option<TokenResponse>, Problem> {
    let who = Attempt::of_citizen(request, &id.to_string());
    let (refresh, hash) = REFRESH_TOKEN.generate();
    let asked = scope.clone();
    let opened = request.write(move |writing| {
        let scope = asked.clone();
        Box::pin(async move {
            // What is refused is an answer, so that the failure stays counted.
            if let Err(refused) = who.try_in(writing).await? {
                return Ok(Err(refused));
            }
            let Some(card) = somebody(writing, id, shown).await? else {
                return Ok(Ok(None));
            };
            who.succeeded(writing).await?;
            let (now, own) = (writing.now(), card.pseudonym);
            let until = now + TimeDelta::hours(SESSION_HOURS);
            // It is of whom the address is: if it turns out that they are not who they are taken for now, the
            // session goes with them.
            let (holder, named) = (Holder::Citizen(own), (SWAGGER, scope.as_str()));
            let citizen = people::as_is_known_now(writing, card).await?;
            let pseudonym = citizen.pseudonym;
            let session = accounts::open_session(writing, holder, named, hash, until).await?;
            let subject = Some(pseudonym.uuid());
            audit::note(writing, "session.opened", "citizen", subject).await?;
            let id = citizen.id;
            Ok(Ok(Some((Whose::Citizen { id, pseudonym }, session, now))))
        })
    });
    let Some((whose, session, now)) = opened.await?? else {
        return Ok(None);
    };
    respond(&request.app, &whose, session, scope, refresh, now).map(Some)
}

/// Whoever has the mail, for whom no session is opened; none where it lets nobody in.
pub(crate) async fn shown_to_be(
    request: &Request,
    id: Id<Challenge>,
    shown: Shown,
) -> Result<Option<Citizen>, Problem> {
    let found = request.write(move |writing| {
        Box::pin(async move {
            Ok(match somebody(writing, id, shown).await? {
                Some(card) => Some(people::as_is_known_now(writing, card).await?),
                None => None,
            })
        })
    });
    found.await
}

/// Whom the mail lets in, as they were written down with the address, which they have shown now to be theirs.
async fn somebody(
    writing: &mut Writing,
    id: Id<Challenge>,
    shown: Shown,
) -> Result<Option<Citizen>, Stop<Problem>> {
    let Some((challenge, claimed)) = accounts::load_challenge(writing, id).await? else {
        return Ok(None);
    };
    let challenge = challenge.tried(shown);
    let Ok(used) = challenge.clone().used(shown, writing.now()) else {
        accounts::save_challenge(writing, &challenge).await?;
        return Ok(None);
    };
    accounts::save_challenge(writing, &used).await?;
    let Some(card) = known_or_new(writing, claimed).await? else {
        return Ok(None);
    };
    let card = match citizens::confirm(card.clone(), writing.now()) {
        None => card,
        Some(change) => {
            people::save(writing, &change).await?;
            change.into_after()
        }
    };
    Ok(Some(card))
}

/// Whom the address leads to; or somebody new, who said what they are called; or whoever typed it last.
async fn known_or_new(
    writing: &mut Writing,
    claimed: Claimed,
) -> Result<Option<Citizen>, Stop<Problem>> {
    let Claimed {
        email,
        name,
        language,
    } = claimed;
    if let Some(known) = people::card_with(writing, &email).await? {
        return Ok(Some(known));
    }
    let Some(name) = name else {
        return Ok(people::announced_with(writing, &email).await?);
    };
    let content = CitizenContent {
        name,
        email: Some(email),
        telephone: None,
        commune: None,
        age_band: None,
        language,
        interests: Vec::new(),
    };
    let (pseudonym, now) = (writing.new_pseudonym(), writing.now());
    let source = CitizenSource::Own;
    let entered = citizens::enter(content, source, pseudonym, writing.ids(), now);
    people::save(writing, &entered).await?;
    Ok(Some(entered.into_after()))
}
