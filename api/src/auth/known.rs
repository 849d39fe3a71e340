//! Tokens that were found good, so that they are not verified at each request; forgotten as soon as
//! anybody's sign-in changes, here or elsewhere.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use persistence::{News, Touched};
use quick_cache::sync::Cache;

use crate::http::request::Caller;

/// How many are known at a time.
const MOST: usize = 2_000;

/// The tokens, by the header that carries them.
pub(crate) struct Known {
    tokens: Cache<Box<str>, Arc<Good>>,
    ledger: Mutex<Ledger>,
}

struct Good {
    caller: Arc<Caller>,
    expires_at: DateTime<Utc>,
}

#[derive(Default)]
struct Ledger {
    is_listening: bool,
    changed: u64,
}

/// A moment before a token was looked at: what changes later counts against it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark(u64);

impl Known {
    pub(crate) fn new() -> Self {
        Self {
            tokens: Cache::new(MOST),
            ledger: Mutex::default(),
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose token it is, when it was found good and still is.
    pub(crate) fn get(&self, header: &str, now: DateTime<Utc>) -> Option<Arc<Caller>> {
        let good = self.tokens.get(header)?;
        (now < good.expires_at).then(|| good.caller.clone())
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.ledger().changed)
    }

    pub(super) fn put(&self, mark: Mark, header: &str, caller: &Caller, expires_at: DateTime<Utc>) {
        let ledger = self.ledger();
        if ledger.is_listening && ledger.changed == mark.0 {
            let caller = Arc::new(caller.clone());
            let good = Arc::new(Good { caller, expires_at });
            self.tokens.insert(header.into(), good);
        }
    }

    /// What the store tells.
    pub(crate) fn follow(&self, news: News<'_>) {
        let mut ledger = self.ledger();
        match news {
            News::Listening => ledger.is_listening = true,
            News::Deaf => ledger.is_listening = false,
            News::Touched(touched) => {
                let concerns = |one: &Touched| !matches!(one, Touched::Event { .. });
                if !touched.iter().any(concerns) {
                    return;
                }
            }
        }
        ledger.changed += 1;
        self.tokens.clear();
    }
}
