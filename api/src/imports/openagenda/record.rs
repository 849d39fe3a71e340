//! One record of the export: what it says, in our values. A place outside the perimeter is as good
//! as any; what we can't hold is set aside with a warning; only what makes no event is refused.

use domain::events::{Audience, EventContent, EventKind, Place, Visibility};
use domain::imports::{
    City, Found, ImportFault, ImportWarning, ImportedDate, ImportedEvent, Says, WarningCode,
    find_commune, line, prose, read_timetable, tags, with_source,
};
use domain::kernel::{Coordinates, FaultCode, Language, Line, Prose, Reason, WebUrl, text};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::imports::format::{Parsed, Refused, digest_of};

/// Reads a record.
pub(crate) fn read(raw: &RawValue) -> Result<Parsed, Refused> {
    let refused = |code| Refused {
        source_id: None,
        faults: vec![ImportFault::new(code, "")],
    };
    let value: Value =
        serde_json::from_str(raw.get()).map_err(|_| refused(FaultCode::Malformed("record")))?;
    let Value::Object(mut record) = value else {
        return Err(refused(FaultCode::Malformed("record")));
    };
    // When the platform last looked at the record is nothing that the record says.
    record.shift_remove("record_timestamp");
    let digest = digest(record.clone());
    let mut reading = Reading::of(&record);
    let event = reading.event(digest);
    match event {
        Some(event) if reading.faults.is_empty() => Ok(Parsed {
            event,
            warnings: reading.warnings,
        }),
        _ => Err(Refused {
            source_id: reading.source_id(),
            faults: reading.faults,
        }),
    }
}

/// The fields of a record while they are read, and what was found to say of them.
struct Reading<'r> {
    record: &'r Map<String, Value>,
    fields: &'r Map<String, Value>,
    /// The fields stand in `fields`, or, in newer exports, in the record itself.
    nested: bool,
    warnings: Vec<ImportWarning>,
    faults: Vec<ImportFault>,
}

impl<'r> Reading<'r> {
    fn of(record: &'r Map<String, Value>) -> Self {
        let nested = record.get("fields").and_then(Value::as_object);
        Self {
            record,
            fields: nested.unwrap_or(record),
            nested: nested.is_some(),
            warnings: vec![],
            faults: vec![],
        }
    }

    fn event(&mut self, digest: String) -> Option<ImportedEvent> {
        let uid = self.required::<200>("uid");
        let title = self.required::<200>("title");
        let dates = self.dates();
        let summary = self.prose::<1000>("description");
        let description = self.description();
        let tags = self.tags();
        let place = self.place();
        let price_note = self.line::<500>("pricing_info");
        self.set_image_aside();
        let content = EventContent {
            title: title?,
            summary,
            description,
            kind: EventKind::Other,
            audiences: vec![Audience::GeneralPublic],
            tags,
            place,
            online_url: None,
            accessibility: vec![],
            price_note,
            organiser_name: None,
            contact: None,
            image: None,
            languages: vec![self.language()],
            visibility: Visibility::Public,
        };
        let dates_at = if self.nested {
            "/fields/timetable"
        } else {
            "/timetable"
        };
        Some(ImportedEvent {
            uid: uid?,
            digest,
            content,
            says: Says::Record,
            dates,
            excluded: vec![],
            excluded_by: Reason::default(),
            dates_at,
        })
    }

    /// The key, or at least the platform's name for the record.
    fn source_id(&self) -> Option<String> {
        let text = |map: &Map<String, Value>, name| scalar(map.get(name)?).ok().flatten();
        let id = text(self.fields, "uid").or_else(|| text(self.record, "recordid"))?;
        line::<200>(&id, "", &mut vec![]).map(|id| id.to_string())
    }

    fn at(&self, name: &str) -> String {
        if self.nested {
            format!("/fields/{name}")
        } else {
            format!("/{name}")
        }
    }

    /// The text of a field, its HTML entities decoded once.
    fn text(&mut self, name: &str) -> Option<String> {
        match scalar(self.fields.get(name)?) {
            Ok(text) => text.map(|text| html_escape::decode_html_entities(&text).into_owned()),
            Err(code) => {
                self.faults.push(ImportFault::new(code, &self.at(name)));
                None
            }
        }
    }

    fn line<const MAX: usize>(&mut self, name: &str) -> Option<Line<MAX>> {
        let text = self.text(name)?;
        line(&text, &self.at(name), &mut self.warnings)
    }

    fn prose<const MAX: usize>(&mut self, name: &str) -> Option<Prose<MAX>> {
        let text = self.text(name)?;
        prose(&text, &self.at(name), &mut self.warnings)
    }

    fn required<const MAX: usize>(&mut self, name: &str) -> Option<Line<MAX>> {
        let before = self.faults.len();
        let line = self.line(name);
        if line.is_none() && self.faults.len() == before {
            self.faults
                .push(ImportFault::new(FaultCode::Required, &self.at(name)));
        }
        line
    }

    fn dates(&mut self) -> Vec<ImportedDate> {
        let text = self.text("timetable").unwrap_or_default();
        let at = self.at("timetable");
        let timetable = read_timetable(&text, &at);
        if timetable.timings.is_empty() && timetable.faults.is_empty() {
            self.warnings
                .push(ImportWarning::new(WarningCode::NoTiming, &at));
        }
        self.warnings.extend(timetable.warnings);
        self.faults.extend(timetable.faults);
        timetable
            .timings
            .into_iter()
            .map(ImportedDate::plain)
            .collect()
    }

    /// The long text, and a link to the page that it comes from.
    fn description(&mut self) -> Option<Prose<50_000>> {
        let text = self.text("free_text");
        let link = self.text("link").filter(|link| !link.trim().is_empty());
        let source = link.and_then(|link| match WebUrl::parse(&link) {
            Ok(url) => Some(url),
            Err(_) => {
                let (code, at) = (WarningCode::LinkSetAside, self.at("link"));
                self.warnings.push(ImportWarning::quoting(code, &at, &link));
                None
            }
        });
        let (text, at) = (text.unwrap_or_default(), self.at("free_text"));
        match source {
            Some(source) => with_source(&text, &source, &at, &mut self.warnings),
            None => prose(&text, &at, &mut self.warnings),
        }
    }

    /// Tags are separated by commas; without one, it is a single tag of one or more words.
    fn tags(&mut self) -> Vec<Line<60>> {
        let at = self.at("tags");
        let written: Vec<String> = match self.fields.get("tags") {
            Some(Value::Array(items)) => {
                let texts = items.iter().filter_map(|item| scalar(item).ok().flatten());
                texts
                    .map(|text| html_escape::decode_html_entities(&text).into_owned())
                    .collect()
            }
            _ => {
                let text = self.text("tags").unwrap_or_default();
                text.split(',').map(str::to_owned).collect()
            }
        };
        tags(written.iter().map(String::as_str), &at, &mut self.warnings)
    }

    fn place(&mut self) -> Option<Place> {
        let name = self.line::<200>("placename");
        let written = self.text("address");
        let city = self.text("city");
        let found = find_commune(City {
            name: city.as_deref(),
            address: written.as_deref(),
        });
        let (commune_code, missing) = match found {
            Found::Commune(code) => (Some(code), None),
            Found::Unknown(city) => (None, Some(city)),
            Found::Unnamed => (None, None),
        };
        let mut address = written.unwrap_or_default();
        if let Some(city) = missing {
            let (code, at) = (WarningCode::CommuneNotFound, self.at("city"));
            self.warnings.push(ImportWarning::quoting(code, &at, &city));
            // What we have no code for must still be readable.
            if !text::fold(&address).contains(&text::fold(&city)) {
                let comma = if address.trim().is_empty() { "" } else { ", " };
                address = format!("{}{comma}{city}", address.trim_end());
            }
        }
        let address = line(&address, &self.at("address"), &mut self.warnings);
        let coordinates = self.coordinates();
        Place::new(name, address, commune_code, coordinates).ok()
    }

    fn coordinates(&mut self) -> Option<Coordinates> {
        let value = self.fields.get("latlon").filter(|value| !value.is_null())?;
        let pair: Vec<Option<f64>> = match value {
            Value::Array(items) => items.iter().take(3).map(number).collect(),
            Value::String(text) => text
                .split(',')
                .take(3)
                .map(|n| n.trim().parse().ok())
                .collect(),
            Value::Object(point) => ["lat", "lon"].map(|n| point.get(n).and_then(number)).into(),
            _ => vec![],
        };
        let point = match pair[..] {
            [Some(latitude), Some(longitude)] => Coordinates::new(latitude, longitude).ok(),
            _ => None,
        };
        if point.is_none() {
            let (code, at) = (WarningCode::CoordinatesSetAside, self.at("latlon"));
            self.warnings.push(ImportWarning::new(code, &at));
        }
        point
    }

    fn language(&mut self) -> Language {
        let assumed = || Language::stored("fr".to_owned());
        let Some(tag) = self.text("lang").filter(|tag| !tag.trim().is_empty()) else {
            return assumed();
        };
        Language::parse(tag.trim()).unwrap_or_else(|_| {
            let (code, at) = (WarningCode::LanguageAssumed, self.at("lang"));
            self.warnings.push(ImportWarning::quoting(code, &at, &tag));
            assumed()
        })
    }

    /// The export has neither the alternative text nor the credit that a picture needs here.
    fn set_image_aside(&mut self) {
        if let Some(image) = self.text("image").filter(|image| !image.trim().is_empty()) {
            let (code, at) = (WarningCode::ImageSetAside, self.at("image"));
            self.warnings
                .push(ImportWarning::quoting(code, &at, &image));
        }
    }
}

/// A text, or a number or a truth value written as one.
fn scalar(value: &Value) -> Result<Option<String>, FaultCode> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(truth) => Ok(Some(truth.to_string())),
        Value::Array(_) | Value::Object(_) => Err(FaultCode::Malformed("text")),
    }
}

fn number(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

/// SHA-256 of the record, however its keys are ordered and its spaces set.
fn digest(record: Map<String, Value>) -> String {
    let mut canonical = Value::Object(record);
    canonical.sort_all_objects();
    digest_of(canonical.to_string().as_bytes())
}
