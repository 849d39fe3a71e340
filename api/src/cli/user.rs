//! `user create`.

use std::io::{IsTerminal, Read};
use std::process::ExitCode;

use domain::accounts::{Role, UserContent};
use domain::kernel::{EmailAddress, Line, Vocabulary};
use persistence::{Act, Clock, Schema, Stop};

use super::{Failure, say};
use crate::auth::{Passwords, check_strength};
use crate::config::Settings;
use crate::http::Problem;
use crate::users::new_user;

pub(super) async fn create(
    settings: &Settings,
    email: &str,
    roles: &[String],
    name: Option<String>,
    from_stdin: bool,
) -> Result<ExitCode, Failure> {
    let address = EmailAddress::parse(email);
    let address = address.map_err(|_| format!("--email: {email:?} is no e-mail address"))?;
    let role = |word: &String| {
        let known = Role::all_words().join(", ");
        Role::parse(word).map_err(|_| format!("--role: {word:?} is none of {known}"))
    };
    let roles = roles.iter().map(role).collect::<Result<Vec<_>, _>>()?;
    let name = name.unwrap_or_else(|| email.to_owned());
    let name = Line::parse(&name).map_err(|_| "--name: one line of at most 200 characters")?;
    let password = password(from_stdin)?;
    check_strength(&password).map_err(|weak| weak.to_string())?;
    let store = crate::server::open_store(settings, Clock::System, Schema::Migrate).await?;
    let hash = Passwords::new()?.hash(password).await?;
    let content = UserContent::new(address, name, &roles);
    let act = Act::system("user_create", uuid::Uuid::nil());
    let made = store.write(act, move |writing| {
        let (content, hash) = (content.clone(), hash.clone());
        Box::pin(async move { new_user(writing, content, hash).await })
    });
    let made = made.await.map_err(|stop| match stop {
        Stop::Refused(Problem {
            detail: Some((_, english)),
            ..
        }) => english,
        other => other.to_string(),
    })?;
    persistence::audit::seal(&store).await?;
    store.close().await;
    say(&format!(
        "{} may sign in as {}.",
        made.content.email.as_str(),
        words(&made.content.roles)
    ));
    Ok(ExitCode::SUCCESS)
}

fn words(roles: &[Role]) -> String {
    roles
        .iter()
        .map(|role| role.word())
        .collect::<Vec<_>>()
        .join(", ")
}

fn password(from_stdin: bool) -> Result<String, Failure> {
    if from_stdin {
        let mut text = String::new();
        std::io::stdin().take(4096).read_to_string(&mut text)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    let no_terminal = "no terminal to ask the password on; use --password-stdin";
    if !std::io::stdin().is_terminal() {
        return Err(no_terminal.into());
    }
    let first = rpassword::prompt_password("Password: ").map_err(|_| no_terminal)?;
    let second = rpassword::prompt_password("Once more: ").map_err(|_| no_terminal)?;
    if first == second {
        Ok(first)
    } else {
        Err("the two passwords differ".into())
    }
}
