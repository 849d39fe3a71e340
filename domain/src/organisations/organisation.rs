//! What is known of a structure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{
    Contact, Fact, Id, InseeCode, Line, MailLanguage, Prose, Reason, Rna, Siret, Slug, Vocabulary,
    WebUrl,
};

/// A partner structure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Organisation {
    /// Its id.
    pub id: Id<Organisation>,
    /// Its name in addresses; kept when it is called otherwise.
    pub slug: Slug,
    /// Who it is.
    pub content: OrganisationContent,
    /// Whether it may act.
    pub state: OrganisationState,
    /// Why it is in that state.
    pub reason: Reason,
    /// Those that resemble it and are known to be others.
    pub distinct_from: Vec<Id<Organisation>>,
    /// The one that it turned out to be: all it had is that one's now.
    pub merged_into: Option<Id<Organisation>>,
    /// Whether it ever stood in the public view: mirrors are told when it leaves.
    pub was_public: bool,
    /// Changes with every write.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Organisation {
    /// Whether everybody may see it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.state == OrganisationState::Active && self.merged_into.is_none()
    }
}

/// The most contacts of a structure beside the first.
pub const MAX_OTHER_CONTACTS: usize = 20;

/// What can be edited of a structure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrganisationContent {
    /// What it is called.
    pub name: Line<200>,
    /// Of which kind it is.
    pub kind: OrganisationKind,
    /// Its establishment's number.
    pub siret: Option<Siret>,
    /// Its number as an association.
    pub rna: Option<Rna>,
    /// Street and number.
    pub address: Option<Line<300>>,
    /// Where it sits.
    pub commune_code: Option<InseeCode>,
    /// What it does.
    pub description: Option<Prose<5_000>>,
    /// Its own site.
    pub website: Option<WebUrl>,
    /// Whom to ask there, and to write to: a role's address.
    pub contact: Option<Contact>,
    /// Whom else to ask, for what.
    pub other_contacts: Vec<Contact>,
    /// In which language it is written to.
    pub language: MailLanguage,
}

impl OrganisationContent {
    /// What it is recognised by.
    pub(super) fn identity(&self) -> (&Line<200>, Option<Siret>, Option<Rna>, Option<InseeCode>) {
        (&self.name, self.siret, self.rna, self.commune_code)
    }

    /// Which fields differ of those that the staff has checked, and that a structure doesn't change itself:
    /// which one it is, and of which kind.
    #[must_use]
    pub fn checked_fields_changed(&self, before: &Self) -> Vec<&'static str> {
        let changed = [
            ("name", self.name != before.name),
            ("kind", self.kind != before.kind),
            ("siret", self.siret != before.siret),
            ("rna", self.rna != before.rna),
            ("commune_code", self.commune_code != before.commune_code),
        ];
        let changed = changed.into_iter().filter(|(_, differs)| *differs);
        changed.map(|(field, _)| field).collect()
    }
}

/// Of which kind a structure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// An association (law of 1901, and its like).
    Association,
    /// A commune.
    Commune,
    /// An intercommunality.
    Epci,
    /// A school, from nursery to university.
    School,
    /// A company.
    Company,
    /// A service of the State.
    StateService,
    /// Anything else.
    Other,
}

impl Vocabulary for OrganisationKind {
    const NAME: &'static str = "OrganisationKind";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Association, "association"),
        (Self::Commune, "commune"),
        (Self::Epci, "epci"),
        (Self::School, "school"),
        (Self::Company, "company"),
        (Self::StateService, "state_service"),
        (Self::Other, "other"),
    ];
}

/// Whether a structure may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationState {
    /// Not looked at yet: it may prepare, nobody sees it.
    Pending,
    /// A partner.
    Active,
    /// Shut out, with its credentials.
    Suspended,
}

impl Vocabulary for OrganisationState {
    const NAME: &'static str = "OrganisationState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Active, "active"),
        (Self::Suspended, "suspended"),
    ];
}

impl OrganisationState {
    /// What can be done with a structure from this state.
    #[must_use]
    pub fn transitions(self) -> Vec<OrganisationTransition> {
        use OrganisationTransition::{Activate, Merge, Suspend};
        match self {
            Self::Pending => vec![Activate, Suspend, Merge],
            Self::Active => vec![Suspend, Merge],
            Self::Suspended => vec![Activate, Merge],
        }
    }
}

/// What can be done with a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationTransition {
    /// Make it a partner.
    Activate,
    /// Shut it out.
    Suspend,
    /// Find it to be another one.
    Merge,
}

impl Vocabulary for OrganisationTransition {
    const NAME: &'static str = "OrganisationTransition";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Activate, "activate"),
        (Self::Suspend, "suspend"),
        (Self::Merge, "merge"),
    ];
}

/// What happened to a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganisationFact {
    /// It was made.
    Created,
    /// What is known of it changed.
    Edited,
    /// It became a partner, or is one again.
    Activated,
    /// It was shut out.
    Suspended,
    /// It turned out to be another one.
    Merged,
    /// Another one turned out to be this one.
    Absorbed,
}

impl Fact for OrganisationFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Created => "organisation.created",
            Self::Edited => "organisation.updated",
            Self::Activated => "organisation.activated",
            Self::Suspended => "organisation.suspended",
            Self::Merged => "organisation.merged",
            Self::Absorbed => "organisation.absorbed",
        }
    }

    fn is_told(&self) -> bool {
        true
    }
}
