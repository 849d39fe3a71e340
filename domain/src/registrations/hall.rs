//! The places of one date, and who gets one that is free: first come, first served, each party whole.

use crate::kernel::Id;

use super::Registration;

/// The places of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hall {
    /// How many there are; absent when nobody counts them.
    pub capacity: Option<u32>,
    /// How many are held: by those who come, were offered one, or have yet to show their address.
    pub held: u32,
}

impl Hall {
    /// How many are free; absent when nobody counts them.
    #[must_use]
    pub fn free(&self) -> Option<u32> {
        self.capacity
            .map(|capacity| capacity.saturating_sub(self.held))
    }

    /// Whether so many fit now.
    #[must_use]
    pub fn fits(&self, party: u32) -> bool {
        self.free().is_none_or(|free| party <= free)
    }

    /// Whether so many would fit if it were empty.
    #[must_use]
    pub fn could_hold(&self, party: u32) -> bool {
        self.capacity.is_none_or(|capacity| party <= capacity)
    }
}

/// A party that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Which one.
    pub id: Id<Registration>,
    /// How many they are.
    pub party: u32,
}

/// What becomes of those who wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// Who gets places, in their turn.
    pub served: Vec<Id<Registration>>,
    /// Who was passed over, being more than there is room for, and keeps their turn.
    pub passed_over: Vec<Id<Registration>>,
}

/// Serves those who wait, in their turn, as far as there are places: a party is served whole or passed over.
#[must_use]
pub fn serve(hall: Hall, waiting: &[Waiting]) -> Served {
    let mut free = hall.free();
    let mut outcome = Served::default();
    for party in waiting {
        match &mut free {
            // Whoever stands behind can't be served either.
            Some(0) => break,
            Some(free) if party.party > *free => outcome.passed_over.push(party.id),
            Some(free) => {
                *free -= party.party;
                outcome.served.push(party.id);
            }
            None => outcome.served.push(party.id),
        }
    }
    outcome
}
