//! To whom an address leads. Nobody is matched by a name.

use super::{Citizen, CitizenSource, Pseudonym};
use crate::kernel::Id;

/// Of those who were written down with an address, the one to whom it leads: who showed that it is theirs; or whom
/// the staff wrote down with it, where that is one person. `person` says who somebody turned out to be. Whoever is
/// kept has it rather than those who turned out to be them.
pub fn led_to(cards: &[Citizen], person: impl Fn(&Citizen) -> Id<Pseudonym>) -> Option<&Citizen> {
    if let Some(confirmed) = cards.iter().find(|one| one.confirmed_at.is_some()) {
        return Some(confirmed);
    }
    let written_down = cards
        .iter()
        .filter(|one| one.source == CitizenSource::Staff);
    let first = written_down.clone().next()?;
    let is_one = written_down.clone().all(|one| person(one) == person(first));
    let kept = written_down.clone().find(|one| one.merged_into.is_none());
    is_one.then(|| kept.unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::citizens::{CitizenContent, enter};
    use crate::kernel::testing::Counter;
    use crate::kernel::{EmailAddress, Line, MailLanguage};

    fn card(number: u128, source: CitizenSource) -> Citizen {
        let content = CitizenContent {
            name: Line::parse("Zoé").unwrap(),
            email: Some(EmailAddress::parse("zoe@l.example").unwrap()),
            telephone: None,
            commune: None,
            age_band: None,
            language: MailLanguage::Fr,
            interests: vec![],
        };
        let pseudonym = Id::from_uuid(Uuid::from_u128(number));
        let mut ids = Counter(number);
        enter(content, source, pseudonym, &mut ids, DateTime::UNIX_EPOCH).into_after()
    }

    fn themselves(card: &Citizen) -> Id<Pseudonym> {
        card.pseudonym
    }

    #[test]
    fn an_address_leads_to_who_showed_it_then_to_the_only_one_written_down() {
        use CitizenSource::{Own, Staff};
        let (typed, one, other) = (card(1, Own), card(2, Staff), card(3, Staff));
        let led = |cards: &[Citizen]| led_to(cards, themselves).map(|one| one.pseudonym);
        assert_eq!(
            led(std::slice::from_ref(&typed)),
            None,
            "anybody may have typed it"
        );
        let both = [typed, one.clone()];
        assert_eq!(led(&both), Some(one.pseudonym));
        assert_eq!(led(&[one.clone(), other.clone()]), None, "either of two");
        let mut shown = other.clone();
        shown.confirmed_at = Some(DateTime::UNIX_EPOCH);
        assert_eq!(led(&[one.clone(), shown]), Some(other.pseudonym));

        let mut merged = one.clone();
        merged.merged_into = Some(other.pseudonym);
        let kept = |_: &Citizen| other.pseudonym;
        let cards = [merged, other.clone()];
        let led = led_to(&cards, kept).map(|one| one.pseudonym);
        assert_eq!(led, Some(other.pseudonym));
    }
}
