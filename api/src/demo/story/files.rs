//! The files of a project of the demonstration: a picture, a table, and a text that may go. What they hold is
//! made here, so that they are the same in every demonstration.

use std::io::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use domain::attachments::{
    self, Attachment, AttachmentContent, AttachmentDraft, AttachmentFact, AttachmentRefusal, Held,
    MediaType,
};
use domain::kernel::text::typeset;
use domain::kernel::{Change, FaultCode, Id, Ids as _, Line};
use domain::projects::{Project, Rights, Side};
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use sha2::{Digest, Sha256};

use super::ids::StoryIds;

/// The moment in their ids.
const SINCE_SECONDS: i64 = 1_571_000_000;

/// Bikes brought in, month by month.
const BIKES: [usize; 6] = [31, 31, 24, 38, 42, 35];

/// A file of the story.
#[derive(Clone, Copy)]
pub(crate) struct ToldFile {
    key: &'static str,
    days_ago: i64,
    title: &'static str,
    alt: Option<&'static str>,
    file_name: &'static str,
    media_type: MediaType,
    content: fn() -> Vec<u8>,
}

/// All of them.
pub(crate) const FILES: [ToldFile; 3] = [
    ToldFile {
        key: "file/picture",
        days_ago: 19,
        title: "Les vélos déposés, mois par mois",
        alt: Some("Six barres, une par mois : 31, 31, 24, 38, 42 puis 35 vélos déposés."),
        file_name: "velos-par-mois.png",
        media_type: MediaType::Png,
        content: picture,
    },
    ToldFile {
        key: "file/table",
        days_ago: 19,
        title: "Les vélos déposés, par point de collecte",
        alt: None,
        file_name: "velos-par-point.csv",
        media_type: MediaType::Csv,
        content: || "commune;vélos déposés\nLunéville;118\nBaccarat;83\n".into(),
    },
    ToldFile {
        key: "file/note",
        days_ago: 6,
        title: "Ordre du jour d’une soirée d’atelier",
        alt: None,
        file_name: "ordre-du-jour.txt",
        media_type: MediaType::Text,
        content: || "Accueil\nRayonner une roue\nRanger les outils\n".into(),
    },
];

/// Why one can't be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileStoryError {
    #[error("a value is wrong: {0:?}")]
    Value(FaultCode),
    #[error(transparent)]
    Refused(#[from] AttachmentRefusal),
}

impl From<FaultCode> for FileStoryError {
    fn from(code: FaultCode) -> Self {
        Self::Value(code)
    }
}

impl ToldFile {
    /// Its id, the same in every demonstration.
    pub(crate) fn id(&self) -> Id<Attachment> {
        let since = DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default();
        Id::from_uuid(StoryIds::of(self.key, since).next())
    }

    /// What it holds.
    pub(crate) fn content(&self) -> Vec<u8> {
        (self.content)()
    }

    /// How it was added to a project that had none, by its holder.
    ///
    /// # Errors
    /// The story is badly written.
    pub(crate) fn tell(
        &self,
        project: &Project,
        now: DateTime<Utc>,
    ) -> Result<Change<Attachment, AttachmentFact>, FileStoryError> {
        let content = self.content();
        let digest = Sha256::digest(&content);
        let draft = AttachmentDraft {
            id: self.id(),
            kind: self.media_type.usual_kind(),
            content: AttachmentContent {
                title: Line::parse(&typeset(self.title))?,
                alt: self.alt.map(|alt| Line::parse(&typeset(alt))).transpose()?,
            },
            file_name: self.file_name.to_owned(),
            media_type: self.media_type,
            bytes: content.len() as u64,
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        let holder = Rights {
            side: Side::Holder,
            writes: true,
            decides: false,
        };
        let at = now - TimeDelta::days(self.days_ago);
        Ok(attachments::add(
            project,
            draft,
            Held::default(),
            holder,
            at,
        )?)
    }
}

/// The bikes as bars, white and green: a PNG of one bit a point.
fn picture() -> Vec<u8> {
    const WIDTH: u8 = 96;
    const HEIGHT: u8 = 48;
    // Each bar is a byte, and so is what is left free on both sides of it and beside all of them.
    let bar_at = |column: usize| {
        let number = column.checked_sub(1).filter(|at| at % 2 == 0)? / 2;
        BIKES.get(number)
    };
    let mut points = Vec::new();
    for line in (0..usize::from(HEIGHT)).rev() {
        // As it is: no line is told by the one above.
        points.push(0);
        points.extend((0..usize::from(WIDTH) / 8).map(|column| {
            let is_drawn = bar_at(column).is_some_and(|bikes| line < *bikes);
            if is_drawn { 0xff } else { 0 }
        }));
    }
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(
        &mut png,
        b"IHDR",
        &[0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 1, 3, 0, 0, 0],
    );
    chunk(&mut png, b"PLTE", &[0xff, 0xff, 0xff, 0x2e, 0x7d, 0x32]);
    chunk(&mut png, b"IDAT", &packed(&points));
    chunk(&mut png, b"IEND", &[]);
    png
}

/// Not made smaller: then no other release of what packs it makes another picture of it.
fn packed(points: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::none());
    packed
        .write_all(points)
        .and_then(|()| packed.finish())
        .expect("memory takes what is written to it")
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).expect("a chunk of a few hundred bytes");
    let mut check = Crc::new();
    check.update(kind);
    check.update(content);
    png.extend(length.to_be_bytes());
    png.extend(kind);
    png.extend(content);
    png.extend(check.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_picture_has_the_lines_that_it_announces() {
        let png = picture();
        let at = png.windows(4).position(|four| four == b"IDAT").unwrap() + 4;
        let mut points = Vec::new();
        let mut packed = flate2::read::ZlibDecoder::new(&png[at..]);
        packed.read_to_end(&mut points).unwrap();
        let lines: Vec<_> = points.chunks(13).collect();
        assert_eq!(lines.len(), 48);
        let drawn = |column: usize| lines.iter().filter(|line| line[1 + column] == 0xff).count();
        let bars: Vec<_> = (0..12).map(drawn).collect();
        assert_eq!(bars, [0, 31, 0, 31, 0, 24, 0, 38, 0, 42, 0, 35]);
    }
}
