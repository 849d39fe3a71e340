//! Argon2id in memory that goes back to the system after each hash, whichever thread it was made on.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{self, CustomizedPasswordHasher, PasswordHasher};
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// What is larger lies in pages of its own, which go back when it is freed. Of anything smaller the
/// system's allocator would learn to keep as much at hand from then on, and for each thread: that was
/// half of all memory. What isn't written to takes none.
const PAGES_OF_ITS_OWN: usize = 33 << 20;

/// Hashes with these parameters.
#[derive(Clone)]
pub(super) struct Hashing(Argon2<'static>);

impl Hashing {
    pub(super) fn new(params: Params) -> Self {
        Self(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// The blocks to hash in.
fn memory(count: usize) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(count.max(PAGES_OF_ITS_OWN / Block::SIZE));
    blocks.resize(count, Block::new());
    blocks
}

impl PasswordHasher<PasswordHash> for Hashing {
    fn hash_password_with_salt(
        &self,
        password: &[u8],
        salt: &[u8],
    ) -> password_hash::Result<PasswordHash> {
        let params = self.0.params();
        let salt = Salt::new(salt)?;
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut out = vec![0; length];
        let mut blocks = memory(params.block_count());
        self.0
            .hash_password_into_with_memory(password, &salt, &mut out, &mut blocks)?;
        Ok(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(params)?,
            salt: Some(salt),
            hash: Some(Output::new(&out)?),
        })
    }
}

/// By which a hash is verified: with the parameters that it was made with.
impl CustomizedPasswordHasher<PasswordHash> for Hashing {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> password_hash::Result<PasswordHash> {
        // Nothing else was ever stored.
        if algorithm.is_some_and(|name| name != Algorithm::Argon2id.as_str()) {
            return Err(password_hash::Error::Algorithm);
        }
        if version.is_some_and(|version| version != u32::from(Version::V0x13)) {
            return Err(password_hash::Error::Version);
        }
        Self::new(params).hash_password_with_salt(password, salt)
    }
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    #[test]
    fn a_hash_is_that_of_the_library() {
        let params = Params::new(64, 2, 1, None).unwrap();
        let library = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let (ours, salt) = (Hashing::new(params), [7; 16]);
        let made = ours.hash_password_with_salt(b"une phrase", &salt).unwrap();
        let expected = library.hash_password_with_salt(b"une phrase", &salt);
        assert_eq!(made, expected.unwrap());
        // Whatever it costs to make one now.
        let other = Hashing::new(Params::new(32, 1, 1, None).unwrap());
        assert_eq!(other.verify_password(b"une phrase", &made), Ok(()));
        let refused = other.verify_password(b"une autre", &made);
        assert_eq!(refused, Err(password_hash::Error::PasswordInvalid));
    }

    #[test]
    fn a_hash_of_another_kind_is_not_taken_for_a_wrong_password() {
        let params = Params::new(64, 1, 1, None).unwrap();
        let other = Argon2::new(Algorithm::Argon2i, Version::V0x13, params.clone());
        let made = other.hash_password_with_salt(b"une phrase", &[7; 16]);
        let verified = Hashing::new(params).verify_password(b"une phrase", &made.unwrap());
        assert_eq!(verified, Err(password_hash::Error::Algorithm));
    }
}
