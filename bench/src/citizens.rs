//! Registering: many want the places of one date at once, against the rows of a registration written without the
//! service, commit by commit.

use std::cell::RefCell;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::Outcome;
use crate::data::{mixed, now};
use crate::database::{Database, Given};
use crate::load::{Load, request};
use crate::process::Service;
use crate::reads::bare_rate;
use crate::setting::{Setting, remove};
use crate::table::{Goal, Row, in_turns, per_second};
use crate::writes::{are_same, difference};

/// So many race.
const CLIENTS: usize = 64;
/// So many places a date has: the others wait.
const PLACES: u32 = 500;

/// The tables that a registration is written to.
const TABLES: [&str; 5] = [
    "citizens",
    "person_keys",
    "registrations",
    "mails",
    "audit_entries",
];

const CITIZEN: &str = "insert into citizens (id, pseudonym, name, folded_name, name_key, email,
    email_key, language, interests, source, version, created_at, updated_at)
    values ($1, $2, $3, $3, $3, $4, $4, 'fr', '[]', 'own', 1, $5, $5)";
const KEY: &str = "insert into person_keys (person_id, wrapped, created_at) values ($1, $2, $3)";
const REGISTRATION: &str = "insert into registrations (id, occurrence_id, event_id, person,
    party_size, state, is_confirmed, expires_at, channel, role, address_key, tries, version,
    created_at, updated_at)
    values ($1, $2, $3, $4, 1, 'pending', false, $5, 'web', 'citizen', $6, 0, 1, $5, $5)";
const MAIL: &str = "insert into mails (id, kind, subject_id, subject_version, recipient, person,
    state, attempts, created_at, next_attempt_at)
    values ($1, 'registration.requested', $2, 1, 'citizen', $3, 'waiting', 0, $4, $4)";
const ENTRY: &str = "insert into audit_entries (id, at, operation, actor_kind, subject_kind,
    subject_id, facts, changes, request_id)
    values ($1, $2, 'registrations_create', 'anonymous', 'registration', $3,
    'registration.requested', $4, $1)";
const SEALED: &str = "insert into audit_entries (id, at, operation, actor_kind, subject_kind,
    subject_id, facts, person_id, sealed_changes, request_id)
    values ($1, $2, 'registrations_create', 'anonymous', 'citizen', $3, 'citizen.created', $3, $4, $1)";

/// The row, and that no place was given twice.
pub(crate) fn registrations(setting: &Setting) -> Outcome<()> {
    let work = "registrations for one date, 64 clients";
    if !setting.options.wants(work) {
        return Ok(());
    }
    let (place, service, password) = setting.beside("citizens", std::iter::empty())?;
    let mut looking = setting.bare_of(&place)?;
    let there = There {
        service: &service,
        password: &password,
    };
    let first = there.date()?;
    let mut bare = match &looking {
        // Nobody else writes to the copy of a file.
        Database::Sqlite(_) => setting.runtime.block_on(async {
            let copy = place.folder.join("bare.sqlite");
            let into = format!("vacuum into '{}'", copy.display());
            looking.execute(&into).await?;
            Database::sqlite(&copy).await
        })?,
        Database::Postgres(_) => setting.bare_of(&place)?,
    };
    let numbers = RefCell::new(0_u64);
    let next = || {
        *numbers.borrow_mut() += 1;
        *numbers.borrow()
    };
    setting.runtime.block_on(async {
        let before = looking.counts(&TABLES).await?;
        service.ask(&ask(&first, next()))?.expect(201)?;
        let by_service = difference(&before, &looking.counts(&TABLES).await?);
        let before = bare.counts(&TABLES).await?;
        commit(&mut bare, &first, next()).await?;
        are_same(
            &by_service,
            &difference(&before, &bare.counts(&TABLES).await?),
        )
    })?;
    let load = Load {
        address: service.address,
        clients: CLIENTS,
        lasting: setting.options.lasting(),
        expected: 201,
    };
    let pair = in_turns(
        setting.options.runs,
        || {
            let date = there.date()?;
            let rate = load.run(|out| out.extend_from_slice(&ask(&date, next())))?;
            let held = format!(
                "select count(*) from registrations r join occurrences o on o.id = r.occurrence_id
                 where r.state in ('pending', 'confirmed', 'offered') group by o.id
                 having count(*) > {PLACES}"
            );
            let over = format!("select count(*) from ({held}) as over_full");
            match setting.runtime.block_on(looking.number(&over))? {
                0 => Ok(rate),
                over => Err(format!("{over} dates have more than {PLACES} places taken").into()),
            }
        },
        || {
            bare_rate(setting, || {
                setting.runtime.block_on(commit(&mut bare, &first, next()))
            })
        },
    )?;
    setting.row(&Row {
        work: work.to_owned(),
        figure: per_second(pair.ours),
        compared: format!(
            "the same rows, commit by commit: {}",
            per_second(pair.theirs)
        ),
        ratio: pair.ratio,
        goal: Goal::AtLeast(2.0),
    })?;
    service.stop()?;
    setting.runtime.block_on(remove(&setting.options, &place))
}

/// Where people register.
pub(crate) struct There<'a> {
    pub(crate) service: &'a Service,
    pub(crate) password: &'a str,
}

/// A date that is open.
pub(crate) struct Date {
    pub(crate) id: Uuid,
    pub(crate) event: Uuid,
}

impl There<'_> {
    fn date(&self) -> Outcome<Date> {
        self.date_at("2031-03-25T18:30:00", "2031-03-25T20:30:00", PLACES)
    }

    /// A published date with so many places.
    pub(crate) fn date_at(&self, start: &str, end: &str, places: u32) -> Outcome<Date> {
        let event = json!({ "title": "Fresque du climat", "occurrences": [{
            "local_start": start, "local_end": end, "capacity": places,
        }] });
        let token = self.service.sign_in(self.password)?;
        let made = self.ask(&token, "/v1/events", &event, 201)?;
        let id = |value: &Value| -> Outcome<Uuid> { Ok(value.as_str().ok_or("no id")?.parse()?) };
        let date = Date {
            id: id(&made["occurrences"][0]["id"])?,
            event: id(&made["id"])?,
        };
        let publish = format!("/v1/events/{}/publish", date.event);
        self.ask(&token, &publish, &json!({}), 200)?;
        Ok(date)
    }

    fn ask(&self, token: &str, path: &str, body: &Value, status: u16) -> Outcome<Value> {
        let headers = [
            ("authorization", token),
            ("content-type", "application/json"),
            ("if-match", "*"),
        ];
        let asked = request("POST", path, &headers, body.to_string().as_bytes());
        let reply = self.service.ask(&asked)?.expect(status)?;
        Ok(serde_json::from_slice(&reply.body)?)
    }
}

fn ask(date: &Date, number: u64) -> Vec<u8> {
    let body = json!({ "name": name(number), "email": email(number) }).to_string();
    let path = format!("/v1/occurrences/{}/registrations", date.id);
    request(
        "POST",
        &path,
        &[("content-type", "application/json")],
        body.as_bytes(),
    )
}

pub(crate) fn name(number: u64) -> String {
    format!("Jeanne Martin {number}")
}

pub(crate) fn email(number: u64) -> String {
    format!("jeanne.martin.{number}@courriel.example")
}

/// An id that counts up, as the service's do, and one that tells nothing, as its pseudonyms.
pub(crate) fn ids(number: u64) -> (Uuid, Uuid) {
    let (high, low) = (mixed(number), mixed(number ^ 1 << 60));
    let time = u128::from(1_900_000_000_000 + number) << 80;
    let chance = u128::from(low) & 0x3fff_ffff_ffff_ffff;
    let counting = time | (7 << 76) | (0b10 << 62) | chance;
    (Uuid::from_u128(counting), Uuid::from_u64_pair(high, low))
}

async fn commit(database: &mut Database, date: &Date, number: u64) -> Outcome<()> {
    let (id, person) = ids(number);
    let (other, _) = ids(number + (1 << 32));
    let (name, email, now) = (name(number), email(number), now());
    let changes = json!({
        "id": { "after": id }, "occurrence": { "after": date.id }, "event": { "after": date.event },
        "party_size": { "after": 1 }, "state": { "after": "pending" },
        "is_confirmed": { "after": false }, "expires_at": { "after": now },
        "channel": { "after": "web" }, "role": { "after": "citizen" },
        "created_at": { "after": now },
    })
    .to_string();
    use Given::{Bytes, Id, Moment, Text};
    database.execute("begin").await?;
    let given = [Id(id), Id(person), Text(&name), Text(&email), Moment(now)];
    database.put(CITIZEN, &given).await?;
    database
        .put(KEY, &[Id(person), Bytes(&[7; 73]), Moment(now)])
        .await?;
    let address = person.as_bytes().repeat(2);
    let (at, event) = (Id(date.id), Id(date.event));
    let given = [Id(id), at, event, Id(person), Moment(now), Bytes(&address)];
    database.put(REGISTRATION, &given).await?;
    let given = [Id(id), Id(id), Id(person), Moment(now)];
    database.put(MAIL, &given).await?;
    let given = [Id(id), Moment(now), Id(id), Text(&changes)];
    database.put(ENTRY, &given).await?;
    let given = [Id(other), Moment(now), Id(person), Bytes(&[7; 400])];
    database.put(SEALED, &given).await?;
    database.execute("commit").await
}
