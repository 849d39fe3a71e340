//! What an entry says besides its dates, in our values.

use domain::events::{Audience, EventContent, EventKind, Place, Visibility};
use domain::imports::{
    City, Found, ImportFault, ImportWarning, WarningCode, find_commune, line, prose, tags,
    with_source,
};
use domain::kernel::{
    Contact, Coordinates, EmailAddress, FaultCode, Language, Line, Prose, WebUrl, text,
};

use super::entry::Entry;
use super::html;
use super::own::{self, Own};

/// The addresses of desks and roles begin so; of others we don't know whether they are a person's.
const ROLES: [&str; 30] = [
    "accueil",
    "administration",
    "agenda",
    "animation",
    "asso",
    "association",
    "biblio",
    "bibliotheque",
    "billetterie",
    "bonjour",
    "bureau",
    "climat",
    "com",
    "communication",
    "concertation",
    "contact",
    "culture",
    "developpement",
    "environnement",
    "evenement",
    "evenements",
    "event",
    "events",
    "hello",
    "info",
    "infos",
    "mairie",
    "mediatheque",
    "reservation",
    "secretariat",
];

/// Reads the content; `None`, and a fault, when there is no title.
pub(super) fn read(
    entry: &Entry,
    own: Option<&Own>,
    warnings: &mut Vec<ImportWarning>,
    faults: &mut Vec<ImportFault>,
) -> Option<EventContent> {
    let mut reading = Reading {
        entry,
        own,
        warnings,
    };
    let title = reading.title();
    if title.is_none() {
        faults.push(ImportFault::new(FaultCode::Required, "/SUMMARY"));
    }
    let (summary, description, price_note) = reading.texts();
    let (place, location_url) = reading.place();
    let (organiser_name, contact) = reading.organiser();
    reading.set_files_aside();
    let tags = reading.tags();
    let content = EventContent {
        title: title?,
        summary,
        description,
        kind: EventKind::Other,
        audiences: vec![Audience::GeneralPublic],
        tags,
        place,
        online_url: location_url.or_else(|| reading.online_url()),
        accessibility: vec![],
        price_note,
        organiser_name,
        contact,
        image: None,
        languages: vec![reading.language()],
        visibility: reading.visibility(),
    };
    Some(content)
}

type Texts = (
    Option<Prose<1000>>,
    Option<Prose<50_000>>,
    Option<Line<500>>,
);

struct Reading<'r> {
    entry: &'r Entry,
    own: Option<&'r Own>,
    warnings: &'r mut Vec<ImportWarning>,
}

impl Reading<'_> {
    fn warn(&mut self, code: WarningCode, at: &str, quote: &str) {
        let warning = match quote {
            "" => ImportWarning::new(code, at),
            quote => ImportWarning::quoting(code, at, quote),
        };
        self.warnings.push(warning);
    }

    fn title(&mut self) -> Option<Line<200>> {
        let title = match self.own {
            Some(_) => own::state_and_title(self.entry).1,
            None => self.entry.text("SUMMARY"),
        };
        line(&title?, "/SUMMARY", self.warnings)
    }

    /// Summary, description and price.
    fn texts(&mut self) -> Texts {
        let Some(own) = self.own else {
            return (None, self.description(), None);
        };
        let text = own.text();
        if text.chars().count() <= 1000 {
            return (prose(&text, "/DESCRIPTION", self.warnings), None, None);
        }
        // The longest summary with a price behind it.
        let (head, last) = text.rsplit_once("\n\n").unwrap_or((&text, ""));
        let price = Line::parse(last).ok();
        let summary = if price.is_some() { head } else { &text };
        (prose(summary, "/DESCRIPTION", self.warnings), None, price)
    }

    /// The text, and a link to the page that it comes from.
    fn description(&mut self) -> Option<Prose<50_000>> {
        let at = "/DESCRIPTION";
        let html = || {
            let property = self.entry.first("X-ALT-DESC")?;
            html::to_markdown(&property.text())
        };
        let text = match self.entry.text("DESCRIPTION") {
            Some(text) => Some(html::to_markdown(&text).unwrap_or(text)),
            None => html(),
        };
        let text = text.unwrap_or_default();
        let link = self.entry.first("URL").map(|url| url.value.trim());
        let link = link.filter(|link| !link.is_empty()).map(str::to_owned);
        match link.map(|link| WebUrl::parse(&link).map_err(|_| link)) {
            None => prose(&text, at, self.warnings),
            Some(Ok(source)) => with_source(&text, &source, at, self.warnings),
            Some(Err(link)) => {
                self.warn(WarningCode::LinkSetAside, "/URL", &link);
                prose(&text, at, self.warnings)
            }
        }
    }

    fn tags(&mut self) -> Vec<Line<60>> {
        let written = self.entry.all("CATEGORIES").flat_map(|p| p.texts());
        let written: Vec<String> = written.take(1_000).collect();
        let written = written.iter().map(String::as_str);
        tags(written, "/CATEGORIES", self.warnings)
    }

    /// The place; or the address on the web that stands where a place should.
    fn place(&mut self) -> (Option<Place>, Option<WebUrl>) {
        let location = self.entry.text("LOCATION").unwrap_or_default();
        if let Ok(url) = WebUrl::parse(&location) {
            return (None, Some(url));
        }
        let (name, address) = name_and_address(&location);
        let name = line(name, "/LOCATION", self.warnings);
        let address = line(address, "/LOCATION", self.warnings);
        let coordinates = self.coordinates();
        let place = Place::new(name, address, self.commune(&location), coordinates);
        if place.is_err() && coordinates.is_some() {
            self.warn(WarningCode::CoordinatesSetAside, "/GEO", "");
        }
        (place.ok(), None)
    }

    fn commune(&mut self, location: &str) -> Option<domain::kernel::InseeCode> {
        let by = |name| {
            find_commune(City {
                name,
                address: Some(location),
            })
        };
        match by(None) {
            Found::Commune(code) => Some(code),
            Found::Unknown(city) => {
                self.warn(WarningCode::CommuneNotFound, "/LOCATION", &city);
                None
            }
            // A place often ends with its town; what it ends with else is no matter.
            Found::Unnamed => match by(location.rsplit([',', '\n']).next()) {
                Found::Commune(code) => Some(code),
                Found::Unknown(_) | Found::Unnamed => None,
            },
        }
    }

    fn coordinates(&mut self) -> Option<Coordinates> {
        let geo = self.entry.first("GEO").map(|geo| geo.value.clone());
        let structured = || {
            let location = self.entry.first("X-APPLE-STRUCTURED-LOCATION")?;
            Some(location.value.trim().strip_prefix("geo:")?.to_owned())
        };
        let written = geo.or_else(structured)?;
        let written = written.trim().replace("\\;", ";");
        let numbers: Option<Vec<f64>> = written
            .split([';', ','])
            .map(|number| number.trim().parse().ok())
            .collect();
        let point = match numbers.as_deref() {
            // Calendars that know of no place write zeros.
            Some([0.0, 0.0]) => return None,
            Some([latitude, longitude]) => Coordinates::new(*latitude, *longitude).ok(),
            _ => None,
        };
        if point.is_none() {
            self.warn(WarningCode::CoordinatesSetAside, "/GEO", &written);
        }
        point
    }

    fn online_url(&self) -> Option<WebUrl> {
        if let Some(own) = self.own {
            return own.online_url.clone();
        }
        let names = [
            "CONFERENCE",
            "X-GOOGLE-CONFERENCE",
            "X-MICROSOFT-SKYPETEAMSMEETINGURL",
        ];
        let mut addresses = names.iter().filter_map(|name| self.entry.first(name));
        addresses.find_map(|property| WebUrl::parse(property.value.trim()).ok())
    }

    /// Who holds it and whom to ask, where that is a role: a person's name is not ours to keep. Of a
    /// calendar of this service too: anybody can write a file that says it is one.
    fn organiser(&mut self) -> (Option<Line<200>>, Option<Contact>) {
        let (name, email) = match self.entry.first("ORGANIZER") {
            None => (None, None),
            Some(property) => (
                property.parameter("CN").map(str::to_owned),
                email_of(&property.value),
            ),
        };
        let is_role = email.as_ref().is_some_and(is_role);
        let is_said = name.is_some() || email.is_some() || self.entry.first("CONTACT").is_some();
        if !is_role {
            if is_said {
                let code = WarningCode::OrganiserSetAside;
                self.warnings.push(ImportWarning::new(code, "/ORGANIZER"));
            }
            return (None, None);
        }
        let name = name.filter(|name| !name.contains('@'));
        let name = name.and_then(|name| line(&name, "/ORGANIZER", self.warnings));
        (name, Contact::new(None, email, None).ok())
    }

    /// Nothing is fetched, and a picture has neither its alternative text nor its credit.
    fn set_files_aside(&mut self) {
        for (name, at, code) in [
            ("ATTACH", "/ATTACH", WarningCode::AttachmentSetAside),
            ("IMAGE", "/IMAGE", WarningCode::ImageSetAside),
        ] {
            let Some(first) = self.entry.first(name) else {
                continue;
            };
            let address = Some(first.value.as_str()).filter(|value| value.contains("://"));
            let address = address.unwrap_or_default().to_owned();
            self.warn(code, at, &address);
        }
    }

    fn language(&self) -> Language {
        let said = self.entry.first("SUMMARY");
        let said = said.and_then(|summary| summary.parameter("LANGUAGE"));
        let known = said.and_then(|tag| Language::parse(tag.trim()).ok());
        known.unwrap_or_else(|| Language::stored("fr".to_owned()))
    }

    fn visibility(&self) -> Visibility {
        match self.entry.word("CLASS").as_deref() {
            None | Some("PUBLIC") => Visibility::Public,
            // A class that we don't know is to be treated as private (RFC 5545).
            Some(_) => Visibility::Staff,
        }
    }
}

/// What a place is called, and the rest of it.
fn name_and_address(location: &str) -> (&str, &str) {
    let cut = location.find('\n').or_else(|| location.find(", "));
    let (name, address) = match cut {
        Some(at) => (&location[..at], location[at + 1..].trim_start()),
        None => (location, ""),
    };
    // Calendars leave out an address that its name holds: together they would lose it.
    if name.contains(address) {
        return (location, "");
    }
    (name, address)
}

fn email_of(value: &str) -> Option<EmailAddress> {
    let value = value.trim();
    let scheme = value.get(..7).filter(|s| s.eq_ignore_ascii_case("mailto:"));
    let address = scheme.map_or(value, |scheme| &value[scheme.len()..]);
    let address = address.split('?').next().unwrap_or_default();
    EmailAddress::parse(&without_percents(address)).ok()
}

/// The letters that an address of RFC 6068 writes as figures.
fn without_percents(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.first_chunk::<2>().filter(|_| byte == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(meant) => {
                decoded.push(meant);
                rest = &after[2..];
            }
            None => {
                decoded.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_default()
}

/// Whether an address is a role's: its first word says so.
fn is_role(email: &EmailAddress) -> bool {
    let local = email.as_str().split('@').next().unwrap_or_default();
    let folded = text::fold(local);
    let first = folded.split(' ').next().unwrap_or_default();
    ROLES.contains(&first.trim_end_matches(|c: char| c.is_ascii_digit()))
}
