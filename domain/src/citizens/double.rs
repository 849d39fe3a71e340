//! Who may be the same person: said with the reasons, and decided by people.

use serde::Serialize;

use super::Citizen;
use crate::kernel::text::fold;
use crate::kernel::{Telephone, Vocabulary};

/// Why two may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DoubleReason {
    /// The same e-mail address.
    SameEmail,
    /// The same telephone number.
    SameTelephone,
    /// The same name, whatever the accents, the case and the order of its words.
    SameName,
    /// They live in the same commune; no reason by itself.
    SameCommune,
}

impl Vocabulary for DoubleReason {
    const NAME: &'static str = "DoubleReason";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::SameEmail, "same_email"),
        (Self::SameTelephone, "same_telephone"),
        (Self::SameName, "same_name"),
        (Self::SameCommune, "same_commune"),
    ];
}

/// By what people are recognised, in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The address, in lower case.
    pub email: Option<String>,
    /// The last nine digits of the number: however the country is written.
    pub telephone: Option<String>,
    /// The words of the name, folded and in order.
    pub name: String,
}

impl Likeness {
    /// What somebody is recognised by.
    #[must_use]
    pub fn of(citizen: &Citizen) -> Self {
        let content = &citizen.content;
        let folded = fold(content.name.as_str());
        let mut words: Vec<&str> = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        words.sort_unstable();
        Self {
            email: content.email.as_ref().map(|email| email.key()),
            telephone: content.telephone.as_ref().map(Self::of_telephone),
            name: words.join(" "),
        }
    }

    /// The last nine digits of a number.
    #[must_use]
    pub fn of_telephone(number: &Telephone) -> String {
        let digits = number.as_str().chars().filter(char::is_ascii_digit);
        let digits: Vec<char> = digits.collect();
        digits[digits.len().saturating_sub(9)..].iter().collect()
    }
}

/// Why these two may be the same person, the strongest reason first; empty when nothing says so.
#[must_use]
pub fn doubles(one: &Citizen, other: &Citizen) -> Vec<DoubleReason> {
    let (a, b) = (Likeness::of(one), Likeness::of(other));
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let commune = |citizen: &Citizen| citizen.content.commune.map(|code| code.as_str().to_owned());
    let same_name = a.name == b.name;
    let same_commune = same(&commune(one), &commune(other));
    let reasons = [
        (DoubleReason::SameEmail, same(&a.email, &b.email)),
        (
            DoubleReason::SameTelephone,
            same(&a.telephone, &b.telephone),
        ),
        (DoubleReason::SameName, same_name),
        (DoubleReason::SameCommune, same_commune),
    ];
    let reasons: Vec<DoubleReason> = reasons
        .into_iter()
        .filter_map(|(reason, holds)| holds.then_some(reason))
        .collect();
    // Neighbours are not doubles.
    if reasons == [DoubleReason::SameCommune] {
        return Vec::new();
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::super::{CitizenContent, CitizenSource, enter};
    use super::*;
    use crate::kernel::testing::Counter;
    use crate::kernel::{EmailAddress, Id, InseeCode, Line, MailLanguage};

    fn citizen(name: &str, email: &str, telephone: &str, commune: &str) -> Citizen {
        let content = CitizenContent {
            name: Line::parse(name).unwrap(),
            email: EmailAddress::parse(email).ok(),
            telephone: Telephone::parse(telephone).ok(),
            commune: InseeCode::parse(commune).ok(),
            age_band: None,
            language: MailLanguage::Fr,
            interests: vec![],
        };
        let now = "2026-11-28T10:00:00Z".parse().unwrap();
        let pseudonym = Id::from_uuid(uuid::Uuid::from_u128(7));
        enter(
            content,
            CitizenSource::Staff,
            pseudonym,
            &mut Counter(0),
            now,
        )
        .into_after()
    }

    #[test]
    fn what_two_have_in_common_is_said_the_strongest_first() {
        use DoubleReason::{SameCommune, SameEmail, SameName, SameTelephone};
        let zoe = citizen("Zoé Lefèvre", "zoe@l.example", "06 01 02 03 04", "49007");
        for (other, reasons) in [
            (
                citizen("LEFEVRE Zoe", "ZOE@l.example", "", ""),
                vec![SameEmail, SameName],
            ),
            (
                citizen("Z. L.", "", "+33 6 01 02 03 04", "49007"),
                vec![SameTelephone, SameCommune],
            ),
            (
                citizen("zoé lefèvre", "", "", "49007"),
                vec![SameName, SameCommune],
            ),
            (citizen("Zoé Lefèvre", "", "", ""), vec![SameName]),
            (citizen("Ana Petit", "ana@p.example", "", "49007"), vec![]),
        ] {
            assert_eq!(
                doubles(&zoe, &other),
                reasons,
                "{}",
                other.content.name.as_str()
            );
            assert_eq!(doubles(&other, &zoe), reasons, "either way round");
        }
    }
}
