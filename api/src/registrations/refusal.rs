//! The domain's refusals about registrations, as problems.

use chrono::{DateTime, Utc};
use domain::kernel::{FaultCode, Faults, Vocabulary};
use domain::registrations::{Openness, RegistrationRefusal, RegistrationState};
use serde_json::json;

use crate::http::faults::rule_broken;
use crate::http::problem::wrong_state;
use crate::http::{Kind, Problem};

pub(super) fn refused(refusal: RegistrationRefusal) -> Problem {
    match refusal {
        RegistrationRefusal::NotOpen(openness) => not_open(openness),
        RegistrationRefusal::Full => Problem::new(Kind::Conflict).with_detail(
            "Il n’y a plus de place à cette date, et elle n’a pas de liste d’attente.",
            "There is no place left on this date, and it has no waitlist.",
        ),
        RegistrationRefusal::TooLarge(largest) => {
            rule_broken(&Faults::one("/party_size", FaultCode::PartyTooLarge(largest)))
        }
        RegistrationRefusal::MoreThanParty(party) => {
            rule_broken(&Faults::one("/present", FaultCode::PartyTooLarge(party)))
        }
        RegistrationRefusal::WrongState(state) => of_state(state),
        RegistrationRefusal::TooLate => Problem::new(Kind::Conflict).with_detail(
            "C’est trop tard : la place n’était gardée que pour un temps. Inscrivez-vous de nouveau.",
            "It is too late: the place was kept for a time only. Register again.",
        ),
        RegistrationRefusal::AlreadyRegistered(id) => Problem::new(Kind::Conflict)
            .with_detail(
                "Cette personne est déjà inscrite à cette date (existing) : modifiez ou annulez cette \
                 inscription-là.",
                "This person is registered for this date already (existing): change or cancel that one.",
            )
            .with_member("existing", json!({ "id": id })),
        RegistrationRefusal::NotBegun(from) => Problem::new(Kind::WrongState).with_detail(
            format!("Cela se note à partir du {} (UTC).", moment(from)),
            format!("This is noted from {} (UTC) on.", moment(from)),
        ),
    }
}

fn of_state(state: RegistrationState) -> Problem {
    wrong_state("L’inscription", "The registration", state.word(), &[])
}

fn not_open(openness: Openness) -> Problem {
    let problem = Problem::new(Kind::WrongState);
    match openness {
        Openness::NotYet(from) => problem.with_detail(
            format!("Les inscriptions ouvrent le {} (UTC).", moment(from)),
            format!("Registrations open at {} (UTC).", moment(from)),
        ),
        Openness::Closed(since) => problem.with_detail(
            format!(
                "Les inscriptions sont closes depuis le {} (UTC).",
                moment(since)
            ),
            format!("Registrations are closed since {} (UTC).", moment(since)),
        ),
        Openness::NotHeld | Openness::Open => problem.with_detail(
            "Cette date ne prend pas d’inscriptions : elle n’est pas publiée, ou n’a pas lieu.",
            "This date takes no registrations: it is not published, or does not take place.",
        ),
    }
}

fn moment(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y-%m-%d %H:%M")
}
