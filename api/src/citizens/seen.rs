//! The citizen whom a request is about, as they were when whoever asks looked at them.

use domain::citizens::Citizen as Stored;
use domain::kernel::Id;
use persistence::citizens as stored;
use persistence::{Stop, Writing};

use super::wire::Citizen;
use crate::http::etag::IfMatch;
use crate::http::request::precondition;
use crate::http::{Kind, Problem};

/// The citizen of that id, locked. The version counts where one is named.
pub(crate) async fn load_as_seen(
    writing: &Writing,
    id: Id<Stored>,
    if_match: Option<&IfMatch>,
) -> Result<Stored, Stop<Problem>> {
    let citizen = stored::load(writing, id).await?.filter(Stored::is_known);
    let citizen = citizen.ok_or_else(|| Problem::new(Kind::NotFound))?;
    if if_match.is_some() {
        precondition(if_match, citizen.version, || Citizen::of(&citizen).1)?;
    }
    Ok(citizen)
}
