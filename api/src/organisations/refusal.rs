//! The domain's refusals about structures, as problems.

use domain::kernel::{FaultCode, Vocabulary};
use domain::organisations::{Double, OrganisationRefusal, Taken};
use serde_json::{Value, json};

use super::wire::url_of;
use crate::http::faults::taken;
use crate::http::{Kind, Problem};

/// The problem that a refusal is; `base` is where this service is.
pub(super) fn refused(refusal: OrganisationRefusal, base: &str) -> Problem {
    match refusal {
        OrganisationRefusal::Same(other) => same(&other, base),
        OrganisationRefusal::Near(candidates) => near(&candidates, base),
        OrganisationRefusal::AlreadySo(state) => {
            let open: Vec<_> = state.transitions().into_iter().map(|t| t.word()).collect();
            let (state, possible) = (state.word(), open.join(", "));
            Problem::new(Kind::WrongState)
                .with_detail(
                    format!("La structure est déjà dans l’état {state}. Possible à partir de là : {possible}."),
                    format!("The structure is in the state {state} already. Possible from there: {possible}."),
                )
                .with_member("state", json!(state))
                .with_member("allowed_transitions", json!(open))
        }
        OrganisationRefusal::Merged(into) => {
            let url = url_of(into, base);
            Problem::new(Kind::Conflict)
                .with_detail(
                    format!("Cette structure a été fusionnée avec une autre : adressez-vous à {url}."),
                    format!("This structure was merged into another one: go to {url}."),
                )
                .with_member("existing", json!({ "id": into, "url": url }))
        }
        OrganisationRefusal::Itself => Problem::new(Kind::Conflict).with_detail(
            "Une structure ne fusionne pas avec elle-même : donnez dans into l’identifiant de l’autre.",
            "A structure is not merged into itself: give the id of the other one in into.",
        ),
    }
}

fn same(other: &Taken, base: &str) -> Problem {
    let pointer = if other.why == Double::SameRna {
        "/rna"
    } else {
        "/siret"
    };
    let (name, url) = (&other.name, url_of(other.id, base));
    taken(pointer, FaultCode::NumberTaken)
        .with_detail(
            format!("Cette structure est déjà là, avec le même numéro : {name} ({url})."),
            format!("This structure is there already, with the same number: {name} ({url})."),
        )
        .with_member("existing", member(other, base))
}

fn near(candidates: &[Taken], base: &str) -> Problem {
    let names: Vec<_> = candidates.iter().map(|one| one.name.as_str()).collect();
    let names = names.join(" ; ");
    let all: Vec<_> = candidates.iter().map(|one| member(one, base)).collect();
    Problem::new(Kind::Conflict)
        .with_detail(
            format!(
                "Des structures portent presque le même nom : {names}. Si c’est l’une d’elles, servez-vous \
                 de celle-là ; sinon, renvoyez la demande avec leurs identifiants (candidates) dans \
                 confirm_distinct_from."
            ),
            format!(
                "Structures are called nearly the same: {names}. If it is one of them, use that one; if not, \
                 send the request again with their ids (candidates) in confirm_distinct_from."
            ),
        )
        .with_member("candidates", json!(all))
}

fn member(taken: &Taken, base: &str) -> Value {
    json!({ "id": taken.id, "name": taken.name, "url": url_of(taken.id, base) })
}
