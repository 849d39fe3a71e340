//! The sheet that those who come sign: printed on paper, with lines for those who walk in.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Paris;
use domain::events::Occurrence;
use domain::kernel::text::fold;
use domain::kernel::{FaultCode, Id};
use domain::registrations::{AttendanceRole, RegistrationState};
use domain::territory::Territory;
use persistence::registrations::{self as stored, Registered};
use persistence::{View, events};
use serde::Serialize;
use serde_json::json;
use typeset::Document;
use utoipa::IntoParams;

use super::table::{name_of, of_date};
use crate::demo::known;
use crate::events::wire::Place;
use crate::http::answer::Cache;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::{Answer, Kind, Problem, Request};
use crate::pages::{self, Frame};
use crate::paper;

/// The most lines that stay empty, and how many do when nobody says so.
const MOST_BLANK: u32 = 200;
const BLANK: u32 = 15;

/// More are refused on paper that is numbered: nobody has a thousand people sign in a row.
const MOST_NUMBERED: usize = 1_000;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_sheet, _, _>(sheet),
        Endpoint::of::<__path_sheet_pdf, _, _>(sheet_pdf),
    ]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameter is read by name")]
struct SheetParams {
    /// How many lines stay empty, for who walks in; 15 when absent.
    #[param(minimum = 0, maximum = 200, example = 20)]
    blank_lines: Option<u32>,
}

/// The sheet to sign of a date
///
/// For paper (A4, the head of the table on each page): all who have a place, by their names, with how many they
/// are, where they live and a box to sign in; then empty lines for who walks in, and what becomes of the sheet. In
/// French, or in English for who asks for it. Whose data are restricted is not on it. The look is recorded.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}/attendance-sheet", tag = "Registrations", operation_id = "attendance_sheet",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD)), SheetParams),
    responses(
        (status = 200, description = "The sheet", body = String, content_type = "text/html",
            example = json!("<!DOCTYPE html>")),
    ),
)]
async fn sheet(request: Request) -> Result<Answer, Problem> {
    let shown = Sheet::of(&request).await?;
    Ok(pages::answer(&shown, request.language)?.with_cache(Cache::Never))
}

/// The sheet to sign of a date, as PDF
///
/// What `/v1/occurrences/{id}/attendance-sheet` shows, ready for a printer: its lines and its pages have numbers, and
/// it says when it was made. Whoever can't see it hears it (PDF/UA-1). A letter that its fonts lack is an empty
/// square. At most 1,000 people. The look is recorded.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}/attendance-sheet.pdf", tag = "Registrations",
    operation_id = "attendance_sheet_pdf", security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD)), SheetParams),
    responses(
        (status = 200, description = "The sheet", body = String, content_type = "application/pdf",
            example = json!("%PDF-1.7")),
        (status = 409, description = "More than 1,000 have a place"),
    ),
)]
async fn sheet_pdf(request: Request) -> Result<Answer, Problem> {
    let shown = Sheet::of(&request).await?;
    if shown.rows.len() > MOST_NUMBERED {
        return Err(Problem::new(Kind::Conflict).with_detail(
            format!("Plus de {MOST_NUMBERED} inscriptions : prenez la feuille en HTML."),
            format!("More than {MOST_NUMBERED} registrations: take the sheet as HTML."),
        ));
    }
    let file_name = format!("emargement-{}.pdf", shown.day);
    paper::pdf(shown.on_paper(), request.language, &file_name).await
}

fn lines(text: &str) -> Result<u32, FaultCode> {
    match text.parse() {
        Ok(lines) if lines <= MOST_BLANK => Ok(lines),
        Ok(_) => Err(FaultCode::OutOfRange {
            min: "0",
            max: "200",
        }),
        Err(_) => Err(FaultCode::Malformed("integer")),
    }
}

#[derive(Template)]
#[template(path = "attendance_sheet.html")]
struct Sheet<'p> {
    frame: Frame<'p>,
    occurrence: Id<Occurrence>,
    /// The first day of the date, by the clock of its place.
    day: NaiveDate,
    at: DateTime<Utc>,
    title: String,
    when: String,
    place: Option<String>,
    rows: Vec<Row>,
    blank_lines: u32,
    notice: String,
}

impl<'p> Sheet<'p> {
    /// The sheet that is asked for: the look at whose names are on it is recorded first.
    async fn of(request: &'p Request) -> Result<Self, Problem> {
        let occurrence: Id<Occurrence> = request.path_id("id")?;
        let mut query = Query::strict(request);
        let blank_lines = query.typed("blank_lines", lines).unwrap_or(BLANK);
        query.done()?;
        let states = RegistrationState::HOLDING.to_vec();
        let found = of_date(request, occurrence, states).await?;
        let snapshot = request.look().await?;
        let missing = || Problem::new(Kind::NotFound);
        let at = stored::date_of(&snapshot, occurrence).await?;
        let name = at.ok_or_else(missing)?.date.event.to_string();
        let event = events::find(&snapshot, View::Staff, &name).await?;
        let event = event.ok_or_else(missing)?.event;
        let is_it = |date: &&Occurrence| date.id == occurrence;
        let date = event.occurrences.iter().find(is_it).ok_or_else(missing)?;
        let frame = Frame {
            language: request.language,
            petr: &request.app.settings.petr_name,
        };
        let place = event.content.place.as_ref();
        Ok(Self {
            occurrence,
            day: date.timing.local_start().date(),
            at: snapshot.now().await?,
            title: event.content.title.to_string(),
            when: frame.when(&date.timing),
            place: place.map(|place| Place::of(place).line()),
            rows: rows(&frame, &found),
            blank_lines,
            notice: notice(&frame),
            frame,
        })
    }

    /// For a printer.
    fn on_paper(&self) -> Document {
        let frame = &self.frame;
        let at = self.at.with_timezone(&Paris).format("%d/%m/%Y, %H:%M");
        let columns = [
            ("N°", "No."),
            ("Nom", "Name"),
            ("Pers.", "People"),
            ("Commune", "Commune"),
            ("À quel titre", "As"),
            ("Signature", "Signature"),
        ];
        Document {
            template: include_str!("../../templates/attendance_sheet.typ"),
            data: json!({
                "language": frame.language.tag(),
                "petr": frame.petr,
                "title": self.title,
                "when": self.when,
                "place": self.place,
                "rows": self.rows,
                "blank_lines": self.blank_lines,
                "notice": self.notice,
                "as_of": frame.text(
                    &format!("état au {at} (heure de Paris)"),
                    &format!("as of {at} (time in Paris)"),
                ),
                "words": {
                    "sheet": frame.text("Feuille d'émargement", "Sheet to sign"),
                    "page": frame.text("Page", "Page"),
                    "columns": columns.map(|(french, english)| frame.text(french, english)),
                },
            }),
            identity: format!("attendance-sheet/{}", self.occurrence),
            at: self.at,
        }
    }
}

/// Somebody who has a place.
#[derive(Serialize)]
struct Row {
    name: String,
    party_size: u32,
    commune: String,
    role: String,
}

/// By their names; who was erased since has none.
fn rows(frame: &Frame<'_>, found: &[Registered]) -> Vec<Row> {
    let row = |one: &Registered| {
        let commune = one.citizen.as_ref().and_then(|one| one.content.commune);
        let commune = commune.and_then(|code| Territory::official().commune(&code));
        Some(Row {
            name: name_of(one)?,
            party_size: one.registration.party_size,
            commune: commune.map(|one| one.name.to_string()).unwrap_or_default(),
            role: role(frame, one.registration.role),
        })
    };
    let mut rows: Vec<Row> = found.iter().filter_map(row).collect();
    rows.sort_by_cached_key(|row| fold(&row.name));
    rows
}

fn role(frame: &Frame<'_>, role: AttendanceRole) -> String {
    match role {
        AttendanceRole::Citizen => frame.text("Habitant·e", "Citizen"),
        AttendanceRole::Member => frame.text("Membre du club", "Member of the club"),
        AttendanceRole::Referent => frame.text("Élu·e référent·e", "Elected referent"),
        AttendanceRole::Officer => frame.text("Équipe du PETR", "The PETR's team"),
    }
}

fn notice(frame: &Frame<'_>) -> String {
    let petr = frame.petr;
    frame.text(
        &format!(
            "Cette feuille est tenue par {petr} dans l'exercice d'une mission d'intérêt public (RGPD, article 6, \
             1, e) : attester qui a pris part à cette rencontre. Elle est vue par les seules personnes qui en \
             sont chargées et par celles qui contrôlent l'emploi des fonds publics, conservée jusqu'à la fin de \
             ce contrôle, puis détruite. Vous pouvez demander à y accéder, à la faire rectifier, ou vous y \
             opposer, auprès de {petr}."
        ),
        &format!(
            "This sheet is kept by {petr} in the exercise of a task of public interest (GDPR, article 6, 1, e): \
             to show who took part in this meeting. It is seen only by those who are in charge of it and by \
             those who audit the use of public funds, kept until the end of that audit, then destroyed. You may \
             ask {petr} to see it, to have it set right, or object to it."
        ),
    )
}
