//! The domain's refusals about citizens, as problems.

use domain::citizens::CitizenRefusal;

use crate::http::{Kind, Problem};

pub(crate) fn refused(refusal: CitizenRefusal) -> Problem {
    match refusal {
        CitizenRefusal::AddressConfirmed => Problem::new(Kind::Conflict).with_detail(
            "Cette personne a prouvé que cette adresse électronique est la sienne : elle seule la \
             change, en prouvant de même la nouvelle.",
            "This person showed that this e-mail address is theirs: they alone change it, by showing \
             the same of the other one.",
        ),
    }
}
