//! The domain's refusals about frameworks, as problems.

use domain::frameworks::FrameworkRefusal;
use serde_json::json;

use crate::http::faults::rule_broken;
use crate::http::{Kind, Problem};

/// The problem that a refusal is.
pub(super) fn refused(refusal: FrameworkRefusal) -> Problem {
    let parts = match refusal {
        FrameworkRefusal::Broken(faults) => return rule_broken(&faults),
        FrameworkRefusal::InUse(parts) => parts,
    };
    let french = parts.iter().map(|one| {
        let (name, count) = (&one.name, one.projects);
        format!("« {name} » ({count} projet(s))")
    });
    let english = parts.iter().map(|one| {
        let (name, count) = (&one.name, one.projects);
        format!("“{name}” ({count} project(s))")
    });
    let (french, english) = (
        french.collect::<Vec<_>>().join(", "),
        english.collect::<Vec<_>>().join(", "),
    );
    let members = parts
        .iter()
        .map(|one| json!({ "id": one.id, "name": one.name, "projects": one.projects }));
    Problem::new(Kind::Conflict)
        .with_detail(
            format!(
                "Des projets portent ce qui serait retiré : {french}. Gardez-le, ou classez d’abord ces \
                 projets ailleurs."
            ),
            format!(
                "Projects name what would be removed: {english}. Keep it, or put these projects elsewhere \
                 first."
            ),
        )
        .with_member("in_use", members.collect())
}
