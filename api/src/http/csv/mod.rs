//! Tables (RFC 4180) for spreadsheets and open data portals, each with a description of its columns (Table
//! Schema) beside it. [`cell`] keeps a spreadsheet from taking a text for a formula.

mod cell;

use chrono::{DateTime, SecondsFormat, Utc};
use csv::{Terminator, WriterBuilder};
use domain::kernel::Vocabulary;
use domain::kernel::text::typeset;
use serde_json::{Value, json};

use cell::guarded;

/// How a table is told to be one.
pub(crate) const CONTENT_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// Without it, Excel shows no accent.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What stands in a column, in the words of Table Schema; only texts can be taken for formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    /// Several texts, separated by a vertical bar.
    Texts,
    Id,
    Word,
    Words,
    Day,
    Instant,
    LocalTime,
    Number,
    Integer,
    Address,
}

/// Whether every row fills a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    Always,
    Sometimes,
}

/// A column of a table whose rows are made of `R`, and of the service's own address.
pub(crate) struct Column<R> {
    name: &'static str,
    kind: Type,
    title: &'static str,
    description: &'static str,
    filled: Filled,
    of: fn(&R, &str) -> Option<String>,
}

/// A column.
pub(crate) const fn column<R>(
    name: &'static str,
    kind: Type,
    title: &'static str,
    description: &'static str,
    of: fn(&R, &str) -> Option<String>,
) -> Column<R> {
    Column {
        name,
        kind,
        title,
        description,
        filled: Filled::Sometimes,
        of,
    }
}

/// A column that every row fills.
pub(crate) const fn always<R>(
    name: &'static str,
    kind: Type,
    title: &'static str,
    description: &'static str,
    of: fn(&R, &str) -> Option<String>,
) -> Column<R> {
    Column {
        filled: Filled::Always,
        ..column(name, kind, title, description, of)
    }
}

impl<R> Column<R> {
    /// Whether that is its name.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name
    }

    fn cell(&self, row: &R, base: &str) -> String {
        let value = (self.of)(row, base).unwrap_or_default();
        match self.kind {
            Type::Text | Type::Texts => guarded(&value),
            _ => value,
        }
    }

    fn described(&self) -> Value {
        let (kind, format) = match self.kind {
            Type::Text | Type::Texts | Type::Word | Type::Words => ("string", "default"),
            Type::Id => ("string", "uuid"),
            Type::Day => ("date", "default"),
            Type::Instant => ("datetime", "default"),
            Type::LocalTime => ("datetime", "%Y-%m-%dT%H:%M:%S"),
            Type::Number => ("number", "default"),
            Type::Integer => ("integer", "default"),
            Type::Address => ("string", "uri"),
        };
        let mut field = json!({
            "name": self.name,
            "title": typeset(self.title),
            "description": typeset(self.description),
            "type": kind, "format": format,
        });
        if self.filled == Filled::Always {
            field["constraints"] = json!({ "required": true });
        }
        field
    }
}

/// What is known of the columns, as a Table Schema; the first one tells the rows apart.
pub(crate) fn schema<R>(columns: &[Column<R>]) -> Value {
    let fields: Vec<_> = columns.iter().map(Column::described).collect();
    json!({
        "$schema": "https://datapackage.org/profiles/1.0/tableschema.json",
        "fields": fields,
        "primaryKey": columns.first().map(|column| column.name),
        "missingValues": [""],
    })
}

/// The table of some rows.
pub(crate) fn table<R>(columns: &[Column<R>], rows: &[R], base: &str) -> String {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::with_capacity(1024 + 512 * rows.len()));
    // A vector takes whatever is written to it, and each record has as many fields as the first.
    let written = "a table in memory is written";
    let names = columns.iter().map(|column| column.name);
    writer.write_record(names).expect(written);
    for row in rows {
        let cells = columns.iter().map(|column| column.cell(row, base));
        writer.write_record(cells).expect(written);
    }
    let bytes = writer.into_inner().expect(written);
    let text = String::from_utf8(bytes).expect("what is put together from texts is one");
    format!("{BYTE_ORDER_MARK}{text}")
}

/// A value as it is written.
pub(crate) fn some(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

/// A moment, to the second.
pub(crate) fn instant(at: DateTime<Utc>) -> Option<String> {
    Some(at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// Several words, separated by a vertical bar.
pub(crate) fn words<V: Vocabulary>(words: &[V]) -> Option<String> {
    some(
        words
            .iter()
            .map(|word| word.word())
            .collect::<Vec<_>>()
            .join("|"),
    )
}
