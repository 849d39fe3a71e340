//! What lies near a point: the haversine distance, said in plain sums and products. SQLite comes
//! without sines, and so both databases reckon alike, to the last bit. Uses nothing else.

use domain::kernel::Coordinates;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};

/// The mean radius of the earth, in kilometres.
const EARTH: f64 = 6_371.008_8;

/// All within some way of a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The point, at most [`Near::NORTHMOST`] degrees from the equator.
    pub point: Coordinates,
    /// How far, in kilometres, at most [`Near::FARTHEST`].
    pub within_km: f64,
}

impl Near {
    /// The greatest distance, for which the sums below are exact enough.
    pub const FARTHEST: f64 = 100.0;

    /// Nearer to a pole, a hundred kilometres are too many degrees for them.
    pub const NORTHMOST: f64 = 80.0;

    /// The condition on what has its point in these columns; what has none is nowhere near.
    pub(crate) fn condition(self, north: impl ColumnTrait, east: impl ColumnTrait) -> Condition {
        let angle = self.within_km / EARTH;
        let (high, wide) = (angle, (angle.sin() / self.latitude().cos()).asin());
        let (latitude, longitude) = (self.point.latitude(), self.point.longitude());
        // First a box, which an index and plain comparisons settle.
        let high = high.to_degrees() * 1.001;
        let wide = wide.to_degrees() * 1.001;
        let mut somewhere = Condition::any();
        // The 180th meridian runs through the sea between places that are near each other.
        for turn in [0.0, -360.0, 360.0] {
            let (left, right) = (longitude + turn - wide, longitude + turn + wide);
            if right >= -180.0 && left <= 180.0 {
                let here = Condition::all().add(east.between(left, right)).add(
                    self.haversine((north, latitude), (east, longitude + turn))
                        .lte((angle / 2.0).sin().powi(2)),
                );
                somewhere = somewhere.add(here);
            }
        }
        Condition::all()
            .add(north.between(latitude - high, latitude + high))
            .add(somewhere)
    }

    fn latitude(self) -> f64 {
        self.point.latitude().to_radians()
    }

    /// `sin²(Δφ/2) + cos φ₁ · cos φ₂ · sin²(Δλ/2)`, where `cos φ₂ = cos(φ₁ + Δφ)`.
    fn haversine<N: ColumnTrait, E: ColumnTrait>(self, north: (N, f64), east: (E, f64)) -> Expr {
        let (north, east) = (radians(north.0, north.1), radians(east.0, east.1));
        let (sine, cosine) = self.latitude().sin_cos();
        let squared = |side: &Expr| side.clone().mul(side.clone());
        let own_cosine = cosine_of(squared(&north))
            .mul(cosine)
            .sub(north.clone().mul(sine_over(squared(&north))).mul(sine));
        half_squared(squared(&north)).add(half_squared(squared(&east)).mul(cosine).mul(own_cosine))
    }
}

/// How far a column's degrees lie from others.
fn radians(column: impl ColumnTrait, from: f64) -> Expr {
    column.into_expr().sub(from).mul(1_f64.to_radians())
}

/// `sin²(x/2)` from `x²`.
fn half_squared(square: Expr) -> Expr {
    series(
        square.clone(),
        &[1.0 / 4.0, -1.0 / 48.0, 1.0 / 1_440.0, -1.0 / 80_640.0],
    )
    .mul(square)
}

/// `cos x` from `x²`.
fn cosine_of(square: Expr) -> Expr {
    series(square, &[1.0, -1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0])
}

/// `sin x / x` from `x²`.
fn sine_over(square: Expr) -> Expr {
    series(square, &[1.0, -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5_040.0])
}

/// The beginning of a Taylor series: within the box, what is left out is less than a millimetre.
fn series(square: Expr, terms: &[f64]) -> Expr {
    let (last, others) = terms.split_last().unwrap_or((&0.0, &[]));
    let start = Expr::val(*last);
    others.iter().rev().fold(start, |sum, term| {
        Expr::val(*term).add(sum.mul(square.clone()))
    })
}
