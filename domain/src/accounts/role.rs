//! Roles are sets of scopes; an operation asks for scopes, never for roles.

use serde::{Deserialize, Serialize};

use crate::kernel::Vocabulary;

/// What a member of the staff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Supervises: accounts, credentials, budget, the audit trail; may all that the officer may.
    Director,
    /// Runs everything else.
    Officer,
    /// Follows the programme: reads all but accounts, the audit trail and personal data.
    Referent,
    /// Reads the contract's figures and what is public.
    Funder,
}

impl Vocabulary for Role {
    const NAME: &'static str = "Role";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Director, "director"),
        (Self::Officer, "officer"),
        (Self::Referent, "referent"),
        (Self::Funder, "funder"),
    ];
}

/// One thing that a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// Sees drafts, what is not public, and internal notes.
    #[serde(rename = "events:read")]
    EventsRead,
    /// Makes, changes and publishes events.
    #[serde(rename = "events:write")]
    EventsWrite,
    /// Brings events in from files, and reads the reports.
    #[serde(rename = "imports:write")]
    ImportsWrite,
    /// Sees structures that are not partners yet, or not any more.
    #[serde(rename = "organisations:read")]
    OrganisationsRead,
    /// Makes, changes, activates, suspends and merges structures.
    #[serde(rename = "organisations:write")]
    OrganisationsWrite,
    /// Reads and changes one's own structure.
    #[serde(rename = "organisations:own")]
    OrganisationsOwn,
    /// Reads the credentials of partners, never their secrets.
    #[serde(rename = "clients:read")]
    ClientsRead,
    /// Issues, rotates and revokes the credentials of partners.
    #[serde(rename = "clients:write")]
    ClientsWrite,
    /// Makes and changes the frameworks, their axes and their actions.
    #[serde(rename = "frameworks:write")]
    FrameworksWrite,
    /// Sees projects that are not public: all of them, or a partner's own.
    #[serde(rename = "projects:read")]
    ProjectsRead,
    /// Submits and changes projects: any, or a partner's own.
    #[serde(rename = "projects:write")]
    ProjectsWrite,
    /// Answers projects: asks for more, accepts, declines.
    #[serde(rename = "projects:decide")]
    ProjectsDecide,
    /// Follows projects: blockers, and what is found as funding.
    #[serde(rename = "projects:follow")]
    ProjectsFollow,
    /// Proposes events to the staff, and follows what becomes of them.
    #[serde(rename = "events:propose")]
    EventsPropose,
    /// Has what happens told to an address, and reads what was told.
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
    /// Reads what is known of citizens, and their registrations.
    #[serde(rename = "citizens:read")]
    CitizensRead,
    /// Writes citizens down, registers them, and notes who was there.
    #[serde(rename = "citizens:write")]
    CitizensWrite,
    /// Reads and changes what is one's own, as a citizen.
    #[serde(rename = "citizens:own")]
    CitizensOwn,
    /// Reads who took part in what, without names, and the figures.
    #[serde(rename = "participations:read")]
    ParticipationsRead,
    /// Reads staff accounts.
    #[serde(rename = "users:read")]
    UsersRead,
    /// Makes, changes and disables staff accounts.
    #[serde(rename = "users:write")]
    UsersWrite,
    /// Reads the audit trail.
    #[serde(rename = "audit:read")]
    AuditRead,
}

impl Vocabulary for Scope {
    const NAME: &'static str = "Scope";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::EventsRead, "events:read"),
        (Self::EventsWrite, "events:write"),
        (Self::ImportsWrite, "imports:write"),
        (Self::OrganisationsRead, "organisations:read"),
        (Self::OrganisationsWrite, "organisations:write"),
        (Self::OrganisationsOwn, "organisations:own"),
        (Self::ClientsRead, "clients:read"),
        (Self::ClientsWrite, "clients:write"),
        (Self::FrameworksWrite, "frameworks:write"),
        (Self::ProjectsRead, "projects:read"),
        (Self::ProjectsWrite, "projects:write"),
        (Self::ProjectsDecide, "projects:decide"),
        (Self::ProjectsFollow, "projects:follow"),
        (Self::EventsPropose, "events:propose"),
        (Self::WebhooksWrite, "webhooks:write"),
        (Self::CitizensRead, "citizens:read"),
        (Self::CitizensWrite, "citizens:write"),
        (Self::CitizensOwn, "citizens:own"),
        (Self::ParticipationsRead, "participations:read"),
        (Self::UsersRead, "users:read"),
        (Self::UsersWrite, "users:write"),
        (Self::AuditRead, "audit:read"),
    ];
}

impl Role {
    /// The scopes of the role.
    #[must_use]
    pub fn scopes(self) -> &'static [Scope] {
        use Scope::{
            AuditRead, CitizensRead, CitizensWrite, ClientsRead, ClientsWrite, EventsRead,
            EventsWrite, FrameworksWrite, ImportsWrite, OrganisationsRead, OrganisationsWrite,
            ParticipationsRead, ProjectsDecide, ProjectsFollow, ProjectsRead, ProjectsWrite,
            UsersRead, UsersWrite, WebhooksWrite,
        };
        match self {
            Self::Director => &[
                EventsRead,
                EventsWrite,
                ImportsWrite,
                OrganisationsRead,
                OrganisationsWrite,
                ClientsRead,
                ClientsWrite,
                FrameworksWrite,
                ProjectsRead,
                ProjectsWrite,
                ProjectsDecide,
                ProjectsFollow,
                WebhooksWrite,
                CitizensRead,
                CitizensWrite,
                ParticipationsRead,
                UsersRead,
                UsersWrite,
                AuditRead,
            ],
            Self::Officer => &[
                EventsRead,
                EventsWrite,
                ImportsWrite,
                OrganisationsRead,
                OrganisationsWrite,
                FrameworksWrite,
                ProjectsRead,
                ProjectsWrite,
                ProjectsDecide,
                ProjectsFollow,
                WebhooksWrite,
                CitizensRead,
                CitizensWrite,
                ParticipationsRead,
            ],
            Self::Referent => &[
                EventsRead,
                OrganisationsRead,
                ProjectsRead,
                ProjectsFollow,
                ParticipationsRead,
            ],
            Self::Funder => &[ParticipationsRead],
        }
    }
}

/// All that a partner's credentials may ever allow.
pub const PARTNER_SCOPES: &[Scope] = &[
    Scope::OrganisationsOwn,
    Scope::ProjectsRead,
    Scope::ProjectsWrite,
    Scope::EventsPropose,
    Scope::WebhooksWrite,
];

/// What the token of a citizen may do.
pub const CITIZEN_SCOPES: &[Scope] = &[Scope::CitizensOwn];

/// The scopes of several roles together, in the order of the vocabulary.
#[must_use]
pub fn scopes_of(roles: &[Role]) -> Vec<Scope> {
    let has = |scope: &Scope| roles.iter().any(|role| role.scopes().contains(scope));
    Scope::WORDS
        .iter()
        .map(|(scope, _)| *scope)
        .filter(has)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_director_may_all_that_the_officer_may() {
        let director = Role::Director.scopes();
        assert!(
            Role::Officer
                .scopes()
                .iter()
                .all(|scope| director.contains(scope))
        );
    }

    #[test]
    fn the_words_of_the_vocabulary_are_those_of_serde() {
        for (role, word) in Role::WORDS {
            assert_eq!(serde_json::to_value(role).unwrap(), *word);
        }
        for (scope, word) in Scope::WORDS {
            assert_eq!(serde_json::to_value(scope).unwrap(), *word);
        }
    }

    #[test]
    fn scopes_of_several_roles_are_given_once() {
        assert_eq!(
            scopes_of(&[Role::Referent, Role::Officer]),
            Role::Officer.scopes()
        );
        assert_eq!(scopes_of(&[]), []);
    }
}
