//! The domain's refusals about credentials, as problems.

use domain::clients::ClientRefusal;
use domain::kernel::{FaultCode, Faults, Vocabulary};
use serde_json::json;

use crate::http::faults::rule_broken;
use crate::http::{Kind, Problem};

/// The problem that a refusal is.
pub(super) fn refused(refusal: ClientRefusal) -> Problem {
    match refusal {
        ClientRefusal::Suspended => Problem::new(Kind::WrongState)
            .with_detail(
                "Cette structure est suspendue : réactivez-la d’abord.",
                "This structure is suspended: activate it first.",
            )
            .with_member("state", json!("suspended")),
        ClientRefusal::Merged(into) => Problem::new(Kind::Conflict).with_detail(
            format!("Cette structure a été fusionnée avec une autre : adressez-vous à {into}."),
            format!("This structure was merged into another one: go to {into}."),
        ),
        ClientRefusal::ExpiresInThePast => {
            rule_broken(&Faults::one("/expires_at", FaultCode::InThePast))
        }
        ClientRefusal::OverlapTooLong => rule_broken(&Faults::one(
            "/overlap_hours",
            FaultCode::OutOfRange {
                min: "0",
                max: "720",
            },
        )),
        ClientRefusal::Ended(state) => {
            let word = state.word();
            Problem::new(Kind::WrongState)
                .with_detail(
                    format!("Ces identifiants ne comptent plus ({word}) : émettez-en d’autres."),
                    format!("These credentials count no more ({word}): issue others."),
                )
                .with_member("state", json!(word))
        }
    }
}
