//! Room for the bodies that are held in memory, bounded for all requests together: many large ones at
//! once don't take the machine's memory, and who finds no room comes again a moment later.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::request::Caller;
use super::{Kind, Problem};

const KIB: usize = 1024;

/// So much every body may hold: nearly all need no more, so that large ones are in nobody's way.
const FREE: usize = 16 * KIB;

/// For what is over that, in KiB, of those who have signed in, and of those who have not: their forms
/// are short.
const STAFF: usize = 48 * KIB;
const STRANGERS: usize = 16 * KIB;

/// What is left of the room; a permit is one KiB.
pub(crate) struct Room {
    staff: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self {
            staff: Arc::new(Semaphore::new(STAFF)),
            strangers: Arc::new(Semaphore::new(STRANGERS)),
        }
    }

    /// The room for a body of theirs, nothing of it taken yet.
    pub(super) fn of(&self, caller: &Caller) -> Held {
        let from = match caller {
            Caller::Staff(_) | Caller::Partner(_) | Caller::Citizen(_) => &self.staff,
            Caller::Anonymous => &self.strangers,
        };
        Held {
            from: from.clone(),
            permits: None,
        }
    }
}

/// What one body takes; it goes back when this is dropped.
pub(super) struct Held {
    from: Arc<Semaphore>,
    permits: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// Takes what a body of that length needs.
    pub(super) fn grow_to(&mut self, length: usize) -> Result<(), Problem> {
        let wanted = length.saturating_sub(FREE).div_ceil(KIB);
        let has = self.permits.as_ref().map_or(0, |held| held.num_permits());
        let Some(more) = wanted.checked_sub(has).filter(|more| *more > 0) else {
            return Ok(());
        };
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let taken = self.from.clone().try_acquire_many_owned(more);
        let taken = taken.map_err(|_| {
            Problem::new(Kind::Unavailable).retry_after(1).with_detail(
                "Trop de corps volumineux arrivent à la fois. Réessayez après Retry-After.",
                "Too many large bodies arrive at once. Try again after Retry-After.",
            )
        })?;
        match &mut self.permits {
            Some(held) => held.merge(taken),
            none => *none = Some(taken),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_is_free_and_what_is_large_is_bounded_for_all_together() {
        let room = Room::new();
        let mut held: Vec<Held> = (0..17).map(|_| room.of(&Caller::Anonymous)).collect();
        let large = FREE + 1024 * KIB;
        let (last, first) = held.split_last_mut().unwrap();
        for one in first {
            one.grow_to(FREE).unwrap();
            one.grow_to(FREE + 1).unwrap();
            one.grow_to(large).unwrap();
        }
        last.grow_to(FREE).unwrap();
        let refused = last.grow_to(FREE + 1).unwrap_err();
        assert_eq!(
            (refused.status(), refused.retry_after.is_some()),
            (503, true)
        );
        held.remove(0);
        held.last_mut().unwrap().grow_to(large).unwrap();
    }
}
