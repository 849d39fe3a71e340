//! What every request can reach: the store, the settings, the contract, the keys, the way
//! out, the calls that go by it. Uses `contract`, `delivery`, `outgoing` and
//! `registrations`.

use std::path::PathBuf;
use std::sync::Arc;

use domain::kernel::{Ids, Siren};
use domain::territory::Perimeter;
use persistence::{Store, SystemIds};
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::auth::{Known, Passwords, Tokens};
use crate::config::{RateLimits, Settings};
use crate::contract::{self, Contract};
use crate::delivery::webhooks::Telling;
use crate::http::cursor::Cursors;
use crate::http::kept::Kept;
use crate::http::limits::Limits;
use crate::http::room::Room;
use crate::outgoing::Outgoing;
use crate::registrations::Links;

/// The service, without its sockets.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) contract: &'static Contract,
    pub(crate) perimeter: Perimeter,
    pub(crate) cursors: Cursors,
    pub(crate) limits: Option<Limits>,
    pub(crate) kept: Kept,
    pub(crate) known: Known,
    pub(crate) room: Room,
    pub(crate) passwords: Passwords,
    pub(crate) tokens: Tokens,
    pub(crate) outgoing: Outgoing,
    pub(crate) telling: Telling,
    pub(crate) links: Links,
    /// Hashes what must be recognised and not be read: accounts and addresses that tried to sign in.
    pub(crate) pepper: [u8; 32],
    /// For work that goes on when whoever asked for it leaves.
    pub(crate) runtime: Handle,
}

/// Why the service can't begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The store.
    #[error(transparent)]
    Store(#[from] persistence::StoreError),
    /// A password could not be hashed.
    #[error("passwords: {0}")]
    Passwords(String),
    /// A setting that only the domain can judge.
    #[error("perimeter: {0} is no SIREN")]
    Perimeter(String),
}

impl App {
    pub(crate) async fn new(settings: Settings, store: Store) -> Result<Arc<Self>, BeginError> {
        let sirens = settings
            .perimeter
            .iter()
            .map(|siren| Siren::parse(siren).map_err(|_| BeginError::Perimeter(siren.clone())));
        let perimeter = Perimeter::new(sirens.collect::<Result<_, _>>()?);
        let passwords = Passwords::new().map_err(|e| BeginError::Passwords(e.to_string()))?;
        let tokens = Tokens::load(&store, settings.public_url.as_str()).await?;
        let master = store.master_key();
        Ok(Arc::new(Self {
            contract: contract::contract(),
            perimeter,
            cursors: Cursors::new(master.derive("cursors")),
            links: Links::new(master.derive("registration links")),
            pepper: master.derive("sign-in attempts"),
            limits: (settings.rate_limits == RateLimits::On).then(Limits::new),
            kept: Kept::new(),
            known: Known::new(),
            room: Room::new(),
            passwords,
            tokens,
            outgoing: Outgoing::new(&settings),
            telling: Telling::new(SystemIds::at(store.clock().now()).next()),
            runtime: Handle::current(),
            store,
            settings,
        }))
    }

    /// A new id, of now.
    pub(crate) fn new_id(&self) -> Uuid {
        SystemIds::at(self.store.clock().now()).next()
    }

    /// Where the first director's password lies when there was no terminal to show it on.
    pub(crate) fn first_password_file(&self) -> PathBuf {
        self.settings.data_dir.join(FIRST_PASSWORD_FILE)
    }
}

pub(crate) const FIRST_PASSWORD_FILE: &str = "first-password.txt";
