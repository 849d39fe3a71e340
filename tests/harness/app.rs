//! A whole service for one test: its own database, its own port, a clock that the test moves.

use std::future::Future;

use api::config::{RawSettings, Settings};
use api::server::{Server, open_store};
use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::{Role, UserContent, create};
use domain::kernel::{EmailAddress, Line, Vocabulary};
use persistence::{Act, Clock, Schema, Store, StoreError, accounts};
use serde_json::Value;
use tempfile::TempDir;

use crate::databases::{master_key, postgres_database, sqlite_database};
use crate::engines::{Engine, engines};
use crate::http::{Call, Reply};

/// The password of every account that [`App::staff`] makes.
pub const PASSWORD: &str = "phrase de passe des tests";

/// Its hash, at a cost that tests can bear (Argon2id, m=64, t=1).
const HASH: &str = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA\
                    $AUSRVfxYad/ZIfDtG9LT/lQLNdFBT2WvBjevNhm+QdQ";

/// When tests begin, unless they say otherwise: a Tuesday.
#[must_use]
pub fn today() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap_or_default()
}

/// A service under test.
pub struct App {
    server: Option<Server>,
    /// Where it answers, without a slash at the end.
    pub base: String,
    /// Which database it stands on.
    pub engine: Engine,
    /// The clock that it and its database go by.
    pub clock: Clock,
    /// The URL of its database, for another instance on it.
    pub url: String,
    /// Its store: for what a test has to set up, or to look at, behind the API's back.
    pub store: Store,
    client: reqwest::Client,
    folder: TempDir,
}

/// Runs a test on each database that this machine has.
///
/// # Panics
/// When the test does; the message before it names the database.
pub async fn on_each_database<F, Fut>(test: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = ()>,
{
    on_each_database_with(|_| {}, test).await;
}

/// The same with settings of its own.
///
/// # Panics
/// When the test does.
pub async fn on_each_database_with<F, Fut>(settings: impl Fn(&mut RawSettings), test: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = ()>,
{
    for engine in engines() {
        report(&format!("on {engine}"));
        test(App::start_with(engine, &settings).await).await;
    }
}

/// Goes to the output that the test runner shows when a test fails.
#[allow(
    clippy::print_stdout,
    reason = "the runner captures it for the one who reads a failure"
)]
fn report(text: &str) {
    println!("{text}");
}

impl App {
    /// A service with an empty database.
    ///
    /// # Panics
    /// When it can't be started.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, |_| {}).await
    }

    /// The same with settings of its own.
    ///
    /// # Panics
    /// When it can't be started.
    pub async fn start_with(engine: Engine, settings: impl Fn(&mut RawSettings)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match engine {
            Engine::Sqlite => sqlite_database(folder.path()).await,
            Engine::Postgres => postgres_database().await,
        };
        let clock = Clock::at(today());
        Self::start_on(engine, folder, &url, clock, settings).await
    }

    /// A second instance on the same database.
    ///
    /// # Panics
    /// When it can't be started, or on SQLite, which has one instance.
    pub async fn another_instance(&self, url: &str) -> Self {
        assert_eq!(
            self.engine,
            Engine::Postgres,
            "several instances share a PostgreSQL"
        );
        self.another_instance_with(url, |_| {}).await
    }

    /// The same with settings of its own.
    ///
    /// # Panics
    /// When it can't be started.
    pub async fn another_instance_with(
        &self,
        url: &str,
        settings: impl Fn(&mut RawSettings),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_on(self.engine, folder, url, self.clock.clone(), settings).await
    }

    pub(crate) async fn start_on(
        engine: Engine,
        folder: TempDir,
        url: &str,
        clock: Clock,
        settings: impl Fn(&mut RawSettings),
    ) -> Self {
        let given = |text: &str| text.parse().ok();
        let mut raw = RawSettings {
            listen: given("127.0.0.1:0"),
            database_url: given(url),
            master_key_file: given(&master_key().display().to_string()),
            perimeter: given("200067643,200069433,200070324,245400759"),
            shutdown_timeout: given("1"),
            ..RawSettings::default()
        };
        settings(&mut raw);
        let (settings, _) =
            Settings::load_with_data_dir(raw, folder.path()).expect("the test's settings");
        let store = open_store(&settings, clock.clone(), Schema::Migrate)
            .await
            .expect("the test's store");
        let server = Server::start(settings, store.clone())
            .await
            .expect("the test's server");
        Self {
            base: format!("http://{}", server.address()),
            server: Some(server),
            engine,
            clock,
            url: url.to_owned(),
            store,
            client: client(),
            folder,
        }
    }

    /// The folder of what it keeps outside its database.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Lets time pass.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// A member of the staff in that role, signed in; the account is made behind the API's back.
    ///
    /// # Panics
    /// When it can't be made, or can't sign in.
    pub async fn staff(&self, role: Role) -> Staff {
        let email = format!("{}@petr.example", role.word());
        self.staff_named(&email, &[role]).await
    }

    /// The same with an address and roles of its own.
    ///
    /// # Panics
    /// When it can't be made, or can't sign in.
    pub async fn staff_named(&self, email: &str, roles: &[Role]) -> Staff {
        let address = EmailAddress::parse(email).expect("an address");
        let content = UserContent::new(address, Line::stored(email.to_owned()), roles);
        let act = Act::system("test", uuid::Uuid::nil());
        let made = self.store.write(act, move |writing| {
            let content = content.clone();
            Box::pin(async move {
                let now = writing.now();
                let change = create(content, writing.ids(), now);
                accounts::save(writing, &change, Some(HASH.to_owned())).await?;
                Ok::<_, persistence::Stop<StoreError>>(change.into_after().id)
            })
        });
        let id = made.await.expect("an account").to_string();
        let reply = self.sign_in(email, PASSWORD).await;
        reply.expect(200);
        Staff {
            id,
            token: reply.text("access_token"),
            refresh_token: reply.text("refresh_token"),
        }
    }

    /// Asks for a token by password.
    pub async fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.post("/oauth/token")
            .form(&[
                ("grant_type", "password"),
                ("username", email),
                ("password", password),
            ])
            .await
    }

    /// Asks for a token by client credentials.
    pub async fn sign_in_client(&self, client_id: &str, client_secret: &str) -> Reply {
        self.post("/oauth/token")
            .form(&[
                ("grant_type", "client_credentials"),
                ("client_id", client_id),
                ("client_secret", client_secret),
            ])
            .await
    }

    /// A partner's software, signed in with these credentials.
    ///
    /// # Panics
    /// When they don't count.
    pub async fn partner_with(&self, client_id: &str, client_secret: &str) -> Staff {
        let reply = self.sign_in_client(client_id, client_secret).await;
        reply.expect(200);
        Staff {
            id: client_id.to_owned(),
            token: reply.text("access_token"),
            refresh_token: String::new(),
        }
    }

    /// A new partner of that name: an active structure with credentials, signed in. Gives the structure's
    /// id too.
    ///
    /// # Panics
    /// When it can't be made.
    pub async fn partner(&self, director: &Staff, name: &str) -> (String, Staff) {
        let body = serde_json::json!({ "name": name, "kind": "association" });
        let made = self.post("/v1/organisations").by(director).json(&body);
        let id = made.await.expect(201).text("id");
        let path = format!("/v1/organisations/{id}");
        let activated = self.post(&format!("{path}/activate")).by(director);
        activated.if_match("*").empty().await.expect(200);
        let issued = self.post(&format!("{path}/clients")).by(director);
        let issued = issued.json(&serde_json::json!({})).await;
        let issued = issued.expect(201);
        let partner = self
            .partner_with(&issued.text("client_id"), &issued.text("client_secret"))
            .await;
        (id, partner)
    }

    /// A call to a path, or to a whole address of this service.
    #[must_use]
    pub fn call(&self, method: &str, path: &str) -> Call {
        let method = method.parse().expect("a method");
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        Call::new(self.client.request(method, url))
    }

    /// A `GET`.
    #[must_use]
    pub fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    /// A `POST`.
    #[must_use]
    pub fn post(&self, path: &str) -> Call {
        self.call("POST", path)
    }

    /// A `PATCH`.
    #[must_use]
    pub fn patch(&self, path: &str) -> Call {
        self.call("PATCH", path)
    }

    /// A `DELETE`.
    #[must_use]
    pub fn delete(&self, path: &str) -> Call {
        self.call("DELETE", path)
    }

    /// Makes an event and gives its representation.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn event(&self, staff: &Staff, body: Value) -> Value {
        self.post("/v1/events")
            .by(staff)
            .json(&body)
            .await
            .expect(201)
            .body()
    }

    /// Makes an event and publishes it.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn published(&self, staff: &Staff, body: Value) -> Value {
        let event = self.event(staff, body).await;
        let path = format!(
            "/v1/events/{}/publish",
            event["id"].as_str().unwrap_or_default()
        );
        self.post(&path)
            .by(staff)
            .if_match("*")
            .empty()
            .await
            .expect(200)
            .body()
    }

    /// Stops the service as SIGTERM does, and starts it again on what it left.
    ///
    /// # Panics
    /// When it doesn't stop, or can't be started.
    pub async fn restarted(self) -> Self {
        let (engine, url, clock) = (self.engine, self.url.clone(), self.clock.clone());
        let folder = self.stop().await;
        Self::start_on(engine, folder, &url, clock, |_| {}).await
    }

    /// Stops the service as SIGTERM does, and leaves its folder.
    ///
    /// # Panics
    /// When it doesn't stop.
    pub async fn stop(mut self) -> TempDir {
        if let Some(server) = self.server.take() {
            server.stop().await.expect("a clean stop");
        }
        self.folder
    }
}

/// A member of the staff who is signed in.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The account's id.
    pub id: String,
    /// The access token.
    pub token: String,
    /// The refresh token.
    pub refresh_token: String,
}

/// A client that follows nothing and unpacks nothing: tests look at what was sent.
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("an HTTP client")
}
