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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{
        EmailAddress, InseeCode, Line, MailLanguage, Prose, Rna, Siret, Vocabulary,
    };
    use crate::organisations::{OrganisationKind, OrganisationTransition};

    struct Counter(u128);
    impl Ids for Counter {
        fn next(&mut self) -> uuid::Uuid {
            self.0 += 1;
            uuid::Uuid::from_u128(self.0)
        }
    }

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn content(name: &str) -> OrganisationContent {
        OrganisationContent {
            name: Line::parse(name).unwrap(),
            kind: OrganisationKind::Association,
            siret: None,
            rna: None,
            address: None,
            commune_code: Some(InseeCode::parse("54329").unwrap()),
            description: None,
            website: None,
            contact: None,
            other_contacts: vec![],
            language: MailLanguage::Fr,
        }
    }

    fn slug() -> Slug {
        Slug::of("jardins")
    }

    fn slug_of(content: &OrganisationContent) -> Slug {
        Slug::of(content.name.as_str())
    }

    fn made(number: u128, content: OrganisationContent) -> Organisation {
        let slug = slug_of(&content);
        create(content, slug, &[], &[], &mut Counter(number), NOW)
            .unwrap()
            .into_after()
    }

    fn try_create(
        content: OrganisationContent,
        others: &[Organisation],
        confirmed: &[Id<Organisation>],
    ) -> Result<Organisation, OrganisationRefusal> {
        let slug = slug_of(&content);
        create(content, slug, others, confirmed, &mut Counter(100), NOW).map(Change::into_after)
    }

    #[test]
    fn the_same_number_is_the_same_structure_whatever_is_confirmed() {
        let mut garden = content("Jardins");
        garden.rna = Some(Rna::parse("W543001234").unwrap());
        garden.siret = Some(Siret::parse("20006764300011").unwrap());
        let known = made(1, garden.clone());
        for (siret, rna, why) in [
            (garden.siret, None, Double::SameSiret),
            (None, garden.rna, Double::SameRna),
        ] {
            let other = OrganisationContent {
                siret,
                rna,
                ..content("Tout autre chose")
            };
            let refused = try_create(other, std::slice::from_ref(&known), &[known.id]);
            let Err(OrganisationRefusal::Same(taken)) = refused else {
                panic!("{refused:?}");
            };
            assert_eq!((taken.id, taken.why), (known.id, why));
        }
    }

    #[test]
    fn near_names_in_one_commune_are_confirmed_one_by_one_and_once() {
        let known = [
            made(1, content("Jardins partagés de Lunéville")),
            made(2, content("Les jardins partagés de Lunéville")),
        ];
        let wanted = content("Jardin partagé de Lunéville");
        let refused = try_create(wanted.clone(), &known, &[known[0].id]);
        let Err(OrganisationRefusal::Near(near)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(
            near.iter().map(|one| one.id).collect::<Vec<_>>(),
            [known[1].id]
        );
        let new = try_create(wanted, &known, &[known[0].id, known[1].id]).unwrap();
        assert_eq!(new.distinct_from, [known[0].id, known[1].id]);
        // What was confirmed is not asked again, not even when the name is mended.
        let mended = content("Jardin partagé de Luneville");
        let edited = edit(new, mended.clone(), slug(), &known, &[], NOW)
            .unwrap()
            .unwrap();
        assert_eq!(edited.after().content, mended);
        // Nor from the other side.
        let new = edited.into_after();
        let others = [known[1].clone(), new];
        let mended = content("Les jardins partagés de Luneville");
        let [first, _] = known;
        let refused = edit(first.clone(), mended.clone(), slug(), &others, &[], NOW);
        let Err(OrganisationRefusal::Near(near)) = refused else {
            panic!("{refused:?}");
        };
        let near: Vec<_> = near.iter().map(|one| one.id).collect();
        assert_eq!(near, [others[0].id]);
        let edited = edit(first, mended.clone(), slug(), &others[1..], &[], NOW).unwrap();
        assert_eq!(edited.unwrap().after().content, mended);
    }

    #[test]
    fn another_commune_or_what_was_merged_is_no_double() {
        let mut elsewhere = content("Jardins partagés");
        elsewhere.commune_code = Some(InseeCode::parse("54041").unwrap());
        let mut merged = made(2, content("Jardins partagés"));
        merged.merged_into = Some(Id::from_uuid(uuid::Uuid::from_u128(9)));
        let others = [made(1, elsewhere), merged];
        assert!(try_create(content("Jardins partagés"), &others, &[]).is_ok());
    }

    #[test]
    fn an_edit_that_leaves_the_identity_asks_nothing() {
        let known = made(1, content("Jardins partagés"));
        let near = made(2, content("Jardins partagés"));
        let described = OrganisationContent {
            kind: OrganisationKind::Company,
            ..near.content.clone()
        };
        let edited = edit(
            near.clone(),
            described,
            near.slug.clone(),
            std::slice::from_ref(&known),
            &[],
            NOW,
        );
        assert!(edited.unwrap().is_some());
        let same = edit(
            near.clone(),
            near.content.clone(),
            near.slug.clone(),
            &[known],
            &[],
            NOW,
        );
        assert_eq!(same, Ok(None));
    }

    #[test]
    fn it_is_made_a_partner_and_shut_out() {
        let new = made(1, content("Jardins"));
        assert!(!new.is_public());
        let why = |text: &str| Reason::from(Prose::parse(text).unwrap());
        let active = activate(new, Reason::default(), NOW).unwrap().into_after();
        assert!(active.is_public() && active.was_public);
        assert_eq!(
            activate(active.clone(), Reason::default(), NOW),
            Err(OrganisationRefusal::AlreadySo(OrganisationState::Active))
        );
        let out = suspend(active, why("Dissoute."), NOW).unwrap().into_after();
        assert_eq!(out.reason, why("Dissoute."));
        assert_eq!(
            (out.is_public(), out.was_public, out.version),
            (false, true, 3)
        );
    }

    #[test]
    fn what_is_said_to_be_possible_is_possible_and_nothing_else() {
        for (state, _) in OrganisationState::WORDS {
            let one = Organisation {
                state: *state,
                ..made(1, content("Jardins"))
            };
            let other = made(2, content("Vergers"));
            for (transition, word) in OrganisationTransition::WORDS {
                let is_possible = match transition {
                    OrganisationTransition::Activate => {
                        activate(one.clone(), Reason::default(), NOW).is_ok()
                    }
                    OrganisationTransition::Suspend => {
                        suspend(one.clone(), Reason::default(), NOW).is_ok()
                    }
                    OrganisationTransition::Merge => {
                        merge(one.clone(), other.clone(), &[], NOW).is_ok()
                    }
                };
                let said = state.transitions().contains(transition);
                assert_eq!(is_possible, said, "{state:?} {word}");
            }
        }
    }

    #[test]
    fn the_one_that_stays_gains_what_only_the_other_said() {
        let mut one = content("Jardins");
        one.rna = Some(Rna::parse("W543001234").unwrap());
        one.address = Some(Line::parse("1 rue Basse").unwrap());
        let mut two = content("Les jardins");
        two.address = Some(Line::parse("2 rue Haute").unwrap());
        let (one, mut two) = (made(1, one), made(2, two));
        two.distinct_from = vec![one.id];
        let three = Id::from_uuid(uuid::Uuid::from_u128(33));
        let (gone, kept) = merge(one.clone(), two.clone(), &[three, one.id], NOW).unwrap();
        assert_eq!(gone.after().merged_into, Some(two.id));
        assert_eq!(kept.after().content.rna, one.content.rna);
        assert_eq!(kept.after().content.address, two.content.address);
        assert_eq!(kept.after().distinct_from, [three]);
        assert_eq!(kept.after().slug, two.slug);
        let again = merge(gone.into_after(), kept.into_after(), &[], NOW);
        assert_eq!(again, Err(OrganisationRefusal::Merged(two.id)));
        assert_eq!(
            merge(one.clone(), one, &[], NOW),
            Err(OrganisationRefusal::Itself)
        );
    }

    #[test]
    fn whoever_was_to_be_asked_at_either_is_asked_at_the_one_that_stays() {
        let desk = |email: &str| Contact {
            role: None,
            email: Some(EmailAddress::parse(email).unwrap()),
            telephone: None,
        };
        let with = |name: &str, first: Option<&str>, others: &[&str]| OrganisationContent {
            contact: first.map(desk),
            other_contacts: others.iter().map(|email| desk(email)).collect(),
            ..content(name)
        };
        let (one, two, both) = ("un@a.example", "deux@a.example", "tous@a.example");
        let merged = |old: OrganisationContent, kept: OrganisationContent| {
            let (_, kept) = merge(made(1, old), made(2, kept), &[], NOW).unwrap();
            kept.into_after().content
        };
        let kept = merged(with("A", Some(one), &[both]), with("B", Some(two), &[both]));
        assert_eq!(kept.contact, Some(desk(two)));
        assert_eq!(kept.other_contacts, [desk(both), desk(one)]);
        let kept = merged(with("A", Some(one), &[both]), with("B", None, &[]));
        assert_eq!(kept.contact, Some(desk(one)));
        assert_eq!(kept.other_contacts, [desk(both)]);
    }

    #[test]
    fn another_slug_is_a_change() {
        let one = made(1, content("Jardins"));
        let (same, slug) = (one.content.clone(), Slug::of("vergers"));
        let edited = edit(one, same, slug.clone(), &[], &[], NOW).unwrap();
        assert_eq!(edited.unwrap().after().slug, slug);
    }
}
