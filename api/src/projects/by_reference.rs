//! Projects by their holders' own references: made or changed by one address, whether they are there or not.

use actix_web::http::header;
use domain::kernel::{FaultCode, Faults, Id, Line};
use domain::organisations::Organisation;
use domain::projects::{Project as Stored, Side};
use persistence::follow_up::funding;
use persistence::projects as stored;
use persistence::{Answer as Kept, Stop, View, Writing};
use serde::Deserialize;
use utoipa::IntoParams;

use super::input::{Parsed, ProjectInput};
use super::links::held;
use super::read;
use super::who::{Who, view_of};
use super::wire::{Extent, Frame, Project};
use super::write::{DryRun, dry_run, edited, made, made_answer};
use crate::demo::known;
use crate::http::etag::IfMatch;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::writing::kept;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_get, _, _>(get),
        Endpoint::of::<__path_put, _, _>(put),
    ]
}

/// Headers that say whether it is to be made or changed.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "documentation: the headers are read by name")]
struct MakesOrChanges {
    /// `*` to make it: refused with 412 when it is there.
    #[param(rename = "If-None-Match", pattern = "^\\*$", example = "*")]
    if_none_match: Option<String>,
    /// The `etag` of the version that was read, or `*` for whatever the version, to change it: refused with
    /// 412 when it isn't there.
    #[param(rename = "If-Match", example = "*")]
    if_match: Option<String>,
}

/// Where a project stands by its reference.
#[derive(Debug, Clone)]
struct Place {
    holder: Id<Organisation>,
    reference: Line<100>,
}

impl Place {
    /// What the path names, if whoever asks may see it at all.
    fn of(request: &Request) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        struct Path {
            reference: String,
        }
        let nothing = || Problem::new(Kind::NotFound);
        let holder = request.path_id("id")?;
        let path = request.http.match_info().load::<Path>();
        let path = path.map_err(|_| nothing())?;
        let reference = Line::parse(&path.reference).map_err(|_| nothing())?;
        // What isn't UTF-8 is no text.
        if path.reference.contains(char::REPLACEMENT_CHARACTER) {
            return Err(nothing());
        }
        Ok(Self { holder, reference })
    }

    /// Another's place is nowhere.
    fn is_theirs(&self, request: &Request) -> Result<(), Problem> {
        match request.organisation() {
            Some(own) if own != self.holder => Err(Problem::new(Kind::NotFound)),
            _ => Ok(()),
        }
    }
}

/// Read a project by its reference
///
/// Its holder and the staff find it so.
#[utoipa::path(
    get, path = "/v1/organisations/{id}/projects/by-reference/{reference}", tag = "Projects",
    operation_id = "projects_get_by_reference",
    security(("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(
        ("id" = String, Path, description = "The holder's id", example = json!(known::ORGANISATION)),
        ("reference" = String, Path, description = "The reference, percent-encoded", example = json!(known::REFERENCE)),
    ),
    responses((status = 200, description = "The project", body = Project)),
)]
async fn get(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let place = Place::of(&request)?;
    place.is_theirs(&request)?;
    let snapshot = request.look().await?;
    let found = stored::find_by_reference(&snapshot, place.holder, place.reference.as_str());
    let found = found.await?.filter(|_| view_of(&request) != View::Public);
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    read::answer(&snapshot, &found, &Frame::of(&request)).await
}

/// Create or update a project by its reference
///
/// `If-None-Match: *` makes it (201; 412 when it is there), `If-Match` with a tag or `*` changes it (200; 412
/// when it isn't there, or not of that version); neither is 428. The body is the whole content: what is absent
/// of what its holder writes is cleared. It never touches what the PETR set: where the staff sends it, the
/// PETR's part changes as far as it is sent. The same body again changes nothing. What may be written in which
/// state is as for `PATCH`.
#[utoipa::path(
    put, path = "/v1/organisations/{id}/projects/by-reference/{reference}", tag = "Projects",
    operation_id = "projects_put_by_reference",
    security(("oauth2" = ["projects:write"]), ("partner" = ["projects:write"])),
    params(
        ("id" = String, Path, description = "The holder's id", example = json!(known::ORGANISATION)),
        ("reference" = String, Path, description = "The reference, percent-encoded; 1 to 100 characters", example = json!(known::REFERENCE)),
        DryRun, MakesOrChanges,
    ),
    request_body(content = ProjectInput),
    responses(
        (status = 200, description = "The project, changed", body = Project),
        (status = 201, description = "The project, made", body = Project),
        (status = 428, description = "Neither `If-None-Match: *` nor `If-Match` says whether it is to be made or changed"),
    ),
)]
async fn put(request: Request) -> Result<Answer, Problem> {
    let (place, who) = (Place::of(&request)?, Who::of(&request));
    let parse = |input: ProjectInput| named(input.parse(who.side())?, &place, who);
    let (parsed, _) = request.parsed_body(parse).await?;
    let dry = dry_run(&request)?;
    place.is_theirs(&request)?;
    let wanted = Wanted::of(&request);
    let frame = Frame::of_writer(&request);
    let done = request.write_once_or_try(dry, None, move |writing| {
        let (parsed, place) = (parsed.clone(), place.clone());
        let (wanted, frame) = (wanted.clone(), frame.clone());
        Box::pin(async move {
            let holder = held(writing, place.holder).await;
            let holder = holder.map_err(|stop| match stop {
                Stop::Refused(_) => Stop::Refused(Problem::new(Kind::NotFound)),
                failed => failed,
            })?;
            wanted.is_said()?;
            let reference = place.reference.as_str();
            let mut known = stored::load_by_references(writing, holder.id, &[reference]).await?;
            let name = holder.content.name.as_str();
            match known.remove(reference) {
                None => {
                    wanted.makes()?;
                    super::links::known(writing, who, &parsed, None).await?;
                    let made = made(writing, who, parsed, holder.id).await?;
                    stored::save(writing, &made).await?;
                    Ok(made_answer(made.after(), Some(name), &frame))
                }
                Some(project) => {
                    wanted.changes(&project, name, &frame)?;
                    changed(writing, who, project, parsed, name, &frame).await
                }
            }
        })
    });
    done.await
}

/// What is sent must be of the project that the path names.
fn named(mut parsed: Parsed, place: &Place, who: Who) -> Result<Parsed, Faults> {
    let mut check = domain::kernel::Check::new();
    if parsed
        .organisation
        .is_some_and(|named| named != place.holder)
    {
        let code = match who.side() {
            Side::Holder => FaultCode::OtherOrganisation,
            Side::Petr => FaultCode::Locked,
        };
        check.fault("/organisation_id", code);
    }
    let reference = parsed
        .draft
        .reference
        .get_or_insert(place.reference.clone());
    if *reference != place.reference {
        check.fault("/reference", FaultCode::ReferenceDiffers);
    }
    check.done(Some(parsed))
}

async fn changed(
    writing: &mut Writing,
    who: Who,
    project: Stored,
    parsed: Parsed,
    holder: &str,
    frame: &Frame,
) -> Result<Kept, Stop<Problem>> {
    let petr = parsed.petr.clone().over(&project.petr);
    let petr = (who.side() == Side::Petr).then_some(petr);
    let project = edited(writing, who, project, parsed, petr, frame).await?;
    let frame = frame.knowing(funding::totals_for(writing, &[project.id]).await?);
    let (shown, tag) = Project::of(&project, Some(holder), &frame, Extent::Whole);
    Ok(kept(&tag, &shown))
}

/// What the headers say of what is to be there before.
#[derive(Debug, Clone)]
struct Wanted {
    /// Nothing.
    absent: bool,
    /// It, in that version.
    present: Option<IfMatch>,
}

impl Wanted {
    fn of(request: &Request) -> Self {
        let none_match = request.header(header::IF_NONE_MATCH).map(str::trim);
        Self {
            absent: none_match == Some("*"),
            present: request.if_match(),
        }
    }

    /// One or the other.
    fn is_said(&self) -> Result<(), Problem> {
        if self.absent || self.present.is_some() {
            return Ok(());
        }
        Err(Problem::new(Kind::PreconditionRequired).with_detail(
            "Dites s’il est à créer (If-None-Match: *) ou à modifier (If-Match, avec son etag ou *).",
            "Say whether it is to be made (If-None-Match: *) or changed (If-Match, with its etag or *).",
        ))
    }

    /// It isn't there.
    fn makes(&self) -> Result<(), Problem> {
        match self.present {
            None => Ok(()),
            Some(_) => Err(Problem::new(Kind::PreconditionFailed).with_detail(
                "Aucun projet de cette structure n’a cette référence : pour le créer, envoyez \
                 If-None-Match: *.",
                "No project of this structure has this reference: to make it, send If-None-Match: *.",
            )),
        }
    }

    /// It is there.
    fn changes(&self, project: &Stored, holder: &str, frame: &Frame) -> Result<(), Problem> {
        let current = || Project::of(project, Some(holder), frame, Extent::Whole).1;
        if self.absent {
            let etag = Some(current().quoted(None));
            let there = Problem::new(Kind::PreconditionFailed).with_detail(
                "Un projet de cette structure a déjà cette référence : pour le modifier, envoyez If-Match.",
                "A project of this structure has this reference already: to change it, send If-Match.",
            );
            return Err(Problem { etag, ..there });
        }
        precondition(self.present.as_ref(), project.version, current)
    }
}
