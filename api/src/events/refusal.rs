//! The domain's refusals about events, as problems.

use domain::events::EventRefusal;
use domain::kernel::Vocabulary;

use crate::http::faults::rule_broken;
use crate::http::problem::wrong_state;
use crate::http::{Kind, Problem};

/// The problem that a refusal is.
pub(crate) fn refused(refusal: EventRefusal) -> Problem {
    match refusal {
        EventRefusal::WrongState { state, open } => {
            let open: Vec<_> = open.into_iter().map(Vocabulary::word).collect();
            wrong_state("L’événement", "The event", state.word(), &open)
        }
        EventRefusal::WrongOccurrenceState { state, open } => {
            let open: Vec<_> = open.into_iter().map(Vocabulary::word).collect();
            wrong_state("La date", "The date", state.word(), &open)
        }
        EventRefusal::NothingAhead => Problem::new(Kind::Conflict).with_detail(
            "Toutes les dates de l’événement sont passées : annulez celle qui n’a pas eu lieu \
             (POST /v1/occurrences/{id}/cancel), ou archivez l’événement.",
            "All dates of the event lie behind: cancel the one that did not take place \
             (POST /v1/occurrences/{id}/cancel), or archive the event.",
        ),
        EventRefusal::HasEnded => Problem::new(Kind::Conflict).with_detail(
            "Cette date est passée : elle ne peut plus être reportée, seulement annulée ou \
             déplacée.",
            "This date lies behind: it can't be postponed any more, only cancelled or moved.",
        ),
        EventRefusal::SeriesPublished => Problem::new(Kind::Conflict).with_detail(
            "Une série publiée ne se supprime pas : arrêtez-la par sa règle (PATCH avec un autre COUNT \
             ou UNTIL et une raison), ou annulez ses dates.",
            "A published series can't be deleted: end it by its rule (PATCH with another COUNT or \
             UNTIL and a reason), or cancel its dates.",
        ),
        EventRefusal::Broken(faults) => rule_broken(&faults),
    }
}
