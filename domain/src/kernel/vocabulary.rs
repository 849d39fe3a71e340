//! Closed lists of words (kinds, states, audiences…): one word for one thing, in the database, on
//! the wire and in the contract.

use super::FaultCode;

/// A closed list. Its words are the only place where they are written.
pub trait Vocabulary: Copy + Eq + 'static {
    /// The name of the list in the contract (`EventKind`).
    const NAME: &'static str;
    /// Each value with its word.
    const WORDS: &'static [(Self, &'static str)];

    /// The word of a value.
    fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(value, _)| *value == self)
            .map_or("", |(_, word)| word)
    }

    /// The value of a word.
    ///
    /// # Errors
    /// [`FaultCode::UnknownWord`] with the words that are taken.
    fn parse(word: &str) -> Result<Self, FaultCode> {
        Self::WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(value, _)| *value)
            .ok_or_else(|| FaultCode::UnknownWord {
                known: Self::all_words(),
            })
    }

    /// All the words, in their order.
    #[must_use]
    fn all_words() -> Vec<&'static str> {
        Self::WORDS.iter().map(|(_, word)| *word).collect()
    }
}
