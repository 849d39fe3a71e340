//! What a mail carries to prove that whoever has it reads the mails of that address: a link and a short code.
//! Neither is stored: both are reckoned from the id of what the mail is about under a key of this service, when
//! the mail is written and when they come back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::accounts::Challenge;
use domain::involvements::Involvement;
use domain::kernel::{EmailAddress, Id};
use domain::registrations::Registration;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// How many times a code may be tried.
pub(super) const MOST_TRIES: u64 = 5;

/// So many bytes of the digest stand in a link.
const PROVING: usize = 16;

/// What a mail may be about that carries them. A link or a code of one kind opens nothing of another.
pub(crate) trait Proved {
    /// What its links are reckoned for.
    const LINK: &'static str;
    /// What its codes are reckoned for.
    const CODE: &'static str;
}

impl Proved for Registration {
    const LINK: &'static str = "link";
    const CODE: &'static str = "code";
}

impl Proved for Involvement {
    const LINK: &'static str = "unsubscribe link";
    const CODE: &'static str = "unsubscribe code";
}

impl Proved for Challenge {
    const LINK: &'static str = "sign-in link";
    const CODE: &'static str = "sign-in code";
}

/// Makes and reads links and codes.
pub(crate) struct Links {
    key: [u8; 32],
}

impl Links {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// What stands in the link.
    pub(crate) fn token<T: Proved>(&self, id: Id<T>) -> String {
        let mut bytes = id.uuid().as_bytes().to_vec();
        bytes.extend_from_slice(&self.digest(T::LINK, id)[..PROVING]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What it is whose link that is.
    pub(crate) fn subject<T: Proved>(&self, token: &str) -> Option<Id<T>> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let id: [u8; 16] = bytes.get(..16)?.try_into().ok()?;
        let id = Id::from_uuid(Uuid::from_bytes(id));
        let digest = self.digest(T::LINK, id);
        is_same(bytes.get(16..)?, &digest[..PROVING]).then_some(id)
    }

    /// The code that goes with it: six digits.
    pub(crate) fn code<T: Proved>(&self, id: Id<T>) -> String {
        let digest = self.digest(T::CODE, id);
        let number = digest[..8]
            .iter()
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    /// Whether that is the code, however it is grouped.
    pub(crate) fn is_code<T: Proved>(&self, id: Id<T>, code: &str) -> bool {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        is_same(digits.as_bytes(), self.code(id).as_bytes())
    }

    /// By what an address is recognised, and not read back.
    pub(super) fn address_key(&self, email: &EmailAddress) -> [u8; 32] {
        self.of("address", email.key().as_bytes())
    }

    fn digest<T>(&self, purpose: &str, id: Id<T>) -> [u8; 32] {
        self.of(purpose, id.uuid().as_bytes())
    }

    fn of(&self, purpose: &str, what: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(what);
        mac.finalize().into_bytes().into()
    }
}

/// Whether two are the same, in a time that tells nothing of where they differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: u128) -> Id<Registration> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_link_leads_to_its_registration_and_to_no_other() {
        let links = Links::new([7; 32]);
        let token = links.token(id(1));
        assert_eq!(links.subject(&token), Some(id(1)));
        assert_eq!(Links::new([8; 32]).subject::<Registration>(&token), None);
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(links.subject::<Registration>(&changed), None, "{place}");
            assert_eq!(
                links.subject::<Registration>(&token[..place]),
                None,
                "cut at {place}"
            );
        }
    }

    #[test]
    fn a_code_is_six_digits_and_counts_however_it_is_grouped() {
        let links = Links::new([7; 32]);
        let code = links.code(id(1));
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
        assert!(links.is_code(id(1), &format!(" {} {}", &code[..3], &code[3..])));
        assert!(!links.is_code(id(2), &code));
        assert!(!links.is_code(id(1), &code[..5]));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".*") {
            let links = Links::new([7; 32]);
            prop_assert_eq!(links.subject::<Registration>(&text), None);
            links.is_code(id(1), &text);
        }
    }
}
