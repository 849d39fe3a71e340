//! The closed lists of words that projects are described with.

use serde::{Deserialize, Serialize};

use crate::kernel::Vocabulary;

/// What a project is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Energy, saved or made.
    Energy,
    /// Getting about.
    Mobility,
    /// Food and farming.
    FoodAgriculture,
    /// Reuse, repair, waste.
    CircularEconomy,
    /// Housing.
    Housing,
    /// Plants, animals, soils.
    Biodiversity,
    /// Water.
    Water,
    /// Outreach (*sensibilisation*).
    Awareness,
    /// Solidarity.
    Solidarity,
    /// Anything else.
    Other,
}

impl Vocabulary for Theme {
    const NAME: &'static str = "ProjectTheme";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Energy, "energy"),
        (Self::Mobility, "mobility"),
        (Self::FoodAgriculture, "food_agriculture"),
        (Self::CircularEconomy, "circular_economy"),
        (Self::Housing, "housing"),
        (Self::Biodiversity, "biodiversity"),
        (Self::Water, "water"),
        (Self::Awareness, "awareness"),
        (Self::Solidarity, "solidarity"),
        (Self::Other, "other"),
    ];
}

/// How far a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectState {
    /// In the making, at its holder's.
    Draft,
    /// Waits for the PETR's answer.
    Submitted,
    /// Back at its holder's: the PETR asks for more.
    InformationRequested,
    /// The PETR supports it.
    Accepted,
    /// The PETR doesn't, and says why.
    Declined,
    /// Under way.
    InProgress,
    /// Stands still for now.
    OnHold,
    /// Done.
    Completed,
    /// Given up.
    Abandoned,
}

impl Vocabulary for ProjectState {
    const NAME: &'static str = "ProjectState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Draft, "draft"),
        (Self::Submitted, "submitted"),
        (Self::InformationRequested, "information_requested"),
        (Self::Accepted, "accepted"),
        (Self::Declined, "declined"),
        (Self::InProgress, "in_progress"),
        (Self::OnHold, "on_hold"),
        (Self::Completed, "completed"),
        (Self::Abandoned, "abandoned"),
    ];
}

/// What can be done with a project by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectTransition {
    /// Hand it in.
    Submit,
    /// Ask its holder for more.
    RequestInformation,
    /// Support it.
    Accept,
    /// Don't.
    Decline,
    /// It begins.
    Start,
    /// It stands still for now.
    Hold,
    /// It goes on.
    Resume,
    /// It is done.
    Complete,
    /// It is given up.
    Abandon,
    /// Removed, never having been handed in.
    Delete,
}

impl Vocabulary for ProjectTransition {
    const NAME: &'static str = "ProjectTransition";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Submit, "submit"),
        (Self::RequestInformation, "request_information"),
        (Self::Accept, "accept"),
        (Self::Decline, "decline"),
        (Self::Start, "start"),
        (Self::Hold, "hold"),
        (Self::Resume, "resume"),
        (Self::Complete, "complete"),
        (Self::Abandon, "abandon"),
        (Self::Delete, "delete"),
    ];
}

/// How far a step of a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// To come.
    Planned,
    /// Under way.
    InProgress,
    /// Done.
    Done,
    /// Left out.
    Dropped,
}

impl Vocabulary for StepState {
    const NAME: &'static str = "StepState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Planned, "planned"),
        (Self::InProgress, "in_progress"),
        (Self::Done, "done"),
        (Self::Dropped, "dropped"),
    ];
}

/// Whether everybody sees a project once it was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectVisibility {
    /// Everybody does.
    Public,
    /// Its holder and the staff do.
    Hidden,
}

impl Vocabulary for ProjectVisibility {
    const NAME: &'static str = "ProjectVisibility";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Public, "public"), (Self::Hidden, "hidden")];
}

/// On which side of a project somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Whoever carries it.
    Holder,
    /// The PETR.
    Petr,
}

impl Vocabulary for Side {
    const NAME: &'static str = "ProjectSide";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Holder, "holder"), (Self::Petr, "petr")];
}

/// What an entry of a project's timeline tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineKind {
    /// It was begun.
    Created,
    /// It was handed in.
    Submitted,
    /// Its holder was asked for more.
    InformationRequested,
    /// The PETR supports it.
    Accepted,
    /// The PETR doesn't.
    Declined,
    /// It began.
    Started,
    /// It stands still.
    Held,
    /// It goes on.
    Resumed,
    /// It is done.
    Completed,
    /// It was given up.
    Abandoned,
    /// Somebody told how it goes.
    UpdatePosted,
    /// Somebody asked something about it.
    QuestionAsked,
    /// Somebody answered a question.
    QuestionAnswered,
    /// Something stands in its way.
    BlockerOpened,
    /// That is out of its way.
    BlockerResolved,
    /// It is in its way again.
    BlockerReopened,
}

impl Vocabulary for TimelineKind {
    const NAME: &'static str = "TimelineKind";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Created, "created"),
        (Self::Submitted, "submitted"),
        (Self::InformationRequested, "information_requested"),
        (Self::Accepted, "accepted"),
        (Self::Declined, "declined"),
        (Self::Started, "started"),
        (Self::Held, "held"),
        (Self::Resumed, "resumed"),
        (Self::Completed, "completed"),
        (Self::Abandoned, "abandoned"),
        (Self::UpdatePosted, "update_posted"),
        (Self::QuestionAsked, "question_asked"),
        (Self::QuestionAnswered, "question_answered"),
        (Self::BlockerOpened, "blocker_opened"),
        (Self::BlockerResolved, "blocker_resolved"),
        (Self::BlockerReopened, "blocker_reopened"),
    ];
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn speaks_as_serde<V: Vocabulary + Serialize + Debug>() {
        for (value, word) in V::WORDS {
            assert_eq!(serde_json::to_value(value).unwrap(), *word);
            assert_eq!(V::parse(word), Ok(*value));
        }
    }

    #[test]
    fn one_word_for_one_thing() {
        speaks_as_serde::<Theme>();
        speaks_as_serde::<ProjectState>();
        speaks_as_serde::<ProjectTransition>();
        speaks_as_serde::<StepState>();
        speaks_as_serde::<ProjectVisibility>();
        speaks_as_serde::<Side>();
        speaks_as_serde::<TimelineKind>();
    }
}
