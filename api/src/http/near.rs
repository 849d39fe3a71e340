//! What is near, as queries ask for it.

use domain::kernel::{Coordinates, FaultCode};
use persistence::Near;

use super::query::Query;

/// How many kilometres are near, when nobody says.
const NEAR_KM: f64 = 10.0;

impl Query<'_> {
    /// What is asked for as near a point: `near` and `within_km`.
    pub(crate) fn near(&mut self) -> Option<Near> {
        let within = self.typed("within_km", |text| match text.parse::<f64>() {
            Ok(km) if (0.1..=Near::FARTHEST).contains(&km) => Ok(km),
            Ok(_) => Err(FaultCode::OutOfRange {
                min: "0.1",
                max: "100",
            }),
            Err(_) => Err(FaultCode::Malformed("number")),
        });
        let point = self.one("near", point);
        point.map(|point| Near {
            point,
            within_km: within.unwrap_or(NEAR_KM),
        })
    }
}

fn point(text: &str) -> Result<Coordinates, FaultCode> {
    const MALFORMED: FaultCode = FaultCode::Malformed("point");
    let (latitude, longitude) = text.split_once(',').ok_or(MALFORMED)?;
    let degrees = |text: &str| text.trim().parse::<f64>().map_err(|_| MALFORMED);
    let (latitude, longitude) = (degrees(latitude)?, degrees(longitude)?);
    // `nan` and `inf` are numbers to the parser, and lie in no range.
    if !(-Near::NORTHMOST..=Near::NORTHMOST).contains(&latitude) {
        return Err(FaultCode::OutOfRange {
            min: "-80",
            max: "80",
        });
    }
    Coordinates::new(latitude, longitude).map_err(|_| FaultCode::OutOfRange {
        min: "-180",
        max: "180",
    })
}
