//! Where settings are written: the file, the environment, the flags, and the order among them.
//! Unknown keys stop; an unknown variable is only warned of, since others may set variables too.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::error::{ConfigError, Origin};
use super::raw::{Given, RawSettings};

/// The file that is read when none is named, if it exists.
pub(super) const FILE: &str = "concertation.toml";

const PREFIX: &str = "CONCERTATION_";

/// The variable of a setting.
pub(super) fn variable(setting: &str) -> String {
    format!("{PREFIX}{}", setting.to_uppercase())
}

/// The variables that are ours by their name.
#[derive(Default)]
pub(super) struct Environment(BTreeMap<String, OsString>);

impl Environment {
    pub(super) fn of_the_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect()
    }
}

impl FromIterator<(String, OsString)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, OsString)>>(variables: I) -> Self {
        let ours = variables
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX));
        Self(ours.collect())
    }
}

/// All that was written, the strongest value of each setting, and the warnings.
pub(super) fn merge(
    flags: RawSettings,
    environment: &Environment,
    default_file: &Path,
) -> Result<(RawSettings, Vec<String>), ConfigError> {
    let file = match &flags.config {
        Some(path) => from_file(path, Required::Yes)?,
        None => from_file(default_file, Required::No)?,
    };
    let (variables, warnings) = from_environment(environment)?;
    Ok((flags.or(variables).or(file), warnings))
}

/// Whether a file that is not there is a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Required {
    Yes,
    No,
}

fn from_file(path: &Path, required: Required) -> Result<RawSettings, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => from_toml(path, &text),
        Err(cause) if cause.kind() == ErrorKind::NotFound && required == Required::No => {
            Ok(RawSettings::default())
        }
        Err(cause) => Err(ConfigError::Unreadable {
            file: path.to_owned(),
            cause,
        }),
    }
}

fn from_toml(path: &Path, text: &str) -> Result<RawSettings, ConfigError> {
    let mut raw: RawSettings =
        toml::from_str(text).map_err(|error| describe(path, text, &error))?;
    for (_, place) in raw.places() {
        if let Some(given) = place {
            given.origin = Origin::in_file(path, text, given.byte);
        }
    }
    Ok(raw)
}

/// The parser's own text quotes the line, which may be the one with the password: only its
/// message and its position are taken.
fn describe(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let span = error.span().unwrap_or_default();
    let origin = Origin::in_file(path, text, span.start).to_string();
    if error.message().starts_with("unknown field") {
        let key = text.get(span).unwrap_or_default().trim_matches(['"', '\'']);
        return ConfigError::UnknownKey {
            hint: hint(key),
            key: key.to_owned(),
            origin,
        };
    }
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    ConfigError::Syntax {
        origin,
        fault: message,
    }
}

/// What the variables say. An empty one says nothing: that is how compose files leave one out.
fn from_environment(environment: &Environment) -> Result<(RawSettings, Vec<String>), ConfigError> {
    let mut raw = RawSettings::default();
    let mut unknown = environment.0.clone();
    for (setting, place) in raw.places() {
        let name = variable(setting);
        let Some(value) = unknown.remove(&name).filter(|value| !value.is_empty()) else {
            continue;
        };
        let text = value
            .into_string()
            .map_err(|_| ConfigError::NotText { variable: name })?;
        *place = Some(Given::new(text, Origin::Variable));
    }
    let warnings = unknown.into_keys().map(|name| warning(&name)).collect();
    Ok((raw, warnings))
}

fn warning(name: &str) -> String {
    let setting = name.trim_start_matches(PREFIX).to_lowercase();
    let meant = nearest(&setting).map(|near| format!("; did you mean {}?", variable(near)));
    format!(
        "the variable {name} is no setting and is ignored{}",
        meant.unwrap_or_default()
    )
}

fn hint(key: &str) -> String {
    let setting = key.to_lowercase().replace('-', "_");
    let meant = nearest(&setting).map(|near| format!("; did you mean `{near}`?"));
    meant.unwrap_or_default()
}

/// The setting whose name is most like this one, if any is like it at all.
fn nearest(name: &str) -> Option<&'static str> {
    const ALIKE: f64 = 0.8;
    RawSettings::default()
        .places()
        .into_iter()
        .map(|(setting, _)| (strsim::jaro_winkler(name, setting), setting))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, setting)| setting)
}
