//! What a template reaches while it is set: itself, its data, our fonts and the moment.

use std::sync::LazyLock;

use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, TextElem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World, WorldExt as _};

use crate::fonts::FONTS;
use crate::{Fault, MOST_BYTES};

/// What templates may call: all of the language, with our fonts.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let mut library = Library::default();
    library.styles.set(TextElem::font, FONTS.families());
    LazyHash::new(library)
});

static TEMPLATE: LazyLock<FileId> = LazyLock::new(|| file("template.typ"));
static DATA: LazyLock<FileId> = LazyLock::new(|| file("data.json"));

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// Where one document is set.
pub(crate) struct Desk {
    template: Source,
    data: Bytes,
    at: Option<Datetime>,
}

impl Desk {
    pub(crate) fn new(
        template: &str,
        mut data: Value,
        at: Option<Datetime>,
    ) -> Result<Self, Fault> {
        FONTS.fit(&mut data);
        let data = data.to_string();
        if data.len() > MOST_BYTES {
            return Err(Fault::TooLarge);
        }
        Ok(Self {
            template: Source::new(*TEMPLATE, template.to_owned()),
            data: Bytes::from_string(data),
            at,
        })
    }

    /// The line of the template that a fault comes from, counted from one.
    pub(crate) fn line(&self, fault: &SourceDiagnostic) -> Option<usize> {
        let range = self.range(fault.span)?;
        Some(self.template.lines().byte_to_line(range.start)? + 1)
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        FONTS.book()
    }

    fn main(&self) -> FileId {
        *TEMPLATE
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *TEMPLATE {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        self.at
    }
}
