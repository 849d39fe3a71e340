//! What an event says: everything about it but its dates and its state.

use serde::{Deserialize, Serialize};

use super::{Accessibility, Audience, EventKind, Visibility};
use crate::kernel::{
    Check, Contact, Coordinates, FaultCode, Faults, InseeCode, Language, Line, Prose, WebUrl,
};
use crate::territory::Territory;

/// The content of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventContent {
    /// What it is called.
    pub title: Line<200>,
    /// One or two sentences for lists.
    pub summary: Option<Prose<1000>>,
    /// All of it, in Markdown (CommonMark).
    pub description: Option<Prose<50_000>>,
    /// What sort of event.
    pub kind: EventKind,
    /// Whom it is for; at least one.
    pub audiences: Vec<Audience>,
    /// Words of the organiser's own.
    pub tags: Vec<Line<60>>,
    /// Where it is.
    pub place: Option<Place>,
    /// Where it is on the web, when people can attend from afar.
    pub online_url: Option<WebUrl>,
    /// What makes it reachable.
    pub accessibility: Vec<Accessibility>,
    /// What it costs, in words.
    pub price_note: Option<Line<500>>,
    /// Who holds it.
    pub organiser_name: Option<Line<200>>,
    /// Whom to ask.
    pub contact: Option<Contact>,
    /// A picture.
    pub image: Option<Image>,
    /// The languages spoken; at least one.
    pub languages: Vec<Language>,
    /// Who sees it once it is published.
    pub visibility: Visibility,
}

impl EventContent {
    /// The longest list of tags.
    pub const MAX_TAGS: usize = 30;

    /// The text that the full-text search looks in.
    #[must_use]
    pub fn search_text(&self) -> String {
        let place = self.place.as_ref();
        let commune = place
            .and_then(|p| p.commune_code.as_ref())
            .and_then(|code| Territory::official().commune(code))
            .map(|commune| commune.name);
        let parts = [
            Some(self.title.as_str()),
            self.summary.as_ref().map(Prose::as_str),
            self.description.as_ref().map(Prose::as_str),
            place.and_then(|p| p.name.as_ref()).map(Line::as_str),
            place.and_then(|p| p.address.as_ref()).map(Line::as_str),
            commune,
            self.organiser_name.as_ref().map(Line::as_str),
        ];
        let tags = self.tags.iter().map(Line::as_str);
        parts
            .into_iter()
            .flatten()
            .chain(tags)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Where an event is. It says at least one of name, address and commune.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// What the place is called.
    pub name: Option<Line<200>>,
    /// Street and number.
    pub address: Option<Line<300>>,
    /// The commune, by its INSEE code.
    pub commune_code: Option<InseeCode>,
    /// The point on the map.
    pub coordinates: Option<Coordinates>,
}

impl Place {
    /// # Errors
    /// Nothing that a person could go by, or a commune that is not in the official list.
    pub fn new(
        name: Option<Line<200>>,
        address: Option<Line<300>>,
        commune_code: Option<InseeCode>,
        coordinates: Option<Coordinates>,
    ) -> Result<Self, Faults> {
        let mut check = Check::new();
        if name.is_none() && address.is_none() && commune_code.is_none() {
            check.fault("/name", FaultCode::Required);
        }
        if commune_code
            .as_ref()
            .is_some_and(|c| Territory::official().commune(c).is_none())
        {
            check.fault("/commune_code", FaultCode::UnknownCommune);
        }
        check.done(Some(Self {
            name,
            address,
            commune_code,
            coordinates,
        }))
    }
}

/// A picture, with what those who don't see it are told, and who made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// Where it is.
    pub url: WebUrl,
    /// What it shows.
    pub alternative_text: Line<500>,
    /// Who made it.
    pub credit: Line<200>,
}
