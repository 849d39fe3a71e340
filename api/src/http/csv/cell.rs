//! Texts in the cells of a table. A spreadsheet takes what begins with certain signs for a formula, and
//! runs it (OWASP, *CSV injection*). An apostrophe goes before; nothing is taken away, so that a
//! telephone number keeps its plus sign, and who strips one apostrophe has the text again.

/// The signs that begin a formula, or the apostrophe that was there before.
fn begins_formula(sign: char) -> bool {
    matches!(
        sign,
        '=' | '+' | '-' | '@' | '\'' | '|' | '%' | '＝' | '＋' | '－' | '＠'
    )
}

/// A text as a cell holds it.
pub(super) fn guarded(text: &str) -> String {
    // Some spreadsheets look behind what can't be seen.
    let is_unseen = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    let is_unseen_first = text.starts_with(['\t', '\r', '\n']);
    let first = text.trim_start_matches(is_unseen).chars().next();
    if is_unseen_first || first.is_some_and(begins_formula) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_be_run_is_shown() {
        for (text, cell) in [
            ("=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"),
            ("+33 3 83 00 00 00", "'+33 3 83 00 00 00"),
            ("-5 € pour les adhérents", "'-5 € pour les adhérents"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "'\t=1"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("'déjà", "''déjà"),
            ("L’été", "L’été"),
            ("5 - 3", "5 - 3"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), cell);
        }
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[=+@'\\-\t\r\n ,;\"a1＝|]{0,12}"]
    }

    proptest! {
        #[test]
        fn a_cell_begins_no_formula_and_keeps_its_text(texts in prop::collection::vec(texts(), 1..8)) {
            let mut writer = csv::Writer::from_writer(vec![]);
            writer.write_record(texts.iter().map(|text| guarded(text))).unwrap();
            let bytes = writer.into_inner().unwrap();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(record.len(), texts.len());
            for (cell, text) in record.iter().zip(&texts) {
                let first = cell.trim_start().chars().next();
                prop_assert!(!first.is_some_and(|sign| "=+-@＝＋－＠".contains(sign)), "{:?}", cell);
                prop_assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), text);
            }
        }
    }
}
