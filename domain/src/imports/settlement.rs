//! Which commune a record means by a city's name and the postal code in its address.

use crate::kernel::InseeCode;
use crate::kernel::text::fold;
use crate::territory::{Commune, Territory};

/// What a record says of the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct City<'a> {
    /// Its name, if the record has a field for it.
    pub name: Option<&'a str>,
    /// The address, which may hold a postal code, and the name behind it.
    pub address: Option<&'a str>,
}

/// What came of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// This commune.
    Commune(InseeCode),
    /// A city was named, which is no commune, or one of several.
    Unknown(String),
    /// No city was named.
    Unnamed,
}

/// The commune that is meant. Among namesakes the postal code decides, or at least its department;
/// without one, only a name that a single commune bears.
#[must_use]
pub fn find_commune(city: City<'_>) -> Found {
    let (postal_code, behind) = city.address.map_or((None, None), postal_code);
    let name = city
        .name
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .or(behind);
    let Some(name) = name else {
        return Found::Unnamed;
    };
    let wanted = plain_name(name);
    if wanted.is_empty() {
        return Found::Unnamed;
    }
    let namesakes: Vec<&Commune> = Territory::official().communes_called(&wanted).collect();
    match chosen(&namesakes, postal_code) {
        Some(commune) => Found::Commune(commune.code),
        None => Found::Unknown(name.to_owned()),
    }
}

fn chosen<'a>(namesakes: &[&'a Commune], postal_code: Option<&str>) -> Option<&'a Commune> {
    let Some(postal_code) = postal_code else {
        return only(namesakes.iter().copied());
    };
    let same_code = namesakes
        .iter()
        .filter(|c| c.postal_codes.contains(&postal_code));
    only(same_code.copied()).or_else(|| {
        // Special postal codes (CEDEX) are in no list, but begin as the department's do.
        let department = |commune: &&&Commune| {
            commune
                .postal_codes
                .iter()
                .any(|code| code[..2] == postal_code[..2])
        };
        only(namesakes.iter().filter(department).copied())
    })
}

fn only<'a>(mut communes: impl Iterator<Item = &'a Commune>) -> Option<&'a Commune> {
    let first = communes.next()?;
    communes.next().is_none().then_some(first)
}

/// The last five digits that stand alone, and what follows them up to a comma.
fn postal_code(address: &str) -> (Option<&str>, Option<&str>) {
    let mut found = (None, None);
    let mut from = 0;
    for word in address.split(|c: char| !c.is_alphanumeric()) {
        let until = from + word.len();
        if word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit()) {
            let behind = address[until..].split(',').next().map(str::trim);
            found = (Some(word), behind.filter(|behind| !behind.is_empty()));
        }
        let separator = address[until..].chars().next();
        from = until + separator.map_or(0, char::len_utf8);
    }
    found
}

/// A folded name without what is no part of it: `Paris 18e Arrondissement`, `Nancy CEDEX 2`.
fn plain_name(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<&str> = Vec::new();
    for word in folded.split(' ') {
        if word == "cedex" || word.starts_with(|c: char| c.is_ascii_digit()) {
            break;
        }
        words.push(match word {
            "st" => "saint",
            "ste" => "sainte",
            "sts" => "saints",
            "stes" => "saintes",
            other => other,
        });
    }
    words.join(" ")
}
