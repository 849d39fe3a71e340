//! What people are written to about, and who they are: of each side, the one that did not do it.

use crate::accounts::{Role, User, UserState};
use crate::kernel::{Id, Vocabulary};

/// What a mail is about: most are named like the fact that causes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// A structure became a partner.
    OrganisationActivated,
    /// A structure was shut out.
    OrganisationSuspended,
    /// A project waits for an answer.
    ProjectSubmitted,
    /// The PETR asks the holder for more.
    ProjectInformationRequested,
    /// The PETR takes the project.
    ProjectAccepted,
    /// The PETR does not.
    ProjectDeclined,
    /// It has begun.
    ProjectStarted,
    /// It rests.
    ProjectHeld,
    /// It goes on.
    ProjectResumed,
    /// It is done.
    ProjectCompleted,
    /// It is given up.
    ProjectAbandoned,
    /// Projects that have waited too long for an answer; no fact causes it but the clock.
    ProjectsOverdue,
    /// A structure proposes an event.
    EventProposed,
    /// A proposed event is in the calendar.
    EventPublished,
    /// A proposed event will not be.
    EventDeclined,
    /// What is told to an address no longer reaches it.
    WebhookPaused,
    /// Somebody is to show that the address they registered with is theirs.
    RegistrationRequested,
    /// They come.
    RegistrationConfirmed,
    /// They wait for a place.
    RegistrationWaitlisted,
    /// There is a place for them.
    RegistrationOffered,
    /// They don't come any more.
    RegistrationCancelled,
    /// They did not confirm, or take the place, in time.
    RegistrationExpired,
    /// What they come to does not take place; no fact of a registration causes this and what follows.
    DateCancelled,
    /// It takes place later, nobody knows when yet.
    DatePostponed,
    /// It takes place at another time, or elsewhere.
    DateMoved,
    /// It is tomorrow.
    DateReminder,
    /// Somebody asked to be let in with an address; no fact causes it.
    CitizenSignIn,
    /// Their data are used again; no fact of a restriction causes it.
    RestrictionLifted,
    /// They objected, and are right.
    ObjectionUpheld,
    /// They objected, and are not.
    ObjectionRejected,
    /// How a project goes, for those who want to hear it. It is told to them some at a time: no fact causes it.
    ProjectNews,
}

impl Vocabulary for MailKind {
    const NAME: &'static str = "MailKind";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::OrganisationActivated, "organisation.activated"),
        (Self::OrganisationSuspended, "organisation.suspended"),
        (Self::ProjectSubmitted, "project.submitted"),
        (
            Self::ProjectInformationRequested,
            "project.information_requested",
        ),
        (Self::ProjectAccepted, "project.accepted"),
        (Self::ProjectDeclined, "project.declined"),
        (Self::ProjectStarted, "project.started"),
        (Self::ProjectHeld, "project.held"),
        (Self::ProjectResumed, "project.resumed"),
        (Self::ProjectCompleted, "project.completed"),
        (Self::ProjectAbandoned, "project.abandoned"),
        (Self::ProjectsOverdue, "projects.overdue"),
        (Self::EventProposed, "event.proposed"),
        (Self::EventPublished, "event.published"),
        (Self::EventDeclined, "event.declined"),
        (Self::WebhookPaused, "webhook.paused"),
        (Self::RegistrationRequested, "registration.requested"),
        (Self::RegistrationConfirmed, "registration.confirmed"),
        (Self::RegistrationWaitlisted, "registration.waitlisted"),
        (Self::RegistrationOffered, "registration.offered"),
        (Self::RegistrationCancelled, "registration.cancelled"),
        (Self::RegistrationExpired, "registration.expired"),
        (Self::DateCancelled, "registration.date_cancelled"),
        (Self::DatePostponed, "registration.date_postponed"),
        (Self::DateMoved, "registration.date_moved"),
        (Self::DateReminder, "registration.date_reminder"),
        (Self::CitizenSignIn, "citizen.sign_in"),
        (Self::RestrictionLifted, "restriction.lifted"),
        (Self::ObjectionUpheld, "objection.upheld"),
        (Self::ObjectionRejected, "objection.rejected"),
        (Self::ProjectNews, "project.news"),
    ];
}

impl MailKind {
    /// Whether it rather comes never than twice: who is reminded twice looks for a second evening. Others can be
    /// told by their id, and somebody waits for them.
    #[must_use]
    pub fn is_at_most_once(self) -> bool {
        matches!(self, Self::DateReminder | Self::ProjectNews)
    }

    /// Whether it goes to a citizen whose data are restricted: it answers what they asked for.
    #[must_use]
    pub fn reaches_restricted(self) -> bool {
        matches!(
            self,
            Self::CitizenSignIn
                | Self::RestrictionLifted
                | Self::ObjectionUpheld
                | Self::ObjectionRejected
        )
    }
}

/// On which side somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The PETR: its staff, and the service by itself.
    Petr,
    /// The holder: a partner's software.
    Holder,
}

/// Who is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressee {
    /// Whose the thing is.
    Holder,
    /// Those of the staff who run the programme.
    Officers,
    /// The citizen whom it is about.
    Citizen,
}

/// Who is written to because of a fact, and about what. A thing has a holder when it is somebody's beside
/// the PETR.
#[must_use]
pub fn addressee(fact: &str, by: Side, has_holder: bool) -> Option<(MailKind, Addressee)> {
    use MailKind as Kind;
    // Asked of every change: most are no mail's, and that must cost nothing.
    let (kind, _) = *Kind::WORDS.iter().find(|(_, word)| *word == fact)?;
    let addressee = match kind {
        Kind::ProjectSubmitted | Kind::EventProposed | Kind::ProjectsOverdue => Addressee::Officers,
        Kind::OrganisationActivated
        | Kind::OrganisationSuspended
        | Kind::ProjectInformationRequested
        | Kind::ProjectAccepted
        | Kind::ProjectDeclined
        | Kind::EventPublished
        | Kind::EventDeclined => Addressee::Holder,
        Kind::ProjectStarted
        | Kind::ProjectHeld
        | Kind::ProjectResumed
        | Kind::ProjectCompleted
        | Kind::ProjectAbandoned => match by {
            Side::Petr => Addressee::Holder,
            Side::Holder => Addressee::Officers,
        },
        Kind::WebhookPaused if has_holder => Addressee::Holder,
        Kind::WebhookPaused => Addressee::Officers,
        Kind::RegistrationRequested
        | Kind::RegistrationConfirmed
        | Kind::RegistrationWaitlisted
        | Kind::RegistrationOffered
        | Kind::RegistrationCancelled
        | Kind::RegistrationExpired
        | Kind::DateCancelled
        | Kind::DatePostponed
        | Kind::DateMoved
        | Kind::DateReminder
        | Kind::CitizenSignIn
        | Kind::RestrictionLifted
        | Kind::ObjectionUpheld
        | Kind::ObjectionRejected
        | Kind::ProjectNews => Addressee::Citizen,
    };
    (has_holder || addressee != Addressee::Holder).then_some((kind, addressee))
}

/// Of all accounts those that are written to as officers: the directors where nobody is one.
#[must_use]
pub fn officers(accounts: &[(Id<User>, UserState, Vec<Role>)]) -> Vec<Id<User>> {
    let active_as = |role: Role| -> Vec<Id<User>> {
        accounts
            .iter()
            .filter(|(_, state, roles)| *state == UserState::Active && roles.contains(&role))
            .map(|(id, _, _)| *id)
            .collect()
    };
    let officers = active_as(Role::Officer);
    if officers.is_empty() {
        active_as(Role::Director)
    } else {
        officers
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_side_is_told_what_the_other_did() {
        use Addressee::{Holder, Officers};
        for (fact, by_petr, by_holder) in [
            ("project.submitted", Officers, Officers),
            ("project.declined", Holder, Holder),
            ("project.held", Holder, Officers),
            ("project.completed", Holder, Officers),
            ("organisation.suspended", Holder, Holder),
            ("webhook.paused", Holder, Holder),
        ] {
            for (by, expected) in [(Side::Petr, by_petr), (Side::Holder, by_holder)] {
                let told = addressee(fact, by, true);
                let kind = MailKind::parse(fact).unwrap();
                assert_eq!(told, Some((kind, expected)), "{fact}");
            }
        }
    }

    #[test]
    fn what_nobody_else_holds_is_told_to_the_officers_or_to_nobody() {
        let told = |fact| addressee(fact, Side::Petr, false).map(|(_, whom)| whom);
        assert_eq!(told("event.published"), None);
        assert_eq!(told("webhook.paused"), Some(Addressee::Officers));
        assert_eq!(told("event.created"), None);
        assert_eq!(addressee("organisation.created", Side::Petr, true), None);
    }

    #[test]
    fn directors_stand_in_where_nobody_is_an_officer() {
        let id = |number| Id::from_uuid(Uuid::from_u128(number));
        let account = |number, state, role| (id(number), state, vec![role]);
        let mut accounts = vec![
            account(1, UserState::Active, Role::Director),
            account(2, UserState::Active, Role::Officer),
            account(3, UserState::Active, Role::Referent),
            account(4, UserState::Disabled, Role::Officer),
        ];
        assert_eq!(officers(&accounts), [id(2)]);
        accounts.remove(1);
        assert_eq!(officers(&accounts), [id(1)]);
        assert_eq!(officers(&[]), []);
    }
}
