//! Erasing a person: in the database, in one write; then what lies outside it.

use actix_web::http::StatusCode;
use domain::citizens::{Citizen, Pseudonym};
use domain::kernel::Id;
use persistence::citizens as people;
use persistence::rights::{self as stored, Erased};
use persistence::{Stop, Writing};
use serde_json::json;

use super::ledger;
use crate::app::App;
use crate::demo::known;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::request::precondition;
use crate::http::writing::NeedsIfMatch;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_delete, _, _>(delete)]
}

/// Erase a citizen
///
/// With all who were merged into them: their name, their addresses, what they said and what was written to them go, and what the audit trail has of
/// them can't be read any more. What they had ahead of them is cancelled, and the places go to the next who
/// wait. The facts stay, under a pseudonym that leads to nobody: no count changes. It can't be undone; who comes
/// back is somebody new.
#[utoipa::path(
    delete, path = "/v1/citizens/{id}", tag = "Citizens", operation_id = "citizens_delete",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::CITIZEN)), NeedsIfMatch),
    responses((status = 204, description = "They are erased")),
)]
async fn delete(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Citizen> = request.path_id("id")?;
    let if_match = request.if_match();
    let missing = || Problem::new(Kind::NotFound);
    let erased = request.write(move |writing| {
        let if_match = if_match.clone();
        Box::pin(async move {
            // As every erasure and merge: who is whom holds still from here on.
            people::line_up(writing).await?;
            let citizen = people::load(writing, id).await?.ok_or_else(missing)?;
            precondition(if_match.as_ref(), citizen.version, || {
                crate::citizens::tag_of(&citizen)
            })?;
            if citizen.merged_into.is_some() {
                return Err(of_another(writing, citizen).await?.into());
            }
            Ok(stored::erase(writing, citizen.pseudonym).await?)
        })
    });
    let erased = erased.await?.ok_or_else(missing)?;
    finish(&request.app, erased).await;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

/// Erases the person behind a pseudonym, who asked for it.
pub(crate) async fn erase_person(
    request: &Request,
    pseudonym: Id<Pseudonym>,
) -> Result<(), Problem> {
    let erased = request.write(move |writing| {
        Box::pin(async move { Ok(stored::erase(writing, pseudonym).await?) })
    });
    if let Some(erased) = erased.await? {
        finish(&request.app, erased).await;
    }
    Ok(())
}

async fn finish(app: &App, erased: Erased) {
    outside(app, erased).await;
    sweep(app).await;
}

/// Who turned out to be somebody else is erased as that one, with all that is known of them: erased alone, the
/// person would stay; and whoever asks with this one in hand has not seen what else would go.
async fn of_another(writing: &Writing, citizen: Citizen) -> Result<Problem, Stop<Problem>> {
    let kept = people::as_is_known_now(writing, citizen).await?;
    Ok(Problem::new(Kind::Conflict)
        .with_detail(
            "Cette fiche a été fusionnée avec une autre, qui est la même personne (existing) : effacez \
             celle-là, et toutes ses fiches s’effacent avec elle ; ou défaites d’abord la fusion.",
            "This citizen was merged into another one, who is the same person (existing): erase that one, \
             and all of theirs goes with them; or take the merge back first.",
        )
        .with_member("existing", json!({ "id": kept.id })))
}

/// What is left to do once somebody is erased: their mails where they lie in files, and a word in the ledger,
/// which the next start enters where that fails.
pub(super) async fn outside(app: &App, erased: Erased) {
    let folder = app.settings.data_dir.join("mail");
    for mail in erased.mails {
        let file = folder.join(format!("{mail}.eml"));
        match tokio::fs::remove_file(&file).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::error!(%error, file = %file.display(), "a mail to somebody who was erased lies there still");
            }
            _ => {}
        }
    }
    for pseudonym in erased.people {
        if let Err(error) = ledger::enter(app, pseudonym).await {
            tracing::error!(%error, "an erasure could not be entered into the ledger; the next start does it");
        }
    }
}

/// Sweeps out what the database's files still hold of rows that were removed.
pub(super) async fn sweep(app: &App) {
    match app.store.scrub().await {
        Ok(true) => {}
        Ok(false) => tracing::warn!("the database's log is emptied another time"),
        Err(error) => tracing::warn!(%error, "the database could not be swept yet"),
    }
}
