//! The processing activities (GDPR, article 30): a closed list, and what is declared of each.

use serde::{Deserialize, Serialize};

use super::Retention;
use crate::kernel::Vocabulary;

/// Something that is done with personal data, for one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Processing {
    /// Registrations to events, and who was there.
    Attendance,
    /// Counting who took part.
    Participations,
    /// Who follows, supports, helps and carries projects.
    Involvements,
    /// How citizens come in without a password.
    SignIn,
    /// Writing to those who want to hear what is going on.
    Newsletter,
    /// Pictures in which people can be recognised.
    Pictures,
    /// A parent's consent for a child.
    ParentalConsent,
    /// Mails that say what happened.
    Mails,
    /// Scanned sheets and letters that show who was there.
    Evidence,
    /// Who did what.
    AuditTrail,
    /// Accounts of the staff.
    StaffAccounts,
    /// Whom to ask at partners, and what they send.
    PartnerContacts,
    /// Answers kept for requests that are repeated.
    RepeatedRequests,
    /// That somebody was erased.
    Erasures,
    /// What people ask for: that their data are not used, or that something is not done with them.
    Requests,
}

impl Vocabulary for Processing {
    const NAME: &'static str = "Processing";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Attendance, "attendance"),
        (Self::Participations, "participations"),
        (Self::Involvements, "involvements"),
        (Self::SignIn, "sign_in"),
        (Self::Newsletter, "newsletter"),
        (Self::Pictures, "pictures"),
        (Self::ParentalConsent, "parental_consent"),
        (Self::Mails, "mails"),
        (Self::Evidence, "evidence"),
        (Self::AuditTrail, "audit_trail"),
        (Self::StaffAccounts, "staff_accounts"),
        (Self::PartnerContacts, "partner_contacts"),
        (Self::RepeatedRequests, "repeated_requests"),
        (Self::Erasures, "erasures"),
        (Self::Requests, "requests"),
    ];
}

/// On what ground it is done (GDPR, article 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalBasis {
    /// A task of public interest (6.1.e).
    PublicInterest,
    /// Consent (6.1.a).
    Consent,
    /// What the law asks for (6.1.c).
    LegalObligation,
}

impl Vocabulary for LegalBasis {
    const NAME: &'static str = "LegalBasis";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::PublicInterest, "public_interest"),
        (Self::Consent, "consent"),
        (Self::LegalObligation, "legal_obligation"),
    ];
}

/// The same in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// In French.
    pub french: &'static str,
    /// In English.
    pub english: &'static str,
}

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Until the clock forgets it.
    ByTheClock(Retention),
    /// Until something happens.
    Until(Said),
}

/// What is declared of a processing activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// What it is called.
    pub name: Said,
    /// What it is done for.
    pub purpose: Said,
    /// On what ground.
    pub basis: LegalBasis,
    /// Of whom.
    pub people: Said,
    /// Which data.
    pub data: Said,
    /// Who is given them.
    pub recipients: Said,
    /// How long they are kept.
    pub kept: &'static [Kept],
    /// The tables in which they lie.
    pub tables: &'static [&'static str],
}
