//! Sets documents on pages, as PDF that a screen reader can read (PDF/UA-1): a template in Typst's language, and
//! data that it shows. It knows nothing of what the documents are about.
//!
//! A template reads its data by `json("data.json")`, and nothing else: there are no other files, no packages and
//! no network. Data are values and never markup. The same document gives the same bytes.

mod fonts;
mod world;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use world::Desk;

/// The most bytes of data that a document shows.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

/// What is to be set.
#[derive(Debug)]
pub struct Document {
    /// How it looks, in Typst's language. It sets the document's title and its language.
    pub template: &'static str,
    /// What it shows. A character that no font has is shown as an empty square.
    pub data: Value,
    /// What it is, the same whenever it is set again: of it comes the identifier in the file.
    pub identity: String,
    /// When it is set; what the template takes for today.
    pub at: DateTime<Utc>,
}

/// Why a document was not set. It tells nothing of the data, which may be somebody's.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There are more data than a document may show.
    #[error("a document shows at most {MOST_BYTES} bytes")]
    TooLarge,
    /// The template can't show the data.
    #[error("the template fails in its lines {0:?}")]
    Template(Vec<usize>),
    /// What was set is no PDF that all can read: a text without a letter for it, an image without words.
    #[error("what was set is not accessible, from the template's lines {0:?}")]
    Inaccessible(Vec<usize>),
    /// The writer of PDF knows no such standard.
    #[error("the standard of accessible PDF is not known")]
    Standard,
}

/// Sets a document as PDF. It takes the processor for tens of milliseconds to seconds.
///
/// # Errors
/// There are too many data, or the template can't show them.
pub fn pdf(document: Document) -> Result<Vec<u8>, Fault> {
    // What was remembered of this document is somebody's data, and of use to no other.
    struct Forget;
    impl Drop for Forget {
        fn drop(&mut self) {
            comemo::evict(0);
        }
    }
    let _forget = Forget;
    let at = moment(document.at);
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|_| Fault::Standard)?;
    let options = PdfOptions {
        ident: Smart::Custom(document.identity),
        creator: Smart::Custom(Some("Concertation".to_owned())),
        timestamp: at.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    let desk = Desk::new(document.template, document.data, at)?;
    let set = typst::compile::<PagedDocument>(&desk).output;
    let pages = set.map_err(|faults| Fault::Template(lines(&desk, &faults)))?;
    typst_pdf::pdf(&pages, &options).map_err(|faults| Fault::Inaccessible(lines(&desk, &faults)))
}

fn moment(at: DateTime<Utc>) -> Option<Datetime> {
    let small = |number: u32| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        at.year(),
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
    )
}

/// The lines of the template that are at fault.
fn lines(desk: &Desk, faults: &[SourceDiagnostic]) -> Vec<usize> {
    let mut lines: Vec<usize> = faults.iter().filter_map(|one| desk.line(one)).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

#[cfg(test)]
mod tests;
