//! The documents say what is so: links lead somewhere, named files and flags exist, tables of
//! settings are whole, nothing is left to be written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use harness::process::Launch;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests' package lies in the workspace")
        .to_owned()
}

pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file that is ours, as a path from the root: nothing built, stored or fetched.
fn files() -> Vec<String> {
    // What a link leads to is somebody else's, or found under its own name.
    const NOT_OURS: [&str; 4] = [".git", "target", "data", "node_modules"];
    let (mut found, mut folders) = (Vec::new(), vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of ours") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            // In a second working tree `.git` is a file.
            if path.is_symlink() || NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let path = path.strip_prefix(root()).expect("a path of ours");
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

pub(super) fn sources() -> Vec<String> {
    files()
        .into_iter()
        .filter(|path| path.ends_with(".rs"))
        .collect()
}

fn documents() -> Vec<String> {
    files()
        .into_iter()
        .filter(|path| path.ends_with(".md"))
        .collect()
}

/// The lines of fenced blocks (a line that goes on is one line), and the spans of inline code.
fn code(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut blocks, mut prose, mut is_block) = (String::new(), String::new(), false);
    for line in text.lines() {
        if line.starts_with("```") {
            is_block = !is_block;
        } else {
            let part = if is_block { &mut blocks } else { &mut prose };
            part.push_str(line);
            part.push('\n');
        }
    }
    let blocks = blocks.replace("\\\n", "");
    let spans = prose.split('`').skip(1).step_by(2);
    (
        blocks.lines().map(str::to_owned).collect(),
        spans.map(str::to_owned).collect(),
    )
}

/// What `concertation … --help` says.
async fn help(command: &[&str]) -> String {
    let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
    let finished = Launch::concertation(&arguments)
        .run(Duration::from_secs(20))
        .await;
    assert!(
        finished.status.success(),
        "concertation {arguments:?}: {:?}",
        finished.stderr
    );
    finished.stdout.join("\n")
}

fn has_flag(help: &str, flag: &str) -> bool {
    help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .any(|word| word == flag)
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let mut seen = 0;
    for document in documents() {
        let folder = root().join(&document).parent().unwrap().to_owned();
        for link in read(&document)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            assert!(folder.join(target).exists(), "{document} links to {target}");
        }
    }
    assert!(seen > 20, "only {seen} links were found");
}

#[test]
fn every_path_that_the_guide_names_exists() {
    let tops: BTreeSet<String> = files()
        .iter()
        .filter_map(|path| path.split('/').next())
        .map(str::to_owned)
        .collect();
    let (_, spans) = code(&read("CONTRIBUTING.md"));
    let is_path = |span: &&String| {
        let top = span.split('/').next().unwrap_or_default();
        // `things` is the resource that the guide lets people imagine.
        tops.contains(top) && !span.contains(' ') && !span.contains("/things")
    };
    let paths: Vec<_> = spans.iter().filter(is_path).collect();
    assert!(paths.len() > 40, "only {} paths were found", paths.len());
    for path in paths {
        assert!(root().join(path).exists(), "CONTRIBUTING.md names {path}");
    }
}

#[tokio::test]
async fn every_command_and_flag_in_the_documents_is_known() {
    let mut tried = BTreeSet::new();
    let mut all = String::new();
    for command in [
        &[][..],
        &["serve"],
        &["import"],
        &["openapi"],
        &["user", "create"],
    ] {
        all.push_str(&help(command).await);
    }
    for document in documents() {
        let (lines, spans) = code(&read(&document));
        for text in lines.iter().chain(&spans) {
            if text.starts_with("--") {
                let flag = text.split(' ').next().unwrap_or_default();
                assert!(has_flag(&all, flag), "{document}: no command has {flag}");
            }
            let ours = text
                .strip_prefix("cargo run -- ")
                .or(text.strip_prefix("concertation "));
            // What follows `#` in a shell is for the reader.
            let Some(ours) = ours.and_then(|text| text.split(" #").next()) else {
                continue;
            };
            let words: Vec<&str> = ours
                .split_whitespace()
                .filter(|word| *word != "…")
                .collect();
            let is_word = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            let command = words.iter().take_while(|word| !word.starts_with('-'));
            let command: Vec<&str> = command.filter(is_word).copied().collect();
            let help = help(&command).await;
            for flag in words
                .iter()
                .filter(|word| word.starts_with("--") && **word != "--help")
            {
                assert!(
                    has_flag(&help, flag),
                    "{document}: `{ours}`: there is no {flag}"
                );
            }
            tried.insert(command.join(" "));
        }
    }
    for expected in [
        "serve",
        "check",
        "user create",
        "openapi",
        "migrate",
        "rotate-keys",
    ] {
        assert!(
            tried.contains(expected),
            "no document speaks of `{expected}`: {tried:?}"
        );
    }
}

/// The names and, where there is one, the default of each setting in the example file.
fn settings() -> Vec<(String, Option<String>)> {
    let example = read("concertation.example.toml");
    let setting = |line: &str| {
        let (is_example, line) = match line.strip_prefix("#:") {
            Some(rest) => (true, rest.trim()),
            None => (false, line),
        };
        let (name, value) = line.split_once(" = ").filter(|_| !line.starts_with('#'))?;
        Some((name.to_owned(), (!is_example).then(|| value.to_owned())))
    };
    example.lines().filter_map(setting).collect()
}

#[tokio::test]
async fn the_tables_of_settings_are_those_of_the_example_and_of_the_help() {
    let settings = settings();
    let help = help(&[]).await;
    let said = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (name, _) in &settings {
        assert!(
            has_flag(&help, &format!("--{}", name.replace('_', "-"))),
            "no flag for {name}"
        );
        let variable = format!("[env: CONCERTATION_{}]", name.to_uppercase());
        assert!(said.contains(&variable), "{variable}");
    }
    assert_eq!(said.matches("[env: CONCERTATION_").count(), settings.len());
    for document in ["docs/operations.md", "docs/exploitation.md"] {
        let text = read(document);
        let table = text
            .split("<!-- settings:")
            .nth(1)
            .unwrap()
            .split("\n## ")
            .next()
            .unwrap();
        let row = |line: &str| {
            let mut cells = line.split(" | ");
            let name = cells
                .next()?
                .strip_prefix("| `")?
                .strip_suffix('`')?
                .to_owned();
            let default = cells
                .next()?
                .strip_prefix('`')?
                .split('`')
                .next()?
                .to_owned();
            Some((name, Some(default)))
        };
        let bare = |line: &str| {
            line.strip_prefix("| `")?
                .split('`')
                .next()
                .map(str::to_owned)
        };
        let names: Vec<String> = table.lines().filter_map(bare).collect();
        let expected: Vec<String> = settings.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(names, expected, "{document}");
        let rows: Vec<_> = table.lines().filter_map(row).collect();
        for setting in settings.iter().filter(|(_, default)| default.is_some()) {
            assert!(
                rows.contains(setting),
                "{document}: {setting:?} is not in {rows:?}"
            );
        }
    }
}

#[test]
fn both_languages_show_the_same_commands() {
    let pairs = [
        ("README.md", "LISEZMOI.md"),
        ("docs/operations.md", "docs/exploitation.md"),
    ];
    for (english, french) in pairs {
        let (english, french) = (read(english), read(french));
        assert_eq!(code(&english).0, code(&french).0);
        let sections = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
        assert_eq!(sections(&english), sections(&french));
    }
}

#[test]
fn nothing_is_left_to_be_written() {
    let marks = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!("));
    for path in sources() {
        let text = read(&path);
        for mark in &marks {
            assert!(!text.contains(mark), "{path} has {mark}…)");
        }
    }
}

#[test]
fn no_file_names_a_place_on_the_machine_of_whoever_wrote_it() {
    let mut places: Vec<String> = ["home", "Users", "root", "work", "workspace"]
        .map(|top| format!("/{top}/"))
        .to_vec();
    places.push(format!("{}/", root().display()));
    for path in files() {
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for place in &places {
            // An address on the web may have such a part.
            let mut found = text.match_indices(place.as_str()).filter(|(at, _)| {
                !text[..*at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '}'))
            });
            assert!(found.next().is_none(), "{path} names {place}");
        }
    }
}
