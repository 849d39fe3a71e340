//! Why the configuration is refused, in words that let a person find and mend the line.
//! No message ever holds a password: values are shown by `without_password`.

use std::fmt;
use std::path::{Path, PathBuf};

use super::sources::variable;

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A setting has a value that it can't have.
    #[error("setting `{setting}`: `{value}` from {origin}: {fault}")]
    Value {
        /// The setting's name, as in the file.
        setting: &'static str,
        /// What was given, any password hidden.
        value: String,
        /// Where it was given, in words.
        origin: String,
        /// What is wrong with it.
        fault: String,
    },
    /// The file has a key that is no setting.
    #[error("`{key}` in {origin} is no setting{hint}")]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands, in words.
        origin: String,
        /// The setting that was perhaps meant, in words; empty when none is near.
        hint: String,
    },
    /// The file is not TOML, or has a value of a kind that no setting has.
    #[error("{origin}: {fault}")]
    Syntax {
        /// Where, in words.
        origin: String,
        /// What the parser says.
        fault: String,
    },
    /// The file can't be read.
    #[error("the configuration file {} can't be read: {cause}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// A variable holds bytes that are no text.
    #[error("the variable {variable} is not UTF-8 text")]
    NotText {
        /// The variable's name.
        variable: String,
    },
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag,
    /// A variable of the environment.
    Variable,
    /// A line of the file.
    File {
        /// The file's path, as it was given.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
}

impl Origin {
    /// The line of a file that holds this byte.
    pub(super) fn in_file(path: &Path, text: &str, byte: usize) -> Self {
        let before = text.as_bytes().iter().take(byte);
        let line = 1 + before.filter(|&&byte| byte == b'\n').count();
        Self::File {
            path: path.to_owned(),
            line,
        }
    }

    /// In words, for the setting of this name.
    pub(super) fn describe(&self, setting: &str) -> String {
        match self {
            Self::Flag => format!("the flag --{}", setting.replace('_', "-")),
            Self::Variable => format!("the variable {}", variable(setting)),
            Self::File { .. } => self.to_string(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("a flag"),
            Self::Variable => f.write_str("a variable"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
        }
    }
}
