//! What is said of a record: warnings, when it was taken otherwise than it was written, and faults,
//! when it was not taken. The words are the outer layer's; they may quote the record.

use serde::{Deserialize, Serialize};

use crate::kernel::{FaultCode, Vocabulary};

/// The longest quotation, in characters.
const QUOTE_LENGTH: usize = 120;

/// In what a record was not taken as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningCode {
    /// A timing ended before its start: its end was set to the next day.
    PastMidnight,
    /// The same timing stood twice.
    DuplicateTiming,
    /// There was no timing at all.
    NoTiming,
    /// It was to be published and stays a draft, having no timing.
    NotPublished,
    /// A published date that the source no longer has, or that the staff settled otherwise, stays.
    DateKept,
    /// A draft's date that the source no longer has was removed.
    DateRemoved,
    /// A text was too long.
    TextShortened,
    /// A tag was too long, or one too many.
    TagDropped,
    /// The picture lacks its alternative text and its credit.
    ImageSetAside,
    /// The link is no web address.
    LinkSetAside,
    /// The coordinates are no point of the earth.
    CoordinatesSetAside,
    /// The language is unknown: French is assumed.
    LanguageAssumed,
    /// The named city is no commune of the official list, or one of several.
    CommuneNotFound,
    /// An event of whole days is held from midnight to midnight.
    AllDay,
    /// The time says no zone: the one of here is assumed.
    ZoneAssumed,
    /// The zone's name is unknown: it was recognised by its rules.
    ZoneGuessed,
    /// There is no end, or one at the start: the date is held as one minute.
    NoEnd,
    /// The series has more dates than are taken, or no end: it is cut.
    SeriesCut,
    /// One date says otherwise than its series: only its time and its state are taken.
    OverrideReduced,
    /// A change of one date, of a series that has no such date, is taken as a date of its own.
    OverrideAlone,
    /// The entry stands more than once: the latest is taken.
    DuplicateEntry,
    /// The source is not sure of it yet.
    Tentative,
    /// The organiser may be a person: no name and no address is taken.
    OrganiserSetAside,
    /// Attached files are left out.
    AttachmentSetAside,
    /// A line was broken without the sign that it goes on.
    LineMended,
    /// The text is not UTF-8: Western European letters are assumed.
    EncodingAssumed,
    /// Its event came by a file or from a source that was deleted: it comes from this source now.
    Adopted,
}

impl Vocabulary for WarningCode {
    const NAME: &'static str = "WarningCode";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::PastMidnight, "past_midnight"),
        (Self::DuplicateTiming, "duplicate_timing"),
        (Self::NoTiming, "no_timing"),
        (Self::NotPublished, "not_published"),
        (Self::DateKept, "date_kept"),
        (Self::DateRemoved, "date_removed"),
        (Self::TextShortened, "text_shortened"),
        (Self::TagDropped, "tag_dropped"),
        (Self::ImageSetAside, "image_set_aside"),
        (Self::LinkSetAside, "link_set_aside"),
        (Self::CoordinatesSetAside, "coordinates_set_aside"),
        (Self::LanguageAssumed, "language_assumed"),
        (Self::CommuneNotFound, "commune_not_found"),
        (Self::AllDay, "all_day"),
        (Self::ZoneAssumed, "zone_assumed"),
        (Self::ZoneGuessed, "zone_guessed"),
        (Self::NoEnd, "no_end"),
        (Self::SeriesCut, "series_cut"),
        (Self::OverrideReduced, "override_reduced"),
        (Self::OverrideAlone, "override_alone"),
        (Self::DuplicateEntry, "duplicate_entry"),
        (Self::Tentative, "tentative"),
        (Self::OrganiserSetAside, "organiser_set_aside"),
        (Self::AttachmentSetAside, "attachment_set_aside"),
        (Self::LineMended, "line_mended"),
        (Self::EncodingAssumed, "encoding_assumed"),
        (Self::Adopted, "adopted"),
    ];
}

/// Something that was not taken as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportWarning {
    /// What.
    pub code: WarningCode,
    /// Where in the record, as an RFC 6901 pointer.
    pub at: String,
    /// What stood there, when it helps to find it.
    pub quote: Option<String>,
}

impl ImportWarning {
    /// A warning about the whole value at that place.
    #[must_use]
    pub fn new(code: WarningCode, at: &str) -> Self {
        Self {
            code,
            at: at.to_owned(),
            quote: None,
        }
    }

    /// A warning that quotes what stood there.
    #[must_use]
    pub fn quoting(code: WarningCode, at: &str, quote: &str) -> Self {
        Self {
            code,
            at: at.to_owned(),
            quote: Some(quoted(quote)),
        }
    }
}

/// Why a record was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFault {
    /// What is wrong.
    pub code: FaultCode,
    /// Where in the record, as an RFC 6901 pointer.
    pub at: String,
    /// What stood there, when it helps to find it.
    pub quote: Option<String>,
}

impl ImportFault {
    /// A fault of the whole value at that place.
    #[must_use]
    pub fn new(code: FaultCode, at: &str) -> Self {
        Self {
            code,
            at: at.to_owned(),
            quote: None,
        }
    }

    /// A fault that quotes what stood there.
    #[must_use]
    pub fn quoting(code: FaultCode, at: &str, quote: &str) -> Self {
        Self {
            code,
            at: at.to_owned(),
            quote: Some(quoted(quote)),
        }
    }
}

fn quoted(text: &str) -> String {
    let one_line = text
        .chars()
        .map(|c| if super::content::is_plain(c) { c } else { ' ' });
    let mut quote: String = one_line.clone().take(QUOTE_LENGTH).collect();
    if one_line.count() > QUOTE_LENGTH {
        quote.push('…');
    }
    quote.trim().to_owned()
}
