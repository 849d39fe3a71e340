//! The domain's refusals in the follow-up of projects, as problems.

use domain::follow_up::FollowUpRefusal;
use domain::follow_up::blockers::BlockerState;
use domain::kernel::Vocabulary;
use serde_json::json;

use crate::http::faults::rule_broken;
use crate::http::problem::wrong_state;
use crate::http::{Kind, Problem};

/// The problem that a refusal is.
pub(super) fn refused(refusal: FollowUpRefusal) -> Problem {
    match refusal {
        FollowUpRefusal::Project(state) => {
            let word = state.word();
            Problem::new(Kind::WrongState)
                .with_detail(
                    format!("Un projet dans l’état {word} n’en prend pas."),
                    format!("A project in the state {word} takes none of this."),
                )
                .with_member("state", json!(word))
        }
        FollowUpRefusal::Answered => Problem::new(Kind::WrongState)
            .with_detail(
                "Cette question a une réponse : elle reste comme elle a été répondue. Posez-en une \
                 autre, ou ajoutez une réponse.",
                "This question is answered: it stays as it was answered. Ask another one, or add an \
                 answer.",
            )
            .with_member("state", json!("answered")),
        FollowUpRefusal::Blocker(state) => {
            let open = match state {
                BlockerState::Open => "resolve",
                BlockerState::Resolved => "reopen",
            };
            wrong_state("Le blocage", "The blocker", state.word(), &[open])
        }
        FollowUpRefusal::PetrWroteIt => Problem::new(Kind::Conflict).with_detail(
            "C’est le PETR qui l’a écrit : lui seul le change.",
            "The PETR wrote this, and nobody else changes it.",
        ),
        FollowUpRefusal::TooMany(most) => Problem::new(Kind::Conflict).with_detail(
            format!("Il y en a au plus {most} : retirez-en, ou modifiez-en un."),
            format!("There are {most} of them at most: remove one, or change one."),
        ),
        FollowUpRefusal::Broken(faults) => rule_broken(&faults),
    }
}
