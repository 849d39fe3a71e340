//! Whose an address turned out to be: somebody whom we know by it, or somebody new.

use domain::citizens::{self, Citizen, Pseudonym};
use domain::kernel::Id;
use domain::registrations::{CancelledBecause, Registration, RegistrationDetails, cancel};
use persistence::citizens as people;
use persistence::registrations as stored;
use persistence::{Stop, Writing};

use super::refusal::refused;
use crate::http::{Kind, Problem};

/// What came of it.
pub(super) enum Matched {
    /// It is that person's, as it was or by now.
    Of(Id<Pseudonym>),
    /// They are registered for the date already: this one is cancelled.
    Twice(Id<Registration>),
    /// It is of somebody whose data are restricted: nothing is done.
    Restricted,
}

/// Whoever confirmed has the mailbox: the registration becomes that of the person who is known to have the
/// address, and who is new is known from then on. Nobody is matched by a name.
pub(super) async fn by_address(
    writing: &mut Writing,
    registration: Registration,
) -> Result<Matched, Stop<Problem>> {
    let Some(pseudonym) = registration.person else {
        return Err(Problem::new(Kind::NotFound).into());
    };
    let Some(citizen) = people::by_pseudonym(writing, pseudonym).await? else {
        return Err(Problem::new(Kind::NotFound).into());
    };
    if citizen.confirmed_at.is_some() {
        return Ok(Matched::Of(pseudonym));
    }
    let Some(known) = known_by_address(writing, &citizen).await? else {
        confirm(writing, citizen).await?;
        return Ok(Matched::Of(pseudonym));
    };
    let theirs = people::as_is_known_now(writing, known.clone()).await?;
    if theirs.may_be_used().is_err() {
        return Ok(Matched::Restricted);
    }
    let date = registration.occurrence;
    let own = Some(registration.id);
    if let Some(other) = stored::of_person(writing, date, known.pseudonym, own).await? {
        let because = CancelledBecause::AlreadyRegistered;
        let cancelled = cancel(registration, because, writing.now()).map_err(refused)?;
        if let Some(change) = cancelled {
            stored::save(writing, &change).await?;
        }
        return Ok(Matched::Twice(other.id));
    }
    let given = citizen.content.name.clone();
    let details = stored::details_of(writing, &registration).await?;
    let details = RegistrationDetails {
        name: (given != known.content.name).then_some(given),
        ..details
    };
    let theirs = known.pseudonym;
    stored::move_to(writing, &registration, theirs, &details).await?;
    if !citizen.is_known() {
        people::forget(writing, &citizen).await?;
    }
    confirm(writing, known).await?;
    Ok(Matched::Of(theirs))
}

/// Somebody else who is known by the address: who showed that it is theirs; or the one person, where there is only
/// one, whom the staff wrote down with it.
async fn known_by_address(
    writing: &Writing,
    citizen: &Citizen,
) -> Result<Option<Citizen>, Stop<Problem>> {
    let Some(email) = &citizen.content.email else {
        return Ok(None);
    };
    // As they were written down with it, though they turned out to be somebody else by now: they are written to
    // at this address, and it stays theirs if that was a mistake.
    Ok(match citizen.is_known() {
        true => people::confirmed_with(writing, email).await?,
        false => people::card_with(writing, email).await?,
    })
}

async fn confirm(writing: &mut Writing, citizen: Citizen) -> Result<(), Stop<Problem>> {
    if let Some(change) = citizens::confirm(citizen, writing.now()) {
        people::save(writing, &change).await?;
    }
    Ok(())
}
