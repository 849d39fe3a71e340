//! The database, asked without the service: to fill it, and to see what its statements cost alone.

use std::path::Path;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Row};
use uuid::Uuid;

use crate::Outcome;
use crate::data::{Event, Window};

/// A connection.
pub(crate) enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// What a statement is given.
#[derive(Clone, Copy)]
pub(crate) enum Given<'a> {
    Id(Uuid),
    Text(&'a str),
    Bytes(&'a [u8]),
    Moment(DateTime<Utc>),
}

/// The same for either.
macro_rules! on {
    ($database:expr, $connection:ident => $body:expr) => {
        match $database {
            Database::Sqlite($connection) => $body,
            Database::Postgres($connection) => $body,
        }
    };
}

/// Whether an event has an entry in the audit trail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trail {
    Kept,
    None,
}

const EVENT: &str =
    "insert into events (id, slug, title, summary, description, kind, audiences, tags,
    accessibility, languages, place_name, commune_code, organiser_name, visibility, state, sequence,
    published_at, was_public, first_starts_at, version, created_at, updated_at)
    values ($1, $2, $3, $4, $5, 'workshop', '[\"general_public\"]', '[\"réparation\"]',
    '[\"wheelchair\"]', '[\"fr\"]', 'Salle des fêtes', '54039', 'PETR', 'public', 'published', 0,
    $7, true, $6, 1, $7, $7)";
const SLUG: &str = "insert into event_slugs (slug, event_id) values ($1, $2)";
const DATE: &str = "insert into occurrences (id, event_id, uid, local_start, local_end, time_zone,
    starts_at, ends_at, capacity, state, sequence, version, updated_at)
    values ($1, $2, $3, $4, $5, 'Europe/Paris', $6, $7, 30, 'scheduled', 0, 1, $8)";
const TERMS: &str = "insert into event_terms (field, term, event_id) values
    ('audience', 'general_public', $1), ('accessibility', 'wheelchair', $1),
    ('tag', 'reparation', $1), ('organiser', 'petr', $1)";
const TEXT: &str = "insert into event_texts (event_id, stems) values ($1, $2)";
const ENTRY: &str =
    "insert into audit_entries (id, at, operation, actor_kind, actor_id, subject_kind,
    subject_id, facts, changes, request_id)
    values ($1, $2, 'events_create', 'user', $1, 'event', $3, 'event.created', $4, $1)";

impl Database {
    /// The file as the service opens it to write.
    pub(crate) async fn sqlite(path: &Path) -> Outcome<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .pragma("secure_delete", "on")
            .pragma("temp_store", "memory")
            .pragma("journal_size_limit", "67108864");
        let connection = SqliteConnection::connect_with(&options).await?;
        Ok(Self::Sqlite(connection))
    }

    pub(crate) async fn postgres(url: &str) -> Outcome<Self> {
        let options = sqlx::postgres::PgConnectOptions::from_str(url)?;
        Ok(Self::Postgres(PgConnection::connect_with(&options).await?))
    }

    /// A statement that gives nothing back.
    pub(crate) async fn execute(&mut self, sql: &str) -> Outcome<()> {
        on!(self, db => {
            sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *db).await?;
        });
        Ok(())
    }

    /// A statement with what it is given, in its order.
    pub(crate) async fn put(&mut self, sql: &'static str, given: &[Given<'_>]) -> Outcome<()> {
        on!(self, db => {
            let mut query = sqlx::query(sql);
            for one in given {
                query = match *one {
                    Given::Id(id) => query.bind(id),
                    Given::Text(text) => query.bind(text),
                    Given::Bytes(bytes) => query.bind(bytes),
                    Given::Moment(moment) => query.bind(moment),
                };
            }
            query.execute(&mut *db).await?;
        });
        Ok(())
    }

    /// The one number that a query gives.
    pub(crate) async fn number(&mut self, sql: &str) -> Outcome<i64> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(on!(self, db => sqlx::query_scalar(sql).fetch_one(&mut *db).await?))
    }

    /// How many rows these tables have.
    pub(crate) async fn counts(&mut self, tables: &[&str]) -> Outcome<Vec<i64>> {
        let mut counts = Vec::with_capacity(tables.len());
        for table in tables {
            counts.push(
                self.number(&format!("select count(*) from {table}"))
                    .await?,
            );
        }
        Ok(counts)
    }

    /// Writes the rows of a published event.
    pub(crate) async fn write(&mut self, event: &Event, trail: Trail) -> Outcome<()> {
        on!(self, db => {
            sqlx::query(EVENT)
                .bind(event.id)
                .bind(&event.slug)
                .bind(&event.title)
                .bind(&event.summary)
                .bind(&event.description)
                .bind(event.starts_at)
                .bind(event.made_at)
                .execute(&mut *db)
                .await?;
            sqlx::query(SLUG).bind(&event.slug).bind(event.id).execute(&mut *db).await?;
            sqlx::query(DATE)
                .bind(event.date_id)
                .bind(event.id)
                .bind(event.date_id.to_string())
                .bind(event.local_start)
                .bind(event.local_end)
                .bind(event.starts_at)
                .bind(event.ends_at)
                .bind(event.made_at)
                .execute(&mut *db)
                .await?;
            sqlx::query(TERMS).bind(event.id).execute(&mut *db).await?;
            sqlx::query(TEXT).bind(event.id).bind(&event.stems).execute(&mut *db).await?;
            if trail == Trail::Kept {
                sqlx::query(ENTRY)
                    .bind(event.date_id)
                    .bind(event.made_at)
                    .bind(event.id)
                    .bind(event.changes())
                    .execute(&mut *db)
                    .await?;
            }
        });
        Ok(())
    }

    /// What the service reads for a page of the calendar, as JSON.
    pub(crate) async fn month(&mut self, window: Window, limit: i64) -> Outcome<Vec<u8>> {
        const DATES: &str = "select occurrences.* from occurrences
            join events on events.id = occurrences.event_id
            where occurrences.starts_at < $1 and occurrences.ends_at > $2
            and occurrences.starts_at > $4
            and events.deleted_at is null and events.visibility = 'public' and events.state <> 'draft'
            order by occurrences.starts_at, occurrences.id limit $3";
        let mut dates = Vec::new();
        on!(self, db => {
            let query = sqlx::query(DATES).bind(window.end).bind(window.start).bind(limit + 1);
            let query = query.bind(window.start - chrono::Duration::days(7));
            for row in query.fetch_all(&mut *db).await? {
                dates.push(Date {
                    id: row.get("id"),
                    event_id: row.get("event_id"),
                    state: row.get("state"),
                    starts_at: row.get("starts_at"),
                    ends_at: row.get("ends_at"),
                    local_start: row.get("local_start"),
                    local_end: row.get("local_end"),
                    time_zone: row.get("time_zone"),
                    capacity: row.get("capacity"),
                    updated_at: row.get("updated_at"),
                    event: None,
                });
            }
        });
        let mut sql = "select events.*, cast(audiences as text) as audiences_text,
            cast(tags as text) as tags_text, cast(accessibility as text) as accessibility_text
            from events where id in ("
            .to_owned();
        for number in 1..=dates.len() {
            let comma = if number > 1 { ", " } else { "" };
            sql.push_str(&format!("{comma}${number}"));
        }
        sql.push(')');
        let mut events = Vec::with_capacity(dates.len());
        on!(self, db => {
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for date in &dates {
                query = query.bind(date.event_id);
            }
            for row in query.fetch_all(&mut *db).await? {
                let json = |name: &str| RawValue::from_string(row.get(name));
                events.push((row.get::<Uuid, _>("id"), About {
                    slug: row.get("slug"),
                    title: row.get("title"),
                    summary: row.get("summary"),
                    description: row.get("description"),
                    kind: row.get("kind"),
                    event_state: row.get("state"),
                    place: row.get("place_name"),
                    commune_code: row.get("commune_code"),
                    audiences: json("audiences_text")?,
                    tags: json("tags_text")?,
                    accessibility: json("accessibility_text")?,
                }));
            }
        });
        events.sort_by_key(|(id, _)| *id);
        for date in &mut dates {
            let found = events.binary_search_by_key(&date.event_id, |(id, _)| *id);
            date.event = found.ok().and_then(|place| events.get(place)).map(|e| &e.1);
        }
        Ok(serde_json::to_vec(&dates)?)
    }

    /// The events whose text holds both words, as the service finds them; how many came.
    pub(crate) async fn search(&mut self, words: [&str; 2], limit: i64) -> Outcome<usize> {
        const SEEN: &str = "select * from events where deleted_at is null and visibility = 'public'
            and state <> 'draft' and id in ";
        const ORDER: &str = " order by first_starts_at, id limit $2";
        Ok(match self {
            Self::Sqlite(db) => {
                let sql = format!(
                    "{SEEN} (select t.event_id from event_index i join event_texts t
                     on t.number = i.rowid where event_index match $1) {ORDER}"
                );
                let asked = format!("\"{}\" \"{}\" *", words[0], words[1]);
                let query = sqlx::query(AssertSqlSafe(sql)).bind(asked).bind(limit + 1);
                query.fetch_all(&mut *db).await?.len()
            }
            Self::Postgres(db) => {
                let sql = format!(
                    "{SEEN} (select event_id from event_texts where words @@ ($1)::tsquery) {ORDER}"
                );
                let asked = format!("'{}' & '{}':*", words[0], words[1]);
                let query = sqlx::query(AssertSqlSafe(sql)).bind(asked).bind(limit + 1);
                query.fetch_all(&mut *db).await?.len()
            }
        })
    }
}

#[derive(Serialize)]
struct Date<'a> {
    id: Uuid,
    event_id: Uuid,
    state: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    local_start: NaiveDateTime,
    local_end: NaiveDateTime,
    time_zone: String,
    capacity: Option<i32>,
    updated_at: DateTime<Utc>,
    #[serde(flatten)]
    event: Option<&'a About>,
}

#[derive(Serialize)]
struct About {
    slug: String,
    title: String,
    summary: Option<String>,
    #[serde(skip)]
    #[expect(
        dead_code,
        reason = "the service reads it with the rest and doesn't show it here"
    )]
    description: Option<String>,
    kind: String,
    event_state: String,
    place: Option<String>,
    commune_code: Option<String>,
    audiences: Box<RawValue>,
    tags: Box<RawValue>,
    accessibility: Box<RawValue>,
}
