//! Projects as a table, for spreadsheets and open data portals.

use actix_web::http::header;
use domain::kernel::{InseeCode, Line, Prose, Vocabulary};
use domain::projects::{Project as Stored, ProjectState};
use domain::territory::Territory;
use persistence::{organisations, projects};

use super::read::{ProjectFilters, filter};
use super::wire::{Frame, url_of};
use crate::http::answer::Cache;
use crate::http::csv::{self, CONTENT_TYPE, Column, Type, always, column, instant, some, words};
use crate::http::faults::FieldError;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::shapes::view_name;
use crate::http::{Answer, Problem, Request};

/// More are refused, never cut.
const MOST: u64 = 5_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_table, _, _>(table),
        Endpoint::of::<__path_schema, _, _>(schema),
    ]
}

/// A project with what its holder is called.
struct Row {
    project: Stored,
    holder: Option<String>,
}

/// Projects as a table
///
/// CSV in UTF-8 with a byte order mark, separated by commas, a row a project, by their titles; its columns
/// are described at `/v1/projects.csv-schema.json`. No cell is a formula: a text that a spreadsheet would
/// take for one has an apostrophe before it. Over 5 000 projects it is refused, never cut. Parameters that are
/// not known are ignored.
#[utoipa::path(
    get, path = "/v1/projects.csv", tag = "Projects", operation_id = "projects_csv",
    security((), ("oauth2" = ["projects:read"]), ("partner" = ["projects:read"])),
    params(ProjectFilters),
    responses((status = 200, description = "The table", body = String, content_type = "text/csv",
        example = json!("id,title,state\r\n0198c0a0-0000-7000-8000-000000000080,Recyclerie,accepted\r\n"))),
)]
async fn table(request: Request) -> Result<Answer, Problem> {
    let frame = Frame::of(&request);
    let mut query = Query::lenient(&request);
    let filter = filter(&mut query, &request, &frame);
    query.done()?;
    let snapshot = request.look().await?;
    let found = projects::table(&snapshot, frame.view, &filter, MOST + 1).await?;
    if found.len() as u64 > MOST {
        return Err(too_many());
    }
    let holders: Vec<_> = found.iter().map(|project| project.organisation).collect();
    let names = organisations::names(&snapshot, &holders).await?;
    let rows: Vec<_> = found
        .into_iter()
        .map(|project| Row {
            holder: names.get(&project.organisation).cloned(),
            project,
        })
        .collect();
    let body = csv::table(&COLUMNS, &rows, &frame.base).into_bytes();
    Ok(Answer::of(CONTENT_TYPE, body)
        .tagged_by_content(view_name(frame.view))
        .with_cache(Cache::Seconds(300))
        .with_header(
            header::CONTENT_DISPOSITION,
            "inline; filename=\"projets.csv\"",
        ))
}

fn too_many() -> Problem {
    Problem::invalid(vec![FieldError::parameter(
        "q",
        "too_many",
        format!("Plus de {MOST} projets : filtrez, ou lisez /v1/projects page par page."),
        format!("More than {MOST} projects: filter, or read /v1/projects page by page."),
    )])
}

/// The columns of the table of projects
///
/// A Table Schema (Frictionless Data): the name, the type and the meaning of each column of
/// `/v1/projects.csv`, in French.
#[utoipa::path(
    get, path = "/v1/projects.csv-schema.json", tag = "Projects", operation_id = "projects_csv_schema",
    security(()),
    responses((status = 200, description = "The columns", body = Value,
        example = json!({ "fields": [{ "name": "id", "type": "string", "format": "uuid" }], "primaryKey": "id" }))),
)]
async fn schema(request: Request) -> Result<Answer, Problem> {
    Query::lenient(&request).done()?;
    Ok(Answer::json(&csv::schema(&COLUMNS))
        .tagged_by_content("public")
        .with_cache(Cache::Seconds(300)))
}

const COLUMNS: [Column<Row>; 28] = [
    always(
        "id",
        Type::Id,
        "Identifiant du projet",
        "Ne change jamais.",
        |row, _| some(row.project.id.uuid()),
    ),
    always(
        "title",
        Type::Text,
        "Titre",
        "Tel que le porteur l’a écrit.",
        |row, _| some(&row.project.content.title),
    ),
    always(
        "state",
        Type::Word,
        "État",
        "Mot de la liste ProjectState du contrat.",
        |row, _| some(row.project.state.word()),
    ),
    column(
        "theme",
        Type::Word,
        "Thème",
        "Mot de la liste Theme du contrat.",
        |row, _| {
            row.project
                .content
                .theme
                .map(|theme| theme.word().to_owned())
        },
    ),
    column(
        "summary",
        Type::Text,
        "Résumé",
        "Une ou deux phrases.",
        |row, _| prose(row.project.content.summary.as_ref()),
    ),
    always(
        "organisation_id",
        Type::Id,
        "Identifiant de la structure porteuse",
        "Celui de /v1/organisations.",
        |row, _| some(row.project.organisation.uuid()),
    ),
    column(
        "organisation_name",
        Type::Text,
        "Structure porteuse",
        "Son nom à ce jour.",
        |row, _| row.holder.clone(),
    ),
    column(
        "commune_codes",
        Type::Words,
        "Communes (codes INSEE)",
        "Séparés par une barre verticale.",
        |row, _| joined(&row.project.content.communes, InseeCode::to_string),
    ),
    column(
        "commune_names",
        Type::Texts,
        "Communes",
        "Noms officiels, séparés par une barre verticale.",
        |row, _| joined(&row.project.content.communes, commune_name),
    ),
    column(
        "latitude",
        Type::Number,
        "Latitude",
        "En degrés (WGS 84).",
        |row, _| Some(row.project.content.coordinates?.latitude().to_string()),
    ),
    column(
        "longitude",
        Type::Number,
        "Longitude",
        "En degrés (WGS 84).",
        |row, _| Some(row.project.content.coordinates?.longitude().to_string()),
    ),
    column(
        "audiences",
        Type::Words,
        "Publics",
        "Mots de la liste Audience du contrat, séparés par une barre verticale.",
        |row, _| words(&row.project.content.audiences),
    ),
    column(
        "axis_ids",
        Type::Words,
        "Axes",
        "Identifiants d’axes de /v1/frameworks, séparés par une barre verticale.",
        |row, _| joined(row.project.plan.axes(), ToString::to_string),
    ),
    column(
        "action_ids",
        Type::Words,
        "Actions",
        "Identifiants d’actions de /v1/frameworks, séparés par une barre verticale.",
        |row, _| joined(row.project.plan.actions(), ToString::to_string),
    ),
    column(
        "starts_on",
        Type::Day,
        "Début prévu",
        "Premier jour.",
        |row, _| row.project.content.starts_on.map(|day| day.to_string()),
    ),
    column(
        "ends_on",
        Type::Day,
        "Fin prévue",
        "Dernier jour.",
        |row, _| row.project.content.ends_on.map(|day| day.to_string()),
    ),
    column(
        "budget_cents",
        Type::Integer,
        "Budget",
        "En centimes d’euro.",
        |row, _| {
            row.project
                .content
                .budget_cents
                .map(|cents| cents.to_string())
        },
    ),
    column(
        "volunteers_sought",
        Type::Integer,
        "Bénévoles recherchés",
        "Nombre de personnes.",
        |row, _| {
            row.project
                .content
                .team
                .volunteers_sought
                .map(|count| count.to_string())
        },
    ),
    column(
        "skills_sought",
        Type::Texts,
        "Compétences recherchées",
        "Séparées par une barre verticale.",
        |row, _| joined(&row.project.content.team.skills_sought, Line::to_string),
    ),
    column(
        "reason",
        Type::Text,
        "Motif",
        "Pourquoi le projet est dans cet état.",
        |row, _| prose(row.project.reason.reason.as_ref()),
    ),
    column(
        "petr_note",
        Type::Text,
        "Note du PETR",
        "Ce que le PETR en dit.",
        |row, _| prose(row.project.petr.note.as_ref()),
    ),
    column(
        "submitted_at",
        Type::Instant,
        "Dernier dépôt",
        "En temps universel.",
        |row, _| instant(row.project.submitted_at?),
    ),
    column(
        "decided_at",
        Type::Instant,
        "Décision",
        "En temps universel.",
        |row, _| instant(row.project.decided_at?),
    ),
    column(
        "started_at",
        Type::Instant,
        "Démarrage",
        "En temps universel.",
        |row, _| instant(row.project.started_at?),
    ),
    column(
        "completed_at",
        Type::Instant,
        "Achèvement",
        "En temps universel.",
        |row, _| ended(row, ProjectState::Completed),
    ),
    column(
        "abandoned_at",
        Type::Instant,
        "Abandon",
        "En temps universel.",
        |row, _| ended(row, ProjectState::Abandoned),
    ),
    always(
        "url",
        Type::Address,
        "Adresse du projet",
        "Où le lire.",
        |row, base| some(url_of(&row.project, base)),
    ),
    always(
        "updated_at",
        Type::Instant,
        "Dernière modification",
        "En temps universel.",
        |row, _| instant(row.project.updated_at),
    ),
];

fn prose<const MAX: usize>(text: Option<&Prose<MAX>>) -> Option<String> {
    text.map(|text| text.as_str().to_owned())
}

fn ended(row: &Row, state: ProjectState) -> Option<String> {
    instant(
        row.project
            .ended_at
            .filter(|_| row.project.state == state)?,
    )
}

fn commune_name(code: &InseeCode) -> String {
    let commune = Territory::official().commune(code);
    commune.map_or_else(|| code.to_string(), |commune| commune.name.to_owned())
}

fn joined<T>(items: &[T], said: fn(&T) -> String) -> Option<String> {
    some(items.iter().map(said).collect::<Vec<_>>().join("|"))
}
