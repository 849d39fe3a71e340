//! The configuration: the file, then the environment, then the flags; what is wrong is named.

use harness::postgres::cluster;

use super::*;

/// The file, variables, flags; and the words that say what is wrong.
type Case<'a> = (
    &'a str,
    &'a [(&'a str, &'a str)],
    &'a [&'a str],
    &'a [&'a str],
);

fn with_file(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("concertation.toml"), text).unwrap();
    folder
}

/// Runs a command that makes the data folder and ends; gives the folders it made.
async fn folders_made(text: &str, variable: Option<&str>, flag: Option<&str>) -> Vec<String> {
    let folder = with_file(text);
    let mut arguments = vec!["migrate"];
    arguments.extend(flag.map(|_| "--data-dir"));
    arguments.extend(flag);
    let mut launch = concertation(folder.path(), &arguments);
    if let Some(value) = variable {
        launch = launch.env("CONCERTATION_DATA_DIR", value);
    }
    let finished = launch.run(LIMIT).await;
    assert_eq!(finished.status.code(), Some(0), "{finished:?}");
    names_in(folder.path())
        .into_iter()
        .filter(|name| name != "concertation.toml")
        .collect()
}

#[tokio::test]
async fn a_variable_wins_over_the_file_and_a_flag_over_both() {
    let file = "data_dir = \"of-file\"\n";
    assert_eq!(folders_made("", None, None).await, ["data"]);
    assert_eq!(folders_made(file, None, None).await, ["of-file"]);
    assert_eq!(folders_made(file, Some(""), None).await, ["of-file"]);
    assert_eq!(
        folders_made(file, Some("of-variable"), None).await,
        ["of-variable"]
    );
    assert_eq!(
        folders_made(file, Some("of-variable"), Some("of-flag")).await,
        ["of-flag"]
    );
}

#[tokio::test]
async fn a_wrong_value_stops_the_start_and_is_named_with_where_it_stands() {
    let cases: [Case; 7] = [
        (
            "\n\nlisten = \"here\"\n",
            &[],
            &[],
            &["`listen`", "`here`", "concertation.toml, line 3"],
        ),
        (
            "",
            &[("CONCERTATION_REQUEST_TIMEOUT", "0")],
            &[],
            &["`request_timeout`", "`0`", "CONCERTATION_REQUEST_TIMEOUT"],
        ),
        (
            "",
            &[],
            &["--perimeter", "200067643,123456789"],
            &["`perimeter`", "`123456789`", "--perimeter"],
        ),
        (
            "",
            &[],
            &["--database-url", "mysql://u:canary-7f3@h/d"],
            &["`database_url`", "--database-url", "sqlite:PATH"],
        ),
        (
            "",
            &[],
            &["--log", "api=loud"],
            &["`log`", "`api=loud`", "--log"],
        ),
        (
            "lisen = \"127.0.0.1:0\"\n",
            &[],
            &[],
            &["`lisen`", "line 1", "`listen`"],
        ),
        ("listen = \n", &[], &[], &["concertation.toml, line 1"]),
    ];
    for (file, variables, flags, named) in cases {
        let folder = with_file(file);
        let mut launch = concertation(folder.path(), &[&["serve"], flags].concat());
        for (name, value) in variables {
            launch = launch.env(name, value);
        }
        let finished = launch.run(LIMIT).await;
        assert_eq!(finished.status.code(), Some(1), "{finished:?}");
        let said = finished.stderr.join("\n");
        for words in named {
            assert!(said.contains(words), "{words} is not in: {said}");
        }
        assert!(!said.contains("canary-7f3"), "{said}");
        assert_eq!(
            names_in(folder.path()),
            ["concertation.toml"],
            "nothing is made: {said}"
        );
    }
}

#[tokio::test]
async fn an_unknown_flag_stops_and_an_unknown_variable_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let refused = run(folder.path(), &["serve", "--lisen", "127.0.0.1:0"]).await;
    assert_eq!(refused.status.code(), Some(2));
    let said = refused.stderr.join("\n");
    assert!(
        said.contains("'--lisen'") && said.contains("'--listen'"),
        "{said}"
    );
    assert_eq!(names_in(folder.path()), Vec::<String>::new());

    let launch = concertation(folder.path(), &["migrate"]).env("CONCERTATION_LISEN", "x");
    let warned = launch.run(LIMIT).await;
    assert_eq!(warned.status.code(), Some(0), "{warned:?}");
    let lines = warned
        .stderr
        .iter()
        .filter(|line| line.contains("CONCERTATION_LISEN"));
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 1, "{warned:?}");
    assert!(
        lines[0].contains("WARN") && lines[0].contains("CONCERTATION_LISTEN"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_database_password_is_never_shown() {
    const PASSWORD: &str = "canary-7f3";
    let with_password = |url: &str| url.replace("postgres@", &format!("postgres:{PASSWORD}@"));
    let mut shown = String::new();

    // Nobody listens on port 1; and an address that can't be read.
    for url in [
        "postgres://u:canary-7f3@127.0.0.1:1/d",
        "postgres://u:canary-7f3@127.0.0.1:port/d",
        "postgres://u:canary-7f3#@127.0.0.1/d",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let launch = concertation(folder.path(), &["serve", "--log", "trace"]);
        let finished = launch
            .env("CONCERTATION_DATABASE_URL", url)
            .run(LIMIT)
            .await;
        assert_eq!(finished.status.code(), Some(1), "{finished:?}");
        shown += &[finished.stdout, finished.stderr].concat().join("\n");
    }
    if let Some(cluster) = cluster() {
        // The throw-away cluster believes any password.
        let folder = tempfile::tempdir().unwrap();
        let url = with_password(&cluster.create_database("secret"));
        assert!(url.contains(PASSWORD));
        let launch = serve(folder.path(), &["--log", "trace"]);
        let served = Served::start(launch.env("CONCERTATION_DATABASE_URL", &url)).await;
        served.get("/readyz").await.expect(200);
        served.get("/v1/events").await.expect(200);
        shown += &all_said(&served.stop().await);
    }
    assert!(!shown.contains(PASSWORD));
}
