//! A file on its way in, raw or as a part of a form.

use std::fs::File;
use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::Stream;

use domain::imports::ImportFormat;

use crate::http::faults::FieldError;
use crate::http::upload::{
    Arrived, Patience, Sink, bounded, empty, next, of_body, of_disk, of_parts, spool,
};
use crate::http::{Kind, Problem, Request};

/// The name of the form's part that is the file.
const PART: &str = "file";

/// The most parts of a form whose names are told as unknown.
const MOST_FAULTS: usize = 20;

/// The longest that a file may take to come in: the largest passes in that time where 1.2 Mbit/s do, which any
/// office's line carries.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// A file that came in whole.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) file: File,
    /// SHA-256 of what it holds.
    pub(super) digest: [u8; 32],
    /// What whoever sent it said it is, if they said so.
    pub(super) said: Option<ImportFormat>,
}

impl From<Arrived> for Upload {
    fn from(arrived: Arrived) -> Self {
        Self {
            file: arrived.file,
            digest: arrived.digest,
            said: None,
        }
    }
}

/// Takes the file that a request carries.
pub(super) async fn receive(request: &Request) -> Result<Upload, Problem> {
    request.within_limit()?;
    let media_type = media_type(request)?;
    let file = spool(&request.app).await.map_err(|error| of_disk(&error))?;
    let patience = Patience::new(request.app.settings.request_timeout, LONGEST);
    let body = bounded(request.payload()?, request.operation.limit.bytes());
    if media_type == "multipart/form-data" {
        let form = Multipart::new(request.http.headers(), body);
        of_form(form, Sink::new(file), patience).await
    } else {
        let upload = raw(body, Sink::new(file), patience).await?;
        let said = format_of(&media_type);
        Ok(Upload { said, ..upload })
    }
}

/// The format that a media type means; of most, none in particular.
fn format_of(media_type: &str) -> Option<ImportFormat> {
    match media_type {
        "text/calendar" => Some(ImportFormat::Icalendar),
        "application/json" => Some(ImportFormat::Openagenda),
        _ => None,
    }
}

/// The type of the body. A file sent raw by a tool that says no type, or the one that such tools put
/// on whatever they send, is taken for what it is.
pub(super) fn media_type(request: &Request) -> Result<String, Problem> {
    let given = request.header(header::CONTENT_TYPE).unwrap_or_default();
    let is_said = !given.is_empty() && given != "application/x-www-form-urlencoded";
    let is_coded = request
        .header(header::CONTENT_ENCODING)
        .is_some_and(|coding| coding != "identity");
    if is_said || is_coded {
        return request.media_type();
    }
    Ok("application/octet-stream".to_owned())
}

async fn raw(
    body: impl Stream<Item = Result<Bytes, PayloadError>>,
    mut sink: Sink,
    patience: Patience,
) -> Result<Upload, Problem> {
    let mut body = std::pin::pin!(body);
    while let Some(chunk) = next(&mut body, patience, of_body).await? {
        sink.take(&chunk).await?;
    }
    let arrived = sink.done().await?;
    if arrived.bytes == 0 {
        return Err(Problem::new(Kind::MalformedBody)
            .with_detail("Le fichier est vide.", "The file is empty."));
    }
    Ok(arrived.into())
}

/// A form has one part, the file; the names of others are told, all at once.
async fn of_form(
    mut form: Multipart,
    mut sink: Sink,
    patience: Patience,
) -> Result<Upload, Problem> {
    let mut faults = Vec::new();
    let mut said = None;
    let mut met = false;
    while let Some(mut part) = next(&mut form, patience, of_parts).await? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = name == PART && !met;
        if is_file {
            let media_type = part.content_type().map(|mime| mime.essence_str());
            said = media_type.and_then(format_of);
        }
        if !is_file && faults.len() < MOST_FAULTS {
            faults.push(unexpected(&name));
        }
        met |= name == PART;
        while let Some(chunk) = next(&mut part, patience, of_parts).await? {
            if is_file {
                sink.take(&chunk).await?;
            }
        }
    }
    if !met {
        faults.push(FieldError::pointer(
            format!("/{PART}"),
            "required",
            format!("Il faut une partie « {PART} » : le fichier."),
            format!("A part “{PART}” is needed: the file."),
        ));
    }
    let arrived = sink.done().await?;
    if met && arrived.bytes == 0 {
        faults.push(empty(PART));
    }
    if faults.is_empty() {
        let upload = Upload::from(arrived);
        Ok(Upload { said, ..upload })
    } else {
        Err(Problem::invalid(faults))
    }
}

fn unexpected(name: &str) -> FieldError {
    let name: String = name.chars().take(100).collect();
    let at = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    if name == PART {
        let (french, english) = (
            "Un seul fichier par import.",
            "One file an import, no more.",
        );
        return FieldError::pointer(at, "duplicate", french, english);
    }
    FieldError::pointer(
        at,
        "unknown_field",
        format!("Partie inconnue : {name}."),
        format!("Unknown part: {name}."),
    )
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures_util::stream;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::http::upload::{folder as folder_of, nameless, sweep};

    fn patience() -> Patience {
        Patience::new(Duration::from_secs(5), LONGEST)
    }

    fn sink() -> (tempdir::Folder, Sink) {
        let folder = tempdir::Folder::new();
        let file = nameless(&folder.0, &folder.0.join("incoming-test")).unwrap();
        (folder, Sink::new(file))
    }

    /// A folder that goes with its test.
    mod tempdir {
        use std::path::PathBuf;
        use std::sync::atomic::{AtomicU32, Ordering};

        pub(super) struct Folder(pub(super) PathBuf);

        impl Folder {
            pub(super) fn new() -> Self {
                static NUMBER: AtomicU32 = AtomicU32::new(0);
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("concertation-upload-{}-{number}", std::process::id());
                Self(std::env::temp_dir().join(name))
            }

            pub(super) fn files(&self) -> usize {
                std::fs::read_dir(&self.0).unwrap().count()
            }
        }

        impl Drop for Folder {
            fn drop(&mut self) {
                let _ = std::fs::remove_dir_all(&self.0);
            }
        }
    }

    fn chunks(of: &'static [&'static str]) -> impl Stream<Item = Result<Bytes, PayloadError>> {
        stream::iter(
            of.iter()
                .map(|text| Ok(Bytes::from_static(text.as_bytes()))),
        )
    }

    #[tokio::test]
    async fn a_body_comes_in_whole_and_leaves_no_name_on_the_disk() {
        let (folder, sink) = sink();
        let body = bounded(chunks(&["{\"rec", "ords\":[]}"]), 14);
        let mut upload = raw(body, sink, patience()).await.unwrap();
        let mut text = String::new();
        io::Read::read_to_string(&mut upload.file, &mut text).unwrap();
        assert_eq!(text, "{\"records\":[]}");
        assert_eq!(
            upload.digest,
            <[u8; 32]>::from(Sha256::digest(text.as_bytes()))
        );
        assert_eq!(folder.files(), 0);
    }

    #[tokio::test]
    async fn a_body_that_announces_nothing_is_cut_off_at_its_limit() {
        let (_folder, sink) = sink();
        let body = bounded(chunks(&["{\"rec", "ords\":[]}"]), 13);
        assert_eq!(
            raw(body, sink, patience()).await.unwrap_err().kind,
            Kind::PayloadTooLarge
        );
    }

    #[tokio::test]
    async fn a_body_that_stops_coming_is_not_waited_for() {
        let (_folder, sink) = sink();
        let body = bounded(stream::pending(), 13);
        assert_eq!(
            raw(
                body,
                sink,
                Patience::new(Duration::from_millis(10), LONGEST)
            )
            .await
            .unwrap_err()
            .kind,
            Kind::Timeout
        );
    }

    #[test]
    fn leftovers_are_swept_and_other_files_stay() {
        let folder = tempdir::Folder::new();
        let files = folder_of(&folder.0);
        assert!(sweep(&folder.0).is_ok());
        std::fs::create_dir_all(&files).unwrap();
        // The second one as an older release called it.
        let leftovers = ["incoming-1", "import-1"].map(|name| files.join(name));
        for path in &leftovers {
            std::fs::write(path, "{").unwrap();
        }
        std::fs::write(files.join("note"), "kept").unwrap();
        sweep(&folder.0).unwrap();
        assert!(files.join("note").exists());
        assert!(!leftovers.iter().any(|path| path.exists()));
    }
}
