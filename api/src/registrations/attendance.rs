//! Who was there, noted of many in one write: by a list, as JSON or as the table that a spreadsheet gives; and
//! closed, when all who came were noted.

use std::collections::{HashMap, HashSet};

use domain::events::Occurrence;
use domain::kernel::{Check, FaultCode, Faults, Id, Vocabulary};
use domain::registrations::{
    AttendanceRole, CancelledBecause, Noted, Registration as Stored, RegistrationFact,
    RegistrationRefusal, RegistrationState, close as closed, has_begun, note,
};
use persistence::citizens as people;
use persistence::registrations::{self as stored, HallDate};
use persistence::{Stop, Writing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::matching::{Matched, by_address};
use super::proof::Links;
use super::refusal::refused;
use super::table;
use crate::app::App;
use crate::demo::known;
use crate::http::faults::rule_broken;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::vocabulary::word;
use crate::http::{Answer, Kind, Problem, Request};

/// The most entries of a list.
pub(super) const MOST: usize = 500;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_note_all, _, _>(note_all),
        Endpoint::of::<__path_close, _, _>(close),
    ]
}

/// How it was with somebody who registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AttendanceState {
    /// They were there.
    Attended,
    /// They were not.
    NoShow,
}

impl Vocabulary for AttendanceState {
    const NAME: &'static str = "AttendanceState";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Attended, "attended"), (Self::NoShow, "no_show")];
}

/// Who was there, and who was not.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "entries": [
    { "registration_id": known::PAST_REGISTRATION, "state": "attended", "present": 2 },
    { "registration_id": known::MISSED_REGISTRATION, "state": "no_show" }
] }))]
pub(crate) struct AttendanceInput {
    /// One for each registration.
    #[schema(min_items = 1, max_items = 500)]
    entries: Vec<AttendanceEntryInput>,
}

/// How it was with one of them.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttendanceEntryInput {
    /// Which registration, of those for the date.
    registration_id: Uuid,
    #[schema(schema_with = word::<AttendanceState>)]
    state: AttendanceState,
    /// How many of the party; all of them when absent.
    #[schema(minimum = 1, maximum = 1000)]
    present: Option<u32>,
    /// As what they took part; as it was when absent.
    #[schema(schema_with = word::<AttendanceRole>)]
    role: Option<AttendanceRole>,
}

/// How many were there on a date.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({ "attended": 12, "present": 19, "no_show": 3, "unnoted": 0, "changed": 3 }))]
pub(crate) struct AttendanceCounts {
    /// Registrations of those who were there.
    attended: u64,
    /// How many people those are.
    present: u64,
    /// Registrations of those who did not come.
    no_show: u64,
    /// Registrations of those who said that they come, and of whom nothing is noted.
    unnoted: u64,
    /// How many registrations this call changed.
    changed: u64,
}

/// What became of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "counts": { "attended": 12, "present": 19, "no_show": 3, "unnoted": 4, "changed": 1 },
    "data": [{ "registration_id": "0198c0a0-0000-7000-8000-0000000000d1", "state": "attended", "present": 2,
        "role": "citizen", "changed": true }]
}))]
pub(crate) struct Attendance {
    /// Of the whole date.
    counts: AttendanceCounts,
    /// One for each entry, in their order. Nobody is named.
    data: Vec<AttendanceRow>,
}

/// What became of an entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttendanceRow {
    registration_id: Uuid,
    #[schema(schema_with = word::<RegistrationState>)]
    state: RegistrationState,
    /// How many of them were there.
    #[serde(skip_serializing_if = "Option::is_none")]
    present: Option<u32>,
    #[schema(schema_with = word::<AttendanceRole>)]
    role: AttendanceRole,
    /// Whether it was noted now; not when it was noted before.
    changed: bool,
}

/// An entry, in the domain's words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// Its place in what was sent.
    pub(super) at: usize,
    pub(super) who: Who,
    pub(super) noted: Noted,
}

/// How a registration is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    Id(Id<Stored>),
    /// By the code of the mail.
    Code(String),
}

impl Entry {
    /// Whether somebody was there who brought what came by mail.
    fn shows_the_mail(&self) -> bool {
        matches!((&self.who, self.noted), (Who::Code(_), Noted::There { .. }))
    }
}

/// What is noted, in the domain's words: whoever was not there has no number.
pub(super) fn noted(
    check: &mut Check,
    pointer: &str,
    state: AttendanceState,
    present: Option<u32>,
    role: Option<AttendanceRole>,
) -> Option<Noted> {
    match state {
        AttendanceState::Attended => Some(Noted::There { present, role }),
        AttendanceState::NoShow if present.is_some() => {
            let needs = FaultCode::Needs("state attended");
            check.fault(&format!("{pointer}/present"), needs);
            None
        }
        AttendanceState::NoShow => Some(Noted::Missed),
    }
}

impl AttendanceInput {
    fn parse(self) -> Result<Vec<Entry>, Faults> {
        let mut check = Check::new();
        let mut entries = Vec::with_capacity(self.entries.len());
        for (at, entry) in self.entries.into_iter().enumerate() {
            let (pointer, state) = (format!("/entries/{at}"), entry.state);
            let noted = noted(&mut check, &pointer, state, entry.present, entry.role);
            let who = Who::Id(Id::from_uuid(entry.registration_id));
            entries.extend(noted.map(|noted| Entry { at, who, noted }));
        }
        check.done(Some(entries))
    }
}

/// Note who was there, by a list
///
/// All in one write, or nothing: every fault is named by its place, `/entries/3/state`. Whatever is noted
/// already stays as it is, so that the same list can be sent again; what was noted otherwise is corrected, and
/// the trail keeps both. Who is listed as there by the code of their mail has shown that its address is theirs, as at
/// the door: they are who is known by it, and are there once. By a `registration_id` alone the staff vouches for
/// somebody, not for the address. As `text/csv` too, as a spreadsheet saves it: `registration_id` or `code`, `state`,
/// `present`, `role`, with commas or semicolons; the table of `/v1/occurrences/{id}/registrations.csv` comes
/// back with its `state` filled in. Entry 0 is then the first row below the names, and rows whose state is
/// empty, or another than `attended` and `no_show`, are passed over.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/attendance", tag = "Registrations", operation_id = "attendance_note",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::PAST_OCCURRENCE))),
    request_body(content(
        (AttendanceInput = "application/json"),
        (String = "text/csv", example = json!(format!(
            "registration_id,state,present,role\r\n{},attended,1,citizen\r\n", known::PAST_REGISTRATION))),
    )),
    responses(
        (status = 200, description = "What became of each entry", body = Attendance),
        (status = 409, description = "The date has not begun"),
    ),
)]
async fn note_all(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let entries = match request.media_type()?.as_str() {
        "text/csv" => {
            let bytes = request.bytes().await?;
            Query::strict(&request).done()?;
            table::entries(&bytes)?
        }
        _ => request.parsed_body(AttendanceInput::parse).await?.0,
    };
    let app = request.app.clone();
    let done = request.write(move |writing| {
        let (entries, app) = (entries.clone(), app.clone());
        Box::pin(async move {
            let at = locked(writing, occurrence).await?;
            all_noted(writing, &app, &at, &entries).await
        })
    });
    Ok(Answer::json(&done.await?).tagged_by_content("staff"))
}

async fn locked(writing: &Writing, occurrence: Id<Occurrence>) -> Result<HallDate, Stop<Problem>> {
    let at = stored::lock(writing, occurrence).await?;
    Ok(at.ok_or_else(|| Problem::new(Kind::NotFound))?)
}

type Change = domain::kernel::Change<Stored, RegistrationFact>;

async fn all_noted(
    writing: &mut Writing,
    app: &App,
    at: &HallDate,
    entries: &[Entry],
) -> Result<Attendance, Stop<Problem>> {
    let mut all = stored::of_date(writing, at.date.occurrence).await?;
    let (now, index) = (writing.now(), Index::of(&all, &app.links, entries));
    let (mut check, mut seen) = (Check::new(), HashSet::new());
    let mut decided: Vec<(usize, Option<Change>)> = Vec::with_capacity(entries.len());
    for entry in entries {
        let pointer = format!("/entries/{}", entry.at);
        let Some(place) = index.find(&mut check, &pointer, &entry.who) else {
            continue;
        };
        let place = match entry.shows_the_mail() {
            true => theirs(writing, &mut all, &index, place).await?,
            false => Some(place),
        };
        let Some(place) = place else {
            check.fault(&format!("{pointer}/code"), FaultCode::Restricted);
            continue;
        };
        if !seen.insert(place) {
            check.fault(&pointer, FaultCode::Duplicate);
            continue;
        }
        match note(all[place].clone(), &at.date, entry.noted, now) {
            Ok(change) => decided.push((place, change)),
            Err(refusal) => {
                let (below, code) = fault_of(refusal).ok_or_else(|| refused(refusal))?;
                check.fault(&format!("{pointer}{below}"), code);
            }
        }
    }
    check
        .done(Some(()))
        .map_err(|faults| rule_broken(&faults))?;
    let mut data = Vec::with_capacity(decided.len());
    let mut changed = 0;
    for (place, change) in decided {
        let is_changed = change.is_some();
        if let Some(change) = change {
            stored::save_at(writing, at, &change).await?;
            all[place] = change.into_after();
            changed += 1;
        }
        data.push(AttendanceRow::of(&all[place], is_changed));
    }
    stored::settle(writing, at).await?;
    let counts = AttendanceCounts::of(&all, changed);
    Ok(Attendance { counts, data })
}

/// Which registration is meant by a code that somebody brought, as at the door: whoever has the mail is who is known
/// by its address, and is there once. None where their data are restricted. What this changes is undone with the
/// whole list, where something is wrong with it.
async fn theirs(
    writing: &mut Writing,
    all: &mut [Stored],
    index: &Index,
    place: usize,
) -> Result<Option<usize>, Stop<Problem>> {
    let one = all[place].clone();
    let is_cancelled = one.state == RegistrationState::Cancelled;
    let is_over = is_cancelled && one.because != Some(CancelledBecause::AlreadyRegistered);
    if one.person.is_none() || one.is_confirmed || is_over {
        return Ok(Some(place));
    }
    let id = one.id;
    match by_address(writing, one).await? {
        Matched::Restricted => Ok(None),
        Matched::Of(person) => {
            all[place].person = Some(person);
            Ok(Some(place))
        }
        Matched::Twice(other) => {
            if let Some((cancelled, _)) = stored::load(writing, id).await? {
                all[place] = cancelled;
            }
            Ok(Some(index.ids.get(&other).copied().unwrap_or(place)))
        }
    }
}

/// What of an entry is wrong; nothing where it is the date.
fn fault_of(refusal: RegistrationRefusal) -> Option<(&'static str, FaultCode)> {
    match refusal {
        RegistrationRefusal::MoreThanParty(party) => {
            Some(("/present", FaultCode::PartyTooLarge(party)))
        }
        RegistrationRefusal::WrongState(state) => {
            Some(("/state", FaultCode::NotToBeNoted(state.word())))
        }
        _ => None,
    }
}

/// The registrations for a date, by what they are named by.
struct Index {
    ids: HashMap<Id<Stored>, usize>,
    codes: HashMap<String, Vec<usize>>,
}

impl Index {
    fn of(all: &[Stored], links: &Links, entries: &[Entry]) -> Self {
        let ids = all.iter().enumerate().map(|(place, one)| (one.id, place));
        let mut codes: HashMap<String, Vec<usize>> = HashMap::new();
        if entries
            .iter()
            .any(|entry| matches!(entry.who, Who::Code(_)))
        {
            for (place, one) in all.iter().enumerate() {
                if one.state != RegistrationState::Cancelled {
                    codes.entry(links.code(one.id)).or_default().push(place);
                }
            }
            // Whoever turned out to be registered twice is found by either code: the same list can be sent again.
            for (place, one) in all.iter().enumerate() {
                if one.because == Some(CancelledBecause::AlreadyRegistered) {
                    codes.entry(links.code(one.id)).or_insert(vec![place]);
                }
            }
        }
        Self {
            ids: ids.collect(),
            codes,
        }
    }

    fn find(&self, check: &mut Check, pointer: &str, who: &Who) -> Option<usize> {
        let (below, found) = match who {
            Who::Id(id) => {
                let found = self.ids.get(id).copied();
                (
                    "/registration_id",
                    found.ok_or(FaultCode::UnknownRegistration),
                )
            }
            Who::Code(code) => {
                let found = self.codes.get(code).map(Vec::as_slice);
                let found = match found.unwrap_or_default() {
                    [] => Err(FaultCode::UnknownCode),
                    [only] => Ok(*only),
                    _ => Err(FaultCode::AmbiguousCode),
                };
                ("/code", found)
            }
        };
        check.at(&format!("{pointer}{below}"), found)
    }
}

/// Close the list of who was there
///
/// Once the date has begun: all who said that they come, and of whom nothing was noted, did not (`no_show`).
/// Again it changes nothing. Whoever comes later all the same is checked in as before. Of those whose data are
/// restricted, who were on no list, nothing is noted.
#[utoipa::path(
    post, path = "/v1/occurrences/{id}/close-attendance", tag = "Registrations", operation_id = "attendance_close",
    security(("oauth2" = ["citizens:write"])),
    params(("id" = String, Path, description = "The date's id", example = json!(known::PAST_OCCURRENCE))),
    responses(
        (status = 200, description = "How many were there", body = AttendanceCounts),
        (status = 409, description = "The date has not begun"),
    ),
)]
async fn close(request: Request) -> Result<Answer, Problem> {
    let occurrence: Id<Occurrence> = request.path_id("id")?;
    let done = request.write(move |writing| {
        Box::pin(async move {
            let at = locked(writing, occurrence).await?;
            let now = writing.now();
            has_begun(&at.date, now).map_err(refused)?;
            let mut all = stored::of_date(writing, occurrence).await?;
            // They were on no list: that nobody noted them says nothing.
            let them: Vec<Uuid> = all
                .iter()
                .filter_map(|one| one.person.map(Id::uuid))
                .collect();
            let restricted = people::restricted_among(writing, &them).await?;
            let is_restricted = |one: &Stored| {
                one.person
                    .is_some_and(|who| restricted.contains(&who.uuid()))
            };
            let mut changed = 0;
            for one in all.iter_mut().filter(|one| !is_restricted(one)) {
                let change = closed(one.clone(), &at.date, now).map_err(refused)?;
                let Some(change) = change else { continue };
                stored::save_at(writing, &at, &change).await?;
                *one = change.into_after();
                changed += 1;
            }
            Ok(AttendanceCounts::of(&all, changed))
        })
    });
    Ok(Answer::json(&done.await?).tagged_by_content("staff"))
}

impl AttendanceCounts {
    fn of(all: &[Stored], changed: u64) -> Self {
        let mut counts = Self {
            changed,
            ..Self::default()
        };
        for one in all {
            match one.state {
                RegistrationState::Attended => {
                    counts.attended += 1;
                    counts.present += u64::from(one.present.unwrap_or(one.party_size));
                }
                RegistrationState::NoShow => counts.no_show += 1,
                RegistrationState::Confirmed => counts.unnoted += 1,
                _ => {}
            }
        }
        counts
    }
}

impl AttendanceRow {
    fn of(registration: &Stored, changed: bool) -> Self {
        Self {
            registration_id: registration.id.uuid(),
            state: registration.state,
            present: registration.present,
            role: registration.role,
            changed,
        }
    }
}
