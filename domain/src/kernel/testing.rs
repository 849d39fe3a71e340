//! What the tests of all features hand in.

use uuid::Uuid;

use super::Ids;

/// Ids that count up from the one behind that.
pub(crate) struct Counter(pub(crate) u128);

impl Ids for Counter {
    fn next(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}
