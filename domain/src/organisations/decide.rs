//! What may be done with a structure: made, changed, made a partner, shut out, found to be another.

use chrono::{DateTime, Utc};

use super::double::Double;
use super::{
    MAX_OTHER_CONTACTS, Organisation, OrganisationContent, OrganisationFact, OrganisationState,
};
use crate::kernel::{Change, Contact, Id, Ids, Reason, Slug};

type Changed = Change<Organisation, OrganisationFact>;

/// Why a structure is not made or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OrganisationRefusal {
    /// It is there already, with the same number.
    #[error("the same structure is there already")]
    Same(Taken),
    /// Others are called nearly the same, and nobody said that they are others.
    #[error("structures of nearly the same name are there already")]
    Near(Vec<Taken>),
    /// Its state already is what is asked for.
    #[error("the structure is already in that state")]
    AlreadySo(OrganisationState),
    /// It turned out to be another one, and is changed no more.
    #[error("the structure was merged into another one")]
    Merged(Id<Organisation>),
    /// Nothing is merged into itself.
    #[error("a structure is not merged into itself")]
    Itself,
}

/// One that is there already.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Which one.
    pub id: Id<Organisation>,
    /// What it is called.
    pub name: String,
    /// Why it may be the same.
    pub why: Double,
}

/// Makes a structure. `others` are those that may be the same; `confirmed`, those of them that whoever
/// asks knows to be others.
///
/// # Errors
/// It is there already, or may be.
pub fn create(
    content: OrganisationContent,
    slug: Slug,
    others: &[Organisation],
    confirmed: &[Id<Organisation>],
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, OrganisationRefusal> {
    let distinct_from = distinct(None, &content, others, confirmed)?;
    let organisation = Organisation {
        id: Id::new(ids),
        slug,
        content,
        state: OrganisationState::Pending,
        reason: Reason::default(),
        distinct_from,
        merged_into: None,
        was_public: false,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, organisation, OrganisationFact::Created))
}

/// Changes what is known of a structure; `None` when nothing would change.
///
/// # Errors
/// It would be what another one is, or may be; it was merged.
pub fn edit(
    organisation: Organisation,
    content: OrganisationContent,
    slug: Slug,
    others: &[Organisation],
    confirmed: &[Id<Organisation>],
    now: DateTime<Utc>,
) -> Result<Option<Changed>, OrganisationRefusal> {
    stands(&organisation)?;
    let known = &organisation.distinct_from;
    let distinct_from = if organisation.content.identity() == content.identity() {
        known.clone()
    } else {
        distinct(Some(&organisation), &content, others, confirmed)?
    };
    let is_same = content == organisation.content && slug == organisation.slug;
    if is_same && distinct_from == *known {
        return Ok(None);
    }
    let after = Organisation {
        content,
        slug,
        distinct_from,
        ..next(&organisation, now)
    };
    Ok(Some(Change::new(
        Some(organisation),
        after,
        OrganisationFact::Edited,
    )))
}

/// Makes a structure a partner, or one again.
///
/// # Errors
/// It is one; it was merged.
pub fn activate(
    organisation: Organisation,
    reason: Reason,
    now: DateTime<Utc>,
) -> Result<Changed, OrganisationRefusal> {
    turn(
        organisation,
        OrganisationState::Active,
        reason,
        OrganisationFact::Activated,
        now,
    )
}

/// Shuts a structure out.
///
/// # Errors
/// It is out; it was merged.
pub fn suspend(
    organisation: Organisation,
    reason: Reason,
    now: DateTime<Utc>,
) -> Result<Changed, OrganisationRefusal> {
    turn(
        organisation,
        OrganisationState::Suspended,
        reason,
        OrganisationFact::Suspended,
        now,
    )
}

/// Finds that a structure is another one, which keeps what it has and gains what only this one says; those that
/// are known to be `distinct` from this one are so from the other. Returns the change of this one and that of
/// the other.
///
/// # Errors
/// They are one already, or one of them was merged before.
pub fn merge(
    organisation: Organisation,
    into: Organisation,
    distinct: &[Id<Organisation>],
    now: DateTime<Utc>,
) -> Result<(Changed, Changed), OrganisationRefusal> {
    if organisation.id == into.id {
        return Err(OrganisationRefusal::Itself);
    }
    stands(&organisation)?;
    stands(&into)?;
    let (old, kept) = (&organisation.content, &into.content);
    let content = OrganisationContent {
        siret: kept.siret.or(old.siret),
        rna: kept.rna.or(old.rna),
        address: kept.address.clone().or_else(|| old.address.clone()),
        commune_code: kept.commune_code.or(old.commune_code),
        description: kept.description.clone().or_else(|| old.description.clone()),
        website: kept.website.clone().or_else(|| old.website.clone()),
        contact: kept.contact.clone().or_else(|| old.contact.clone()),
        other_contacts: contacts_of_both(old, kept),
        ..kept.clone()
    };
    let mut distinct_from = into.distinct_from.clone();
    distinct_from.extend(&organisation.distinct_from);
    distinct_from.extend(distinct);
    distinct_from.retain(|id| *id != into.id && *id != organisation.id);
    distinct_from.sort();
    distinct_from.dedup();
    let survivor = Organisation {
        content,
        distinct_from,
        ..next(&into, now)
    };
    let gone = Organisation {
        merged_into: Some(into.id),
        ..next(&organisation, now)
    };
    Ok((
        Change::new(Some(organisation), gone, OrganisationFact::Merged),
        Change::new(Some(into), survivor, OrganisationFact::Absorbed),
    ))
}

/// Whom to ask when two turn out to be one: whoever was to be asked at either of them.
fn contacts_of_both(old: &OrganisationContent, kept: &OrganisationContent) -> Vec<Contact> {
    let first = kept.contact.as_ref();
    let mut contacts = kept.other_contacts.clone();
    let further = old.contact.iter().filter(|_| first.is_some());
    for contact in further.chain(&old.other_contacts) {
        let is_known = Some(contact) == first || contacts.contains(contact);
        if !is_known && contacts.len() < MAX_OTHER_CONTACTS {
            contacts.push(contact.clone());
        }
    }
    contacts
}

fn turn(
    organisation: Organisation,
    state: OrganisationState,
    reason: Reason,
    fact: OrganisationFact,
    now: DateTime<Utc>,
) -> Result<Changed, OrganisationRefusal> {
    stands(&organisation)?;
    if organisation.state == state {
        return Err(OrganisationRefusal::AlreadySo(state));
    }
    let after = Organisation {
        state,
        reason,
        was_public: organisation.was_public || state == OrganisationState::Active,
        ..next(&organisation, now)
    };
    Ok(Change::new(Some(organisation), after, fact))
}

fn stands(organisation: &Organisation) -> Result<(), OrganisationRefusal> {
    match organisation.merged_into {
        Some(into) => Err(OrganisationRefusal::Merged(into)),
        None => Ok(()),
    }
}

/// Those that resemble it and are known to be others: what was known, and what is confirmed now. It is
/// known of both when it was confirmed for one.
fn distinct(
    own: Option<&Organisation>,
    content: &OrganisationContent,
    others: &[Organisation],
    confirmed: &[Id<Organisation>],
) -> Result<Vec<Id<Organisation>>, OrganisationRefusal> {
    let known = own.map_or(&[][..], |own| &own.distinct_from);
    let is_known = |other: &Organisation| {
        known.contains(&other.id) || own.is_some_and(|own| other.distinct_from.contains(&own.id))
    };
    let is_other = |other: &&Organisation| {
        other.merged_into.is_none() && own.is_none_or(|own| own.id != other.id)
    };
    let mut near = Vec::new();
    let mut distinct = known.to_vec();
    for other in others.iter().filter(is_other) {
        let Some(why) = content.double_of(&other.content) else {
            continue;
        };
        let taken = Taken {
            id: other.id,
            name: other.content.name.to_string(),
            why,
        };
        match why {
            Double::SameSiret | Double::SameRna => return Err(OrganisationRefusal::Same(taken)),
            Double::NearName if is_known(other) => {}
            Double::NearName if confirmed.contains(&other.id) => distinct.push(other.id),
            Double::NearName => near.push(taken),
        }
    }
    if near.is_empty() {
        Ok(distinct)
    } else {
        Err(OrganisationRefusal::Near(near))
    }
}

fn next(organisation: &Organisation, now: DateTime<Utc>) -> Organisation {
    Organisation {
        version: organisation.version + 1,
        updated_at: now.max(organisation.updated_at),
        ..organisation.clone()
    }
}
