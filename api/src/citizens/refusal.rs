//! The domain's refusals about citizens, as problems.

use chrono::{DateTime, Utc};
use domain::citizens::CitizenRefusal;
use domain::kernel::{FaultCode, Faults};

use crate::http::faults::rule_broken;
use crate::http::{Kind, Problem};

pub(crate) fn refused(refusal: CitizenRefusal) -> Problem {
    match refusal {
        CitizenRefusal::ParentSpeaks => Problem::new(Kind::Conflict).with_detail(
            "Vous avez moins de 15 ans ici : un parent demande au PETR de le corriger.",
            "You are under 15 here: a parent asks the PETR to set that right.",
        ),
        CitizenRefusal::AddressConfirmed => Problem::new(Kind::Conflict).with_detail(
            "Cette personne a prouvé que cette adresse électronique est la sienne : elle seule la \
             change, en prouvant de même la nouvelle.",
            "This person showed that this e-mail address is theirs: they alone change it, by showing \
             the same of the other one.",
        ),
        CitizenRefusal::Merged => Problem::new(Kind::Conflict).with_detail(
            "Cette fiche a été fusionnée avec celle que nomme son champ merged_into : adressez-vous à \
             celle-là, ou défaites la fusion.",
            "This citizen was merged into the one whom the field merged_into names: go to that one, or take \
             the merge back.",
        ),
        CitizenRefusal::IntoMerged => Problem::new(Kind::Conflict).with_detail(
            "La fiche donnée dans into a elle-même été fusionnée avec une autre, que nomme son champ \
             merged_into : donnez celle-là.",
            "The citizen given in into was merged into another one, whom their field merged_into names: give \
             that one.",
        ),
        CitizenRefusal::NotMerged => Problem::new(Kind::Conflict).with_detail(
            "Cette fiche n’est fusionnée avec aucune autre.",
            "This citizen was not merged into another one.",
        ),
        CitizenRefusal::Itself => Problem::new(Kind::Conflict).with_detail(
            "Une fiche ne fusionne pas avec elle-même : donnez l’identifiant de l’autre.",
            "A citizen is not merged into themselves: give the id of the other one.",
        ),
        CitizenRefusal::Restricted => Problem::new(Kind::Conflict).with_detail(
            "Les données de cette personne sont limitées (RGPD, article 18) : elles sont conservées et ne servent \
             à rien de nouveau, ni inscription ni fusion, tant que l’équipe n’a pas levé la limitation.",
            "This person's data are restricted (GDPR, article 18): they are kept, and used for nothing new, \
             neither a registration nor a merge, until the staff lifts that.",
        ),
        CitizenRefusal::NotRestricted => Problem::new(Kind::Conflict).with_detail(
            "Les données de cette personne ne sont pas limitées.",
            "This person's data are not restricted.",
        ),
        CitizenRefusal::ObjectionPending => Problem::new(Kind::Conflict).with_detail(
            "Une opposition de cette personne attend sa réponse (/v1/objections) : répondez-y d’abord.",
            "An objection of this person waits for its answer (/v1/objections): answer it first.",
        ),
        CitizenRefusal::ToldLater => {
            rule_broken(&Faults::one("/told_on", FaultCode::InTheFuture))
        }
        CitizenRefusal::BothRegistered(starts_at) => {
            let date = moment(starts_at);
            Problem::new(Kind::Conflict).with_detail(
                format!(
                    "Les deux sont inscrits à la même date à venir, qui commence le {date} (UTC) : annulez \
                     d’abord l’une des deux inscriptions."
                ),
                format!(
                    "Both are registered for the same date ahead, which begins on {date} (UTC): cancel one of \
                     the two registrations first."
                ),
            )
        }
    }
}

fn moment(at: DateTime<Utc>) -> impl std::fmt::Display {
    at.format("%Y-%m-%d %H:%M")
}
