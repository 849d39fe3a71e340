//! The official territory: communes, intercommunalities, and the perimeter of a PETR among them.
//! The lists are compiled in and read once, when first asked for. Uses the kernel only.

mod commune;
mod intercommunality;
mod perimeter;
mod search;

use std::sync::OnceLock;

pub use commune::Commune;
pub use intercommunality::{Intercommunality, IntercommunalityKind};
pub use perimeter::Perimeter;

use crate::kernel::FaultCode;
use crate::kernel::codes::{InseeCode, Siren};
use search::NameIndex;

/// The day whose state the official lists give.
pub const VINTAGE: &str = "2026-01-01";

const COMMUNES: &str = include_str!("../../data/communes.csv");
const INTERCOMMUNALITIES: &str = include_str!("../../data/epci.csv");

/// Every commune and every intercommunality of France, on the day of [`VINTAGE`].
#[derive(Debug)]
pub struct Territory {
    /// By code.
    communes: Vec<Commune>,
    /// By number.
    intercommunalities: Vec<Intercommunality>,
    /// The places in `communes` of those that have an intercommunality, by its number, then by code.
    members: Vec<usize>,
    /// Made at the first search: most uses only look codes up.
    names: OnceLock<NameIndex>,
}

impl Territory {
    /// The official lists, read at the first call.
    #[must_use]
    pub fn official() -> &'static Self {
        static OFFICIAL: OnceLock<Territory> = OnceLock::new();
        OFFICIAL.get_or_init(Self::read)
    }

    fn read() -> Self {
        let mut communes: Vec<Commune> = lines(COMMUNES)
            .map(|line| Commune::from_line(line).expect("the tests read every line of the file"))
            .collect();
        communes.sort_unstable_by_key(|commune| commune.code);
        communes.shrink_to_fit();
        let mut intercommunalities: Vec<Intercommunality> = lines(INTERCOMMUNALITIES)
            .map(|line| {
                Intercommunality::from_line(line).expect("the tests read every line of the file")
            })
            .collect();
        intercommunalities.sort_unstable_by_key(|intercommunality| intercommunality.siren);
        let mut members: Vec<usize> = (0..communes.len())
            .filter(|&place| communes[place].epci.is_some())
            .collect();
        members.sort_by_key(|&place| communes[place].epci);
        Self {
            communes,
            intercommunalities,
            members,
            names: OnceLock::new(),
        }
    }

    /// Every commune, by code.
    #[must_use]
    pub fn communes(&self) -> &[Commune] {
        &self.communes
    }

    /// Every intercommunality, by number.
    #[must_use]
    pub fn intercommunalities(&self) -> &[Intercommunality] {
        &self.intercommunalities
    }

    /// The commune that has this code.
    #[must_use]
    pub fn commune(&self, code: &InseeCode) -> Option<&Commune> {
        let place = self
            .communes
            .binary_search_by_key(code, |commune| commune.code)
            .ok()?;
        Some(&self.communes[place])
    }

    /// Reads the code of a commune that there is.
    ///
    /// # Errors
    /// It is no code, or no commune's.
    pub fn code(&self, text: &str) -> Result<InseeCode, FaultCode> {
        let code = InseeCode::parse(text)?;
        match self.commune(&code) {
            Some(_) => Ok(code),
            None => Err(FaultCode::UnknownCommune),
        }
    }

    /// The intercommunality that has this number.
    #[must_use]
    pub fn intercommunality(&self, siren: &Siren) -> Option<&Intercommunality> {
        let place = self
            .intercommunalities
            .binary_search_by_key(siren, |intercommunality| intercommunality.siren)
            .ok()?;
        Some(&self.intercommunalities[place])
    }

    /// The communes of an intercommunality, by code; none when nobody has this number.
    pub fn communes_of<'a>(&'a self, siren: &Siren) -> impl Iterator<Item = &'a Commune> + use<'a> {
        let siren = Some(*siren);
        let epci = |place: usize| self.communes[place].epci;
        let start = self.members.partition_point(|&place| epci(place) < siren);
        let end = self.members.partition_point(|&place| epci(place) <= siren);
        self.members[start..end]
            .iter()
            .map(|&place| &self.communes[place])
    }

    /// The communes that somebody may mean, the best first, at most `limit` of them.
    ///
    /// Words are looked for in the names, whatever their accents, case, hyphens and apostrophes, `st`
    /// standing for `saint` too; what begins with a digit is the beginning of a postal code or of an
    /// INSEE code, and both together narrow each other (`54300 luneville`). First come the exact
    /// ones, then those that begin so, then those where a word begins so, then the others; among
    /// equals those of the perimeter, then the most populous, then by code. When no name holds the
    /// words in a row, those that hold each of them somewhere are given. A query without a letter or a
    /// digit finds nothing.
    #[must_use]
    pub fn search_communes(
        &self,
        query: &str,
        perimeter: &Perimeter,
        limit: usize,
    ) -> Vec<&Commune> {
        search::search(&self.communes, self.names(), query, perimeter, limit)
    }

    /// The communes of that very name, written as in a search, by code.
    pub fn communes_called(&self, name: &str) -> impl Iterator<Item = &Commune> {
        let places = self.names().called(name);
        places.map(|place| &self.communes[place])
    }

    fn names(&self) -> &NameIndex {
        self.names.get_or_init(|| NameIndex::new(&self.communes))
    }
}

/// The lines of a file under its head.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().skip(1).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn siren(text: &str) -> Siren {
        Siren::parse(text).unwrap()
    }

    #[test]
    fn every_line_is_read_and_in_order() {
        let territory = Territory::official();
        assert_eq!(territory.communes().len(), 34_969);
        assert_eq!(territory.intercommunalities().len(), 1_255);
        assert!(territory.communes().is_sorted_by(|a, b| a.code < b.code));
        assert!(
            territory
                .intercommunalities()
                .is_sorted_by(|a, b| a.siren < b.siren)
        );
    }

    #[test]
    fn the_two_files_agree() {
        let territory = Territory::official();
        for commune in territory.communes() {
            assert!(commune.code.as_str().starts_with(commune.department_code));
            assert!(!commune.name.is_empty());
            if let Some(siren) = commune.epci {
                assert!(territory.intercommunality(&siren).is_some(), "{commune:?}");
            }
        }
        for intercommunality in territory.intercommunalities() {
            assert!(territory.communes_of(&intercommunality.siren).count() > 1);
        }
    }

    #[test]
    fn a_commune_is_found_by_its_code() {
        let territory = Territory::official();
        let luneville = territory
            .commune(&InseeCode::parse("54329").unwrap())
            .unwrap();
        assert_eq!(luneville.name, "Lunéville");
        assert_eq!(luneville.postal_codes, ["54300"]);
        assert_eq!(luneville.epci, Some(siren("200070324")));
        assert!(
            territory
                .commune(&InseeCode::parse("2A004").unwrap())
                .is_some()
        );
        assert!(
            territory
                .commune(&InseeCode::parse("54999").unwrap())
                .is_none()
        );
    }

    #[test]
    fn every_commune_is_found_by_its_name() {
        let territory = Territory::official();
        for commune in territory.communes() {
            let name = commune.name.to_uppercase();
            let mut called = territory.communes_called(&name);
            assert!(
                called.any(|found| found.code == commune.code),
                "{commune:?}"
            );
        }
        let codes: Vec<_> = territory
            .communes_called("st  étienne du bois")
            .map(|commune| commune.code.as_str())
            .collect();
        assert_eq!(codes, ["01350", "85210"]);
        assert_eq!(territory.communes_called("Saint-Étienne-du").count(), 0);
        assert_eq!(territory.communes_called("").count(), 0);
    }

    #[test]
    fn an_intercommunality_knows_its_communes() {
        let territory = Territory::official();
        let known = territory.intercommunality(&siren("200070324")).unwrap();
        assert_eq!(known.name, "CC du Territoire de Lunéville à Baccarat");
        assert_eq!(known.kind, IntercommunalityKind::CommunityOfCommunes);
        let members: Vec<_> = territory.communes_of(&known.siren).collect();
        assert!(members.iter().any(|commune| commune.name == "Baccarat"));
        assert!(members.is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(territory.communes_of(&siren("356000000")).count(), 0);
    }
}
