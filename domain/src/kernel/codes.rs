//! Official codes as values: the INSEE code of a commune, the SIREN of a body, the SIRET of one of its
//! establishments, the RNA number of an association. They say that a code is well formed; whether it
//! exists is for others to say.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::kernel::FaultCode;

/// The official code of a commune: five characters, as `54329`, `2A004` or `97105`.
///
/// It is not a postal code, which several communes may share.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InseeCode([u8; 5]);

impl InseeCode {
    /// Reads a code, exactly as it is written officially.
    ///
    /// # Errors
    /// `Malformed("insee_code")` when no commune can have it.
    pub fn parse(text: &str) -> Result<Self, FaultCode> {
        let malformed = FaultCode::Malformed("insee_code");
        let Ok(code) = <[u8; 5]>::try_from(text.as_bytes()) else {
            return Err(malformed);
        };
        let department = &code[..2];
        let known = match department {
            b"2A" | b"2B" => true,
            b"00" | b"20" | b"96" | b"99" => false,
            _ => department.iter().all(u8::is_ascii_digit),
        };
        if known && code[2..].iter().all(u8::is_ascii_digit) {
            Ok(Self(code))
        } else {
            Err(malformed)
        }
    }

    /// The code as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

/// The number of a body in the national register: nine digits, the last one a check (Luhn).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siren([u8; 9]);

impl Siren {
    /// Reads a number written without spaces.
    ///
    /// # Errors
    /// `Malformed("siren")` when it has not nine digits or its check is wrong.
    pub fn parse(text: &str) -> Result<Self, FaultCode> {
        match <[u8; 9]>::try_from(text.as_bytes()) {
            Ok(digits) if passes_luhn(&digits) && digits != *b"000000000" => Ok(Self(digits)),
            _ => Err(FaultCode::Malformed("siren")),
        }
    }

    /// The number as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

/// The number of an establishment: the SIREN of its body and five digits more, the last one a check
/// (Luhn) of the whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siret([u8; 14]);

impl Siret {
    /// Reads a number; spaces between its groups are taken.
    ///
    /// # Errors
    /// `Malformed("siret")` when it has not fourteen digits, or one of its two checks is wrong.
    pub fn parse(text: &str) -> Result<Self, FaultCode> {
        let malformed = FaultCode::Malformed("siret");
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
        let Ok(digits) = <[u8; 14]>::try_from(digits.as_slice()) else {
            return Err(malformed);
        };
        if !digits.iter().all(u8::is_ascii_digit) || Siren::parse(ascii(&digits[..9])).is_err() {
            return Err(malformed);
        }
        // The post offices ran out of numbers: theirs sum up to a multiple of five instead.
        let sum: u32 = digits.iter().map(|digit| u32::from(digit - b'0')).sum();
        let is_post_office = digits.starts_with(LA_POSTE) && sum.is_multiple_of(5);
        if passes_luhn(&digits) || is_post_office {
            Ok(Self(digits))
        } else {
            Err(malformed)
        }
    }

    /// The number as it is written, without spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

const LA_POSTE: &[u8] = b"356000000";

/// The number of an association in the national directory: `W` and nine digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rna([u8; 10]);

impl Rna {
    /// Reads a number; a small `w` is taken for a capital one.
    ///
    /// # Errors
    /// `Malformed("rna")` when it is no `W` with nine digits.
    pub fn parse(text: &str) -> Result<Self, FaultCode> {
        let upper = text.to_ascii_uppercase();
        match <[u8; 10]>::try_from(upper.as_bytes()) {
            Ok(number) if number[0] == b'W' && number[1..].iter().all(u8::is_ascii_digit) => {
                Ok(Self(number))
            }
            _ => Err(FaultCode::Malformed("rna")),
        }
    }

    /// The number as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

/// Whether these are digits whose last one is the check that Luhn's formula gives.
pub(crate) fn passes_luhn(digits: &[u8]) -> bool {
    let mut sum = 0;
    for (rank, digit) in digits.iter().rev().enumerate() {
        if !digit.is_ascii_digit() {
            return false;
        }
        let value = u32::from(digit - b'0');
        sum += match (rank % 2, value) {
            (0, value) => value,
            (_, value) if value > 4 => 2 * value - 9,
            (_, value) => 2 * value,
        };
    }
    sum % 10 == 0
}

fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("only ASCII passes the parsers of this file")
}

macro_rules! written_as_text {
    ($($code:ty),*) => {$(
        impl fmt::Display for $code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $code {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($code))
            }
        }

        impl AsRef<str> for $code {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl FromStr for $code {
            type Err = FaultCode;

            fn from_str(text: &str) -> Result<Self, FaultCode> {
                Self::parse(text)
            }
        }

        impl Serialize for $code {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $code {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                // The text is not quoted: it may be anything, of any length.
                Self::parse(&text)
                    .map_err(|_| de::Error::custom(concat!("malformed ", stringify!($code))))
            }
        }
    )*};
}

written_as_text!(InseeCode, Siren, Siret, Rna);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn insee_codes_of_every_kind_are_read() {
        for code in [
            "01001", "54329", "2A004", "2B033", "97105", "97502", "98818",
        ] {
            assert_eq!(InseeCode::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn what_no_commune_can_have_is_refused() {
        for text in [
            "", "5432", "543290", "2C001", "2a004", "A2004", "5432A", "00001", "20004", "96001",
            "99100", " 5432", "５4329", "éé1",
        ] {
            assert!(InseeCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_siren_is_checked() {
        assert_eq!(Siren::parse("200067643").unwrap().to_string(), "200067643");
        assert_eq!(
            format!("{:?}", Siren::parse("245400759").unwrap()),
            "Siren(245400759)"
        );
        for text in [
            "",
            "200067644",
            "20006764",
            "2000676430",
            "200 067 643",
            "000000000",
            "20006764x",
        ] {
            assert!(Siren::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_siret_is_checked_twice() {
        for text in [
            "20006764300011",
            "200 067 643 00011",
            "35600000000048",
            "35600000049837",
        ] {
            let siret = Siret::parse(text).unwrap();
            assert_eq!(siret.as_str(), text.replace(' ', ""));
        }
        for text in [
            "",
            "20006764300019",
            "20006764400011",
            "2000676430001",
            "200067643000110",
            "00000000000000",
            "35600000049838",
            "2000676430001x",
        ] {
            assert!(Siret::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_rna_number_is_a_w_and_nine_digits() {
        assert_eq!(Rna::parse("w543001234").unwrap().as_str(), "W543001234");
        for text in [
            "",
            "W54300123",
            "W5430012345",
            "543001234",
            "X543001234",
            "W54300123A",
        ] {
            assert!(Rna::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn codes_are_stored_as_text_and_checked_when_read_back() {
        let code = InseeCode::parse("2A004").unwrap();
        let stored = serde_json::to_string(&code).unwrap();
        assert_eq!(stored, "\"2A004\"");
        assert_eq!(serde_json::from_str::<InseeCode>(&stored).unwrap(), code);
        assert!(serde_json::from_str::<InseeCode>("\"2Z004\"").is_err());
        assert!(serde_json::from_str::<Siren>("200067643").is_err());
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in any::<String>()) {
            let _ = InseeCode::parse(&text);
            let _ = Siren::parse(&text);
            let _ = Siret::parse(&text);
            let _ = Rna::parse(&text);
        }

        #[test]
        fn one_wrong_digit_is_always_seen(digits in "[0-9]{8}", place in 0usize..9, shift in 1u8..10) {
            let right = (b'0'..=b'9')
                .map(|check| format!("{digits}{}", char::from(check)).into_bytes())
                .find(|number| passes_luhn(number))
                .unwrap();
            let mut wrong = right;
            wrong[place] = b'0' + (wrong[place] - b'0' + shift) % 10;
            prop_assert!(!passes_luhn(&wrong));
        }
    }
}
