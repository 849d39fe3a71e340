//! The calendar as Atom (RFC 4287), for readers of news: an entry a date. When it is stands in the text
//! for people, and in iCalendar's words in XML (RFC 6321) for programs.

use std::fmt::{Display, Formatter, Result as Written, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use domain::accounts::Scope;
use domain::kernel::{Timing, Vocabulary};
use persistence::events::CalendarRow;

use super::said::{self, Standing};
use super::{Format, Reading, Withdrawn, ics, links, whole};
use crate::calendar::routes::WindowParams;
use crate::events::EventFilters;
use crate::events::wire::{event_url, local};
use crate::http::operation::{Endpoint, Unknown};
use crate::http::{Answer, Problem, Request};
use crate::pages::french;

pub(super) const FORMAT: Format = Format {
    path: "/v1/calendar.atom",
    media_type: "application/atom+xml",
    content_type: "application/atom+xml; charset=utf-8",
    title: "Atom",
    file_name: "agenda.atom",
    withdrawn: Withdrawn::LeftOut,
};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <feed xmlns=\"http://www.w3.org/2005/Atom\" \
    xmlns:cal=\"urn:ietf:params:xml:ns:icalendar-2.0\" \
    xmlns:georss=\"http://www.georss.org/georss\" xml:lang=\"fr\">\n";

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_calendar, _, _>(calendar).kept(Unknown::Ignored, Scope::EventsRead)]
}

/// The calendar as Atom
///
/// An entry a date, by its start, with a stable `id`. A cancelled date says ANNULÉ in its title, a
/// postponed one REPORTÉ. Without a window: from 90 days ago to 400 days ahead. Over 5 000 dates it is
/// refused, never cut. Parameters that are not known are ignored.
#[utoipa::path(
    get, path = "/v1/calendar.atom", tag = "Calendar", operation_id = "calendar_atom",
    security((), ("oauth2" = ["events:read"])),
    params(WindowParams, EventFilters),
    responses((status = 200, description = "The feed", body = String, content_type = "application/atom+xml",
        example = json!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"></feed>\n"))),
)]
async fn calendar(request: Request) -> Result<Answer, Problem> {
    whole(&request, &FORMAT, |reading| render(reading).into_bytes()).await
}

fn render(reading: &Reading) -> String {
    let mut xml = String::with_capacity(1024 + 2048 * reading.rows.len());
    put(&mut xml, reading).expect("a String takes whatever is written to it");
    xml
}

fn put(xml: &mut String, reading: &Reading) -> Written {
    let own = reading.address(&FORMAT);
    let subscribe = links::webcal(&reading.address(&ics::FORMAT));
    xml.push_str(HEAD);
    element(xml, "id", &own)?;
    element(xml, "title", reading.name())?;
    element(xml, "updated", moment(reading.updated()))?;
    link(xml, "self", FORMAT.media_type, &own)?;
    link(xml, "alternate", ics::FORMAT.media_type, &subscribe)?;
    writeln!(
        xml,
        "<author><name>{}</name><uri>{}</uri></author>",
        Escaped(&reading.publisher),
        Escaped(&reading.base)
    )?;
    writeln!(xml, "<generator>Concertation</generator>")?;
    for row in &reading.rows {
        entry(xml, row, &reading.base)?;
    }
    xml.push_str("</feed>\n");
    Ok(())
}

fn entry(xml: &mut String, row: &CalendarRow, base: &str) -> Written {
    let (event, one) = (&row.event, &row.occurrence);
    let content = &event.content;
    let place = said::place(row);
    xml.push_str("<entry>\n");
    element(xml, "id", one.id.uuid().urn())?;
    element(xml, "title", said::title(row))?;
    element(
        xml,
        "published",
        moment(event.published_at.unwrap_or(event.created_at)),
    )?;
    element(xml, "updated", moment(said::updated(row)))?;
    writeln!(
        xml,
        "<link rel=\"alternate\" href=\"{}\"/>",
        Escaped(&event_url(base, event))
    )?;
    if let Some(organiser) = said::organiser(row) {
        writeln!(xml, "<author><name>{}</name></author>", Escaped(organiser))?;
    }
    category(
        xml,
        content.kind.word(),
        base,
        "EventKind",
        french::kind(content.kind),
    )?;
    for audience in &content.audiences {
        category(
            xml,
            audience.word(),
            base,
            "Audience",
            french::audience(*audience),
        )?;
    }
    for tag in said::tags(row) {
        writeln!(xml, "<category term=\"{}\"/>", Escaped(tag))?;
    }
    let at = [Some(french::when(&one.timing)), place.clone()];
    let at = at.into_iter().flatten().collect::<Vec<_>>().join(", ");
    element(xml, "summary", &at)?;
    element(xml, "content", said::glance(row))?;
    timed(xml, row, &one.timing)?;
    if let Some(place) = &place {
        cal(xml, "location", "text", place)?;
    }
    if let Some(point) = content.place.as_ref().and_then(|place| place.coordinates) {
        let (north, east) = (point.latitude(), point.longitude());
        writeln!(xml, "<georss:point>{north} {east}</georss:point>")?;
    }
    xml.push_str("</entry>\n");
    Ok(())
}

/// When it is, and whether it is on.
fn timed(xml: &mut String, row: &CalendarRow, timing: &Timing) -> Written {
    let zone = timing.zone().name();
    for (name, at) in [
        ("dtstart", timing.local_start()),
        ("dtend", timing.local_end()),
    ] {
        writeln!(
            xml,
            "<cal:{name}><cal:parameters><cal:tzid><cal:text>{zone}</cal:text></cal:tzid>\
             </cal:parameters><cal:date-time>{}</cal:date-time></cal:{name}>",
            local(at)
        )?;
    }
    let status = match Standing::of(row) {
        Standing::On => "CONFIRMED",
        Standing::Cancelled => "CANCELLED",
        Standing::Draft | Standing::Postponed => "TENTATIVE",
    };
    cal(xml, "status", "text", status)
}

fn element(xml: &mut String, name: &str, text: impl Display) -> Written {
    writeln!(xml, "<{name}>{}</{name}>", Escaped(&text.to_string()))
}

fn cal(xml: &mut String, name: &str, kind: &str, text: &str) -> Written {
    let text = Escaped(text);
    writeln!(
        xml,
        "<cal:{name}><cal:{kind}>{text}</cal:{kind}></cal:{name}>"
    )
}

fn link(xml: &mut String, rel: &str, media_type: &str, target: &str) -> Written {
    let target = Escaped(target);
    writeln!(
        xml,
        "<link rel=\"{rel}\" type=\"{media_type}\" href=\"{target}\"/>"
    )
}

fn category(xml: &mut String, term: &str, base: &str, list: &str, label: &str) -> Written {
    let base = Escaped(base);
    writeln!(
        xml,
        "<category term=\"{term}\" scheme=\"{base}/openapi.json#/components/schemas/{list}\" \
         label=\"{label}\"/>"
    )
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A text where XML has text or an attribute's value; characters that no XML can hold are left out.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        for c in self.0.chars() {
            match c {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\n' | '\t' => out.write_char(c)?,
                // Written as it is, a reader would make a line feed of it.
                '\r' => out.write_str("&#13;")?,
                '\u{fffe}' | '\u{ffff}' => {}
                c if c < ' ' => {}
                c => out.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn no_text_breaks_out_and_no_character_breaks_the_whole() {
        let nasty = "a<b>&\"c\"\u{0}\u{b}\u{1f}\u{fffe} 🌻\té\n\r]]>";
        assert_eq!(
            Escaped(nasty).to_string(),
            "a&lt;b&gt;&amp;&quot;c&quot; 🌻\té\n&#13;]]&gt;"
        );
    }
}
