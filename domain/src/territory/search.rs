//! Finding communes from what somebody types: a name or the beginning of one, a postal code, an INSEE
//! code. One pass over all the folded names, which lie end to end in one text.

use crate::kernel::text::fold;
use crate::territory::{Commune, Perimeter};

/// Stands after each name in the text of all names; folding never leaves one.
const END: char = '\n';

/// The folded names of all communes, in their order.
#[derive(Debug)]
pub(super) struct NameIndex {
    text: String,
    /// Where each name begins in `text`.
    starts: Vec<u32>,
    /// The places of the communes, by their names.
    sorted: Vec<u32>,
}

/// How well a commune answers, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Exact,
    Beginning,
    WordBeginning,
    Inside,
    Scattered,
}

impl NameIndex {
    pub(super) fn new(communes: &[Commune]) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(communes.len());
        for commune in communes {
            starts
                .push(u32::try_from(text.len()).expect("all names together are under a megabyte"));
            text.push_str(&in_full(&fold(commune.name)));
            text.push(END);
        }
        text.shrink_to_fit();
        let mut names = Self {
            text,
            starts,
            sorted: vec![],
        };
        let places = u32::try_from(communes.len()).expect("there are fewer communes than letters");
        let mut sorted: Vec<u32> = (0..places).collect();
        sorted.sort_by_key(|&place| names.name(place as usize));
        names.sorted = sorted;
        names
    }

    /// The places of those that are called just so.
    pub(super) fn called(&self, name: &str) -> impl Iterator<Item = usize> {
        let name = in_full(&fold(name));
        let of = |place: &u32| self.name(*place as usize);
        let start = self.sorted.partition_point(|place| of(place) < &name[..]);
        let same = self.sorted[start..].partition_point(|place| of(place) == name);
        self.sorted[start..start + same]
            .iter()
            .map(|&place| place as usize)
    }

    fn name(&self, place: usize) -> &str {
        let end = match self.starts.get(place + 1) {
            Some(&next) => next as usize,
            None => self.text.len(),
        };
        &self.text[self.starts[place] as usize..end - END.len_utf8()]
    }

    /// The places of the names that hold the words, in order.
    fn holding<'a>(&'a self, words: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            let found = from + self.text[from..].find(words)?;
            let place = self
                .starts
                .partition_point(|&start| start as usize <= found)
                - 1;
            from = match self.starts.get(place + 1) {
                Some(&next) => next as usize,
                None => self.text.len(),
            };
            Some(place)
        })
    }
}

/// The communes that answer the query, the best first.
pub(super) fn search<'a>(
    communes: &'a [Commune],
    names: &NameIndex,
    query: &str,
    perimeter: &Perimeter,
    limit: usize,
) -> Vec<&'a Commune> {
    let query = fold(query);
    let (codes, words): (Vec<&str>, Vec<&str>) = query
        .split_ascii_whitespace()
        .partition(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let codes: Vec<String> = codes.iter().map(|code| code.to_ascii_uppercase()).collect();

    let mut found: Vec<(usize, Match)> = match (codes.is_empty(), words.is_empty()) {
        (true, true) => return Vec::new(),
        (false, true) => (0..communes.len())
            .map(|place| (place, Match::Exact))
            .collect(),
        (_, false) => by_name(names, &words.join(" ")),
    };
    if !codes.is_empty() {
        found.retain_mut(
            |(place, quality)| match by_codes(&communes[*place], &codes) {
                Some(of_codes) => {
                    *quality = of_codes.max(*quality);
                    true
                }
                None => false,
            },
        );
    }
    best(communes, found, perimeter, limit)
}

/// The names that hold the words, each with the best of what the words may stand for.
fn by_name(names: &NameIndex, words: &str) -> Vec<(usize, Match)> {
    let mut found: Vec<(usize, Match)> = Vec::new();
    let full = in_full(words);
    // `st` is also how `stenay` begins, for somebody who is still typing.
    let readings = [full.as_str(), words];
    let readings = if full == words {
        &readings[..1]
    } else {
        &readings[..]
    };
    for reading in readings {
        let matches = names.holding(reading);
        found.extend(matches.map(|place| (place, quality(names.name(place), reading))));
    }
    if readings.len() > 1 {
        found.sort_unstable();
        found.dedup_by_key(|(place, _)| *place);
    }
    if found.is_empty() && words.contains(' ') {
        found = scattered(names, &full);
    }
    found
}

/// The names in which each of the words begins a word.
fn scattered(names: &NameIndex, words: &str) -> Vec<(usize, Match)> {
    let Some(rarest) = words.split(' ').max_by_key(|word| word.len()) else {
        return Vec::new();
    };
    let holds = |name: &str, word: &str| name.split(' ').any(|other| other.starts_with(word));
    names
        .holding(rarest)
        .filter(|&place| words.split(' ').all(|word| holds(names.name(place), word)))
        .map(|place| (place, Match::Scattered))
        .collect()
}

/// How well a name that holds the words answers them.
fn quality(name: &str, words: &str) -> Match {
    if let Some(rest) = name.strip_prefix(words) {
        return if rest.is_empty() {
            Match::Exact
        } else {
            Match::Beginning
        };
    }
    let begins_a_word = |(at, _): (usize, &str)| name[..at].ends_with(' ');
    if name.match_indices(words).any(begins_a_word) {
        Match::WordBeginning
    } else {
        Match::Inside
    }
}

/// How well a commune's codes answer all of these beginnings of codes.
fn by_codes(commune: &Commune, codes: &[String]) -> Option<Match> {
    let mut worst = Match::Exact;
    for code in codes {
        let own =
            std::iter::once(commune.code.as_str()).chain(commune.postal_codes.iter().copied());
        let quality = own
            .filter(|own| own.starts_with(code.as_str()))
            .map(|own| {
                if own.len() == code.len() {
                    Match::Exact
                } else {
                    Match::Beginning
                }
            })
            .min()?;
        worst = worst.max(quality);
    }
    Some(worst)
}

/// The best of what was found, best first.
fn best<'a>(
    communes: &'a [Commune],
    found: Vec<(usize, Match)>,
    perimeter: &Perimeter,
    limit: usize,
) -> Vec<&'a Commune> {
    let rank = |(place, quality): (usize, Match)| {
        let commune = &communes[place];
        let outside = !commune.epci.is_some_and(|siren| perimeter.contains(&siren));
        let fewer = u32::MAX - commune.population.unwrap_or(0);
        // Communes lie by code, so the place orders as the code does.
        (quality, outside, fewer, place)
    };
    let mut ranked: Vec<_> = found.into_iter().map(rank).collect();
    // A letter or two find thousands: only those that are given are worth sorting.
    if limit < ranked.len() {
        ranked.select_nth_unstable(limit);
        ranked.truncate(limit);
    }
    ranked.sort_unstable();
    ranked
        .into_iter()
        .map(|(.., place)| &communes[place])
        .collect()
}

/// Folded words with `st` and its like written in full.
fn in_full(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for word in words.split_ascii_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(match word {
            "st" => "saint",
            "ste" => "sainte",
            "sts" => "saints",
            "stes" => "saintes",
            other => other,
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::territory::Territory;

    fn find(query: &str) -> Vec<&'static Commune> {
        Territory::official().search_communes(query, &Perimeter::demonstration(), 50)
    }

    fn names(query: &str) -> Vec<&'static str> {
        find(query).iter().map(|commune| commune.name).collect()
    }

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        assert_eq!(
            names("luneville")[..2],
            ["Lunéville", "Moncel-lès-Lunéville"]
        );
        for query in ["LUNÉVILLE", " lunéville ", "Lune\u{301}ville", "lunevi"] {
            assert_eq!(names(query)[0], "Lunéville", "{query}");
        }
        assert_eq!(names("baccarat")[0], "Baccarat");
        assert_eq!(names("l abergement clem")[0], "L'Abergement-Clémenciat");
        assert_eq!(
            names("L’Abergement-Clémenciat")[0],
            "L'Abergement-Clémenciat"
        );
        assert_eq!(names("vandoeuvre")[0], "Vandœuvre-lès-Nancy");
    }

    #[test]
    fn saint_may_be_shortened() {
        let found = find("st clement");
        assert_eq!(found[0].name, "Saint-Clément");
        assert!(Perimeter::demonstration().contains_commune(&found[0].code));
        assert!(names("ste-marie-aux").contains(&"Sainte-Marie-aux-Mines"));
        let all = Territory::official().search_communes("ste", &Perimeter::default(), usize::MAX);
        assert!(all.iter().any(|commune| commune.name == "Stenay"));
    }

    #[test]
    fn codes_are_found_by_their_beginning() {
        let found = find("54300");
        assert_eq!(found[0].name, "Lunéville");
        assert!(
            found
                .iter()
                .all(|c| c.postal_codes.contains(&"54300") || c.code.as_str() == "54300")
        );
        assert_eq!(find("54329")[0].name, "Lunéville");
        assert_eq!(find("2a004")[0].name, "Ajaccio");
        assert_eq!(find("75012")[0].name, "Paris");
        assert!(find("543").len() > 10);
        assert_eq!(names("54300 Moncel"), ["Moncel-lès-Lunéville"]);
        assert!(find("35000 luneville").is_empty());
        assert!(find("123456").is_empty());
    }

    #[test]
    fn words_apart_are_found_when_nothing_holds_them_in_a_row() {
        assert_eq!(names("vandoeuvre nancy"), ["Vandœuvre-lès-Nancy"]);
        assert_eq!(names("luneville moncel"), ["Moncel-lès-Lunéville"]);
    }

    #[test]
    fn nothing_asked_is_nothing_found() {
        for query in ["", "  ", "-'?", "\n"] {
            assert!(find(query).is_empty());
        }
        assert!(find("zzzzzz").is_empty());
        assert!(
            Territory::official()
                .search_communes("a", &Perimeter::default(), 0)
                .is_empty()
        );
    }

    #[test]
    fn order_is_exact_then_perimeter_then_population_then_code() {
        let perimeter = Perimeter::demonstration();
        let found = Territory::official().search_communes("bl", &perimeter, usize::MAX);
        let first = found.iter().take_while(|c| fold(c.name).starts_with("bl"));
        let inside: Vec<bool> = first.map(|c| perimeter.contains_commune(&c.code)).collect();
        assert!(inside[0] && !inside[inside.len() - 1]);
        assert!(inside.is_sorted_by(|a, b| a >= b));
        let saint_denis = Territory::official().search_communes("saint denis", &perimeter, 9);
        let exact: Vec<_> = saint_denis
            .iter()
            .take_while(|c| c.name == "Saint-Denis")
            .collect();
        assert!(exact.len() > 1);
        assert!(exact.is_sorted_by(|a, b| a.population >= b.population));
    }

    #[test]
    fn a_limit_keeps_the_best() {
        let territory = Territory::official();
        let all = territory.search_communes("saint", &Perimeter::demonstration(), usize::MAX);
        assert_eq!(all[..20], find("saint")[..20]);
    }

    #[test]
    fn every_commune_is_found_by_its_name() {
        let territory = Territory::official();
        for commune in territory.communes().iter().step_by(701) {
            let found = territory.search_communes(commune.name, &Perimeter::default(), 40);
            assert!(
                found.iter().any(|other| other.code == commune.code),
                "{}",
                commune.name
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn no_query_panics_or_gives_doubles(query in any::<String>()) {
            let found = find(&query);
            let mut codes: Vec<_> = found.iter().map(|commune| commune.code).collect();
            codes.sort_unstable();
            codes.dedup();
            prop_assert_eq!(codes.len(), found.len());
        }
    }
}
