//! The house is built as the documents say: arrows between layers and between modules point one way,
//! the inner layers know no outer technique, every file has its subject and its size.

use std::collections::{BTreeMap, BTreeSet};

use crate::documents::{read, sources};

/// Longer than that a source file needs a reason in its head.
const LONGEST_FILE: usize = 500;

/// The names in the tables of a crate's dependencies.
fn dependencies(package: &str) -> BTreeSet<String> {
    let (mut names, mut is_table) = (BTreeSet::new(), false);
    for line in read(&format!("{package}/Cargo.toml")).lines() {
        if line.starts_with('[') {
            is_table = line.contains("dependencies");
        } else if is_table && let Some(name) = line.split(['.', ' ', '=']).next() {
            names.extend((!name.is_empty() && !name.starts_with('#')).then(|| name.to_owned()));
        }
    }
    names
}

#[test]
fn arrows_between_layers_point_one_way() {
    const OURS: [&str; 5] = [
        "concertation",
        "domain",
        "migration",
        "persistence",
        "typeset",
    ];
    let arrows: [(&str, &[&str]); 5] = [
        ("domain", &[]),
        ("migration", &[]),
        ("persistence", &["domain", "migration"]),
        ("typeset", &[]),
        ("api", &["domain", "persistence", "typeset"]),
    ];
    for (package, expected) in arrows {
        let all = dependencies(package);
        let ours: Vec<&str> = OURS
            .into_iter()
            .filter(|name| all.contains(*name))
            .collect();
        assert_eq!(ours, expected, "{package}");
    }
}

#[test]
fn nobody_but_the_typesetter_knows_its_technique() {
    for package in [
        "api",
        "bench",
        "domain",
        "migration",
        "persistence",
        "tests",
    ] {
        let all = dependencies(package);
        let found: Vec<_> = all
            .iter()
            .filter(|name| name.starts_with("typst"))
            .collect();
        assert_eq!(found, Vec::<&String>::new(), "{package}");
    }
}

#[test]
fn the_inner_layers_know_no_outer_technique() {
    const HTTP: [&str; 8] = [
        "actix",
        "axum",
        "hyper",
        "reqwest",
        "tower",
        "utoipa",
        "lettre",
        "jsonwebtoken",
    ];
    const SQL: [&str; 5] = ["sea-", "sqlx", "rusqlite", "diesel", "libsqlite3"];
    const WORLD: [&str; 6] = ["tokio", "async-", "futures", "getrandom", "rand", "clap"];
    let banned = [
        ("domain", [&HTTP[..], &SQL, &WORLD].concat()),
        ("migration", [&HTTP[..], &WORLD].concat()),
        ("persistence", HTTP.to_vec()),
        ("typeset", [&HTTP[..], &SQL, &WORLD].concat()),
        ("api", SQL.to_vec()),
    ];
    for (package, banned) in banned {
        let all = dependencies(package);
        assert!(!all.is_empty(), "{package}");
        let found: Vec<_> = all
            .iter()
            .filter(|name| banned.iter().any(|start| name.starts_with(start)))
            .collect();
        assert_eq!(found, Vec::<&String>::new(), "{package}");
    }
}

/// How the modules of a layer may use each other.
struct Layer {
    folder: &'static str,
    /// What every module may use, and what uses nothing but its like.
    base: &'static [&'static str],
    /// Where the features come together: these use whichever they like, and no feature uses them.
    meeting: &'static [&'static str],
}

const LAYERS: [Layer; 3] = [
    Layer {
        folder: "domain/src",
        base: &["kernel"],
        meeting: &[],
    },
    Layer {
        folder: "persistence/src",
        base: &["entities", "page", "store", "vault"],
        meeting: &[],
    },
    Layer {
        folder: "api/src",
        base: &["app", "auth", "config", "http"],
        meeting: &["cli", "contract", "jobs", "main", "server"],
    },
];

/// The modules of a layer, each with its head and the other modules that it uses.
fn modules(layer: &Layer) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut modules: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for path in sources() {
        let Some(inner) = path.strip_prefix(&format!("{}/", layer.folder)) else {
            continue;
        };
        let parts: Vec<&str> = inner.trim_end_matches(".rs").split('/').collect();
        if parts == ["lib"] || parts.contains(&"tests") {
            continue;
        }
        let text = read(&path);
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let module = modules.entry(parts[0].to_owned()).or_default();
        if matches!(parts[1..], [] | ["mod"]) {
            let head = text.lines().map_while(|line| line.strip_prefix("//!"));
            module.0 = head.collect();
        }
        // The one way from module to module that is looked at must be the only one.
        let is_deep = parts.len() > 2;
        assert!(is_deep || !text.contains("super::super"), "{path}");
        assert!(parts.len() > 1 || !text.contains("super::"), "{path}");
        module.1.extend(used(text));
        module.1.remove(parts[0]);
    }
    modules
}

/// The modules that a file names by their path from the crate.
fn used(text: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        text.trim_start().chars().take_while(is_part).collect()
    };
    let mut names = BTreeSet::new();
    for (at, start) in text.match_indices("crate::") {
        if text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[at + start.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.insert(name(rest));
            continue;
        };
        let mut depth = 0;
        let outer: String = group
            .chars()
            .map_while(|c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                (depth >= 0).then_some(if depth == 0 { c } else { ' ' })
            })
            .collect();
        names.extend(outer.split(',').map(name).filter(|name| !name.is_empty()));
    }
    names
}

/// What a head says that its module uses: the code after the word, to the end of the sentence.
fn named(head: &str) -> BTreeSet<String> {
    let said = head.split("Uses ").skip(1);
    let said = said.filter_map(|rest| rest.split('.').next());
    said.flat_map(|sentence| sentence.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_module_uses_what_its_head_names() {
    for layer in &LAYERS {
        let modules = modules(layer);
        let is_base = |name: &String| layer.base.contains(&name.as_str());
        for expected in layer.base.iter().chain(layer.meeting) {
            assert!(
                modules.contains_key(*expected),
                "{}/{expected}",
                layer.folder
            );
        }
        for (module, (head, used)) in &modules {
            let place = format!("{}/{module}", layer.folder);
            if layer.meeting.contains(&module.as_str()) {
                continue;
            }
            // Only what all rest on may hold the place where they meet.
            let is_meeting = |name: &&String| layer.meeting.contains(&name.as_str());
            assert!(
                is_base(module) || !used.iter().any(|name| is_meeting(&name)),
                "{place} uses a place where the features meet"
            );
            let others: BTreeSet<_> = used.iter().filter(|name| !is_base(name)).collect();
            let named = named(head);
            let told: BTreeSet<_> = named.iter().filter(|name| !is_base(name)).collect();
            assert_eq!(others, told, "{place} uses others than its head names");
            for other in told {
                assert!(modules.contains_key(other), "{place} names {other}");
            }
        }
    }
}

#[test]
fn modules_use_each_other_in_no_circle() {
    for layer in &LAYERS {
        let mut left = modules(layer);
        left.retain(|name, _| {
            let name = name.as_str();
            !layer.base.contains(&name) && !layer.meeting.contains(&name)
        });
        while !left.is_empty() {
            let waits = |used: &BTreeSet<String>| used.iter().any(|name| left.contains_key(name));
            let done = left.iter().find(|(_, (_, used))| !waits(used));
            let Some(done) = done.map(|(name, _)| name.clone()) else {
                panic!("{}: a circle among {:?}", layer.folder, left.keys());
            };
            left.remove(&done);
        }
    }
}

#[test]
fn a_long_source_file_says_why_it_is_long() {
    let is_test = |path: &String| path.split('/').any(|part| part.starts_with("test"));
    for path in sources().iter().filter(|path| !is_test(path)) {
        let text = read(path);
        let own = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let mut head = text.lines().take_while(|line| line.starts_with("//!"));
        let is_excused = head.any(|line| line.to_lowercase().contains("long because"));
        let lines = own.lines().count();
        assert!(
            lines <= LONGEST_FILE || is_excused,
            "{path} has {lines} lines"
        );
    }
}

#[test]
fn every_source_file_says_what_it_is_for() {
    // Beside its module, a file of tests has the module's purpose.
    for path in sources()
        .into_iter()
        .filter(|path| !path.ends_with("/tests.rs"))
    {
        let text = read(&path);
        assert!(
            text.starts_with("//! "),
            "{path} does not begin with its purpose"
        );
    }
}
