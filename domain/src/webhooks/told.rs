//! What one can be told of: the facts of the outbox that may be subscribed to, by the names they bear there.

use serde::{Deserialize, Serialize};

use crate::kernel::Vocabulary;

/// The type of a call that tries an address out: it tells of nothing, and nobody subscribes to it.
pub const TEST: &str = "webhook.test";

/// Something that others can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WebhookType {
    /// A partner proposed an event.
    #[serde(rename = "event.proposed")]
    EventProposed,
    /// A proposed event was not taken.
    #[serde(rename = "event.declined")]
    EventDeclined,
    /// An event entered the calendar.
    #[serde(rename = "event.published")]
    EventPublished,
    /// A published event says something else, or its dates are others.
    #[serde(rename = "event.updated")]
    EventUpdated,
    /// An event does not take place.
    #[serde(rename = "event.cancelled")]
    EventCancelled,
    /// An event takes place later.
    #[serde(rename = "event.postponed")]
    EventPostponed,
    /// An event was filed.
    #[serde(rename = "event.archived")]
    EventArchived,
    /// One date does not take place.
    #[serde(rename = "occurrence.cancelled")]
    OccurrenceCancelled,
    /// One date takes place later.
    #[serde(rename = "occurrence.postponed")]
    OccurrencePostponed,
    /// One date takes place at another time.
    #[serde(rename = "occurrence.moved")]
    OccurrenceMoved,
    /// A structure was added.
    #[serde(rename = "organisation.created")]
    OrganisationCreated,
    /// What is known of a structure changed.
    #[serde(rename = "organisation.updated")]
    OrganisationUpdated,
    /// A structure became a partner, or is one again.
    #[serde(rename = "organisation.activated")]
    OrganisationActivated,
    /// A structure was shut out.
    #[serde(rename = "organisation.suspended")]
    OrganisationSuspended,
    /// A structure turned out to be another one.
    #[serde(rename = "organisation.merged")]
    OrganisationMerged,
    /// Another structure turned out to be this one.
    #[serde(rename = "organisation.absorbed")]
    OrganisationAbsorbed,
    /// A project was submitted.
    #[serde(rename = "project.submitted")]
    ProjectSubmitted,
    /// Something is to be added to a project before it is decided on.
    #[serde(rename = "project.information_requested")]
    ProjectInformationRequested,
    /// A project was accepted.
    #[serde(rename = "project.accepted")]
    ProjectAccepted,
    /// A project was declined.
    #[serde(rename = "project.declined")]
    ProjectDeclined,
    /// A project began.
    #[serde(rename = "project.started")]
    ProjectStarted,
    /// A project rests.
    #[serde(rename = "project.held")]
    ProjectHeld,
    /// A project goes on.
    #[serde(rename = "project.resumed")]
    ProjectResumed,
    /// A project is done.
    #[serde(rename = "project.completed")]
    ProjectCompleted,
    /// A project was given up.
    #[serde(rename = "project.abandoned")]
    ProjectAbandoned,
    /// What is said of a project changed.
    #[serde(rename = "project.updated")]
    ProjectUpdated,
    /// A project is another structure's now.
    #[serde(rename = "project.moved")]
    ProjectMoved,
    /// Somebody told how a project goes.
    #[serde(rename = "project.update_posted")]
    ProjectUpdatePosted,
    /// Somebody asked something about a project.
    #[serde(rename = "question.asked")]
    QuestionAsked,
    /// Somebody answered a question.
    #[serde(rename = "question.answered")]
    QuestionAnswered,
    /// Something stands in a project's way.
    #[serde(rename = "blocker.opened")]
    BlockerOpened,
    /// It is out of the way.
    #[serde(rename = "blocker.resolved")]
    BlockerResolved,
    /// It is in the way again.
    #[serde(rename = "blocker.reopened")]
    BlockerReopened,
    /// A source was asked for money.
    #[serde(rename = "funding.sought")]
    FundingSought,
    /// A source gives all of it or a part.
    #[serde(rename = "funding.granted")]
    FundingGranted,
    /// A source gives nothing.
    #[serde(rename = "funding.refused")]
    FundingRefused,
}

impl Vocabulary for WebhookType {
    const NAME: &'static str = "WebhookType";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::EventProposed, "event.proposed"),
        (Self::EventDeclined, "event.declined"),
        (Self::EventPublished, "event.published"),
        (Self::EventUpdated, "event.updated"),
        (Self::EventCancelled, "event.cancelled"),
        (Self::EventPostponed, "event.postponed"),
        (Self::EventArchived, "event.archived"),
        (Self::OccurrenceCancelled, "occurrence.cancelled"),
        (Self::OccurrencePostponed, "occurrence.postponed"),
        (Self::OccurrenceMoved, "occurrence.moved"),
        (Self::OrganisationCreated, "organisation.created"),
        (Self::OrganisationUpdated, "organisation.updated"),
        (Self::OrganisationActivated, "organisation.activated"),
        (Self::OrganisationSuspended, "organisation.suspended"),
        (Self::OrganisationMerged, "organisation.merged"),
        (Self::OrganisationAbsorbed, "organisation.absorbed"),
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
        (Self::ProjectUpdated, "project.updated"),
        (Self::ProjectMoved, "project.moved"),
        (Self::ProjectUpdatePosted, "project.update_posted"),
        (Self::QuestionAsked, "question.asked"),
        (Self::QuestionAnswered, "question.answered"),
        (Self::BlockerOpened, "blocker.opened"),
        (Self::BlockerResolved, "blocker.resolved"),
        (Self::BlockerReopened, "blocker.reopened"),
        (Self::FundingSought, "funding.sought"),
        (Self::FundingGranted, "funding.granted"),
        (Self::FundingRefused, "funding.refused"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::EventFact;
    use crate::follow_up::blockers::BlockerFact;
    use crate::follow_up::funding::FundingFact;
    use crate::follow_up::questions::QuestionFact;
    use crate::follow_up::updates::UpdateFact;
    use crate::kernel::{Fact, Id};
    use crate::organisations::OrganisationFact;
    use crate::projects::{ProjectFact, ProjectTransition, Side};

    /// What is told of the follow-up of projects.
    const FOLLOW_UP: [&dyn Fact; 9] = [
        &UpdateFact::Posted,
        &QuestionFact::Asked,
        &QuestionFact::Answered(Side::Petr),
        &BlockerFact::Opened(Side::Petr),
        &BlockerFact::Resolved(Side::Petr),
        &BlockerFact::Reopened(Side::Petr),
        &FundingFact::Sought,
        &FundingFact::Granted,
        &FundingFact::Refused,
    ];

    #[test]
    fn every_fact_that_is_told_can_be_subscribed_to() {
        let date = Id::from_uuid(uuid::Uuid::nil());
        let events = [
            EventFact::Created,
            EventFact::Proposed,
            EventFact::Declined,
            EventFact::Edited { published: true },
            EventFact::Published,
            EventFact::Cancelled,
            EventFact::Postponed,
            EventFact::Archived,
            EventFact::Deleted,
            EventFact::OccurrenceCancelled(date),
            EventFact::OccurrencePostponed(date),
            EventFact::OccurrenceMoved(date),
        ];
        let organisations = [
            OrganisationFact::Created,
            OrganisationFact::Edited,
            OrganisationFact::Activated,
            OrganisationFact::Suspended,
            OrganisationFact::Merged,
            OrganisationFact::Absorbed,
        ];
        let events = events.iter().filter(|fact| fact.is_told()).map(Fact::name);
        let turned = ProjectTransition::WORDS
            .iter()
            .map(|(transition, _)| ProjectFact::Turned(*transition, Side::Petr));
        let projects: Vec<_> = turned
            .chain([ProjectFact::Edited, ProjectFact::Moved])
            .collect();
        let projects = projects
            .iter()
            .filter(|fact| fact.is_told())
            .map(Fact::name);
        let told = events
            .chain(organisations.iter().map(Fact::name))
            .chain(projects)
            .chain(FOLLOW_UP.iter().map(|fact| fact.name()));
        for name in told {
            assert_eq!(WebhookType::parse(name).map(WebhookType::word), Ok(name));
        }
    }

    #[test]
    fn the_words_are_those_of_serde() {
        for (kind, word) in WebhookType::WORDS {
            assert_eq!(serde_json::to_value(kind).unwrap(), *word);
        }
        assert!(WebhookType::parse(TEST).is_err());
    }
}
