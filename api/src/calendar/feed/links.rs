//! Where else the same calendar is told: `Link` headers (RFC 8288), and the address by which a
//! telephone subscribes to it.

use super::{FORMATS, Format, Reading, csv, ics};
use crate::http::query::Query;

/// What narrows a feed: all that its parameters are, but how it is paged and what is ignored.
const ASKED: [&str; 12] = [
    "accessibility",
    "audience",
    "commune",
    "end",
    "epci",
    "kind",
    "near",
    "organiser",
    "q",
    "start",
    "tag",
    "within_km",
];

/// A longer one is told no links: proxies refuse headers of many kilobytes.
const LONGEST: usize = 200;

/// What is asked for, whatever else stands in the address.
pub(in crate::calendar) fn asked(query: &Query<'_>) -> String {
    query.canonical(&ASKED)
}

pub(super) fn address(base: &str, format: &Format, asked: &str) -> String {
    let mark = if asked.is_empty() { "" } else { "?" };
    format!("{base}{}{mark}{asked}", format.path)
}

/// The same by the scheme that makes a telephone or an agenda subscribe.
pub(super) fn webcal(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    format!("webcal://{rest}")
}

/// The links of a feed: itself, what describes it, the others.
pub(super) fn of_feed(reading: &Reading, format: &Format) -> String {
    let mut links = Vec::new();
    if reading.asked.len() <= LONGEST {
        let own = reading.address(format);
        links.push(format!(
            "<{own}>; rel=\"self\"; type=\"{}\"",
            format.media_type
        ));
    }
    if format.path == csv::FORMAT.path {
        let schema = format!("{}{}", reading.base, csv::SCHEMA_PATH);
        links.push(format!(
            "<{schema}>; rel=\"describedby\"; type=\"application/json\""
        ));
    }
    links.extend(others(&reading.base, &reading.asked, Some(format)));
    links.join(", ")
}

/// The links from the calendar to its feeds; none when too much is asked for.
pub(in crate::calendar) fn alternates(base: &str, asked: &str) -> Option<String> {
    let links = others(base, asked, None);
    (!links.is_empty()).then(|| links.join(", "))
}

fn others(base: &str, asked: &str, own: Option<&Format>) -> Vec<String> {
    if asked.len() > LONGEST {
        return vec![];
    }
    let link = |target: &str, media_type: &str, title: &str| {
        format!("<{target}>; rel=\"alternate\"; type=\"{media_type}\"; title=\"{title}\"")
    };
    let is_other = |format: &&&Format| own.is_none_or(|own| own.path != format.path);
    let mut links: Vec<_> = FORMATS
        .iter()
        .filter(is_other)
        .map(|format| {
            link(
                &address(base, format, asked),
                format.media_type,
                format.title,
            )
        })
        .collect();
    let subscribe = webcal(&address(base, &ics::FORMAT, asked));
    links.push(link(&subscribe, ics::FORMAT.media_type, "S'abonner"));
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agenda_subscribes_to_the_same_address() {
        let asked = address("https://petr.example/agenda", &ics::FORMAT, "tag=eau");
        assert_eq!(asked, "https://petr.example/agenda/v1/calendar.ics?tag=eau");
        assert_eq!(
            webcal(&asked),
            "webcal://petr.example/agenda/v1/calendar.ics?tag=eau"
        );
    }

    #[test]
    fn headers_stay_short() {
        let long = "q=".to_owned() + &"a".repeat(LONGEST);
        assert_eq!(alternates("https://petr.example", &long), None);
        let links = alternates("https://petr.example", &long[..LONGEST]).unwrap();
        assert!(links.len() < 2_800, "{}", links.len());
    }
}
