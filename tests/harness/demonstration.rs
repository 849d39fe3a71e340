//! A fresh demonstration for one test: a service on a copy of a database that was filled once, told
//! for the day on which tests begin.

use std::path::{Path, PathBuf};

use persistence::{Clock, DatabaseUrl, Schema, Store, StoreOptions};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::app::{App, Staff, today};
use crate::databases::master_key;
use crate::engines::Engine;
use crate::postgres::cluster;

/// The password of the demonstration's accounts.
pub const PASSWORD: &str = "demonstration";

/// What the software of the demonstration's workshops signs in as.
pub const CLIENT: &str = "016d4fb0-0a00-7000-8aa9-569208fbf766";

/// What it proves itself with.
pub const CLIENT_SECRET: &str = "ccs_ZGVtb25zdHJhdGlvbi1kZW1vbnN0cmF0aW9uLWRlbW8";

/// What the software of the demonstration's commune signs in as.
pub const OTHER_CLIENT: &str = "016d4fb0-0a00-7000-9f02-4e619c65ea0e";
/// What it proves itself with.
pub const OTHER_CLIENT_SECRET: &str = "ccs_ZGVtb25zdHJhdGlvbi1vZi10aGUtY29tbXVuZS0uLi4";

impl App {
    /// A service that shows the demonstration, without limits of rate.
    ///
    /// # Panics
    /// When it can't be started.
    pub async fn demonstration(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match engine {
            Engine::Sqlite => {
                let path = folder.path().join("demonstration.sqlite");
                std::fs::copy(sqlite_template().await, &path).expect("a copy of the database");
                format!("sqlite:{}", path.display())
            }
            Engine::Postgres => {
                let template = postgres_template().await;
                let cluster = cluster().expect("a PostgreSQL cluster");
                let copy = move || cluster.create_database_from(template, "demonstration");
                tokio::task::spawn_blocking(copy).await.expect("a database")
            }
        };
        let clock = Clock::at(today());
        let app = Self::start_on(engine, folder, &url, clock, |raw| {
            raw.rate_limits = "off".parse().ok()
        })
        .await;
        api::lay_files_of_demonstration(&app.store, &app.folder().join("attachments"))
            .await
            .expect("the demonstration's files");
        app
    }

    /// The software of the demonstration's workshops, signed in.
    ///
    /// # Panics
    /// When it can't sign in.
    pub async fn partner_of_the_story(&self) -> Staff {
        self.partner_with(CLIENT, CLIENT_SECRET).await
    }

    /// One of the demonstration's accounts, signed in, by the first half of its address.
    ///
    /// # Panics
    /// When it can't sign in.
    pub async fn of_the_story(&self, name: &str) -> Staff {
        let reply = self
            .sign_in(&format!("{name}@petr.example"), PASSWORD)
            .await;
        reply.expect(200);
        let mut staff = Staff {
            id: String::new(),
            token: reply.text("access_token"),
            refresh_token: reply.text("refresh_token"),
        };
        staff.id = self.get("/v1/me").by(&staff).await.expect(200).text("id");
        staff
    }
}

async fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
    let made = || async {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("template.sqlite");
        fill(DatabaseUrl::Sqlite(path.clone())).await;
        (folder, path)
    };
    &TEMPLATE.get_or_init(made).await.1
}

async fn postgres_template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let made = || async {
        let url = cluster()
            .expect("a PostgreSQL cluster")
            .create_database("story");
        fill(DatabaseUrl::Postgres(url.clone())).await;
        url
    };
    TEMPLATE.get_or_init(made).await
}

async fn fill(url: DatabaseUrl) {
    let options = StoreOptions {
        url,
        read_url: None,
        master_key_file: master_key(),
        clock: Clock::at(today()),
        schema: Schema::Migrate,
    };
    let store = Store::open(options).await.expect("a store");
    api::fill_with_demonstration(&store)
        .await
        .expect("the demonstration");
    store.close().await;
}
