//! The form that a file comes in with.

use std::fs::File;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use domain::attachments::{AttachmentContent, AttachmentKind, MAX_BYTES, MediaType, file_name};
use domain::kernel::{Check, FaultCode, Line, Vocabulary};

use super::sniff::{Found, look};
use crate::http::faults::FieldError;
use crate::http::upload::{
    Arrived, Patience, Sink, blocking, bounded, empty, next, of_disk, of_parts, spool,
};
use crate::http::{Kind, Problem, Request};

/// The most bytes of a part that is a text.
const LONGEST_TEXT: usize = 8 * 1024;
/// The most parts of a form that are looked at.
const MOST_PARTS: usize = 20;
/// The longest that a form may take to come in: its 20 MiB pass in that time where 300 kbit/s do, which any
/// telephone's network carries.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// A file that came in with what is said of it.
pub(crate) struct Form {
    pub(super) file: File,
    /// SHA-256 of what was sent.
    pub(super) digest: [u8; 32],
    pub(super) kind: AttachmentKind,
    pub(super) content: AttachmentContent,
    pub(super) file_name: String,
    pub(super) media_type: MediaType,
}

/// What a form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A file of a project.
    Project,
    /// Evidence: a document, whatever it holds.
    Evidence,
}

impl Purpose {
    /// The parts of the form.
    fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Project => &["file", "title", "kind", "alt"],
            Self::Evidence => &["file", "title"],
        }
    }
}

/// The parts as they came.
#[derive(Default)]
struct Parts {
    file: Option<Sent>,
    title: Option<String>,
    kind: Option<String>,
    alt: Option<String>,
    faults: Vec<FieldError>,
}

struct Sent {
    arrived: Arrived,
    name: String,
    said: Option<String>,
}

/// Takes the form that a request carries.
pub(crate) async fn receive(request: &Request, purpose: Purpose) -> Result<Form, Problem> {
    request.within_limit()?;
    request.media_type()?;
    let body = bounded(request.payload()?, request.operation.limit.bytes());
    let form = Multipart::new(request.http.headers(), body);
    let patience = Patience::new(request.app.settings.request_timeout, LONGEST);
    let mut parts = parts(request, form, patience, purpose).await?;
    if purpose == Purpose::Evidence {
        parts.kind = Some(AttachmentKind::Document.word().to_owned());
    }
    checked(parts).await
}

async fn parts(
    request: &Request,
    mut form: Multipart,
    patience: Patience,
    purpose: Purpose,
) -> Result<Parts, Problem> {
    let (mut parts, mut met) = (Parts::default(), 0);
    while let Some(mut part) = next(&mut form, patience, of_parts).await? {
        met += 1;
        let name = part.name().unwrap_or_default().to_owned();
        let is_new = match name.as_str() {
            other if !purpose.parts().contains(&other) => false,
            "file" => parts.file.is_none(),
            "title" => parts.title.is_none(),
            "kind" => parts.kind.is_none(),
            "alt" => parts.alt.is_none(),
            _ => false,
        };
        if !is_new {
            if met <= MOST_PARTS {
                parts.faults.push(unexpected(&name, purpose));
            }
            while next(&mut part, patience, of_parts).await?.is_some() {}
            continue;
        }
        if name == "file" {
            parts.file = Some(sent(request, &mut part, patience).await?);
            continue;
        }
        let text = text(&mut part, patience).await?;
        let place = match name.as_str() {
            "title" => &mut parts.title,
            "kind" => &mut parts.kind,
            _ => &mut parts.alt,
        };
        *place = Some(text);
    }
    Ok(parts)
}

async fn sent(request: &Request, part: &mut Field, patience: Patience) -> Result<Sent, Problem> {
    let disposition = part.content_disposition();
    let name = disposition
        .and_then(|it| it.get_filename())
        .unwrap_or_default()
        .to_owned();
    let said = part
        .content_type()
        .map(|mime| mime.essence_str().to_owned());
    let file = spool(&request.app).await.map_err(|error| of_disk(&error))?;
    let mut sink = Sink::new(file);
    while let Some(chunk) = next(part, patience, of_parts).await? {
        sink.take(&chunk).await?;
    }
    let arrived = sink.done().await?;
    if arrived.bytes > MAX_BYTES {
        return Err(Problem::new(Kind::PayloadTooLarge));
    }
    Ok(Sent {
        arrived,
        name,
        said,
    })
}

async fn text(part: &mut Field, patience: Patience) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = next(part, patience, of_parts).await? {
        // What is too long is told by its rule: only a little more than that is needed.
        let room = LONGEST_TEXT.saturating_sub(bytes.len());
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// All that is wrong, at once.
async fn checked(parts: Parts) -> Result<Form, Problem> {
    let mut check = Check::new();
    let title = parts.title.as_deref().unwrap_or_default();
    let title = check.at("/title", Line::parse(title));
    let said_kind = check.maybe("/kind", parts.kind.as_deref(), AttachmentKind::parse);
    let alt = parts.alt.as_deref().filter(|alt| !alt.trim().is_empty());
    let alt = check.maybe("/alt", alt, Line::parse);
    let mut faults = parts.faults;
    let Some(sent) = parts.file else {
        check.fault("/file", FaultCode::Required);
        faults.extend(faults_of(check));
        return Err(Problem::invalid(faults));
    };
    let Sent {
        arrived,
        name,
        said,
    } = sent;
    let (digest, bytes) = (arrived.digest, arrived.bytes);
    let (file, found) = blocking(move || {
        let mut file = arrived.file;
        let found = look(&mut file)?;
        Ok((file, found))
    })
    .await?;
    let media_type = found.as_said(said.as_deref(), &name);
    // What is to be looked at shows in what it is.
    let usual = media_type.map(MediaType::usual_kind);
    let kind = said_kind.and_then(|said| said.or(usual));
    let content = match (title, alt, kind) {
        (Some(title), Some(alt), Some(kind)) => {
            let content = AttachmentContent { title, alt };
            check.within("", content.checked(kind))
        }
        _ => None,
    };
    faults.extend(faults_of(check));
    faults.extend(match bytes {
        0 => Some(empty("file")),
        _ => wrong(found, media_type, said.as_deref(), kind),
    });
    match (kind, content, media_type) {
        (Some(kind), Some(content), Some(media_type)) if faults.is_empty() => Ok(Form {
            file,
            digest,
            kind,
            content,
            file_name: file_name(&name, media_type),
            media_type,
        }),
        _ => Err(Problem::invalid(faults)),
    }
}

fn faults_of(check: Check) -> Vec<FieldError> {
    match check.done(Some(())) {
        Ok(()) => vec![],
        Err(faults) => faults.all().iter().map(FieldError::from).collect(),
    }
}

/// What is wrong with what the file holds.
fn wrong(
    found: Found,
    media_type: Option<MediaType>,
    said: Option<&str>,
    kind: Option<AttachmentKind>,
) -> Option<FieldError> {
    let known = MediaType::all_words().join(", ");
    match (found, media_type) {
        (Found::Other, _) => Some(FieldError::pointer(
            "/file",
            "wrong_type",
            format!("Le contenu du fichier n’est pas de ceux qui sont acceptés : {known}."),
            format!("What the file holds is none of what is taken: {known}."),
        )),
        (found, None) => {
            let (said, found) = (said.unwrap_or_default(), found.word());
            let said: String = said.chars().take(100).collect();
            Some(FieldError::pointer(
                "/file",
                "wrong_type",
                format!("Le fichier est annoncé comme {said}, et contient {found}."),
                format!("The file is said to be {said}, and holds {found}."),
            ))
        }
        (_, Some(media_type)) if kind == Some(AttachmentKind::Image) && !media_type.is_image() => {
            Some(FieldError::pointer(
                "/file",
                "wrong_type",
                "Une image est au format PNG, JPEG, WebP ou GIF ; le reste est un document.",
                "An image is a PNG, JPEG, WebP or GIF; anything else is a document.",
            ))
        }
        _ => None,
    }
}

fn unexpected(name: &str, purpose: Purpose) -> FieldError {
    let name: String = name.chars().take(100).collect();
    let at = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    if purpose.parts().contains(&name.as_str()) {
        return FieldError::pointer(
            at,
            "duplicate",
            "Une seule fois par formulaire.",
            "Once a form, no more.",
        );
    }
    FieldError::pointer(
        at,
        "unknown_field",
        format!("Partie inconnue : {name}."),
        format!("Unknown part: {name}."),
    )
}
