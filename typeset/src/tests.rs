use chrono::DateTime;
use serde_json::json;

use super::*;

const TEMPLATE: &str = r#"
#let data = json("data.json")
#set document(title: data.title)
#set text(lang: "fr")
#heading(data.title)
#data.text
*#data.text*
#datetime.today().display()
"#;

fn document(template: &'static str, text: &str) -> Document {
    Document {
        template,
        data: json!({ "title": "Feuille", "text": text }),
        identity: "feuille/1".to_owned(),
        at: DateTime::from_timestamp(1_796_000_000, 0).expect("a moment"),
    }
}

fn fault(template: &'static str, text: &str) -> String {
    let fault = pdf(document(template, text)).expect_err("no document");
    format!("{fault} {fault:?}")
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let once = pdf(document(TEMPLATE, "Zoé")).expect("a document");
    assert!(once.starts_with(b"%PDF-1.7"));
    let other = pdf(document(TEMPLATE, "Léa")).expect("a document");
    assert_ne!(once, other);
    assert_eq!(once, pdf(document(TEMPLATE, "Zoé")).expect("a document"));
    let text = String::from_utf8_lossy(&once);
    assert!(text.contains("<pdfuaid:part>1</pdfuaid:part>"));
    assert!(text.contains("/Lang(fr)"), "{text}");
}

#[test]
fn data_are_never_markup() {
    for text in [
        "#panic(\"x\")",
        "] #panic() [",
        "$ x",
        "*_`<l> @ref",
        "\\",
        "\" + panic() + \"",
        "= Titre",
        "// rien\n/* rien",
        "\u{0}\u{1b}\u{7f}\u{fffe}\u{feff}\u{202e}",
    ] {
        pdf(document(TEMPLATE, text)).expect(text);
    }
}

/// An accessible document with a character that its font lacks is none: whatever people write must be fit for it.
#[test]
fn every_character_can_be_set() {
    let all: String = ('\u{0}'..='\u{2ffff}').collect();
    pdf(document(TEMPLATE, &all)).expect("all characters one after another");
    let accents: Vec<char> = ('\u{300}'..'\u{370}')
        .chain('\u{20d0}'..'\u{20f1}')
        .collect();
    let accented: String = "aΩЯשبक漢x"
        .chars()
        .flat_map(|letter| accents.iter().flat_map(move |accent| [letter, *accent]))
        .collect();
    pdf(document(TEMPLATE, &accented)).expect("letters with accents");
}

#[test]
fn what_no_font_has_is_an_empty_square() {
    let fitted = |text: &str| {
        let mut data = json!({ "list": [text] });
        fonts::FONTS.fit(&mut data);
        data["list"][0].as_str().expect("a text").to_owned()
    };
    for same in [
        "Zoé Müller",
        "Ἀθηνᾶ",
        "Иван",
        "שלום",
        "محمد",
        "e\u{301}",
        "a\u{200d}b\u{a0}c",
    ] {
        assert_eq!(fitted(same), same);
    }
    assert_eq!(fitted("Li 北京 🧑‍🌾"), "Li □□ □");
}

#[test]
fn a_template_reaches_its_data_and_nothing_else() {
    for template in [
        "#read(\"/etc/hostname\")",
        "#read(\"other.json\")",
        "#import \"other.typ\"",
        "#import \"@preview/tablex:0.0.9\": *",
        "#image(\"a.png\")",
    ] {
        let told = fault(template, "x");
        assert!(
            told.starts_with("the template fails in its lines [1]"),
            "{told}"
        );
    }
}

#[test]
fn a_fault_tells_nothing_of_the_data() {
    let told = fault("\n#panic(json(\"data.json\").text)", "Zwirbelkanari");
    assert_eq!(told, "the template fails in its lines [2] Template([2])");
    let untitled = fault("#json(\"data.json\").text", "Zwirbelkanari");
    assert!(
        untitled.starts_with("what was set is not accessible"),
        "{untitled}"
    );
    assert!(!untitled.contains("Zwirbelkanari"));
}

#[test]
fn more_data_than_that_are_refused() {
    let told = fault(TEMPLATE, &"x".repeat(MOST_BYTES));
    assert!(told.ends_with("TooLarge"), "{told}");
}
