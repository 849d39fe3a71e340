//! The registrations for a date as a table: as it goes out for those who prepare the date, and as it comes back
//! with who was there.

use actix_web::http::header;
use csv::{ReaderBuilder, StringRecord};
use domain::events::Occurrence;
use domain::kernel::{Check, FaultCode, Id, Vocabulary};
use domain::registrations::{AttendanceRole, RegistrationState};
use persistence::registrations::{self as stored, Registered, RegistrationFilter};
use uuid::Uuid;

use super::attendance::{AttendanceState, Entry, MOST, Who, noted};
use super::read::KIND;
use crate::demo::known;
use crate::http::answer::Cache;
use crate::http::csv::{self as tables, CONTENT_TYPE, Column, Type, always, column, instant, some};
use crate::http::faults::FieldError;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::{Answer, Kind, Problem, Request};

/// More are refused, never cut.
const MOST_ROWS: u64 = 5_000;

/// The longest name of a column that a refusal repeats.
const LONGEST_NAME: usize = 60;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_table, _, _>(table)]
}

/// The registrations for a date as a table
///
/// For the staff who prepares the date: CSV in UTF-8 with a byte order mark, separated by commas, a row a
/// registration, in the order they were made, cancelled ones included; those of people whose data are restricted are
/// not. No cell is a formula: a text that a
/// spreadsheet would take for one has an apostrophe before it. With its `state`, `present` and `role` filled in
/// it can be sent to `/v1/occurrences/{id}/attendance`. The look is recorded.
#[utoipa::path(
    get, path = "/v1/occurrences/{id}/registrations.csv", tag = "Registrations", operation_id = "registrations_csv",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::OCCURRENCE_AHEAD))),
    responses((status = 200, description = "The table", body = String, content_type = "text/csv",
        example = json!("registration_id,state,party_size\r\n0198c0a0-0000-7000-8000-0000000000d1,confirmed,2\r\n"))),
)]
async fn table(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let found = of_date(&request, occurrence, Vec::new()).await?;
    let base = request.app.settings.public_url.to_string();
    let body = tables::table(&COLUMNS, &found, &base).into_bytes();
    Ok(Answer::of(CONTENT_TYPE, body)
        .tagged_by_content("staff")
        .with_cache(Cache::Never)
        .with_header(
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"inscriptions.csv\"",
        ))
}

/// The registrations for a date, with whose they are: the look is recorded first.
pub(super) async fn of_date(
    request: &Request,
    occurrence: Id<Occurrence>,
    states: Vec<RegistrationState>,
) -> Result<Vec<Registered>, Problem> {
    request.note_reading(KIND, None).await?;
    let snapshot = request.look().await?;
    let there = stored::date_of(&snapshot, occurrence).await?;
    there.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let filter = RegistrationFilter {
        occurrence: Some(occurrence),
        states,
        leaves_restricted_out: true,
        ..RegistrationFilter::default()
    };
    let found = stored::all(&snapshot, &filter, MOST_ROWS + 1).await?;
    if found.len() as u64 > MOST_ROWS {
        return Err(Problem::new(Kind::Conflict).with_detail(
            format!("Plus de {MOST_ROWS} inscriptions : lisez-les page par page."),
            format!("More than {MOST_ROWS} registrations: read them page by page."),
        ));
    }
    Ok(found)
}

const COLUMNS: [Column<Registered>; 14] = [
    always(
        "registration_id",
        Type::Id,
        "Identifiant de l’inscription",
        "Ne change jamais.",
        |row, _| some(row.registration.id.uuid()),
    ),
    always(
        "state",
        Type::Word,
        "État",
        "Mot de la liste RegistrationState du contrat.",
        |row, _| some(row.registration.state.word()),
    ),
    column(
        "present",
        Type::Integer,
        "Présents",
        "Nombre de personnes du groupe qui étaient là.",
        |row, _| row.registration.present.and_then(some),
    ),
    always(
        "role",
        Type::Word,
        "À quel titre",
        "Mot de la liste AttendanceRole du contrat.",
        |row, _| some(row.registration.role.word()),
    ),
    always(
        "party_size",
        Type::Integer,
        "Places",
        "Nombre de personnes du groupe.",
        |row, _| some(row.registration.party_size),
    ),
    column(
        "name",
        Type::Text,
        "Nom",
        "Tel que la personne l’a donné.",
        |row, _| name_of(row),
    ),
    column(
        "email",
        Type::Text,
        "Adresse électronique",
        "Si elle est connue.",
        |row, _| {
            let email = row.citizen.as_ref()?.content.email.as_ref()?;
            some(email.as_str())
        },
    ),
    column(
        "telephone",
        Type::Text,
        "Téléphone",
        "S’il est connu.",
        |row, _| {
            let number = row.citizen.as_ref()?.content.telephone.as_ref()?;
            some(number.as_str())
        },
    ),
    column(
        "commune_code",
        Type::Word,
        "Commune (code INSEE)",
        "Où la personne habite.",
        |row, _| some(row.citizen.as_ref()?.content.commune?),
    ),
    column(
        "accessibility_needs",
        Type::Text,
        "Besoins",
        "Ce qu’il faut à la personne pour participer.",
        |row, _| some(row.details.accessibility_needs.as_ref()?.as_str()),
    ),
    column(
        "answers",
        Type::Texts,
        "Réponses",
        "Aux questions de l’organisateur, séparées par une barre verticale.",
        |row, _| {
            let answers = &row.details.answers;
            let answers = answers
                .iter()
                .map(|one| format!("{} {}", one.question, one.answer.as_str()));
            some(answers.collect::<Vec<_>>().join("|")).filter(|text| !text.is_empty())
        },
    ),
    always(
        "channel",
        Type::Word,
        "Comment",
        "Mot de la liste RegistrationChannel du contrat.",
        |row, _| some(row.registration.channel.word()),
    ),
    always(
        "created_at",
        Type::Instant,
        "Reçue",
        "En temps universel.",
        |row, _| instant(row.registration.created_at),
    ),
    column(
        "checked_in_at",
        Type::Instant,
        "Arrivée notée",
        "En temps universel.",
        |row, _| instant(row.registration.checked_in_at?),
    ),
];

/// What somebody is called, or called themselves this time; nothing once they were erased.
pub(super) fn name_of(row: &Registered) -> Option<String> {
    let known = row.citizen.as_ref().map(|citizen| &citizen.content.name);
    row.details.name.as_ref().or(known).map(ToString::to_string)
}

/// The columns that are read when the table comes back.
const READ: [&str; 5] = ["registration_id", "code", "state", "present", "role"];

/// What a table notes. Faults lie at the places that the same list has in JSON.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| unreadable("UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let mut reader = ReaderBuilder::new()
        .delimiter(if first.contains(';') { b';' } else { b',' })
        .flexible(true)
        .from_reader(text.as_bytes());
    let names = reader.headers().map_err(|_| unreadable("CSV"))?.clone();
    let columns = Columns::of(&names)?;
    let (mut check, mut entries, mut rows) = (Check::new(), Vec::new(), 0);
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|_| unreadable("CSV"))?;
        rows = at + 1;
        let pointer = format!("/entries/{at}");
        entries.extend(columns.entry(&mut check, &pointer, at, &record));
    }
    if rows == 0 {
        check.fault("/entries", FaultCode::Required);
    }
    if entries.len() > MOST {
        check.fault("/entries", FaultCode::TooMany(MOST));
    }
    Ok(check.done(Some(entries))?)
}

fn unreadable(what: &str) -> Problem {
    Problem::new(Kind::MalformedBody).with_detail(
        format!("Le corps n’est pas un tableau {what} lisible."),
        format!("The body is no readable {what} table."),
    )
}

/// Where the columns that are read stand.
struct Columns([Option<usize>; READ.len()]);

impl Columns {
    fn of(names: &StringRecord) -> Result<Self, Problem> {
        let given: Vec<String> = names
            .iter()
            .map(|name| name.trim().to_ascii_lowercase())
            .collect();
        let is_known = |name: &&String| {
            READ.contains(&name.as_str()) || COLUMNS.iter().any(|one| one.is_called(name))
        };
        let unknown = given.iter().filter(|name| !is_known(name)).map(|name| {
            let name: String = name.chars().take(LONGEST_NAME).collect();
            FieldError::pointer(
                format!("/{}", name.replace('~', "~0").replace('/', "~1")),
                "unknown_field",
                format!("Colonne inconnue : {name}."),
                format!("Unknown column: {name}."),
            )
        });
        let mut faults: Vec<FieldError> = unknown.collect();
        let columns = Self(READ.map(|name| given.iter().position(|one| one == name)));
        let [id, code, state, ..] = columns.0;
        let mut check = Check::new();
        if id.is_none() && code.is_none() {
            check.fault("/registration_id", FaultCode::Required);
        }
        if state.is_none() {
            check.fault("/state", FaultCode::Required);
        }
        if let Err(missing) = check.done(Some(())) {
            faults.extend(missing.all().iter().map(FieldError::from));
        }
        match faults.is_empty() {
            true => Ok(columns),
            false => Err(Problem::invalid(faults)),
        }
    }

    /// What a row notes; nothing where it notes nothing, or something is wrong with it.
    fn entry(
        &self,
        check: &mut Check,
        pointer: &str,
        at: usize,
        record: &StringRecord,
    ) -> Option<Entry> {
        let cell = |column: usize| {
            let text = record.get(self.0[column]?)?.trim();
            (!text.is_empty()).then_some(text)
        };
        let state = RegistrationState::parse(cell(2)?);
        let known = || FaultCode::UnknownWord {
            known: AttendanceState::all_words(),
        };
        let state = match check.at(&format!("{pointer}/state"), state.map_err(|_| known()))? {
            RegistrationState::Attended => AttendanceState::Attended,
            RegistrationState::NoShow => AttendanceState::NoShow,
            _ => return None,
        };
        let who = match (cell(0), cell(1)) {
            (Some(id), _) => {
                let id = Uuid::try_parse(id).map_err(|_| FaultCode::Malformed("uuid"));
                let id = check.at(&format!("{pointer}/registration_id"), id);
                id.map(|id| Who::Id(Id::from_uuid(id)))
            }
            // A spreadsheet takes the noughts away that a code begins with.
            (None, Some(code)) => {
                let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
                Some(Who::Code(format!("{code:0>6}")))
            }
            (None, None) => {
                check.fault(&format!("{pointer}/registration_id"), FaultCode::Required);
                None
            }
        };
        let present = check.maybe(&format!("{pointer}/present"), cell(3), count);
        let role = check.maybe(&format!("{pointer}/role"), cell(4), AttendanceRole::parse);
        let (present, role) = present.zip(role)?;
        let noted = noted(check, pointer, state, present, role);
        let (who, noted) = who.zip(noted)?;
        Some(Entry { at, who, noted })
    }
}

fn count(text: &str) -> Result<u32, FaultCode> {
    match text.parse() {
        Ok(count @ 1..=1000) => Ok(count),
        _ => Err(FaultCode::OutOfRange {
            min: "1",
            max: "1000",
        }),
    }
}

#[cfg(test)]
mod tests {
    use domain::registrations::Noted;
    use proptest::prelude::*;

    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let problem = entries(text.as_bytes()).unwrap_err();
        let said = |error: &FieldError| format!("{:?} {}", error.at, error.code);
        problem.errors.iter().map(said).collect()
    }

    #[test]
    fn a_table_is_read_as_spreadsheets_save_it() {
        let id = "0198c0a0-0000-7000-8000-0000000000d1";
        let text = format!(
            "\u{feff}registration_id;Code;state;present;role;name\r\n{id};;attended;2;member;Léa\r\n\
             ;12 345;no_show;;;\r\n;;;;;personne\r\n{id};;confirmed;;;\r\n"
        );
        let read = entries(text.as_bytes()).unwrap();
        let there = Entry {
            at: 0,
            who: Who::Id(Id::from_uuid(Uuid::try_parse(id).unwrap())),
            noted: Noted::There {
                present: Some(2),
                role: Some(AttendanceRole::Member),
            },
        };
        let missed = Entry {
            at: 1,
            who: Who::Code("012345".to_owned()),
            noted: Noted::Missed,
        };
        assert_eq!(read, [there, missed]);
    }

    #[test]
    fn every_fault_of_a_table_is_named_by_its_row() {
        let text = "code,state,present,role\n1,attended,0,king\n,attended\n2,here\n3,no_show,1\n";
        let expected = [
            "Pointer(\"/entries/0/present\") out_of_range",
            "Pointer(\"/entries/0/role\") unknown_value",
            "Pointer(\"/entries/1/registration_id\") required",
            "Pointer(\"/entries/2/state\") unknown_value",
            "Pointer(\"/entries/3/present\") needs",
        ];
        assert_eq!(faults(text), expected);
        let expected = [
            "Pointer(\"/place\") unknown_field",
            "Pointer(\"/registration_id\") required",
            "Pointer(\"/state\") required",
        ];
        assert_eq!(faults("place\nici\n"), expected);
        assert_eq!(faults("code,state\n"), ["Pointer(\"/entries\") required"]);
        assert!(entries(&[0xff, 0xfe]).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(text in ".{0,200}", rows in "[a-z0-9,;\"\n]{0,80}") {
            let _ = entries(text.as_bytes());
            let _ = entries(format!("code,state,present\n{rows}").as_bytes());
        }
    }
}
