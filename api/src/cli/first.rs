//! The first account: without it nobody could make the others.

use std::io::{IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;

use domain::accounts::{Role, UserContent};
use domain::kernel::{EmailAddress, Line};
use persistence::{Act, Actor, Stop, Store, accounts};

use super::Failure;
use crate::app::FIRST_PASSWORD_FILE;
use crate::auth::{Passwords, generate};
use crate::config::Settings;
use crate::http::Problem;
use crate::users::new_user;

/// The address of the first account; the director changes it at leisure.
const EMAIL: &str = "director@concertation.local";

/// Makes a first director when there is no account at all; what to tell the person who started us.
pub(super) async fn director(
    store: &Store,
    passwords: &Passwords,
    settings: &Settings,
) -> Result<Option<String>, Failure> {
    if accounts::count_users(&store.read().await?).await? > 0 {
        return Ok(None);
    }
    let password = generate();
    let hash = passwords.hash(password.clone()).await?;
    let email = EmailAddress::parse(EMAIL).map_err(|_| "the first address is malformed")?;
    let name = Line::stored("Direction".to_owned());
    let content = UserContent::new(email, name, &[Role::Director]);
    // The password is put down first: an account that nobody can enter would be worse than a file
    // too many.
    let is_terminal = std::io::stderr().is_terminal();
    let file = settings.data_dir.join(FIRST_PASSWORD_FILE);
    if !is_terminal {
        write_private(&file, &format!("{EMAIL}\n{password}\n"))?;
    }
    let act = Act { actor: Actor::System, operation: "first_start", request_id: uuid::Uuid::nil() };
    let made = store.write(act, move |writing| {
        let (content, hash) = (content.clone(), hash.clone());
        Box::pin(async move {
            // Of several instances that start at once, one makes it.
            if writing.put_meta("first_director", "made").await? {
                new_user(writing, content, hash).await?;
                return Ok(true);
            }
            Ok(false)
        })
    });
    let made = made.await.map_err(|stop: Stop<Problem>| format!("{stop}"))?;
    Ok(made.then(|| match is_terminal {
        true => format!(
            "First account: {EMAIL}, password {password} (shown this once; change it at \
             /v1/me/password)"
        ),
        false => format!(
            "First account: its address and password are in {} until the first sign-in",
            file.display()
        ),
    }))
}

fn write_private(path: &std::path::Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    let mut file = file.map_err(|error| format!("{}: {error}", path.display()))?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}
