//! The domain's refusals about projects, as problems.

use domain::kernel::Vocabulary;
use domain::projects::{ProjectRefusal, ProjectState, ProjectTransition};
use serde_json::json;

use crate::http::faults::rule_broken;
use crate::http::problem::wrong_state;
use crate::http::{Kind, Problem};

/// The problem that a refusal is.
pub(crate) fn refused(refusal: ProjectRefusal) -> Problem {
    match refusal {
        ProjectRefusal::WrongState { state, open } => {
            wrong_state("Le projet", "The project", state.word(), &words(&open))
        }
        ProjectRefusal::Closed { state, open } => closed(state, &open),
        ProjectRefusal::Broken(faults) => rule_broken(&faults),
    }
}

fn words(open: &[ProjectTransition]) -> Vec<&'static str> {
    open.iter().map(|one| one.word()).collect()
}

fn closed(state: ProjectState, open: &[ProjectTransition]) -> Problem {
    let word = state.word();
    let (french, english) = match state {
        ProjectState::Submitted => (
            "Il attend la réponse du PETR : il se modifie de nouveau quand le PETR demande un complément \
             (request-information) ; abandon le retire.",
            "It waits for the PETR's answer: it can be changed again when the PETR asks for more \
             (request-information); abandon withdraws it.",
        ),
        _ => (
            "Rien ne l’ouvre plus aux modifications.",
            "Nothing opens it to changes any more.",
        ),
    };
    let open = words(open);
    Problem::new(Kind::WrongState)
        .with_detail(
            format!("Dans l’état {word}, le projet ne se modifie pas. {french}"),
            format!("In the state {word} the project can't be changed. {english}"),
        )
        .with_member("state", json!(word))
        .with_member("allowed_transitions", json!(open))
}
