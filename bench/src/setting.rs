//! What is measured on: a database that was filled, a service on it, somebody signed in.

use std::path::{Path, PathBuf};

use crate::data::Event;
use crate::database::{Database, Trail};
use crate::process::{Place, Service};
use crate::table::Row;
use crate::{Options, Outcome, print, tell};

/// The service with its data.
pub(crate) struct Setting {
    pub(crate) options: Options,
    pub(crate) place: Place,
    pub(crate) service: Service,
    /// For what is asked of the database without the service.
    pub(crate) runtime: tokio::runtime::Runtime,
    password: String,
}

impl Setting {
    /// Makes the data and starts the service.
    pub(crate) fn make(options: Options, binary: &Path) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let place = runtime.block_on(new_place(&options, binary, "main"))?;
        let password = begin(&place)?;
        let events = options.events;
        runtime.block_on(fill(&place, (0..events).map(Event::of)))?;
        // The copy is written to without the service, and by nobody else.
        if place.database.is_none() {
            std::fs::copy(place.sqlite(), place.folder.join("bare.sqlite"))?;
        }
        let service = place.start()?;
        Ok(Self {
            options,
            place,
            service,
            runtime,
            password,
        })
    }

    pub(crate) fn title(&self) -> String {
        let kind = match self.place.database {
            None => "SQLite",
            Some(_) => "PostgreSQL",
        };
        format!(
            "{kind}, {} events; {} runs of {} s in turns, medians\n",
            self.options.events, self.options.runs, self.options.seconds
        )
    }

    /// The header of a fresh token.
    pub(crate) fn token(&self) -> Outcome<String> {
        self.service.sign_in(&self.password)
    }

    /// The database of another service, without it.
    pub(crate) fn bare_of(&self, place: &Place) -> Outcome<Database> {
        self.runtime.block_on(open(place))
    }

    /// The database without the service; the copy where that is a file and is written to.
    pub(crate) fn bare(&self, which: Bare) -> Outcome<Database> {
        let path = match which {
            Bare::Same => self.place.sqlite(),
            Bare::Copy => self.place.folder.join("bare.sqlite"),
        };
        self.runtime.block_on(async {
            match &self.place.database {
                None => Database::sqlite(&path).await,
                Some(url) => Database::postgres(url).await,
            }
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.folder.join(name)
    }

    pub(crate) fn row(&self, row: &Row) -> Outcome<()> {
        print(&row.line())
    }

    /// Another service with data of its own.
    pub(crate) fn beside(
        &self,
        name: &str,
        events: impl Iterator<Item = Event>,
    ) -> Outcome<(Place, Service, String)> {
        let binary = &self.place.binary;
        let place = self
            .runtime
            .block_on(new_place(&self.options, binary, name))?;
        let password = begin(&place)?;
        self.runtime.block_on(fill(&place, events))?;
        let service = place.start()?;
        Ok((place, service, password))
    }

    /// Removes what was made.
    pub(crate) fn end(self) -> Outcome<()> {
        self.service.stop()?;
        self.runtime.block_on(remove(&self.options, &self.place))
    }
}

/// Which file the bare loop takes.
#[derive(Clone, Copy)]
pub(crate) enum Bare {
    /// The one that the service has open.
    Same,
    /// A copy as it was before the service was asked anything.
    Copy,
}

async fn new_place(options: &Options, binary: &Path, name: &str) -> Outcome<Place> {
    std::fs::create_dir_all(&options.folder)?;
    let folder = options.folder.canonicalize()?.join(name);
    let database = match &options.database_url {
        None => None,
        Some(url) => {
            let database = format!("concertation_bench_{name}");
            let mut server = Database::postgres(url).await?;
            server
                .execute(&format!("drop database if exists {database} (force)"))
                .await?;
            server
                .execute(&format!("create database {database}"))
                .await?;
            let (before, _) = url.rsplit_once('/').ok_or("a URL with a database")?;
            Some(format!("{before}/{database}"))
        }
    };
    Place::new(binary, folder, database)
}

pub(crate) async fn remove(options: &Options, place: &Place) -> Outcome<()> {
    std::fs::remove_dir_all(&place.folder)?;
    if let (Some(url), Some(ours)) = (&options.database_url, &place.database) {
        let name = ours.rsplit('/').next().unwrap_or_default();
        let mut server = Database::postgres(url).await?;
        server
            .execute(&format!("drop database if exists {name} (force)"))
            .await?;
    }
    Ok(())
}

/// The service makes its schema and its first account; their password.
fn begin(place: &Place) -> Outcome<String> {
    let service = place.start()?;
    let text = std::fs::read_to_string(place.folder.join("first-password.txt"))?;
    service.stop()?;
    Ok(text.lines().nth(1).unwrap_or_default().to_owned())
}

async fn open(place: &Place) -> Outcome<Database> {
    match &place.database {
        None => Database::sqlite(&place.sqlite()).await,
        Some(url) => Database::postgres(url).await,
    }
}

async fn fill(place: &Place, events: impl Iterator<Item = Event>) -> Outcome<()> {
    let started = std::time::Instant::now();
    let mut database = open(place).await?;
    database.execute("begin").await?;
    let mut made = 0_u64;
    for event in events {
        database.write(&event, Trail::None).await?;
        made += 1;
    }
    database.execute("commit").await?;
    let settle = match &database {
        Database::Sqlite(_) => "pragma wal_checkpoint(truncate)",
        Database::Postgres(_) => "vacuum analyze",
    };
    database.execute(settle).await?;
    tell(&format!("{made} events made in {:.0?}", started.elapsed()));
    Ok(())
}
