//! What may be done with a structure, tried.

use chrono::{DateTime, Utc};

use super::*;
use crate::kernel::testing::Counter;
use crate::kernel::{
    Change, Contact, EmailAddress, Id, InseeCode, Line, MailLanguage, Prose, Reason, Rna, Siret,
    Slug, Vocabulary,
};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// An association of Lunéville.
pub(crate) fn content(name: &str) -> OrganisationContent {
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
