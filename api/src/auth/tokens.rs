//! The keys of this instance: the newest signs, all that count verify. Others may rotate them at any
//! time, so an unknown key is looked up before a token is refused for it.

use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use persistence::accounts::{self, StoredKey};
use persistence::{Act, Stop, Store, StoreError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::jwt::{self, Claims, SigningKey, TokenError, Verifier};

/// How long an access token lives.
pub(crate) const TOKEN_MINUTES: i64 = 15;

/// How old a signing key grows before another one takes over.
const ROTATE_DAYS: i64 = 90;

/// How often tokens with an unknown key may make us look for new keys; such a token waits for the next
/// look, so that one of a key just made is never refused.
const RELOAD_PAUSE: Duration = Duration::from_millis(200);

struct KeySet {
    signing: SigningKey,
    verifier: Verifier,
    jwks: Value,
    loaded: Instant,
}

/// Signs and verifies access tokens.
pub(crate) struct Tokens {
    issuer: String,
    keys: RwLock<Arc<KeySet>>,
    /// Who looks for new keys on behalf of all who wait for them.
    looking: tokio::sync::Mutex<()>,
}

impl Tokens {
    /// Loads the keys, and makes the first one where there is none.
    pub(crate) async fn load(store: &Store, issuer: &str) -> Result<Self, StoreError> {
        rotate_when_due(store).await?;
        let keys = RwLock::new(Arc::new(load(store, issuer).await?));
        Ok(Self {
            issuer: issuer.to_owned(),
            keys,
            looking: tokio::sync::Mutex::new(()),
        })
    }

    /// Who these tokens are of, and for.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The public keys (RFC 7517).
    pub(crate) async fn jwks(&self, store: &Store) -> Result<Value, StoreError> {
        if self.keys().loaded.elapsed() > RELOAD_PAUSE {
            self.reload(store).await?;
        }
        Ok(self.keys().jwks.clone())
    }

    /// Signs.
    pub(crate) fn sign(&self, claims: &Claims) -> Result<String, TokenError> {
        jwt::sign(&self.keys().signing, claims)
    }

    /// What a token says, if it is one of ours and counts at `now`.
    pub(crate) async fn verify(
        &self,
        store: &Store,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Result<Claims, TokenError>, StoreError> {
        let (keys, came) = (self.keys(), Instant::now());
        let verified = keys.verifier.verify(token, now);
        if !matches!(verified, Err(TokenError::UnknownKey)) {
            return Ok(verified);
        }
        let _one_for_all = self.looking.lock().await;
        let loaded = self.keys().loaded;
        if loaded < came {
            tokio::time::sleep(RELOAD_PAUSE.saturating_sub(loaded.elapsed())).await;
            self.reload(store).await?;
        }
        Ok(self.keys().verifier.verify(token, now))
    }

    /// Looks for the keys of other instances.
    pub(crate) async fn reload(&self, store: &Store) -> Result<(), StoreError> {
        let fresh = Arc::new(load(store, &self.issuer).await?);
        *self
            .keys
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
        Ok(())
    }

    fn keys(&self) -> Arc<KeySet> {
        self.keys
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }
}

async fn load(store: &Store, issuer: &str) -> Result<KeySet, StoreError> {
    let loaded = Instant::now();
    let stored = accounts::signing_keys(store, store.clock().now()).await?;
    let mut keys = stored
        .iter()
        .map(signing_key)
        .collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(StoreError::Unreadable("there is no signing key".to_owned()));
    }
    let verifier = Verifier::new(issuer, issuer, &keys);
    let jwks = json!({ "keys": keys.iter().map(SigningKey::jwk).collect::<Vec<_>>() });
    Ok(KeySet {
        signing: keys.swap_remove(0),
        verifier,
        jwks,
        loaded,
    })
}

fn signing_key(stored: &StoredKey) -> Result<SigningKey, StoreError> {
    let secret: &[u8; 32] = stored
        .secret
        .as_slice()
        .try_into()
        .map_err(|_| StoreError::Unreadable(format!("signing key {}", stored.kid)))?;
    Ok(SigningKey::from_secret_bytes(secret))
}

/// Makes another key when there is none or the newest is old. The one before stays valid for as long
/// as its last token lives.
pub(crate) async fn rotate_when_due(store: &Store) -> Result<bool, StoreError> {
    let now = store.clock().now();
    let keys = accounts::signing_keys(store, now).await?;
    let is_fresh = |key: &StoredKey| now - key.created_at < TimeDelta::days(ROTATE_DAYS);
    match keys.first() {
        Some(newest) if is_fresh(newest) => Ok(false),
        Some(_) => make(store, Made::Another).await,
        None => make(store, Made::First).await,
    }
}

/// Makes another key at once.
pub(crate) async fn rotate(store: &Store) -> Result<(), StoreError> {
    make(store, Made::Another).await.map(drop)
}

/// Which key is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    /// The database's first: one of several instances that start at once makes it.
    First,
    /// One that takes over.
    Another,
}

/// Says whether it was made.
async fn make(store: &Store, which: Made) -> Result<bool, StoreError> {
    let key = SigningKey::generate();
    let (kid, secret) = (key.kid().to_owned(), key.to_secret_bytes());
    let act = Act::system("keys_rotate", Uuid::nil());
    let done: Result<bool, Stop<StoreError>> = store
        .write(act, move |writing| {
            let kid = kid.clone();
            Box::pin(async move {
                if !writing.put_meta("first_signing_key", "made").await? && which == Made::First {
                    return Ok(false);
                }
                // Tokens of the old key live for minutes; instances look for new keys within them.
                let others_until = writing.now() + TimeDelta::minutes(2 * TOKEN_MINUTES);
                accounts::add_signing_key(writing, &kid, &secret, others_until).await?;
                persistence::audit::note(writing, "signing_key.added", "signing_key", None).await?;
                Ok(true)
            })
        })
        .await;
    done.map_err(Stop::into_error)
}
