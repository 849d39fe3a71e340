//! A consent, or its withdrawal: each is a fact of its own, and the last one counts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{Id, Line, Vocabulary};

/// What is consented to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    /// To be written to about what is going on.
    Newsletter,
    /// To be shown in pictures of what took place.
    Pictures,
    /// That somebody under 15 takes part: a parent consents.
    Parental,
}

impl Vocabulary for ConsentPurpose {
    const NAME: &'static str = "ConsentPurpose";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Newsletter, "newsletter"),
        (Self::Pictures, "pictures"),
        (Self::Parental, "parental"),
    ];
}

/// How it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentChannel {
    /// By the person, who had signed in.
    Account,
    /// To the staff, which wrote it down: on paper, on the telephone.
    Staff,
}

impl Vocabulary for ConsentChannel {
    const NAME: &'static str = "ConsentChannel";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Account, "account"), (Self::Staff, "staff")];
}

/// A consent, or that it was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: Id<Consent>,
    /// To what.
    pub purpose: ConsentPurpose,
    /// Whether it is given, or taken back.
    pub is_given: bool,
    /// Which text was consented to.
    pub text_version: String,
    /// How it was said.
    pub channel: ConsentChannel,
    /// Who said it for them: a parent.
    pub given_by: Option<Line<200>>,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

/// The text that people consent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentText {
    /// Its version: a consent is to this one.
    pub version: &'static str,
    /// In French.
    pub french: &'static str,
    /// In English.
    pub english: &'static str,
}

impl ConsentPurpose {
    /// The text as it stands now. Who changes a word of it gives it another version.
    #[must_use]
    pub fn text(self) -> ConsentText {
        match self {
            Self::Newsletter => ConsentText {
                version: "2026-12",
                french: "J'accepte que le PETR m'écrive pour m'informer de la participation citoyenne à la \
                         transition écologique. Je peux le retirer à tout moment.",
                english: "I agree that the PETR writes to me about citizen participation in the ecological \
                          transition. I can take this back at any time.",
            },
            Self::Pictures => ConsentText {
                version: "2026-12",
                french: "J'accepte que le PETR montre des photographies où je suis reconnaissable, prises lors de \
                         ses événements, sur son site et dans ses comptes rendus. Je peux le retirer à tout \
                         moment.",
                english: "I agree that the PETR shows pictures taken at its events in which I can be recognised, \
                          on its website and in its reports. I can take this back at any time.",
            },
            Self::Parental => ConsentText {
                version: "2026-12",
                french: "J'exerce l'autorité parentale, et j'accepte que cet enfant de moins de 15 ans soit \
                         inscrit·e et que ses données soient traitées pour cela. Je peux le retirer à tout moment.",
                english: "I have parental authority, and I agree that this child under 15 is registered and that \
                          their data are processed for that. I can take this back at any time.",
            },
        }
    }
}
