//! The settings as they are written, before anything is known of their meaning: the same struct
//! is a section of the command line, the file, and the environment, so that the three can't differ.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use toml::Spanned;

use super::database_url::without_password;
use super::error::{ConfigError, Origin};

/// Every setting as it may be written, none being required.
#[derive(Debug, Clone, Default, Args, serde::Deserialize)]
#[command(next_help_heading = "Settings")]
#[serde(deny_unknown_fields, default)]
pub struct RawSettings {
    /// Read the settings from this file instead of `concertation.toml` in the working directory.
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Listen on this address and port, where port 0 lets the system choose [default: 127.0.0.1:8080] [env: CONCERTATION_LISTEN]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub listen: Option<Given>,

    /// Keep what is stored outside the database in this folder [default: ./data] [env: CONCERTATION_DATA_DIR]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<Given>,

    /// Use this database, `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`, whose password is safer in the variable since a command line can be seen by others [default: concertation.sqlite in the data folder] [env: CONCERTATION_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<Given>,

    /// Take the password for PostgreSQL from this file, to keep it out of the database's address [default: none] [env: CONCERTATION_DATABASE_PASSWORD_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub database_password_file: Option<Given>,

    /// Read from this PostgreSQL replica what may be a moment old [env: CONCERTATION_READ_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub read_database_url: Option<Given>,

    /// Write links with this address, the one that people use [default: http:// and where it listens] [env: CONCERTATION_PUBLIC_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<Given>,

    /// Show this name of the PETR on pages and in feeds [default: PETR] [env: CONCERTATION_PETR_NAME]
    #[arg(long, global = true, value_name = "NAME")]
    pub petr_name: Option<Given>,

    /// Take the intercommunalities of these SIRENs, with commas between them, as the perimeter [default: none] [env: CONCERTATION_PERIMETER]
    #[arg(long, global = true, value_name = "SIRENS")]
    pub perimeter: Option<Given>,

    /// Keep the key that wraps the other keys in this file, which no backup should hold [default: master.key in the data folder] [env: CONCERTATION_MASTER_KEY_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub master_key_file: Option<Given>,

    /// Believe what proxies at these addresses or networks, with commas between them, say of the client's address [default: none] [env: CONCERTATION_TRUSTED_PROXIES]
    #[arg(long, global = true, value_name = "NETWORKS")]
    pub trusted_proxies: Option<Given>,

    /// Let the websites of these origins, with commas between them, send registrations from their own forms and scripts, and lead back to them [default: none] [env: CONCERTATION_WEBSITE_ORIGINS]
    #[arg(long, global = true, value_name = "ORIGINS")]
    pub website_origins: Option<Given>,

    /// Let imports and webhooks, those of partners too, reach these addresses or networks, with commas between them, though they are not public or speak http only [default: none] [env: CONCERTATION_ALLOWED_TARGETS]
    #[arg(long, global = true, value_name = "NETWORKS")]
    pub allowed_targets: Option<Given>,

    /// Send mail to this server, `smtp://USER@HOST:587` (STARTTLS), `smtps://…` or, on this machine or at a private address, `smtp+plain://…`, or write it into the folder `mail` of the data folder with `file`, or nowhere with `off` [default: file] [env: CONCERTATION_MAIL]
    #[arg(long, global = true, value_name = "URL|file|off")]
    pub mail: Option<Given>,

    /// Take the password for the mail server from this file, to keep it out of the server's address [default: none] [env: CONCERTATION_MAIL_PASSWORD_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub mail_password_file: Option<Given>,

    /// Trust the authorities of this file (PEM) for the mail server's certificate, besides those that browsers trust [default: none] [env: CONCERTATION_MAIL_CA_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    pub mail_ca_file: Option<Given>,

    /// Send mail from this address, which a mail server asks for [default: concertation@ and the host of the public address] [env: CONCERTATION_MAIL_FROM]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub mail_from: Option<Given>,

    /// Keep the files of projects in this folder, which several instances share [default: attachments in the data folder] [env: CONCERTATION_FILES_DIR]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub files_dir: Option<Given>,

    /// Answer submitted projects within this many days, after which they count as overdue [default: 30] [env: CONCERTATION_ANSWER_WITHIN_DAYS]
    #[arg(long, global = true, value_name = "DAYS")]
    pub answer_within_days: Option<Given>,

    /// Slow down callers that ask too often, `on` or `off`, where off is for tests only [default: on] [env: CONCERTATION_RATE_LIMITS]
    #[arg(long, global = true, value_name = "ON|OFF")]
    pub rate_limits: Option<Given>,

    /// Log what this filter lets through, such as `info` or `warn,api=debug` [default: info] [env: CONCERTATION_LOG]
    #[arg(long, global = true, value_name = "FILTER")]
    pub log: Option<Given>,

    /// Write log lines as `pretty` or `json`, or with `auto` pretty on a terminal and JSON elsewhere [default: auto] [env: CONCERTATION_LOG_FORMAT]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<Given>,

    /// Give up a request after this many seconds [default: 30] [env: CONCERTATION_REQUEST_TIMEOUT]
    #[arg(long, global = true, value_name = "SECONDS")]
    pub request_timeout: Option<Given>,

    /// Let requests under way finish for this many seconds when told to stop [default: 30] [env: CONCERTATION_SHUTDOWN_TIMEOUT]
    #[arg(long, global = true, value_name = "SECONDS")]
    pub shutdown_timeout: Option<Given>,
}

/// How many settings there are; `--config` is none, it says where they are.
pub(super) const COUNT: usize = 23;

impl RawSettings {
    /// Every setting's name, as in the file, and its place: the one list that the environment,
    /// the merging and the hints go by.
    pub(super) fn places(&mut self) -> [(&'static str, &mut Option<Given>); COUNT] {
        [
            ("listen", &mut self.listen),
            ("data_dir", &mut self.data_dir),
            ("database_url", &mut self.database_url),
            ("database_password_file", &mut self.database_password_file),
            ("read_database_url", &mut self.read_database_url),
            ("public_url", &mut self.public_url),
            ("petr_name", &mut self.petr_name),
            ("perimeter", &mut self.perimeter),
            ("master_key_file", &mut self.master_key_file),
            ("trusted_proxies", &mut self.trusted_proxies),
            ("website_origins", &mut self.website_origins),
            ("allowed_targets", &mut self.allowed_targets),
            ("mail", &mut self.mail),
            ("mail_password_file", &mut self.mail_password_file),
            ("mail_ca_file", &mut self.mail_ca_file),
            ("mail_from", &mut self.mail_from),
            ("files_dir", &mut self.files_dir),
            ("answer_within_days", &mut self.answer_within_days),
            ("rate_limits", &mut self.rate_limits),
            ("log", &mut self.log),
            ("log_format", &mut self.log_format),
            ("request_timeout", &mut self.request_timeout),
            ("shutdown_timeout", &mut self.shutdown_timeout),
        ]
    }

    /// These settings, completed by weaker ones.
    pub(super) fn or(mut self, mut weaker: Self) -> Self {
        for ((_, place), (_, other)) in self.places().into_iter().zip(weaker.places()) {
            if place.is_none() {
                *place = other.take();
            }
        }
        self
    }
}

/// A value as it was written, and where.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    /// A list is kept with commas, as the environment and the flags have it.
    pub(super) text: String,
    pub(super) origin: Origin,
    /// Where it starts in the file's text, as long as the line is not known yet.
    pub(super) byte: usize,
}

impl Given {
    pub(super) fn new(text: String, origin: Origin) -> Self {
        Self {
            text,
            origin,
            byte: 0,
        }
    }

    fn error(&self, setting: &'static str, value: &str, fault: String) -> ConfigError {
        ConfigError::Value {
            setting,
            value: without_password(value),
            origin: self.origin.describe(setting),
            fault,
        }
    }
}

/// One value, understood.
pub(super) fn one<T>(
    setting: &'static str,
    given: Option<&Given>,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, ConfigError> {
    given
        .map(|given| {
            let text = given.text.trim();
            parse(text).map_err(|fault| given.error(setting, text, fault))
        })
        .transpose()
}

/// A list of values, each understood; the faulty one is named, not the list.
pub(super) fn list<T>(
    setting: &'static str,
    given: Option<&Given>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, ConfigError> {
    let Some(given) = given else {
        return Ok(Vec::new());
    };
    let items = given
        .text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    items
        .map(|item| parse(item).map_err(|fault| given.error(setting, item, fault)))
        .collect()
}

/// From the command line, whose arguments clap hands over as text.
impl FromStr for Given {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text.to_owned(), Origin::Flag))
    }
}

/// A derived one would show the password of a database.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} from {}", without_password(&self.text), self.origin)
    }
}

/// From the file. Only the place in its text is known here; the line is found out afterwards.
impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Text>::deserialize(deserializer)?;
        let byte = spanned.span().start;
        let origin = Origin::File {
            path: PathBuf::new(),
            line: 0,
        };
        Ok(Self {
            text: spanned.into_inner().0,
            origin,
            byte,
        })
    }
}

/// The kinds of TOML values that a setting may be written in.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number, true or false, or a list of texts")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Text, E> {
        Ok(Text(number.to_string()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        let mut texts = Vec::new();
        while let Some(item) = items.next_element::<String>()? {
            texts.push(item);
        }
        Ok(Text(texts.join(",")))
    }
}
