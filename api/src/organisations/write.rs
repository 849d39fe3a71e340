//! Making and changing structures.

use std::sync::Arc;

use domain::kernel::{Check, FaultCode, Faults, Id, Slug};
use domain::organisations::{self, Organisation as Stored};
use persistence::organisations as stored;
use persistence::{Stop, StoreError, View, Writing};

use super::read::view_of;
use super::refusal::refused;
use super::wire::{Organisation, OrganisationInput, Parsed, path_of};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::faults::rule_broken;
use crate::http::merge_patch::patched;
use crate::http::operation::Endpoint;
use crate::http::request::precondition;
use crate::http::writing::{IdempotencyKey, NeedsIfMatch, created};
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_create, _, _>(create),
        Endpoint::of::<__path_update, _, _>(update),
    ]
}

/// Add a structure
///
/// It is pending, and nobody but the staff sees it, until it is made a partner. The same SIRET or RNA number
/// is the same structure: that is refused with the one that is there (`existing`). A nearly equal name in the
/// same commune, or where it isn't known which commune, is refused with those it resembles (`candidates`),
/// until they are confirmed to be others.
#[utoipa::path(
    post, path = "/v1/organisations", tag = "Organisations", operation_id = "organisations_create",
    security(("oauth2" = ["organisations:write"])), params(IdempotencyKey),
    request_body(content = OrganisationInput),
    responses((status = 201, description = "The structure, pending", body = Organisation)),
)]
async fn create(request: Request) -> Result<Answer, Problem> {
    let (parsed, bytes) = request.parsed_body(OrganisationInput::parse).await?;
    let claim = request.claim(&bytes)?;
    let base = base_of(&request);
    let done = request.write_once(claim, move |writing| {
        let (parsed, base) = (parsed.clone(), base.clone());
        Box::pin(async move {
            stored::line_up(writing).await?;
            let others = stored::may_be_one_with(writing, &parsed.content).await?;
            let (wanted, slug) = (parsed.slug.clone(), slug(writing, &parsed, None).await?);
            let (content, confirmed) = (parsed.content, parsed.confirmed);
            let (now, ids) = (writing.now(), writing.ids());
            let made = organisations::create(content, slug, &others, &confirmed, ids, now);
            let made = made.map_err(|refusal| refused(refusal, &base))?;
            slug_is_free(writing, wanted.as_ref(), None).await?;
            stored::save(writing, &made).await?;
            let (shown, tag) = Organisation::of(made.after(), View::Staff, &base);
            Ok(created(path_of(made.after().id), &tag, &shown))
        })
    });
    done.await
}

/// Change a structure
///
/// A JSON Merge Patch (RFC 7396): what is absent stays, `null` clears. A change of its name, its numbers or
/// its commune is refused, as its making is, where it would then be one that is there, or may be. A partner
/// changes itself: where and how it is found, not which one it is, which the staff has checked.
#[utoipa::path(
    patch, path = "/v1/organisations/{id}", tag = "Organisations", operation_id = "organisations_update",
    security(("oauth2" = ["organisations:write"]), ("partner" = ["organisations:own"])),
    params(("id" = String, Path, description = "Its id", example = json!(known::ORGANISATION)), NeedsIfMatch),
    request_body(content(
        (OrganisationInput = "application/merge-patch+json", example = json!({ "website": "https://velo.example/ateliers", "address": null })),
        (OrganisationInput = "application/json", example = json!({ "website": "https://velo.example/ateliers", "address": null })),
    )),
    responses((status = 200, description = "The structure", body = Organisation)),
)]
async fn update(request: Request) -> Result<Answer, Problem> {
    let id: Id<Stored> = request.path_id("id")?;
    let (patch, _) = request.body_value().await?;
    let view = view_of(&request);
    if let View::Own(own) = view
        && own != id
    {
        return Err(Problem::new(Kind::NotFound));
    }
    let (if_match, base) = (request.if_match(), base_of(&request));
    let contract = request.app.contract;
    // Those that may be one with it are looked for where that is asked anew: that lines up with others.
    let identity = ["name", "siret", "rna", "commune_code"];
    let says_which = identity.iter().any(|field| patch.get(field).is_some());
    let written = request.write(move |writing| {
        let (patch, if_match, base) = (patch.clone(), if_match.clone(), base.clone());
        Box::pin(async move {
            if says_which {
                stored::line_up(writing).await?;
            }
            let organisation = load(writing, id, if_match.as_ref(), &base).await?;
            let input = patched(
                &contract.schemas,
                "OrganisationInput",
                &OrganisationInput::of(&organisation),
                &patch,
            )?;
            let parsed = input.parse().map_err(Problem::from)?;
            if view != View::Staff {
                keeps_what_was_checked(&organisation, &parsed)?;
            }
            let others = match says_which {
                true => stored::may_be_one_with(writing, &parsed.content).await?,
                false => vec![],
            };
            let (wanted, slug) = (
                parsed.slug.clone(),
                slug(writing, &parsed, Some(&organisation)).await?,
            );
            let (unchanged, now) = (organisation.clone(), writing.now());
            let (content, confirmed) = (parsed.content, parsed.confirmed);
            let change = organisations::edit(organisation, content, slug, &others, &confirmed, now);
            let change = change.map_err(|refusal| refused(refusal, &base))?;
            slug_is_free(writing, wanted.as_ref(), Some(id)).await?;
            let Some(change) = change else {
                return Ok(unchanged);
            };
            stored::save(writing, &change).await?;
            Ok(change.into_after())
        })
    });
    Ok(shown(&request, &written.await?))
}

/// The slug that a structure is to have: the one that is wanted, or the one that it has, or one of its name.
async fn slug(
    writing: &Writing,
    parsed: &Parsed,
    own: Option<&Stored>,
) -> Result<Slug, StoreError> {
    let known = parsed.slug.as_ref().or(own.map(|own| &own.slug));
    match known {
        Some(slug) => Ok(slug.clone()),
        None => stored::free_slug(writing, Slug::of(parsed.content.name.as_str())).await,
    }
}

/// That no other structure has or had the slug that is wanted.
async fn slug_is_free(
    writing: &Writing,
    wanted: Option<&Slug>,
    own: Option<Id<Stored>>,
) -> Result<(), Stop<Problem>> {
    match wanted {
        Some(slug) if stored::is_slug_taken(writing, slug, own).await? => {
            Err(rule_broken(&Faults::one("/slug", FaultCode::SlugTaken)).into())
        }
        _ => Ok(()),
    }
}

fn keeps_what_was_checked(organisation: &Stored, parsed: &Parsed) -> Result<(), Problem> {
    let mut check = Check::new();
    if parsed
        .slug
        .as_ref()
        .is_some_and(|slug| *slug != organisation.slug)
    {
        check.fault("/slug", FaultCode::SetByPetr);
    }
    for field in parsed.content.checked_fields_changed(&organisation.content) {
        check.fault(&format!("/{field}"), FaultCode::SetByPetr);
    }
    Ok(check.done(Some(()))?)
}

/// The structure that is to be changed, if it is there and as whoever asks has seen it.
pub(super) async fn load(
    writing: &Writing,
    id: Id<Stored>,
    if_match: Option<&IfMatch>,
    base: &str,
) -> Result<Stored, Stop<Problem>> {
    let organisation = stored::load(writing, id).await?;
    let organisation = organisation.ok_or_else(|| Problem::new(Kind::NotFound))?;
    precondition(if_match, organisation.version, || {
        Organisation::of(&organisation, View::Staff, base).1
    })?;
    Ok(organisation)
}

/// The structure as whoever changed it sees it.
pub(super) fn shown(request: &Request, organisation: &Stored) -> Answer {
    let base = request.app.settings.public_url.as_str();
    let (shown, tag) = Organisation::of(organisation, view_of(request), base);
    Answer::json(&shown).with_tag(tag)
}

/// Where this service is, for a write that may outlive its request.
pub(super) fn base_of(request: &Request) -> Arc<str> {
    request.app.settings.public_url.as_str().into()
}
