//! A commune, and how its line of the official file is read.

use crate::kernel::codes::{InseeCode, Siren};

/// A commune, as the official list gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commune {
    /// Its INSEE code.
    pub code: InseeCode,
    /// Its name, with its capitals and accents.
    pub name: &'static str,
    /// Its postal codes, none for a land where nobody lives.
    pub postal_codes: Vec<&'static str>,
    /// Its legal population, where there is one.
    pub population: Option<u32>,
    /// The code of its department or overseas collectivity: `54`, `2A`, `987`.
    pub department_code: &'static str,
    /// The intercommunality it belongs to; a few islands have none.
    pub epci: Option<Siren>,
}

impl Commune {
    /// Reads `insee_code,name,postal_codes,population,department_code,epci_siren`.
    pub(super) fn from_line(line: &'static str) -> Option<Self> {
        let mut fields = line.split(',');
        let mut next = || fields.next();
        let commune = Self {
            code: InseeCode::parse(next()?).ok()?,
            name: next()?,
            postal_codes: postal_codes(next()?),
            population: match next()? {
                "" => None,
                figure => Some(figure.parse().ok()?),
            },
            department_code: next()?,
            epci: match next()? {
                "" => None,
                siren => Some(Siren::parse(siren).ok()?),
            },
        };
        // A comma inside a name would have shifted everything.
        fields.next().is_none().then_some(commune)
    }
}

fn postal_codes(field: &'static str) -> Vec<&'static str> {
    if field.is_empty() {
        return Vec::new();
    }
    // Counted first: tens of thousands of lists are kept for ever, most of one code.
    let mut codes = Vec::with_capacity(1 + field.matches('|').count());
    codes.extend(field.split('|'));
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whole() {
        let commune = Commune::from_line("97501,Miquelon,97500|97501,,975,").unwrap();
        assert_eq!(commune.code.as_str(), "97501");
        assert_eq!(commune.postal_codes, ["97500", "97501"]);
        assert_eq!((commune.population, commune.epci), (None, None));
    }

    #[test]
    fn a_line_with_a_fault_is_not_read() {
        for line in [
            "",
            "54329,Lunéville,54300,18262,54",
            "54329,Lunéville,54300,many,54,200070324",
            "54329,Lunéville,54300,18262,54,200070325",
            "54329,Lunéville,Nord,54300,18262,54,200070324",
        ] {
            assert!(Commune::from_line(line).is_none(), "{line}");
        }
    }
}
