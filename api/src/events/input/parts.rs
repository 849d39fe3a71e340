//! The parts of an event's input that are objects of their own: place, image.

use domain::events::{Image, Place};
use domain::kernel::{Check, Coordinates, FaultCode, Faults, Line, WebUrl};
use domain::territory::Territory;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an event is: at least one of name, address and commune.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Salle des fêtes", "commune_code": "54329" }))]
pub(crate) struct PlaceInput {
    /// What the place is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    address: Option<String>,
    /// The commune, by its INSEE code; find it at `/v1/communes?q=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 5)]
    commune_code: Option<String>,
    /// Degrees north (WGS 84); together with the longitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    /// Degrees east (WGS 84); together with the latitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -180, maximum = 180)]
    longitude: Option<f64>,
}

/// A picture.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "url": "https://petr.example/images/atelier.jpg",
    "alternative_text": "Deux personnes démontent un grille-pain",
    "credit": "PETR"
}))]
pub(crate) struct ImageInput {
    #[schema(min_length = 1, max_length = 2000)]
    url: String,
    /// What it shows, for those who don't see it.
    #[schema(min_length = 1, max_length = 500)]
    alternative_text: String,
    /// Who made it.
    #[schema(min_length = 1, max_length = 200)]
    credit: String,
}

impl PlaceInput {
    pub(super) fn parse(self) -> Result<Place, Faults> {
        let mut check = Check::new();
        let name = check.maybe("/name", self.name, |text| Line::parse(&text));
        let address = check.maybe("/address", self.address, |text| Line::parse(&text));
        let commune = check.maybe("/commune_code", self.commune_code, |code| {
            Territory::official().code(&code)
        });
        let point = match (self.latitude, self.longitude) {
            (None, None) => Some(None),
            (Some(latitude), Some(longitude)) => check
                .within("", Coordinates::new(latitude, longitude))
                .map(Some),
            (Some(_), None) => check.at("/latitude", Err(FaultCode::Needs("longitude"))),
            (None, Some(_)) => check.at("/longitude", Err(FaultCode::Needs("latitude"))),
        };
        let values = (|| Some((name?, address?, commune?, point?)))();
        let (name, address, commune, point) = check.done(values)?;
        Place::new(name, address, commune, point)
    }

    pub(super) fn of(place: &Place) -> Self {
        Self {
            name: place.name.as_ref().map(ToString::to_string),
            address: place.address.as_ref().map(ToString::to_string),
            commune_code: place.commune_code.as_ref().map(|c| c.as_str().to_owned()),
            latitude: place.coordinates.map(|p| p.latitude()),
            longitude: place.coordinates.map(|p| p.longitude()),
        }
    }
}

impl ImageInput {
    pub(super) fn parse(self) -> Result<Image, Faults> {
        let mut check = Check::new();
        let url = check.at("/url", WebUrl::parse(&self.url));
        let text = check.at("/alternative_text", Line::parse(&self.alternative_text));
        let credit = check.at("/credit", Line::parse(&self.credit));
        let image = (|| {
            Some(Image {
                url: url?,
                alternative_text: text?,
                credit: credit?,
            })
        })();
        check.done(image)
    }

    pub(super) fn of(image: &Image) -> Self {
        Self {
            url: image.url.as_str().to_owned(),
            alternative_text: image.alternative_text.to_string(),
            credit: image.credit.to_string(),
        }
    }
}
