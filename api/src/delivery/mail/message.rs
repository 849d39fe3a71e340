//! The message as it travels: its headers, and the letter in both forms.

use chrono::{DateTime, Utc};
use domain::kernel::Id;
use domain::mail::{Mail, MailProblem};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart};
use lettre::{Address, Message};

use super::letter::Letter;

/// A message, and whom it goes to.
pub(super) struct Parcel {
    pub(super) mail: Mail,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

/// Who mail comes from.
pub(super) struct From {
    pub(super) name: String,
    pub(super) address: Address,
}

/// What a date for an agenda is sent as.
const CALENDAR: &str = "text/calendar; charset=utf-8; method=PUBLISH";

/// Packs a letter. The same mail has the same `Message-ID` each time: who gets two knows that it is one.
pub(super) fn pack(
    mail: Mail,
    from: &From,
    to: &str,
    letter: &Letter,
    now: DateTime<Utc>,
) -> Result<Parcel, MailProblem> {
    let Ok(to) = to.parse::<Address>() else {
        return Err(MailProblem::BadAddress);
    };
    let mut message = Message::builder()
        .message_id(Some(message_id(mail.id, from)))
        .date(now.into())
        .from(Mailbox::new(Some(from.name.clone()), from.address.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(letter.subject_line())
        // No machine answers it (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", letter.language.tag()));
    if let Some(url) = &letter.unsubscribe {
        // Mail programs end it by themselves, with one click (RFC 8058).
        message = message
            .raw_header(header("List-Unsubscribe", &format!("<{url}>")))
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click",
            ));
    }
    match message.multipart(body(letter)) {
        Ok(message) => Ok(Parcel {
            mail,
            to,
            bytes: message.formatted(),
        }),
        Err(error) => {
            tracing::error!(%error, mail = %mail.id, "a mail could not be written");
            Err(MailProblem::BadAddress)
        }
    }
}

fn body(letter: &Letter) -> MultiPart {
    let texts = MultiPart::alternative_plain_html(letter.text(), letter.html());
    match &letter.calendar {
        None => texts,
        Some(calendar) => MultiPart::mixed().multipart(texts).singlepart(
            Attachment::new("date.ics".to_owned()).body(
                calendar.clone(),
                ContentType::parse(CALENDAR).unwrap_or(ContentType::TEXT_PLAIN),
            ),
        ),
    }
}

fn message_id(id: Id<Mail>, from: &From) -> String {
    format!("<{id}@{}>", from.address.domain())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
