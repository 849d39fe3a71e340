//! The password of the database: where it may lie, and that it is never shown.

use super::*;

#[test]
fn the_password_of_the_database_may_lie_in_a_file() {
    let password = File::holding("p@ss w%rd\r\n");
    let file = password.0.to_str().unwrap();
    let with = |url: &'static str, more: &[&str]| {
        let flags = ["--database-url", url, "--database-password-file", file];
        let flags = [&flags, more].concat();
        Start {
            flags: &flags,
            ..Start::default()
        }
        .settings()
    };
    let sent = |url: &DatabaseUrl| url.postgres_url_with_password().unwrap().to_owned();
    let replicas: [(&[&str], _); 3] = [
        (&[], None),
        (
            &["--read-database-url", "postgres://u@r/d"],
            Some("postgres://u@r/d?password=p%40ss+w%25rd"),
        ),
        (
            &["--read-database-url", "postgres://u:own@r/d"],
            Some("postgres://u:own@r/d"),
        ),
    ];
    for (more, replica) in replicas {
        let (settings, _) = with("postgres://u@h/d", more).unwrap();
        let written = "postgres://u@h/d?password=p%40ss+w%25rd";
        assert_eq!(sent(&settings.database_url), written);
        assert_eq!(
            settings.read_database_url.as_ref().map(sent).as_deref(),
            replica
        );
        assert!(!format!("{settings:?}").contains("p%40ss"));
    }

    for url in ["postgres://u:own@h/d", "sqlite:a.sqlite"] {
        let said = with(url, &[]).unwrap_err().to_string();
        let named = format!(
            "setting `database_password_file`: `{file}` from the flag --database-password-file: "
        );
        assert!(said.starts_with(&named), "{said}");
        assert!(!said.contains("p@ss"), "{said}");
    }
    let empty = File::holding("\n");
    let variables = &[
        ("CONCERTATION_DATABASE_URL", "postgres://u@h/d"),
        (
            "CONCERTATION_DATABASE_PASSWORD_FILE",
            empty.0.to_str().unwrap(),
        ),
    ];
    let said = Start {
        variables,
        ..Start::default()
    }
    .message();
    assert!(
        said.ends_with("CONCERTATION_DATABASE_PASSWORD_FILE: the file is empty"),
        "{said}"
    );
}

#[test]
fn a_password_is_never_shown() {
    let flags = &["--database-url", "postgres://u:s3cret@h/d"];
    let (settings, _) = Start {
        flags,
        ..Start::default()
    }
    .settings()
    .unwrap();
    let raw = Cli::try_parse_from(["concertation", flags[0], flags[1]])
        .unwrap()
        .settings;
    let wrong = "mysql://u:s3cret@h/d";
    for shown in [
        format!("{settings:?}"),
        format!("{raw:?}"),
        Start {
            flags: &["--database-url", wrong],
            ..Start::default()
        }
        .message(),
        // The parser would quote the line.
        Start {
            file: "database_url = 'postgres://u:s3cret@h/d",
            ..Start::default()
        }
        .message(),
        Start {
            file: "database_url = ['a', { url = 's3cret' }]",
            ..Start::default()
        }
        .message(),
        Start {
            file: "database_url = s3cret",
            ..Start::default()
        }
        .message(),
    ] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn the_password_of_the_mail_server_may_lie_in_a_file_and_is_never_shown() {
    let password = File::holding("p@ss w%rd\n");
    let file = password.0.to_str().unwrap();
    let flags = |way: &'static str| {
        let sender = ["--mail-from", "petr@c.example"];
        [&["--mail", way, "--mail-password-file", file][..], &sender].concat()
    };
    let (settings, _) = Start {
        flags: &flags("smtp://u@h"),
        ..Start::default()
    }
    .settings()
    .unwrap();
    let MailWay::Smtp(server) = &settings.mail else {
        panic!("{settings:?}");
    };
    assert_eq!(server.credentials.as_ref().unwrap().1, "p@ss w%rd");
    assert_eq!(settings.mail_from(), "petr@c.example");
    assert!(!format!("{settings:?}").contains("p@ss"));
    for way in ["smtp://u:s3cret@h", "smtp://h", "file"] {
        let said = Start {
            flags: &flags(way),
            ..Start::default()
        }
        .message();
        assert!(said.contains("--mail-password-file: "), "{said}");
        assert!(!said.contains("s3cret") && !said.contains("p@ss"), "{said}");
    }
    let said = Start {
        flags: &["--mail", "smtp://u:s3cret@h/inbox"],
        ..Start::default()
    }
    .message();
    assert!(
        said.contains("--mail: ") && !said.contains("s3cret"),
        "{said}"
    );
}
