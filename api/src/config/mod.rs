//! The whole configuration: one typed value, read once at start from the file, then the
//! environment, then the flags, the later winning. Nothing else reads the environment.
//! A wrong value stops the start and is named, with where it came from.

mod database_url;
mod error;
mod folder;
mod mail_server;
mod network;
mod public_url;
mod raw;
mod sources;
mod values;

#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use database_url::DatabaseUrl;
pub use error::{ConfigError, Origin};
pub(crate) use folder::private_folder;
pub use mail_server::{MailServer, MailWay, Secrecy};
pub use network::Network;
pub use public_url::PublicUrl;
pub use raw::{Given, RawSettings};
pub use values::{LogFormat, RateLimits};

use sources::Environment;

/// What a PETR is called that doesn't say.
const DEFAULT_NAME: &str = "PETR";

/// Every setting, checked and with its default where none was given.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address and port to listen on; port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// The folder of everything that the service keeps outside its database.
    pub data_dir: PathBuf,
    /// The database that is written.
    pub database_url: DatabaseUrl,
    /// A PostgreSQL replica that answers reading, if there is one.
    pub read_database_url: Option<DatabaseUrl>,
    /// The address that people and their tools use.
    pub public_url: PublicUrl,
    /// The name of the PETR, as pages and feeds show it.
    pub petr_name: String,
    /// The SIRENs of the intercommunalities of the perimeter; empty when there is no perimeter.
    pub perimeter: Vec<String>,
    /// The file of the key that wraps the others.
    pub master_key_file: PathBuf,
    /// Where a proxy may stand whose word on the client's address is taken.
    pub trusted_proxies: Vec<Network>,
    /// The origins of websites whose forms and scripts may register people.
    pub website_origins: Vec<String>,
    /// Addresses that are not public and that imports and webhooks, partners' too, may reach all the same.
    pub allowed_targets: Vec<Network>,
    /// Where mail goes.
    pub mail: MailWay,
    /// From which address it comes, when that was said.
    mail_from: Option<String>,
    /// The folder of the files of projects.
    pub files_dir: PathBuf,
    /// Within how many days a submitted project is to be answered.
    pub answer_within_days: u32,
    /// Whether callers are slowed down.
    pub rate_limits: RateLimits,
    /// What is logged, in the language of `tracing`'s filters.
    pub log: String,
    /// How a log line looks.
    pub log_format: LogFormat,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How long requests under way may take to finish once the service was told to stop.
    pub shutdown_timeout: Duration,
    public_url_given: bool,
}

impl Settings {
    /// Reads the file, the environment and these flags. Also gives what is worth a warning and
    /// stops nothing: it is for the caller to log, once there is a log.
    pub fn load(flags: RawSettings) -> Result<(Self, Vec<String>), ConfigError> {
        Self::load_with_data_dir(flags, Path::new("data"))
    }

    /// Like [`Settings::load`], for a command whose data folder is another one unless it is told.
    pub fn load_with_data_dir(
        flags: RawSettings,
        default_data_dir: &Path,
    ) -> Result<(Self, Vec<String>), ConfigError> {
        let environment = Environment::of_the_process();
        let (raw, warnings) = sources::merge(flags, &environment, Path::new(sources::FILE))?;
        Ok((Self::resolve(raw, default_data_dir)?, warnings))
    }

    /// What the demonstration sets where nothing was given: its own perimeter and name.
    pub(crate) fn for_demonstration(&mut self) {
        if self.perimeter.is_empty() {
            let siren = |siren: &domain::kernel::Siren| siren.as_str().to_owned();
            self.perimeter = domain::territory::Perimeter::demonstration()
                .sirens()
                .iter()
                .map(siren)
                .collect();
        }
        if self.petr_name == DEFAULT_NAME {
            "PETR (démonstration)".clone_into(&mut self.petr_name);
        }
    }

    /// The same settings once the socket is bound: with port 0 it is only now that the port is
    /// known, and with it the public address, unless one was given.
    #[must_use]
    pub fn bound_to(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        if !self.public_url_given {
            self.public_url = PublicUrl::of_listener(address);
        }
        self
    }

    /// The address that mail comes from.
    #[must_use]
    pub fn mail_from(&self) -> String {
        let given = self.mail_from.clone();
        given.unwrap_or_else(|| format!("concertation@{}", self.public_url.mail_domain()))
    }

    fn resolve(raw: RawSettings, default_data_dir: &Path) -> Result<Self, ConfigError> {
        let listen = raw::one("listen", raw.listen.as_ref(), values::address)?
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
        let data_dir = raw::one("data_dir", raw.data_dir.as_ref(), values::path)?
            .unwrap_or_else(|| default_data_dir.to_owned());
        let public_url = raw::one("public_url", raw.public_url.as_ref(), PublicUrl::parse)?;
        let (database_url, read_database_url) = databases(&raw, &data_dir)?;
        let allowed_targets = raw::list(
            "allowed_targets",
            raw.allowed_targets.as_ref(),
            Network::parse,
        )?;
        let mail_from = raw::one("mail_from", raw.mail_from.as_ref(), values::email)?;
        let mail = mail_way(&raw, mail_from.is_some())?;

        Ok(Self {
            public_url_given: public_url.is_some(),
            public_url: public_url.unwrap_or_else(|| PublicUrl::of_listener(listen)),
            petr_name: raw::one("petr_name", raw.petr_name.as_ref(), values::name)?
                .unwrap_or_else(|| DEFAULT_NAME.to_owned()),
            perimeter: raw::list("perimeter", raw.perimeter.as_ref(), values::siren)?,
            master_key_file: raw::one(
                "master_key_file",
                raw.master_key_file.as_ref(),
                values::path,
            )?
            .unwrap_or_else(|| data_dir.join("master.key")),
            trusted_proxies: raw::list(
                "trusted_proxies",
                raw.trusted_proxies.as_ref(),
                Network::parse,
            )?,
            website_origins: raw::list(
                "website_origins",
                raw.website_origins.as_ref(),
                values::origin,
            )?,
            allowed_targets,
            mail,
            mail_from,
            files_dir: raw::one("files_dir", raw.files_dir.as_ref(), values::path)?
                .unwrap_or_else(|| data_dir.join("attachments")),
            answer_within_days: raw::one(
                "answer_within_days",
                raw.answer_within_days.as_ref(),
                values::days,
            )?
            .unwrap_or(30),
            rate_limits: raw::one("rate_limits", raw.rate_limits.as_ref(), RateLimits::parse)?
                .unwrap_or_default(),
            log: raw::one("log", raw.log.as_ref(), values::log_filter)?
                .unwrap_or_else(|| "info".to_owned()),
            log_format: raw::one("log_format", raw.log_format.as_ref(), LogFormat::parse)?
                .unwrap_or_default(),
            request_timeout: timeout("request_timeout", raw.request_timeout.as_ref())?,
            shutdown_timeout: timeout("shutdown_timeout", raw.shutdown_timeout.as_ref())?,
            listen,
            data_dir,
            database_url,
            read_database_url,
        })
    }
}

fn timeout(setting: &'static str, given: Option<&Given>) -> Result<Duration, ConfigError> {
    const DEFAULT: Duration = Duration::from_secs(30);
    Ok(raw::one(setting, given, values::seconds)?.unwrap_or(DEFAULT))
}

/// Where mail goes, with the password that goes with it, and whose certificates are taken there. A server is told
/// whom mail comes from: what it says of a made-up one is known only when mails are lost.
fn mail_way(raw: &RawSettings, is_sender_known: bool) -> Result<MailWay, ConfigError> {
    let way = raw::one("mail", raw.mail.as_ref(), |text| {
        let way = MailWay::parse(text)?;
        if matches!(way, MailWay::Smtp(_)) && !is_sender_known {
            return Err("a server asks whom mail comes from: set `mail_from` too".to_owned());
        }
        if way.lacks_password() && raw.mail_password_file.is_none() {
            return Err("the user has no password: set `mail_password_file` too".to_owned());
        }
        Ok(way)
    })?
    .unwrap_or_default();
    let with_password = raw::one(
        "mail_password_file",
        raw.mail_password_file.as_ref(),
        |file| way.clone().with_password(values::secret_in(file)?),
    )?;
    let way = with_password.unwrap_or(way);
    let with_authorities = raw::one("mail_ca_file", raw.mail_ca_file.as_ref(), |file| {
        way.clone().with_authorities(&values::text_in(file)?)
    })?;
    Ok(with_authorities.unwrap_or(way))
}

/// The database that is written and the one that is read, which only PostgreSQL can have apart.
fn databases(
    raw: &RawSettings,
    data_dir: &Path,
) -> Result<(DatabaseUrl, Option<DatabaseUrl>), ConfigError> {
    let written = raw::one(
        "database_url",
        raw.database_url.as_ref(),
        DatabaseUrl::parse,
    )?
    .unwrap_or_else(|| DatabaseUrl::sqlite(data_dir.join("concertation.sqlite")));
    let with_password = raw::one(
        "database_password_file",
        raw.database_password_file.as_ref(),
        |file| {
            let password = values::secret_in(file)?;
            Ok((written.with_password(&password)?, password))
        },
    )?;
    let (written, password) = match with_password {
        Some((url, password)) => (url, Some(password)),
        None => (written, None),
    };
    let read = raw::one(
        "read_database_url",
        raw.read_database_url.as_ref(),
        |text| {
            let replica = DatabaseUrl::parse(text)?;
            if replica.sqlite_path().is_some() {
                return Err("only PostgreSQL has replicas: give postgres://…".to_owned());
            }
            if written.sqlite_path().is_some() {
                return Err("a replica needs `database_url` to be a PostgreSQL one too".to_owned());
            }
            match &password {
                Some(password) if !replica.has_password() => replica.with_password(password),
                _ => Ok(replica),
            }
        },
    )?;
    Ok((written, read))
}
