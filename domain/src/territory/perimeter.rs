//! The perimeter: the intercommunalities that one PETR is made of.

use crate::kernel::codes::{InseeCode, Siren};
use crate::territory::{Commune, Territory};

/// A list of intercommunalities, without doubles, in the order of their numbers.
///
/// An empty one contains nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Perimeter {
    sirens: Vec<Siren>,
}

impl Perimeter {
    /// The perimeter made of these intercommunalities, given in any order.
    #[must_use]
    pub fn new(mut sirens: Vec<Siren>) -> Self {
        sirens.sort_unstable();
        sirens.dedup();
        Self { sirens }
    }

    /// Four neighbouring communautés de communes (159 communes), to try the service with.
    #[must_use]
    pub fn demonstration() -> Self {
        let sirens = ["200067643", "200069433", "200070324", "245400759"];
        Self::new(
            sirens
                .into_iter()
                .map(|siren| Siren::parse(siren).expect("these four are in the official list"))
                .collect(),
        )
    }

    /// Its intercommunalities, in the order of their numbers.
    #[must_use]
    pub fn sirens(&self) -> &[Siren] {
        &self.sirens
    }

    /// Whether this intercommunality is part of it.
    #[must_use]
    pub fn contains(&self, siren: &Siren) -> bool {
        self.sirens.binary_search(siren).is_ok()
    }

    /// Whether this commune lies in it; one that does not exist lies nowhere.
    #[must_use]
    pub fn contains_commune(&self, code: &InseeCode) -> bool {
        Territory::official()
            .commune(code)
            .and_then(|commune| commune.epci)
            .is_some_and(|siren| self.contains(&siren))
    }

    /// Its communes, by intercommunality, then by code.
    pub fn communes(&self) -> impl Iterator<Item = &'static Commune> {
        let territory = Territory::official();
        self.sirens
            .iter()
            .flat_map(|siren| territory.communes_of(siren))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_has_159_communes() {
        let perimeter = Perimeter::demonstration();
        assert_eq!(perimeter.communes().count(), 159);
        assert!(
            perimeter
                .communes()
                .all(|commune| perimeter.contains_commune(&commune.code))
        );
        let whole = Territory::official().communes().iter();
        assert_eq!(
            whole
                .filter(|c| perimeter.contains_commune(&c.code))
                .count(),
            159
        );
    }

    #[test]
    fn what_is_elsewhere_or_nowhere_is_outside() {
        let perimeter = Perimeter::demonstration();
        for code in ["54395", "97501", "54999"] {
            assert!(!perimeter.contains_commune(&InseeCode::parse(code).unwrap()));
        }
        assert!(!Perimeter::default().contains_commune(&InseeCode::parse("54329").unwrap()));
    }

    #[test]
    fn order_and_doubles_do_not_matter() {
        let siren = |text| Siren::parse(text).unwrap();
        let one = Perimeter::new(vec![
            siren("245400759"),
            siren("200067643"),
            siren("245400759"),
        ]);
        assert_eq!(one.sirens(), [siren("200067643"), siren("245400759")]);
        assert!(one.contains(&siren("245400759")) && !one.contains(&siren("200070324")));
    }
}
