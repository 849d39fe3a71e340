//! The languages that letters are written in.

use serde::{Deserialize, Serialize};

use super::Vocabulary;

/// In which language somebody is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailLanguage {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Vocabulary for MailLanguage {
    // The contract named it when only the holders of projects had a language.
    const NAME: &'static str = "HolderLanguage";
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Fr, "fr"), (Self::En, "en")];
}
