//! The server: sockets, workers, draining.

use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{ServerHandle, Service as _};
use actix_web::{App as Actix, HttpServer};
use futures_util::future::{Either, ready};
use persistence::{Clock, DatabaseUrl, OpenError, Schema, Store, StoreOptions};
use tokio::task::JoinHandle;

use crate::app::{App, BeginError};
use crate::config::{Settings, private_folder};
use crate::delivery::{self, mail};
use crate::{http, import_sources, imports, jobs, ops, rights};

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database or the keys.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The service.
    #[error(transparent)]
    Begin(#[from] BeginError),
    /// The address can't be listened on.
    #[error("{address}: {source}")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The workers.
    #[error("server: {0}")]
    Workers(std::io::Error),
}

/// A server that runs.
pub struct Server {
    address: SocketAddr,
    app: Arc<App>,
    handle: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    jobs: Vec<JoinHandle<()>>,
    post: mail::Post,
}

/// Opens the store as the settings say.
///
/// # Errors
/// The database or the master key can't be had.
pub async fn open_store(
    settings: &Settings,
    clock: Clock,
    schema: Schema,
) -> Result<Store, OpenError> {
    let url = |url: &crate::config::DatabaseUrl| match url.sqlite_path() {
        Some(path) => DatabaseUrl::Sqlite(path.to_owned()),
        None => DatabaseUrl::Postgres(
            url.postgres_url_with_password()
                .unwrap_or_default()
                .to_owned(),
        ),
    };
    // What lies here is for the service alone.
    private_folder(&settings.data_dir).map_err(|source| OpenError::Io {
        path: settings.data_dir.clone(),
        source,
    })?;
    Store::open(StoreOptions {
        url: url(&settings.database_url),
        read_url: settings.read_database_url.as_ref().map(url),
        master_key_file: settings.master_key_file.clone(),
        clock,
        schema,
    })
    .await
}

/// Takes the address; who connects waits until the server serves from it.
///
/// # Errors
/// It can't be had.
pub fn bind(settings: &Settings) -> Result<TcpListener, StartError> {
    let address = settings.listen;
    TcpListener::bind(address).map_err(|source| StartError::Listen { address, source })
}

impl Server {
    /// Binds the address and serves from it.
    ///
    /// # Errors
    /// The address can't be had, or the service can't begin.
    pub async fn start(settings: Settings, store: Store) -> Result<Self, StartError> {
        let listener = bind(&settings)?;
        Self::serve(listener, settings, store).await
    }

    /// Serves from an address that was taken before.
    ///
    /// # Errors
    /// The service can't begin.
    pub async fn serve(
        listener: TcpListener,
        settings: Settings,
        store: Store,
    ) -> Result<Self, StartError> {
        let listen = settings.listen;
        let failed = |source| StartError::Listen {
            address: listen,
            source,
        };
        let address = listener.local_addr().map_err(failed)?;
        let settings = settings.bound_to(address);
        let drain = settings.shutdown_timeout.as_secs();
        ops::recorder();
        let app = App::new(settings, store).await?;
        imports::sweep(&app.settings);
        let ended = imports::end_interrupted(&app.store, imports::Moment::Start).await;
        ended.map_err(BeginError::from)?;
        let released = import_sources::release_claims(&app.store).await;
        released.map_err(BeginError::from)?;
        let released = delivery::webhooks::release_claims(&app.store).await;
        released.map_err(BeginError::from)?;
        rights::replay(&app).await.map_err(BeginError::from)?;
        let released = mail::release_claims(&app.store).await;
        released.map_err(BeginError::from)?;
        let served = app.clone();
        let server = HttpServer::new(move || {
            let (app, shortcuts) = (served.clone(), Rc::new(http::Shortcuts::default()));
            let known = shortcuts.clone();
            Actix::new()
                .configure(move |config| http::gate::configure(config, &app, &shortcuts))
                .wrap_fn(move |asked, service| match known.answer(asked.request()) {
                    Some(response) => Either::Left(ready(Ok(asked.into_response(response)))),
                    None => Either::Right(service.call(asked)),
                })
        })
        .workers(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
        .shutdown_timeout(drain)
        // Who sends slowly is not waited for.
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(2))
        .keep_alive(Duration::from_secs(75))
        .disable_signals()
        .listen(listener)
        .map_err(StartError::Workers)?
        .run();
        let handle = server.handle();
        let serving = tokio::spawn(server);
        let jobs = jobs::start(&app);
        let post = mail::Post::open(&app);
        Ok(Self {
            address,
            app,
            handle,
            serving,
            jobs,
            post,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address that people use.
    #[must_use]
    pub fn public_url(&self) -> &str {
        self.app.settings.public_url.as_str()
    }

    /// Takes no more connections, lets the requests under way and the mails at the server's finish, seals the audit trail, and
    /// closes the database.
    ///
    /// # Errors
    /// A worker failed.
    pub async fn stop(self) -> std::io::Result<()> {
        tokio::join!(self.handle.stop(true), self.post.close());
        let patience = self.app.settings.shutdown_timeout;
        self.app.telling.end(patience).await;
        for job in &self.jobs {
            job.abort();
        }
        let served = self.serving.await.unwrap_or(Ok(()));
        if let Err(error) = persistence::audit::seal(&self.app.store).await {
            tracing::warn!(%error, "the audit trail is sealed at the next start");
        }
        self.app.store.close().await;
        served
    }
}
