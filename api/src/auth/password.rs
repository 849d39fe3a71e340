//! Passwords: hashed by Argon2id off the async workers, a bounded number at a time; checked for strength
//! when they are chosen; generated when nobody chose one. Knows no account.

mod hashing;

use std::sync::Arc;
use std::thread;

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};
use unicode_normalization::UnicodeNormalization as _;

use hashing::Hashing;

/// Argon2id as OWASP's *Password Storage Cheat Sheet* has it: 19 MiB, two passes, one lane.
const OWASP: Params = match Params::new(19_456, 2, 1, None) {
    Ok(params) => params,
    Err(_) => panic!("these are within Argon2's bounds"),
};

/// The shortest password that may be chosen, in characters.
const MIN_CHARS: usize = 12;
/// The longest: far above any passphrase, and a bound on the work.
const MAX_CHARS: usize = 256;

/// Why a password could not be hashed or verified.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error("the password could not be hashed: {0}")]
    Hashing(password_hash::Error),
    #[error("the stored password hash can't be used: {0}")]
    Stored(password_hash::Error),
    #[error("the hashing task did not finish")]
    Stopped(#[from] JoinError),
}

/// Why a password may not be chosen. There are no rules of composition (NIST SP 800-63B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WeakPassword {
    #[error("a password has at least {MIN_CHARS} characters")]
    TooShort,
    #[error("a password has at most {MAX_CHARS} characters")]
    TooLong,
    #[error("a password is no repetition and no sequence of neighbouring characters")]
    Predictable,
    #[error("a password is more than one of the words that everybody tries first")]
    Common,
}

/// Hashes and verifies passwords, as many at once as there are cores: each takes 19 MiB and a core, and
/// a burst of sign-ins must not starve everything else.
pub(crate) struct Passwords {
    hashing: Hashing,
    permits: Arc<Semaphore>,
    decoy: String,
}

impl Passwords {
    /// # Errors
    /// When the decoy can't be hashed.
    pub(crate) fn new() -> Result<Self, PasswordError> {
        // Tests of sign-in are about who gets in, not about what a guess costs.
        let params = if cfg!(test) {
            Params::new(64, 1, 1, None).unwrap_or(OWASP)
        } else {
            OWASP
        };
        Self::with_params(params)
    }

    fn with_params(params: Params) -> Result<Self, PasswordError> {
        let hashing = Hashing::new(params);
        let decoy = hash_now(&hashing, &generate())?;
        let cores = thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
        Ok(Self {
            hashing,
            permits: Arc::new(Semaphore::new(cores)),
            decoy,
        })
    }

    /// The password's hash as a PHC string, with a salt of its own.
    pub(crate) async fn hash(&self, password: String) -> Result<String, PasswordError> {
        let hashing = self.hashing.clone();
        self.off_the_workers(move || hash_now(&hashing, &password))
            .await?
    }

    /// Whether the password is the hashed one. Without a hash (an unknown account) the answer is no, and
    /// takes as long as any other.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<&str>,
    ) -> Result<bool, PasswordError> {
        let hashing = self.hashing.clone();
        let against = hash.unwrap_or(&self.decoy).to_owned();
        let same = self
            .off_the_workers(move || verify_now(&hashing, &password, &against))
            .await??;
        Ok(same && hash.is_some())
    }

    async fn off_the_workers<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let permits = Arc::clone(&self.permits);
        let permit = permits
            .acquire_owned()
            .await
            .expect("this semaphore is never closed");
        // The permit goes with the work, which goes on when a client that hung up drops this future.
        spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
    }
}

fn hash_now(hashing: &Hashing, password: &str) -> Result<String, PasswordError> {
    let hash = hashing
        .hash_password(normal(password).as_bytes())
        .map_err(PasswordError::Hashing)?;
    Ok(hash.to_string())
}

fn verify_now(hashing: &Hashing, password: &str, hash: &str) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(hash).map_err(|error| PasswordError::Stored(error.into()))?;
    match hashing.verify_password(normal(password).as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(PasswordError::Stored(error)),
    }
}

/// An accented letter is one character or two, as the keyboard has it: the same password all the same.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// Whether a password may be chosen.
///
/// # Errors
/// The first reason against it.
pub(crate) fn check_strength(password: &str) -> Result<(), WeakPassword> {
    let password = normal(password);
    match password.chars().count() {
        ..MIN_CHARS => return Err(WeakPassword::TooShort),
        MIN_CHARS..=MAX_CHARS => {}
        _ => return Err(WeakPassword::TooLong),
    }
    let chars: Vec<char> = password.to_lowercase().chars().collect();
    if repeats(&chars) || runs(&chars) {
        return Err(WeakPassword::Predictable);
    }
    if is_common(&chars, |char| char) || is_common(&chars, plain_letter) {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

/// The same few characters three times or more.
fn repeats(chars: &[char]) -> bool {
    (1..=chars.len() / 3).any(|period| chars[period..].iter().eq(&chars[..chars.len() - period]))
}

/// What follows on a keyboard or in the alphabet, round and round.
const ROWS: [&str; 5] = [
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
];

/// Steps to a character that is no neighbour: below this, the whole is a few sequences put together.
const MIN_LEAPS: usize = 4;

fn runs(chars: &[char]) -> bool {
    let leaps = chars
        .windows(2)
        .filter(|pair| !neighbours(pair[0], pair[1]));
    leaps.count() < MIN_LEAPS
}

fn neighbours(one: char, other: char) -> bool {
    one == other
        || ROWS
            .iter()
            .any(|row| match (row.find(one), row.find(other)) {
                (Some(one), Some(other)) => [1, row.len() - 1].contains(&one.abs_diff(other)),
                _ => false,
            })
}

/// What everybody tries first, here; a longer word stands before the shorter one that begins it.
const COMMON: &str = "motdepasse password passwort concertation administrateur administrator admin \
    azerty qwerty bonjour bienvenue welcome changeme changezmoi letmein jetaime iloveyou soleil doudou \
    loulou chouchou princesse marseille secret login default test";

/// Letters left beside common words: up to this many they add nothing to guess.
const FEW_LETTERS: usize = 3;

/// Whether the password is common words with ornaments.
fn is_common(chars: &[char], read_as: impl Fn(char) -> char) -> bool {
    let letters: String = chars
        .iter()
        .map(|&char| read_as(char))
        .filter(|char| char.is_alphabetic())
        .collect();
    let rest = COMMON
        .split(' ')
        .fold(letters.clone(), |rest, word| rest.replace(word, ""));
    rest.len() < letters.len() && rest.chars().count() <= FEW_LETTERS
}

/// The letter that a figure or a sign often stands for.
fn plain_letter(char: char) -> char {
    match char {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        other => other,
    }
}

/// No character that is taken for another when it is read aloud or copied by hand.
const READABLE: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 5;
const GROUP_CHARS: usize = 4;

/// A random password of 20 readable characters (99 bits) in groups, such as `k3vd-9xpm-2hqa-rt7w-ebn5`.
pub(crate) fn generate() -> String {
    let mut password = String::with_capacity(GROUPS * (GROUP_CHARS + 1));
    for place in 0..GROUPS * GROUP_CHARS {
        if place > 0 && place % GROUP_CHARS == 0 {
            password.push('-');
        }
        password.push(random_readable());
    }
    password
}

fn random_readable() -> char {
    loop {
        let mut byte = [0];
        getrandom::fill(&mut byte)
            .expect("the kernel's random source is ready before any service starts");
        // Five bits choose among 32; what is past the end is drawn again, so none is likelier.
        if let Some(&char) = READABLE.get(usize::from(byte[0] & 31)) {
            return char::from(char);
        }
    }
}

#[cfg(test)]
mod tests;
