//! The first account: without it nobody could make the others.

use std::io::{ErrorKind, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::accounts::{Role, UserContent, UserState};
use domain::kernel::{EmailAddress, Ids, Line};
use persistence::accounts::{self, UserFilter};
use persistence::{Act, Part, Stop, Store, SystemIds};

use super::Failure;
use crate::app::FIRST_PASSWORD_FILE;
use crate::auth::{Passwords, generate};
use crate::config::Settings;
use crate::http::Problem;
use crate::users::new_user;

/// The address of the first account; the director changes it at leisure.
const EMAIL: &str = "director@concertation.local";

/// The word in the database that the first account was made.
const MADE: &str = "first_director";

/// Makes a first director when nobody directs and none was made before; what to tell the person who
/// started us.
pub(super) async fn director(
    store: &Store,
    passwords: &Passwords,
    settings: &Settings,
) -> Result<Option<String>, Failure> {
    if !is_wanted(store).await? {
        return Ok(None);
    }
    // The password is put down first: an account that nobody can enter would be worse than a file
    // too many.
    if std::io::stderr().is_terminal() {
        let password = generate();
        let made = make(store, passwords, password.clone()).await?;
        return Ok(made.then(|| {
            format!(
                "First account: {EMAIL}, password {password} (shown this once; change it at \
                 /v1/me/password)"
            )
        }));
    }
    let file = settings.data_dir.join(FIRST_PASSWORD_FILE);
    let password = put_down(store, &file)?;
    if make(store, passwords, password.clone()).await? {
        return Ok(Some(format!(
            "First account: its address and password are in {} until the first sign-in",
            file.display()
        )));
    }
    // Another instance was quicker. What it put down stays where it shares our folder.
    let email = EmailAddress::parse(EMAIL).map_err(|_| "the first address is malformed")?;
    let hash = accounts::credentials(store, &email)
        .await?
        .map(|(_, hash)| hash);
    if !passwords.verify(password, hash.as_deref()).await? {
        std::fs::remove_file(&file).map_err(|error| failed(&file, &error))?;
    }
    Ok(None)
}

/// Accounts that the command line made before the first start may all be of another role.
async fn is_wanted(store: &Store) -> Result<bool, Failure> {
    if store.meta(MADE).await?.is_some() {
        return Ok(false);
    }
    let email = EmailAddress::parse(EMAIL).map_err(|_| "the first address is malformed")?;
    let directors = UserFilter {
        state: Some(UserState::Active),
        role: Some(Role::Director),
        updated_since: None,
    };
    let snapshot = store.read().await?;
    let (directors, _) = accounts::list(&snapshot, &directors, Part::first(1)).await?;
    Ok(directors.is_empty() && accounts::credentials(store, &email).await?.is_none())
}

/// Makes the account; of several instances that start at once, one does.
async fn make(store: &Store, passwords: &Passwords, password: String) -> Result<bool, Failure> {
    let hash = passwords.hash(password).await?;
    let email = EmailAddress::parse(EMAIL).map_err(|_| "the first address is malformed")?;
    let name = Line::stored("Direction".to_owned());
    let content = UserContent::new(email, name, &[Role::Director]);
    let act = Act::system("first_start", uuid::Uuid::nil());
    let made = store.write(act, move |writing| {
        let (content, hash) = (content.clone(), hash.clone());
        Box::pin(async move {
            if writing.put_meta(MADE, "made").await? {
                new_user(writing, content, hash).await?;
                return Ok(true);
            }
            Ok(false)
        })
    });
    made.await
        .map_err(|stop: Stop<Problem>| stop.to_string().into())
}

/// Writes a new password for its reader alone, unless one lies there already: of a start that was
/// cut off, or of another instance that starts in the same folder just now. What lies there counts.
fn put_down(store: &Store, file: &Path) -> Result<String, Failure> {
    let draft = PathBuf::from(format!(
        "{}.{}.new",
        file.display(),
        SystemIds::at(store.clock().now()).next()
    ));
    let written = write_private(&draft, &format!("{EMAIL}\n{}\n", generate()));
    let placed = written.and_then(|()| std::fs::hard_link(&draft, file));
    // A draft that was never made is as good as removed.
    let _ = std::fs::remove_file(&draft);
    match placed {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(file, &error)),
        _ => {}
    }
    let text = std::fs::read_to_string(file).map_err(|error| failed(file, &error))?;
    match text.lines().nth(1) {
        Some(password) if !password.is_empty() => Ok(password.to_owned()),
        _ => Err(format!("{} holds no password: remove it", file.display()).into()),
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display()).into()
}
