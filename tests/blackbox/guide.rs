//! The guide for those who embed: both languages show the same, its addresses answer, its commands are
//! what they seem. Its program and its pages are run where mirrors and browsers are.

mod partner;

use std::collections::BTreeSet;

use harness::app::App;
use harness::engines::Engine;
use serde_json::Value;

use crate::documents::read;

const GUIDE: &str = "docs/integration.md";

/// The service as the guide calls it.
pub(crate) const SERVICE: &str = "https://concertation.petr.example";

/// The guide in French, then in English.
fn halves() -> [String; 2] {
    let text = read(GUIDE);
    let (french, english) = text
        .split_once("\n# Embed the calendar\n")
        .expect("English comes after French");
    [french, english].map(str::to_owned)
}

/// The fenced blocks, each with its language.
fn blocks(text: &str) -> Vec<(String, String)> {
    let fenced = text.split("```").skip(1).step_by(2);
    let parts = fenced.map(|block| block.split_once('\n').expect("a language, then lines"));
    parts
        .map(|(language, lines)| (language.to_owned(), lines.to_owned()))
        .collect()
}

/// The one block in that language that holds these words, for a service at that address.
pub(crate) fn block(language: &str, words: &str, base: &str) -> String {
    let [french, _] = halves();
    let mut found = blocks(&french)
        .into_iter()
        .filter(|(of, text)| of == language && text.contains(words));
    let (_, text) = found.next().expect("the guide has such a block");
    assert_eq!(found.next(), None, "{words} finds one block");
    assert!(text.contains(SERVICE), "{text}");
    text.replace(SERVICE, base)
}

/// The addresses of the service that a text names, as paths.
fn addresses(text: &str) -> BTreeSet<String> {
    let ends = |c: char| c.is_whitespace() || "'\"`<>)".contains(c);
    let whole = ["https", "webcal"].map(|scheme| SERVICE.replacen("https", scheme, 1));
    let whole = whole.iter().flat_map(|start| text.split(start).skip(1));
    let named = whole.filter_map(|rest| rest.split(ends).next());
    let spans = text.split('`').filter(|span| span.starts_with("/v1/"));
    let spans = spans.filter_map(|span| span.split(ends).next());
    named
        .chain(spans)
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn both_languages_of_the_guide_show_the_same() {
    let [french, english] = halves();
    assert_eq!(blocks(&french), blocks(&english));
    assert_eq!(addresses(&french), addresses(&english));
    for marks in ["\n## ", "\n- ", "\n| "] {
        let count = |text: &str| text.matches(marks).count();
        assert_eq!(count(&french), count(&english), "{marks:?}");
    }
}

#[tokio::test]
async fn every_address_in_the_guide_answers() {
    let app = App::demonstration(Engine::Sqlite).await;
    let named = addresses(&read(GUIDE));
    assert!(named.len() > 10, "{named:?}");
    for path in named {
        // The program's own address goes on with its query.
        let path = path.split('{').next().unwrap_or_default();
        app.get(path.trim_end_matches('?')).await.expect(200);
    }
}

#[tokio::test]
async fn every_filter_in_the_guide_is_taken_by_every_format() {
    let app = App::demonstration(Engine::Sqlite).await;
    let contract = app.get("/openapi.json").await.expect(200).body();
    let [french, _] = halves();
    let (_, sentence) = french.split_once("mêmes filtres").expect("the sentence");
    let (sentence, _) = sentence.split_once('.').expect("its end");
    let filters: Vec<&str> = sentence.split('`').skip(1).step_by(2).collect();
    assert!(filters.len() > 8, "{filters:?}");
    let formats = addresses(&french)
        .into_iter()
        .filter(|path| path.starts_with("/v1/calendar") && !path.contains(['?', '{']))
        .filter(|path| !path.ends_with("-schema.json"));
    for format in formats {
        let operation = &contract["paths"][&format]["get"];
        let parameters = operation["parameters"].as_array().expect("parameters");
        let names: Vec<&Value> = parameters.iter().map(|one| &one["name"]).collect();
        for filter in &filters {
            assert!(names.contains(&&Value::from(*filter)), "{format}: {filter}");
        }
    }
}

#[tokio::test]
async fn the_commands_of_the_guide_are_whole_and_reach_something() {
    // What each takes: a value of its own, or none.
    const WITH_VALUE: [&str; 3] = ["--output", "--etag-compare", "--etag-save"];
    let app = App::demonstration(Engine::Sqlite).await;
    let [french, _] = halves();
    let mut tried = 0;
    for (_, text) in blocks(&french).iter().filter(|(of, _)| of == "sh") {
        for command in text.replace("\\\n", " ").lines() {
            let mut words = command.split_whitespace();
            assert_eq!(words.next(), Some("curl"), "{command}");
            let mut paths = Vec::new();
            while let Some(word) = words.next() {
                if WITH_VALUE.contains(&word) {
                    let value = words.next().expect("a value");
                    assert!(!value.starts_with('-'), "{command}");
                } else if word != "--compressed" {
                    paths.push(word.strip_prefix(SERVICE).expect("an address"));
                }
            }
            assert_eq!(paths.len(), 1, "{command}");
            let reply = app.get(paths[0]).await;
            let again = app
                .get(paths[0])
                .header("If-None-Match", &reply.expect(200).header("etag"));
            again.await.expect(304);
            tried += 1;
        }
    }
    assert_eq!(tried, 3);
}
