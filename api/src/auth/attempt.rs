//! Attempts to prove something, counted so that guessing is slow: by hashes that are recognised again, and not
//! read back.

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use persistence::accounts::{self, SignIn};
use persistence::{StoreError, Writing};
use sha2::Sha256;

use crate::app::App;
use crate::http::limits::network_of;
use crate::http::{Kind, Problem, Request};

/// How many failures are too many, and in how many minutes.
const FAILURES: u64 = 10;
/// How many an address may have from which somebody signed in well before: a town hall behind one
/// address is not shut out by one forgotten password.
const FAILURES_OF_KNOWN_ADDRESS: u64 = 100;
const FAILURE_MINUTES: i64 = 15;

/// An account and an address that try together: recognised again, and not to be read back.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    account: [u8; 32],
    address: [u8; 32],
}

impl Attempt {
    pub(super) fn of(request: &Request, account: &str) -> Self {
        Self {
            account: peppered(&request.app, account.as_bytes()),
            address: network_key(request),
        }
    }

    /// A citizen's, counted apart: that somebody came in by a mail says nothing of who types passwords from there,
    /// and what is mistyped by citizens shuts out no staff.
    pub(super) fn of_citizen(request: &Request, account: &str) -> Self {
        let address = [&b"citizen"[..], &network_key(request)].concat();
        Self {
            account: peppered(&request.app, account.as_bytes()),
            address: peppered(&request.app, &address),
        }
    }

    /// Counts it as a failure until it has succeeded; a refusal is an answer of the write, which is kept.
    pub(super) async fn try_in(
        self,
        writing: &mut Writing,
    ) -> Result<Result<(), Problem>, StoreError> {
        let (account, address) = (self.account, self.address);
        let since = writing.now() - TimeDelta::minutes(FAILURE_MINUTES);
        let seen = accounts::try_sign_in(writing, account, address, since, is_refused).await?;
        Ok(if is_refused(&seen) {
            Err(too_many())
        } else {
            Ok(())
        })
    }

    /// It was right: this forgives what was wrong before.
    pub(crate) async fn succeeded(self, writing: &mut Writing) -> Result<(), StoreError> {
        accounts::note_success(writing, self.account, self.address).await
    }
}

/// Counts an attempt to prove a password, or refuses it. Whoever signed in well from here before is
/// not shut out by what others get wrong elsewhere.
pub(crate) async fn attempt(request: &Request, email_key: &str) -> Result<Attempt, Problem> {
    let who = Attempt::of(request, email_key);
    let tried =
        request.write(move |writing| Box::pin(async move { Ok(who.try_in(writing).await?) }));
    tried.await??;
    Ok(who)
}

fn is_refused(seen: &SignIn) -> bool {
    seen.of_both >= FAILURES
        || seen.of_address >= FAILURES_OF_KNOWN_ADDRESS
        || (!seen.is_known && (seen.of_account >= FAILURES || seen.of_address >= FAILURES))
}

fn too_many() -> Problem {
    let wait = FAILURE_MINUTES.unsigned_abs() * 60;
    Problem::new(Kind::TooManyRequests)
        .retry_after(wait)
        .with_detail(
            "Trop d’essais manqués : réessayez dans un quart d’heure.",
            "Too many failed attempts: try again in a quarter of an hour.",
        )
}

/// The network that somebody asks from, recognised again and not read back.
pub(crate) fn network_key(request: &Request) -> [u8; 32] {
    let network = network_of(request.address).to_string();
    peppered(&request.app, network.as_bytes())
}

/// What is recognised again and can't be read back.
fn peppered(app: &App, what: &[u8]) -> [u8; 32] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&app.pepper).expect("HMAC takes a key of any length");
    mac.update(what);
    mac.finalize().into_bytes().into()
}
