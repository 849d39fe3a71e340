//! The contract in French: everything that a person reads in it is French, and nothing but that
//! differs from the contract in English.

use std::collections::BTreeMap;

use harness::app::App;
use harness::engines::Engine;
use serde_json::Value;

/// Texts that are the same in both languages.
const SAME: &[&str] = &["Imports", "Service", "Webhooks"];

/// English words that no French text has.
const ENGLISH: &[&str] = &[
    "the", "of", "and", "is", "are", "with", "that", "which", "when", "whether",
];

/// A text of the contract: where it stands, in English, in French.
struct Text {
    place: String,
    english: String,
    french: String,
}

/// Reads both documents together: the texts, and where they differ in anything else.
struct Reading {
    texts: Vec<Text>,
    differences: Vec<String>,
    groups: BTreeMap<String, String>,
}

impl Reading {
    fn of(english: &Value, french: &Value) -> Self {
        let names = |document: &Value| -> Vec<String> {
            let tags = document["tags"].as_array().expect("tags").iter();
            tags.map(|tag| tag["name"].as_str().expect("a name").to_owned())
                .collect()
        };
        let groups = names(english).into_iter().zip(names(french)).collect();
        let mut reading = Self {
            texts: vec![],
            differences: vec![],
            groups,
        };
        reading.compare(&mut vec![], english, french);
        reading
    }

    fn compare(&mut self, place: &mut Vec<String>, english: &Value, french: &Value) {
        match (english, french) {
            (Value::Object(one), Value::Object(other)) => {
                let mut names: [Vec<_>; 2] = [one.keys().collect(), other.keys().collect()];
                names.iter_mut().for_each(|names| names.sort_unstable());
                if names[0] != names[1] {
                    self.differs(place, &format!("{:?} and {:?}", names[0], names[1]));
                    return;
                }
                for (name, english) in one {
                    place.push(name.clone());
                    self.compare(place, english, &other[name]);
                    place.pop();
                }
            }
            (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
                for (index, (english, french)) in one.iter().zip(other).enumerate() {
                    place.push(index.to_string());
                    self.compare(place, english, french);
                    place.pop();
                }
            }
            (Value::String(one), Value::String(other)) if is_text(place) => {
                self.texts.push(Text {
                    place: place.join(" "),
                    english: one.clone(),
                    french: other.clone(),
                });
            }
            (Value::String(one), Value::String(other)) if is_group(place) => {
                if self.groups.get(one) != Some(other) {
                    self.differs(place, &format!("{one} is not {other} among the tags"));
                }
            }
            (one, other) if one == other || is_example_of_a_problem(place) => {}
            (one, other) => self.differs(place, &format!("{one} and {other}")),
        }
    }

    fn differs(&mut self, place: &[String], how: &str) {
        self.differences.push(format!("{}: {how}", place.join(" ")));
    }

    /// Where the French text is not as it should be.
    fn wrong(&self, is_wrong: impl Fn(&Text) -> bool) -> Vec<String> {
        let wrong = self.texts.iter().filter(|text| is_wrong(text));
        wrong
            .map(|text| format!("{}: {}", text.place, text.french))
            .collect()
    }
}

/// Whether what stands there is for people to read.
fn is_text(place: &[String]) -> bool {
    let names: Vec<&str> = place.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["tags", _, "name"] | ["info", "contact", "name"] => true,
        [.., "scopes", _] => names.contains(&"flows"),
        // The summary of an example is read; its value is data.
        [.., "examples", _, "summary"] => true,
        [.., "description" | "summary" | "title"] => !names
            .iter()
            .any(|name| matches!(*name, "example" | "examples")),
        _ => false,
    }
}

/// Whether an operation's group stands there.
fn is_group(place: &[String]) -> bool {
    place.len() == 5 && place[0] == "paths" && place[3] == "tags"
}

/// Whether it belongs to the example of a problem, which speaks the reader's language.
fn is_example_of_a_problem(place: &[String]) -> bool {
    let names: Vec<&str> = place.iter().map(String::as_str).collect();
    matches!(
        names.as_slice(),
        [
            ..,
            "application/problem+json",
            "examples",
            _,
            "value",
            "title" | "detail"
        ] | [.., "example", "error_description"]
    )
}

/// The text without what is code: quoted by backticks.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 0 { part } else { "code" })
        .collect()
}

/// Whether the marks are set as in print: the apostrophe curved, a space that doesn't break before
/// the high marks (a narrow one, but for the colon) and within the quotation marks.
fn is_well_set(text: &str) -> bool {
    let text: Vec<char> = prose(text).chars().collect();
    let is_full = |c: Option<&char>| c == Some(&'\u{a0}');
    let is_narrow = |c: Option<&char>| c == Some(&'\u{202f}');
    text.iter().enumerate().all(|(index, c)| {
        let before = index.checked_sub(1).and_then(|index| text.get(index));
        match c {
            '\'' | '"' => false,
            ':' | '»' => is_full(before),
            ';' | '!' | '?' => is_narrow(before),
            '«' => is_full(text.get(index + 1)),
            _ => true,
        }
    })
}

async fn reading() -> Reading {
    let app = App::start(Engine::Sqlite).await;
    let english = app.get("/openapi.json").await.expect(200).body();
    let french = app.get("/openapi.fr.json").await.expect(200).body();
    Reading::of(&english, &french)
}

#[tokio::test]
async fn the_contract_in_french_differs_in_its_texts_and_in_nothing_else() {
    let reading = reading().await;
    assert_eq!(reading.differences, Vec::<String>::new());
}

#[tokio::test]
async fn every_text_of_the_contract_in_french_is_french() {
    let reading = reading().await;
    for place in [
        "info title",
        "info description",
        "tags 0 name",
        "paths /v1/events get summary",
        "paths /v1/events get parameters 0 description",
        "paths /v1/events get responses 200 description",
        "components schemas EventInput properties slug description",
        "components responses Problem404 description",
        "components headers ETag description",
        "components securitySchemes oauth2 description",
        "components securitySchemes oauth2 flows password scopes events:read",
    ] {
        let seen = reading
            .texts
            .iter()
            .filter(|text| text.place == place)
            .count();
        assert_eq!(seen, 1, "{place} is among the texts");
    }
    let same =
        reading.wrong(|text| text.english == text.french && !SAME.contains(&text.french.as_str()));
    assert_eq!(same, Vec::<String>::new(), "texts that are English still");
    let leftovers = reading.wrong(|text| {
        let prose = prose(&text.french).to_lowercase();
        prose
            .split(|c: char| !c.is_alphabetic())
            .any(|word| ENGLISH.contains(&word))
    });
    assert_eq!(leftovers, Vec::<String>::new(), "texts with English words");
}

#[tokio::test]
async fn the_texts_in_french_are_set_as_in_print() {
    let reading = reading().await;
    assert_eq!(
        reading.wrong(|text| !is_well_set(&text.french)),
        Vec::<String>::new()
    );
}

#[test]
fn a_text_is_well_set_with_curved_apostrophes_and_spaces_that_do_not_break() {
    for (text, expected) in [
        ("L’agenda\u{a0}: «\u{a0}tout\u{a0}» ou rien\u{202f}?", true),
        ("En `code: 'a'`, rien ne compte", true),
        ("L'agenda", false),
        ("L’agenda : tout", false),
        ("L’agenda: tout", false),
        ("L’agenda\u{202f}: tout", false),
        ("L’agenda\u{a0}; tout", false),
        ("« tout\u{a0}»", false),
    ] {
        assert_eq!(is_well_set(text), expected, "{text}");
    }
}
