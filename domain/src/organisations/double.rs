//! Whether two structures may be one. The same number says that they are; names that are nearly the
//! same, in one commune, say that somebody should look.

use std::collections::BTreeSet;

use super::OrganisationContent;
use crate::kernel::text;

/// Names that resemble each other more than this are nearly the same.
pub const NEAR: f64 = 0.8;

/// Why one may be another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Double {
    /// They have one SIRET.
    SameSiret,
    /// They have one RNA number.
    SameRna,
    /// They sit in one commune, or it isn't known where, and are called nearly the same.
    NearName,
}

impl OrganisationContent {
    /// Whether this may be the other one, and why.
    #[must_use]
    pub fn double_of(&self, other: &Self) -> Option<Double> {
        if self.siret.is_some() && self.siret == other.siret {
            return Some(Double::SameSiret);
        }
        if self.rna.is_some() && self.rna == other.rna {
            return Some(Double::SameRna);
        }
        let is_apart = match (self.commune_code, other.commune_code) {
            (Some(one), Some(two)) => one != two,
            _ => false,
        };
        let is_near = || resemblance(self.name.as_str(), other.name.as_str()) > NEAR;
        (!is_apart && is_near()).then_some(Double::NearName)
    }
}

/// What says of which kind a structure is and not which it is, and words of no meaning.
const COMMON: [&str; 27] = [
    "a",
    "asbl",
    "asso",
    "association",
    "au",
    "aux",
    "collectif",
    "comite",
    "commune",
    "d",
    "de",
    "des",
    "du",
    "en",
    "et",
    "foyer",
    "groupe",
    "l",
    "la",
    "le",
    "les",
    "mairie",
    "sarl",
    "sas",
    "societe",
    "sur",
    "ville",
];

/// How much two names resemble each other: 1 when they are the same but for accents, case, articles
/// and the words for what kind of structure it is; 0 when they share nothing. Pairs of letters that
/// both have, of all they have (Dice's coefficient), word by word, so that the order doesn't matter.
#[must_use]
pub fn resemblance(one: &str, other: &str) -> f64 {
    let (one, other) = (pairs(one), pairs(other));
    if one.is_empty() && other.is_empty() {
        return 1.0;
    }
    let shared = one.intersection(&other).count() as f64;
    2.0 * shared / (one.len() + other.len()) as f64
}

/// The pairs of letters of a name's own words, the borders of words among them; those of a kind that
/// come twice are told apart.
fn pairs(name: &str) -> BTreeSet<(char, char, usize)> {
    let folded = text::fold(name);
    let all: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let own: Vec<&str> = all
        .iter()
        .copied()
        .filter(|word| !COMMON.contains(word))
        .collect();
    // "La Commune" is called what others only are.
    let words = if own.is_empty() { all } else { own };
    let mut pairs = BTreeSet::new();
    for word in words {
        let letters: Vec<char> = std::iter::once(' ')
            .chain(word.chars())
            .chain([' '])
            .collect();
        for pair in letters.windows(2) {
            let mut number = 0;
            while !pairs.insert((pair[0], pair[1], number)) {
                number += 1;
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_one_structure_resemble_each_other() {
        for (one, other) in [
            ("Les Jardins de Lunéville", "les jardins de luneville"),
            (
                "Association Les Jardins de Lunéville",
                "Jardins de Lunéville",
            ),
            (
                "Jardins partagés de Lunéville",
                "Lunéville jardins partagés",
            ),
            ("Répar'Acteurs", "Repar acteurs"),
            ("Commune de Baccarat", "Mairie de Baccarat"),
            ("Ateliers du vélo", "Atelier du vélo"),
        ] {
            let near = resemblance(one, other);
            assert!(near > NEAR, "{one} / {other}: {near}");
        }
    }

    #[test]
    fn names_of_different_structures_do_not() {
        for (one, other) in [
            ("Jardins partagés de Lunéville", "Les Amis de la Mortagne"),
            ("Commune de Baccarat", "Commune de Badonviller"),
            ("École Jules-Ferry", "École Jean-Moulin"),
            ("Foyer rural de Blâmont", "Foyer rural de Cirey"),
        ] {
            let near = resemblance(one, other);
            assert!(near <= NEAR, "{one} / {other}: {near}");
        }
    }

    proptest! {
        #[test]
        fn resemblance_is_a_measure(one in "\\PC{0,40}", other in "\\PC{0,40}") {
            let near = resemblance(&one, &other);
            prop_assert!((0.0..=1.0).contains(&near));
            prop_assert_eq!(near, resemblance(&other, &one));
            prop_assert_eq!(resemblance(&one, &one), 1.0);
        }
    }
}
