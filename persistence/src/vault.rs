//! The master key and the keys per person. A personal value that is quoted outside its own row is sealed
//! under its person's key, and that key is stored wrapped by the master key: destroying one wrapped key
//! makes every quotation unreadable. Reads and makes the key's file; knows no database.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// First byte of everything sealed here, so that another cipher can follow one day.
const VERSION: u8 = 1;

/// Far more than a key's text, far less than a file opened by mistake.
const FILE_LIMIT: u64 = 1024;

/// Why a key could not be loaded or a sealed value not opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key's file could not be read or made.
    #[error("the master key file {}: {cause}", path.display())]
    File {
        /// The key's file.
        path: PathBuf,
        /// What the operating system answered.
        #[source]
        cause: io::Error,
    },
    /// Others than its owner may use the key's file.
    #[error("the master key file {} has mode {mode:04o}: others than its owner may use it; run `chmod 600` on it", path.display())]
    Exposed {
        /// The key's file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key's file holds something else than a key.
    #[error("the master key file {} does not hold 32 bytes in base64; put the right key back, a new one opens nothing that was stored", path.display())]
    NotAKey {
        /// The key's file.
        path: PathBuf,
    },
    /// The sealed bytes are too short or of an unknown version.
    #[error("the sealed value has no form that is known here")]
    UnknownForm,
    /// The key or the context is not the one it was sealed with, or the bytes were changed.
    #[error("the sealed value does not open with this key in this context")]
    DoesNotOpen,
}

/// What a sealed value is for. It is authenticated with the context, so that a value sealed for one use
/// never opens as another.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Purpose {
    PersonKey = b'k',
    Secret = b's',
    Value = b'v',
}

/// Key material, wiped when dropped.
struct KeyBytes([u8; KEY_BYTES]);

impl KeyBytes {
    fn random() -> Self {
        let mut key = Self([0; KEY_BYTES]);
        fill_random(&mut key.0);
        key
    }

    fn copied(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    fn seal(&self, purpose: Purpose, plain: &[u8], context: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        fill_random(&mut nonce);
        let payload = Payload {
            msg: plain,
            aad: &bound(purpose, context),
        };
        let ciphertext = XChaCha20Poly1305::new((&self.0).into())
            .encrypt((&nonce).into(), payload)
            .expect("the cipher refuses only what is longer than 256 GiB");
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    fn open(&self, purpose: Purpose, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (&version, rest) = sealed.split_first().ok_or(VaultError::UnknownForm)?;
        let (nonce, ciphertext) = rest
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(VaultError::UnknownForm)?;
        if version != VERSION || ciphertext.len() < TAG_BYTES {
            return Err(VaultError::UnknownForm);
        }
        let payload = Payload {
            msg: ciphertext,
            aad: &bound(purpose, context),
        };
        XChaCha20Poly1305::new((&self.0).into())
            .decrypt(nonce.into(), payload)
            .map_err(|_| VaultError::DoesNotOpen)
    }
}

impl Drop for KeyBytes {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without a reader the compiler may leave the wiping out.
        std::hint::black_box(&self.0);
    }
}

/// What is authenticated beside the ciphertext.
fn bound(purpose: Purpose, context: &[u8]) -> Vec<u8> {
    let mut bound = Vec::with_capacity(2 + context.len());
    bound.extend_from_slice(&[VERSION, purpose as u8]);
    bound.extend_from_slice(context);
    bound
}

/// Sixteen random bytes in the form of a UUID (RFC 9562, version 4).
pub(crate) fn random_id() -> [u8; 16] {
    let mut bytes = [0; 16];
    fill_random(&mut bytes);
    *uuid::Builder::from_random_bytes(bytes).as_uuid().as_bytes()
}

fn fill_random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the kernel's random source is ready before any service starts");
}

/// The key that wraps all others. It lies in a file of its own that no backup holds.
pub struct MasterKey(KeyBytes);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(hidden)")
    }
}

impl MasterKey {
    /// Reads the key at `path`, or makes one when there is no such file. Instances that start at the same
    /// moment end up with the same key.
    ///
    /// # Errors
    /// When the file can't be read or made, when others than its owner may use it, and when it holds no
    /// key: an unreadable key is never replaced by a new one.
    pub(crate) fn load_or_create(path: &Path) -> Result<Self, VaultError> {
        if let Some(key) = Self::load(path)? {
            return Ok(key);
        }
        let failed = |cause| VaultError::File {
            path: path.to_owned(),
            cause,
        };
        create(path, &KeyBytes::random()).map_err(failed)?;
        // Whoever won the race, the file is what counts.
        Self::read(path, File::open(path).map_err(failed)?)
    }

    /// Reads the key at `path`; `None` when there is no such file.
    ///
    /// # Errors
    /// When the file can't be read, when others than its owner may use it, and when it holds no key.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>, VaultError> {
        match File::open(path) {
            Ok(file) => Self::read(path, file).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(VaultError::File {
                path: path.to_owned(),
                cause,
            }),
        }
    }

    fn read(path: &Path, file: File) -> Result<Self, VaultError> {
        let failed = |cause| VaultError::File {
            path: path.to_owned(),
            cause,
        };
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(VaultError::Exposed {
                path: path.to_owned(),
                mode,
            });
        }
        let mut text = Vec::new();
        file.take(FILE_LIMIT)
            .read_to_end(&mut text)
            .map_err(failed)?;
        STANDARD
            .decode(text.trim_ascii())
            .ok()
            .and_then(|bytes| KeyBytes::copied(&bytes))
            .map(Self)
            .ok_or_else(|| VaultError::NotAKey {
                path: path.to_owned(),
            })
    }

    /// Wraps a person's key; `context` is the person's id.
    #[must_use]
    pub(crate) fn wrap(&self, key: &PersonKey, context: &[u8]) -> Vec<u8> {
        self.0.seal(Purpose::PersonKey, &key.0.0, context)
    }

    /// Opens what [`MasterKey::wrap`] gave for the same context.
    ///
    /// # Errors
    /// When it was wrapped by another master key or for another context, or was changed.
    pub(crate) fn unwrap(&self, wrapped: &[u8], context: &[u8]) -> Result<PersonKey, VaultError> {
        let bytes = self.0.open(Purpose::PersonKey, wrapped, context)?;
        KeyBytes::copied(&bytes)
            .map(PersonKey)
            .ok_or(VaultError::UnknownForm)
    }

    /// Wraps another secret, such as a signing key; `context` names it.
    #[must_use]
    pub(crate) fn wrap_bytes(&self, secret: &[u8], context: &[u8]) -> Vec<u8> {
        self.0.seal(Purpose::Secret, secret, context)
    }

    /// Opens what [`MasterKey::wrap_bytes`] gave for the same context.
    ///
    /// # Errors
    /// When it was wrapped by another master key or for another context, or was changed.
    pub(crate) fn unwrap_bytes(
        &self,
        wrapped: &[u8],
        context: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        self.0.open(Purpose::Secret, wrapped, context)
    }

    /// A key for one purpose, the same on every instance (HMAC-SHA256 of the purpose's name).
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        use hmac::{Hmac, KeyInit, Mac};
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&self.0.0)
            .expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// Writes the key beside its place, then links it there: nobody ever reads half a key, a crash leaves
/// none, and a key that is already there stays.
fn create(path: &Path, key: &KeyBytes) -> io::Result<()> {
    let mut suffix = [0; 9];
    fill_random(&mut suffix);
    let mut name = path
        .file_name()
        .ok_or(io::ErrorKind::InvalidInput)?
        .to_owned();
    name.push(format!(".{}.new", URL_SAFE_NO_PAD.encode(suffix)));
    let draft = path.with_file_name(name);

    let placed = write_draft(&draft, key).and_then(|()| fs::hard_link(&draft, path));
    // A draft that was never made is as good as removed.
    let removed = fs::remove_file(&draft);
    match placed {
        Ok(()) => removed.and_then(|()| sync_folder(path)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => removed,
        Err(error) => Err(error),
    }
}

fn write_draft(draft: &Path, key: &KeyBytes) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    writeln!(file, "{}", STANDARD.encode(key.0))?;
    file.sync_all()
}

/// A key that a power cut takes away after the first rows were sealed would take those rows with it.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// One person's key. Destroying its wrapped form erases what was sealed with it, wherever it lies.
pub(crate) struct PersonKey(KeyBytes);

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey(hidden)")
    }
}

impl PersonKey {
    /// A new random key.
    #[must_use]
    pub(crate) fn generate() -> Self {
        Self(KeyBytes::random())
    }

    /// Encrypts a personal value; `context` says whose and where it lies, and must be given again to open.
    #[must_use]
    pub(crate) fn seal(&self, plain: &[u8], context: &[u8]) -> Vec<u8> {
        self.0.seal(Purpose::Value, plain, context)
    }

    /// Opens what [`PersonKey::seal`] gave for the same context.
    ///
    /// # Errors
    /// When it was sealed with another key or for another context, or was changed.
    pub(crate) fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.0.open(Purpose::Value, sealed, context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    const CONTEXT: &[u8] = b"person 1";

    fn master() -> MasterKey {
        MasterKey(KeyBytes::random())
    }

    #[test]
    fn what_is_sealed_opens_again() {
        let (master, key) = (master(), PersonKey::generate());
        let sealed = key.seal("Zoé Lefèvre".as_bytes(), CONTEXT);
        let again = master.unwrap(&master.wrap(&key, CONTEXT), CONTEXT).unwrap();
        assert_eq!(
            again.open(&sealed, CONTEXT).unwrap(),
            "Zoé Lefèvre".as_bytes()
        );
        assert_eq!(key.open(&key.seal(b"", CONTEXT), CONTEXT).unwrap(), b"");
        let wrapped = master.wrap_bytes(b"a signing key", b"signing");
        assert_eq!(
            master.unwrap_bytes(&wrapped, b"signing").unwrap(),
            b"a signing key"
        );
    }

    #[test]
    fn the_form_is_version_nonce_ciphertext_and_never_twice_the_same() {
        let key = PersonKey::generate();
        let (one, two) = (key.seal(b"same", CONTEXT), key.seal(b"same", CONTEXT));
        assert_eq!(one.len(), 1 + NONCE_BYTES + 4 + TAG_BYTES);
        assert_eq!(one[0], VERSION);
        assert_ne!(one[1..=NONCE_BYTES], two[1..=NONCE_BYTES]);
        assert_ne!(one[1 + NONCE_BYTES..], two[1 + NONCE_BYTES..]);
    }

    #[test]
    fn another_key_context_or_purpose_opens_nothing() {
        let (master_key, key) = (master(), PersonKey::generate());
        let sealed = key.seal(b"value", CONTEXT);
        let wrapped = master_key.wrap(&key, CONTEXT);
        let refused = [
            PersonKey::generate().open(&sealed, CONTEXT).err(),
            key.open(&sealed, b"person 2").err(),
            master().unwrap(&wrapped, CONTEXT).err(),
            master_key.unwrap(&wrapped, b"person 2").err(),
            master_key.unwrap_bytes(&wrapped, CONTEXT).err(),
            master_key
                .unwrap(&master_key.wrap_bytes(&[7; 32], CONTEXT), CONTEXT)
                .err(),
        ];
        for error in refused {
            assert!(matches!(error, Some(VaultError::DoesNotOpen)), "{error:?}");
        }
    }

    #[test]
    fn every_changed_or_missing_byte_is_noticed() {
        let key = PersonKey::generate();
        let sealed = key.seal(b"value", CONTEXT);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open(&changed, CONTEXT).is_err(), "byte {place}");
            assert!(
                key.open(&sealed[..place], CONTEXT).is_err(),
                "cut at {place}"
            );
        }
    }

    #[test]
    fn the_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let first = MasterKey::load_or_create(&path).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
            0o600
        );
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!((text.len(), text.ends_with('\n')), (45, true));
        assert_eq!(MasterKey::load_or_create(&path).unwrap().0.0, first.0.0);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "the draft is gone"
        );
        assert_eq!(
            format!("{first:?} {:?}", PersonKey::generate()),
            "MasterKey(hidden) PersonKey(hidden)"
        );
    }

    #[test]
    fn a_key_that_others_may_use_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::load_or_create(&path).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o644, 0o610] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = MasterKey::load_or_create(&path).unwrap_err();
            assert!(matches!(error, VaultError::Exposed { mode: found, .. } if found == mode));
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        MasterKey::load_or_create(&path).unwrap();
    }

    #[test]
    fn what_is_no_key_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let wrong = [
            String::new(),
            "not base64!".into(),
            STANDARD.encode([1; 31]),
            STANDARD.encode([1; 33]),
        ];
        for text in wrong {
            fs::write(&path, &text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            let error = MasterKey::load_or_create(&path).unwrap_err();
            assert!(matches!(error, VaultError::NotAKey { .. }), "{error:?}");
            assert!(!error.to_string().contains("not base64!"));
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = MasterKey::load_or_create(&folder.path().join("none/master.key")).unwrap_err();
        assert!(matches!(error, VaultError::File { .. }));
        assert!(error.to_string().contains("none/master.key"), "{error}");
    }

    #[test]
    fn creators_that_race_get_one_key() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("master.key");
            let start = Barrier::new(8);
            let keys: Vec<[u8; KEY_BYTES]> = thread::scope(|scope| {
                let racers: Vec<_> = (0..8)
                    .map(|_| {
                        scope.spawn(|| {
                            start.wait();
                            MasterKey::load_or_create(&path).unwrap().0.0
                        })
                    })
                    .collect();
                racers
                    .into_iter()
                    .map(|racer| racer.join().unwrap())
                    .collect()
            });
            assert!(keys.iter().all(|key| *key == keys[0]));
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}
