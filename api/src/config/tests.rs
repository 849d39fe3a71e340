//! Precedence among the three sources, and what is said of what is wrong.

mod secrets;

use std::ffi::OsString;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use clap::{Args, Command, CommandFactory, FromArgMatches, Parser};

use super::sources::{Environment, merge, variable};
use super::*;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    settings: RawSettings,
}

/// The three sources of one start.
#[derive(Default)]
struct Start<'a> {
    file: &'a str,
    variables: &'a [(&'a str, &'a str)],
    flags: &'a [&'a str],
}

impl Start<'_> {
    fn settings(&self) -> Result<(Settings, Vec<String>), ConfigError> {
        let file = File::holding(self.file);
        let line = ["concertation"].iter().chain(self.flags);
        let flags = Cli::try_parse_from(line)
            .expect("the flags are known")
            .settings;
        let variables = self.variables.iter();
        let environment: Environment = variables
            .map(|(name, value)| ((*name).to_owned(), OsString::from(value)))
            .collect();
        let (raw, warnings) = merge(flags, &environment, &file.0)?;
        Ok((Settings::resolve(raw, Path::new("data"))?, warnings))
    }

    fn message(&self) -> String {
        match self.settings() {
            Ok(_) => panic!("nothing is refused"),
            Err(error) => error.to_string(),
        }
    }
}

/// A file that goes away with the test.
struct File(PathBuf);

impl File {
    fn holding(text: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("concertation-{}-{number}.toml", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn nothing_given_is_a_working_service() {
    let (settings, warnings) = Start::default().settings().unwrap();
    assert_eq!(
        settings.listen,
        "127.0.0.1:8080".parse::<SocketAddr>().unwrap()
    );
    assert_eq!(settings.data_dir, Path::new("data"));
    let database = Path::new("data/concertation.sqlite");
    assert_eq!(settings.database_url.sqlite_path(), Some(database));
    assert_eq!(settings.read_database_url, None);
    assert_eq!(settings.public_url.as_str(), "http://localhost:8080");
    assert_eq!(settings.petr_name, "PETR");
    assert_eq!(settings.perimeter, Vec::<String>::new());
    assert_eq!(settings.master_key_file, Path::new("data/master.key"));
    assert_eq!(settings.trusted_proxies, []);
    assert_eq!(settings.allowed_targets, []);
    assert_eq!(settings.mail, MailWay::File);
    assert_eq!(settings.mail_from(), "concertation@concertation.local");
    assert_eq!(settings.rate_limits, RateLimits::On);
    assert_eq!(
        (settings.log.as_str(), settings.log_format),
        ("info", LogFormat::Auto)
    );
    assert_eq!(settings.request_timeout, Duration::from_secs(30));
    assert_eq!(settings.shutdown_timeout, Duration::from_secs(30));
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn the_example_file_changes_nothing_and_names_everything() {
    let example = include_str!("../../../concertation.example.toml");
    let (settings, _) = Start {
        file: example,
        ..Start::default()
    }
    .settings()
    .unwrap();
    let (defaults, _) = Start::default().settings().unwrap();
    assert_eq!(format!("{settings:?}"), format!("{defaults:?}"));

    // Uncommented, every example is a value that is taken.
    let password = File::holding("s3cret\n");
    let named = password.0.to_str().unwrap();
    let authority = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/outgoing/download/certificates/authority.pem"
    );
    let uncommented = example
        .replace("\n#: ", "\n")
        .replace("/etc/concertation/database-password", named)
        .replace("mail = \"file\"", "mail = \"smtp://u@m.example\"")
        .replace("/etc/concertation/mail-password", named)
        .replace("/etc/concertation/mail-authorities.pem", authority);
    let (settings, _) = Start {
        file: &uncommented,
        ..Start::default()
    }
    .settings()
    .unwrap();
    assert_eq!(
        settings.public_url.as_str(),
        "https://concertation.example.fr"
    );
    for (setting, _) in RawSettings::default().places() {
        assert!(
            uncommented.contains(&format!("\n{setting} = ")),
            "{setting} is missing"
        );
    }
}

#[test]
fn a_flag_beats_a_variable_beats_the_file() {
    let mut start = Start {
        file: "petr_name = 'file'",
        ..Start::default()
    };
    assert_eq!(start.settings().unwrap().0.petr_name, "file");
    start.variables = &[("CONCERTATION_PETR_NAME", "variable")];
    assert_eq!(start.settings().unwrap().0.petr_name, "variable");
    start.flags = &["--petr-name", "flag"];
    assert_eq!(start.settings().unwrap().0.petr_name, "flag");
}

#[test]
fn an_empty_variable_is_not_given() {
    let start = Start {
        file: "petr_name = 'file'",
        variables: &[
            ("CONCERTATION_PETR_NAME", ""),
            ("CONCERTATION_READ_DATABASE_URL", ""),
        ],
        ..Start::default()
    };
    assert_eq!(start.settings().unwrap().0.petr_name, "file");
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let start = Start {
        flags: &["--config", "/nowhere/c.toml"],
        ..Start::default()
    };
    assert!(
        start
            .message()
            .starts_with("the configuration file /nowhere/c.toml can't be read")
    );

    let file = File::holding("petr_name = 'named'");
    let named = file.0.to_str().unwrap();
    let start = Start {
        file: "petr_name = 'default'",
        flags: &["--config", named],
        ..Start::default()
    };
    assert_eq!(start.settings().unwrap().0.petr_name, "named");
}

#[test]
fn the_file_has_its_own_kinds_of_values() {
    let file = "
        request_timeout = 5
        rate_limits = false
        perimeter = ['200067643', '245400759']
        trusted_proxies = ['127.0.0.1', '10.0.0.0/8']
        allowed_targets = ['192.168.7.0/24', '::1']";
    let (settings, _) = Start {
        file,
        ..Start::default()
    }
    .settings()
    .unwrap();
    assert_eq!(settings.request_timeout, Duration::from_secs(5));
    assert_eq!(settings.rate_limits, RateLimits::Off);
    assert_eq!(settings.perimeter, ["200067643", "245400759"]);
    assert_eq!(settings.trusted_proxies.len(), 2);
    let opened: Vec<_> = settings
        .allowed_targets
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(opened, ["192.168.7.0/24", "::1/128"]);

    let flags = &["--perimeter", "200067643, 245400759,", "--rate-limits=off"];
    let (settings, _) = Start {
        flags,
        ..Start::default()
    }
    .settings()
    .unwrap();
    assert_eq!(settings.perimeter, ["200067643", "245400759"]);
    assert_eq!(settings.rate_limits, RateLimits::Off);
}

#[test]
fn what_depends_on_another_setting_follows_it() {
    let flags = &["--data-dir", "/srv/c", "--listen", "[::1]:0"];
    let (settings, _) = Start {
        flags,
        ..Start::default()
    }
    .settings()
    .unwrap();
    assert_eq!(settings.master_key_file, Path::new("/srv/c/master.key"));
    assert_eq!(
        settings.database_url.to_string(),
        "sqlite:/srv/c/concertation.sqlite"
    );
    let bound = settings.bound_to("[::1]:4000".parse().unwrap());
    assert_eq!(bound.public_url.as_str(), "http://localhost:4000");

    let flags = &[
        "--public-url",
        "https://c.example/",
        "--listen",
        "127.0.0.1:0",
    ];
    let (settings, _) = Start {
        flags,
        ..Start::default()
    }
    .settings()
    .unwrap();
    let bound = settings.bound_to("127.0.0.1:4000".parse().unwrap());
    assert_eq!(bound.public_url.as_str(), "https://c.example");
}

#[test]
fn a_wrong_value_is_named_with_its_source() {
    let file = "# first line\nlog = 'info'\nlisten = 'localhost'\n";
    let message = Start {
        file,
        ..Start::default()
    }
    .message();
    assert!(
        message.starts_with("setting `listen`: `localhost` from "),
        "{message}"
    );
    assert!(
        message.contains(".toml, line 3: give an IP address and a port"),
        "{message}"
    );

    let variables = &[("CONCERTATION_REQUEST_TIMEOUT", "soon")];
    let message = Start {
        variables,
        ..Start::default()
    }
    .message();
    let said = "setting `request_timeout`: `soon` from the variable CONCERTATION_REQUEST_TIMEOUT: ";
    assert!(message.starts_with(said), "{message}");

    let flags = &["--trusted-proxies", "10.0.0.0/8,proxy"];
    let message = Start {
        flags,
        ..Start::default()
    }
    .message();
    let said = "setting `trusted_proxies`: `proxy` from the flag --trusted-proxies: ";
    assert!(message.starts_with(said), "{message}");
}

#[test]
fn every_setting_refuses_a_wrong_value() {
    for (flag, value) in [
        ("--listen", "8080"),
        ("--data-dir", ""),
        ("--database-url", "mysql://h/d"),
        ("--database-password-file", "/nowhere/password"),
        ("--read-database-url", "postgres://h/d"),
        ("--read-database-url", "sqlite:a"),
        ("--public-url", "c.example"),
        ("--petr-name", " "),
        ("--perimeter", "200067644"),
        ("--master-key-file", ""),
        ("--trusted-proxies", "::/129"),
        ("--website-origins", "www.petr.example"),
        ("--website-origins", "https://www.petr.example/page"),
        ("--mail", "smtp://mail.example"),
        ("--mail", "pigeon"),
        ("--mail-password-file", "/nowhere/password"),
        ("--mail-ca-file", "/nowhere/authorities.pem"),
        ("--mail-from", "petr"),
        ("--files-dir", ""),
        ("--rate-limits", "maybe"),
        ("--log", "info=loud=x"),
        ("--log-format", "xml"),
        ("--request-timeout", "0"),
        ("--shutdown-timeout", "1.5"),
    ] {
        let message = Start {
            flags: &[flag, value],
            ..Start::default()
        }
        .message();
        assert!(
            message.contains(&format!("from the flag {flag}: ")),
            "{message}"
        );
    }
}

#[test]
fn a_key_or_a_flag_that_is_unknown_stops() {
    let message = Start {
        file: "\nlisen = 'x'",
        ..Start::default()
    }
    .message();
    assert!(message.starts_with("`lisen` in "), "{message}");
    assert!(
        message.ends_with(".toml, line 2 is no setting; did you mean `listen`?"),
        "{message}"
    );
    let message = Start {
        file: "config = 'x'",
        ..Start::default()
    }
    .message();
    assert!(message.contains("`config` in "), "{message}");
    let message = Start {
        file: "[server]\nx = 1",
        ..Start::default()
    }
    .message();
    assert!(message.starts_with("`server` in "), "{message}");

    assert!(Cli::try_parse_from(["concertation", "--lisen", "x"]).is_err());
}

#[test]
fn an_unknown_variable_is_warned_of() {
    let variables = &[
        ("CONCERTATION_LISEN", "x"),
        ("CONCERTATION_QQQ", "x"),
        ("PATH", "x"),
    ];
    let (_, warnings) = Start {
        variables,
        ..Start::default()
    }
    .settings()
    .unwrap();
    assert_eq!(
        warnings,
        [
            "the variable CONCERTATION_LISEN is no setting and is ignored; \
             did you mean CONCERTATION_LISTEN?",
            "the variable CONCERTATION_QQQ is no setting and is ignored",
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_named() {
    use std::os::unix::ffi::OsStringExt;

    let name = variable("petr_name");
    let environment = [(name, OsString::from_vec(vec![0xff]))]
        .into_iter()
        .collect();
    let error = merge(RawSettings::default(), &environment, Path::new("/nowhere")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the variable CONCERTATION_PETR_NAME is not UTF-8 text"
    );
}

#[test]
fn file_flags_and_variables_have_the_same_names() {
    let command = RawSettings::augment_args(Command::new("concertation"));
    let mut arguments: Vec<_> = command.get_arguments().collect();
    arguments.retain(|argument| argument.get_id() != "config");
    let mut raw = RawSettings::default();
    let places = raw.places();
    assert_eq!(arguments.len(), places.len());
    for (argument, (setting, _)) in arguments.into_iter().zip(places) {
        assert_eq!(argument.get_id(), setting);
        assert_eq!(
            argument.get_long(),
            Some(setting.replace('_', "-").as_str())
        );
        let help = argument
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(
            help.ends_with(&format!("[env: {}]", variable(setting))),
            "{setting}: {help}"
        );
        let file = format!("{setting} = 1.5");
        let message = Start {
            file: &file,
            ..Start::default()
        }
        .message();
        assert!(!message.contains("is no setting"), "{message}");
    }
    Cli::command().debug_assert();
}

#[test]
fn flags_may_stand_before_or_after_the_command() {
    let command =
        RawSettings::augment_args(Command::new("concertation")).subcommand(Command::new("serve"));
    for line in [
        ["concertation", "--petr-name", "a", "serve"],
        ["concertation", "serve", "--petr-name", "a"],
    ] {
        let matches = command.clone().try_get_matches_from(line).unwrap();
        let raw = RawSettings::from_arg_matches(&matches).unwrap();
        assert_eq!(raw.petr_name.unwrap().text, "a");
    }
}
