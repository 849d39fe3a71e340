//! What people type, made comparable: folding (accents, case, punctuation), slugs, and the stems of
//! the full-text search. The index and the query go through the same functions, so that they meet. And
//! what we say in French, set as in print.

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

/// The longest slug, in characters.
const SLUG_LENGTH: usize = 80;
/// The slug of a title in which nothing can be written in an address.
const UNTITLED: &str = "sans-titre";
/// A search looks for so many distinct stems at most.
const SEARCH_TERMS: usize = 12;
/// A longer word is cut before stemming: it is no word, and the indexes refuse very long ones.
const WORD_LENGTH: usize = 64;
/// A stem keeps so many letters when its last `e`s fall.
const STEM_LENGTH: usize = 4;
/// What elision leaves before the apostrophe: it says nothing.
const ELISIONS: [&str; 9] = ["l", "d", "j", "qu", "n", "s", "c", "m", "t"];

/// French typed with plain spaces, set with those that no line may break at: narrow before `;`, `?` and
/// `!`, full before `:`, `€` and `%` and within quotation marks.
#[must_use]
pub fn typeset(french: &str) -> String {
    const SET: [(&str, &str); 8] = [
        (" :", "\u{a0}:"),
        ("« ", "«\u{a0}"),
        (" »", "\u{a0}»"),
        (" ;", "\u{202f};"),
        (" ?", "\u{202f}?"),
        (" !", "\u{202f}!"),
        (" €", "\u{a0}€"),
        (" %", "\u{a0}%"),
    ];
    SET.iter().fold(french.to_owned(), |text, (typed, set)| {
        text.replace(typed, set)
    })
}

/// The text as it is compared: no accent, no case, no ligature, and one space between words.
///
/// Folding what is folded changes nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    let mut put = |letter: char| {
        if !letter.is_alphanumeric() || is_apostrophe(letter) {
            gap = true;
            return;
        }
        if gap && !folded.is_empty() {
            folded.push(' ');
        }
        gap = false;
        match spelled_out(letter) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(letter),
        }
    };
    // One by one: what a letter becomes hangs on no other, since the marks, which do, all fall.
    for c in text.chars() {
        if c.is_ascii() {
            put(c.to_ascii_lowercase());
        } else {
            decomposed(c).for_each(&mut put);
        }
    }
    folded
}

/// The letters that a character decomposes into, in lower case.
fn decomposed(c: char) -> impl Iterator<Item = char> {
    // Lower-casing may bring back letters that decompose, hence the second normalisation.
    std::iter::once(c)
        .nfkd()
        .filter(|c| !is_silent(*c))
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_silent(*c))
}

/// The part of an address made from a title: `[a-z0-9]+(-[a-z0-9]+)*`, at most 80 characters, cut at
/// a word where possible; never empty, and never readable as a UUID.
#[must_use]
pub fn slug(title: &str) -> String {
    let folded = fold(title);
    let mut slug = String::with_capacity(SLUG_LENGTH);
    let words = folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    for word in words {
        if slug.is_empty() {
            slug.push_str(&word[..word.len().min(SLUG_LENGTH)]);
        } else if slug.len() + 1 + word.len() <= SLUG_LENGTH {
            slug.push('-');
            slug.push_str(word);
        } else {
            break;
        }
    }
    if slug.is_empty() {
        return UNTITLED.to_owned();
    }
    // An address takes an id or a slug: they must not be mistaken for each other.
    if Uuid::try_parse(&slug).is_ok() {
        slug.insert_str(0, "e-");
    }
    slug
}

/// The words of a text as the full-text index keeps them, joined by single spaces: each stem, and the
/// word itself where it differs, so that the beginning of a word finds it however far it is typed.
#[must_use]
pub fn index(text: &str) -> String {
    Indexer::default().index(text)
}

/// Indexes several texts, and works out the stem of a word that they share only once.
pub struct Indexer {
    stemmer: Stemmer,
    stems: HashMap<String, String>,
}

impl Default for Indexer {
    fn default() -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::French),
            stems: HashMap::new(),
        }
    }
}

impl Indexer {
    /// As [`index`].
    pub fn index(&mut self, text: &str) -> String {
        let folded = fold(text);
        let mut index = String::with_capacity(2 * folded.len());
        for word in words_of(&folded) {
            let stem = self.stem(word);
            for part in [stem, word].iter().take(if stem == word { 1 } else { 2 }) {
                if !index.is_empty() {
                    index.push(' ');
                }
                index.push_str(part);
            }
        }
        index
    }

    fn stem(&mut self, word: &str) -> &str {
        if !self.stems.contains_key(word) {
            let stem = stem(&self.stemmer, word);
            self.stems.insert(word.to_owned(), stem);
        }
        &self.stems[word]
    }
}

/// What a query looks for: its distinct stems, at most twelve, in order; none when it has no word.
#[must_use]
pub fn search_terms(query: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for stem in stems_of(&fold(query)) {
        if terms.len() == SEARCH_TERMS {
            break;
        }
        if !terms.contains(&stem) {
            terms.push(stem);
        }
    }
    terms
}

fn stems_of(folded: &str) -> impl Iterator<Item = String> {
    let stemmer = Stemmer::create(Algorithm::French);
    words_of(folded).map(move |word| stem(&stemmer, word))
}

/// The words that say something, cut where they are no words any more.
fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    let cut = |word: &str| {
        word.char_indices()
            .nth(WORD_LENGTH)
            .map_or(word.len(), |(end, _)| end)
    };
    folded
        .split(' ')
        .filter(|word| !word.is_empty() && !ELISIONS.contains(word))
        .map(move |word| &word[..cut(word)])
}

/// The stem of a folded word. Folded first, so that a word typed without its accents meets the same
/// stem; the accents that the stemmer knows endings by are then gone, and its rest is evened out here.
fn stem(stemmer: &Stemmer, word: &str) -> String {
    if !word.is_ascii() {
        return word.to_owned();
    }
    let mut stem = stemmer.stem(word).into_owned();
    while stem.len() > STEM_LENGTH && stem.ends_with('e') {
        stem.pop();
    }
    stem
}

/// Marks, and the signs that only say how a word may be broken or joined.
fn is_silent(c: char) -> bool {
    is_combining_mark(c)
        || matches!(
            c,
            '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}'
        )
}

/// The apostrophes that Unicode counts among the letters.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{2bb}'..='\u{2bd}')
}

/// The letters that no decomposition brings down to their plain ones.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'ø' => "o",
        'ł' => "l",
        'đ' => "d",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn french_is_set_with_spaces_that_do_not_break() {
        let typed = "« Vrai » : oui ; non ? Si ! (5 € ou 3 %), Authorization: Bearer";
        let set = "«\u{a0}Vrai\u{a0}»\u{a0}: oui\u{202f}; non\u{202f}? Si\u{202f}! \
                   (5\u{a0}€ ou 3\u{a0}%), Authorization: Bearer";
        assert_eq!(typeset(typed), set);
        assert_eq!(typeset(set), set);
    }

    #[test]
    fn folding_forgets_accents_case_ligatures_and_punctuation() {
        assert_eq!(fold("  L’Été — à Nancy !"), "l ete a nancy");
        assert_eq!(
            fold("Cœur, ÆGIDIUS, Straße, ﬁn"),
            "coeur aegidius strasse fin"
        );
        assert_eq!(fold("e\u{301}te\u{301}"), "ete");
        assert_eq!(fold("réu\u{ad}nion"), "reunion");
        assert_eq!(fold("?!"), "");
    }

    #[test]
    fn a_slug_is_readable() {
        assert_eq!(
            slug("Réunion publique : l'Opéra & moi."),
            "reunion-publique-l-opera-moi"
        );
        assert_eq!(slug("v1.2"), "v1-2");
        assert_eq!(slug("2026"), "2026");
        assert_eq!(slug("…"), UNTITLED);
        assert_eq!(slug("Встреча"), UNTITLED);
    }

    #[test]
    fn a_slug_is_cut_at_a_word() {
        let slug_of_words = slug(&"concertation ".repeat(20));
        assert_eq!(slug_of_words, ["concertation"; 6].join("-"));
        assert_eq!(slug(&"a".repeat(200)).len(), SLUG_LENGTH);
    }

    #[test]
    fn a_slug_is_never_shaped_like_an_id() {
        let id = "0198c6a0-1111-7abc-8def-0123456789ab";
        assert_eq!(slug(id), format!("e-{id}"));
        let simple = id.replace('-', "");
        assert_eq!(slug(&simple), format!("e-{simple}"));
    }

    #[test]
    fn words_of_one_family_meet() {
        for (one, other) in [
            ("été", "ete"),
            ("réunions", "reunion"),
            ("mobilité", "mobilites"),
            ("l'Opéra", "opera"),
            ("Lycées", "lycee"),
            ("organisée", "organisés"),
            ("animaux", "animal"),
            ("musées", "musée"),
            ("énergies", "ÉNERGIE"),
            ("qu’habitants", "habitant"),
        ] {
            assert_eq!(search_terms(one), search_terms(other), "{one} / {other}");
            assert_eq!(search_terms(one).len(), 1);
        }
    }

    #[test]
    fn the_beginning_of_a_word_finds_it_however_far_it_is_typed() {
        for word in [
            "réparation",
            "associations",
            "économiques",
            "mobilité",
            "environnement",
            "bibliothèque",
            "sensibilisation",
            "fréquences",
            "heureuses",
            "travaux",
        ] {
            let index = index(word);
            let letters: Vec<char> = word.chars().collect();
            for end in 1..=letters.len() {
                let typed: String = letters[..end].iter().collect();
                let found = search_terms(&typed)
                    .iter()
                    .all(|term| index.split(' ').any(|known| known.starts_with(term)));
                assert!(found, "{typed} in {index}");
            }
        }
        assert_eq!(index("L’opéra, le parc"), "oper opera le parc");
    }

    #[test]
    fn a_query_without_a_word_looks_for_nothing() {
        assert!(search_terms(" l' ; ").is_empty());
        assert_eq!(search_terms("été ETE étés").len(), 1);
        let many: String = (0..40).map(|n| format!("mot{n} ")).collect();
        assert_eq!(search_terms(&many).len(), SEARCH_TERMS);
    }

    fn is_valid_slug(slug: &str) -> bool {
        (1..=SLUG_LENGTH).contains(&slug.len())
            && slug.split('-').all(|word| {
                !word.is_empty()
                    && word
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            })
            && Uuid::try_parse(slug).is_err()
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn a_letter_folds_the_same_whole_or_with_its_marks_apart(text in any::<String>()) {
            let apart: String = text.nfkd().collect();
            prop_assert_eq!(fold(&apart), fold(&text));
        }

        #[test]
        fn every_slug_is_valid(title in any::<String>()) {
            prop_assert!(is_valid_slug(&slug(&title)));
        }

        #[test]
        fn every_slug_of_plain_words_is_valid(title in "[a-f0-9éÀ' -]{0,120}") {
            prop_assert!(is_valid_slug(&slug(&title)));
            prop_assert_eq!(slug(&slug(&title)), slug(&title));
        }

        #[test]
        fn an_index_never_panics(text in any::<String>()) {
            let index = index(&text);
            prop_assert!(!index.contains("  "));
        }

        #[test]
        fn any_words_of_a_text_find_it(
            words in prop::collection::vec("[a-zA-Zéèêàùçœï'’\\-0-9]{1,14}|\\PC{1,8}", 1..20),
            picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
        ) {
            let index = index(&words.join(" "));
            let index: Vec<&str> = index.split(' ').collect();
            let query: Vec<&str> = picks.iter().map(|pick| pick.get(&words).as_str()).collect();
            for term in search_terms(&query.join(" ")) {
                prop_assert!(index.contains(&term.as_str()), "{} in {:?}", term, index);
            }
        }
    }
}
