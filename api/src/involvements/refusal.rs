//! The domain's refusals about involvements, as problems.

use domain::involvements::{InvolvementRefusal, InvolvementRole};
use domain::kernel::{FaultCode, Faults, Vocabulary};
use serde_json::json;

use crate::http::faults::rule_broken;
use crate::http::problem::wrong_state;
use crate::http::{Kind, Problem};

pub(crate) fn refused(refusal: InvolvementRefusal) -> Problem {
    match refusal {
        InvolvementRefusal::Already(id) => Problem::new(Kind::Conflict)
            .with_detail(
                "Cette personne l’est déjà dans ce projet, ou l’a proposé (existing).",
                "This person is that in this project already, or has offered to be (existing).",
            )
            .with_member("existing", json!({ "id": id })),
        InvolvementRefusal::StaffRecords => broken("/role", FaultCode::PetrOnly),
        InvolvementRefusal::OwnWord => {
            let known = InvolvementRole::COUNTED.iter().map(|role| role.word());
            let known = known.collect();
            broken("/role", FaultCode::UnknownWord { known })
        }
        InvolvementRefusal::Project(state) => {
            let word = state.word();
            Problem::new(Kind::WrongState)
                .with_detail(
                    format!("On ne rejoint pas un projet dans l’état {word}."),
                    format!("Nobody joins a project in the state {word}."),
                )
                .with_member("state", json!(word))
        }
        InvolvementRefusal::InTheFuture => broken("/since", FaultCode::InTheFuture),
        InvolvementRefusal::WrongState { state, open } => {
            let open: Vec<_> = open.iter().map(|one| one.word()).collect();
            wrong_state("L’engagement", "The involvement", state.word(), &open)
        }
    }
}

fn broken(pointer: &str, code: FaultCode) -> Problem {
    rule_broken(&Faults::one(pointer, code))
}
