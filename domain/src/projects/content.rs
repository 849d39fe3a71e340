//! What a project says: what its holder writes of it, but for its steps and its place in the plans.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Theme;
use crate::events::{Audience, Event};
use crate::kernel::{
    Check, Contact, Coordinates, FaultCode, Faults, Id, InseeCode, Line, MailLanguage, Prose,
};
use crate::territory::Territory;

/// The longest list of communes.
pub const MAX_COMMUNES: usize = 200;
/// The longest list of skills.
pub const MAX_SKILLS: usize = 30;
/// The longest list of steps.
pub const MAX_STEPS: usize = 100;
/// The longest list of expected effects.
pub const MAX_EFFECTS: usize = 30;
/// The longest list of axes, and of actions.
pub const MAX_PLAN_PARTS: usize = 50;
/// The longest list of events.
pub const MAX_EVENTS: usize = 50;

/// The content of a project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectContent {
    /// What it is called.
    pub title: Line<200>,
    /// One or two sentences for lists.
    pub summary: Option<Prose<1000>>,
    /// All of it, in Markdown (CommonMark).
    pub description: Option<Prose<50_000>>,
    /// What it is about.
    pub theme: Option<Theme>,
    /// Where it takes place.
    pub communes: Vec<InseeCode>,
    /// The one point on the map, if there is one.
    pub coordinates: Option<Coordinates>,
    /// Whom it is for.
    pub audiences: Vec<Audience>,
    /// Whom it looks for.
    pub team: Team,
    /// Its first day.
    pub starts_on: Option<NaiveDate>,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// What it is to bring about.
    pub expected_effects: Vec<Effect>,
    /// What it costs, in cents.
    pub budget_cents: Option<i64>,
    /// Whom to ask.
    pub contact: Option<Contact>,
    /// In which language its holder is written to.
    pub language: MailLanguage,
    /// The events that it came from.
    pub came_from_events: Vec<Id<Event>>,
    /// The events that it holds.
    pub organised_events: Vec<Id<Event>>,
}

/// Whom a project looks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// How many volunteers.
    pub volunteers_sought: Option<u32>,
    /// Who can do what.
    pub skills_sought: Vec<Line<100>>,
}

/// Something that a project is to bring about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// What (*déchets évités*).
    pub name: Line<200>,
    /// How much.
    pub quantity: Quantity,
    /// Of what (*tonnes par an*).
    pub unit: Line<60>,
}

/// A decimal of three places at most, kept in thousandths, so that it comes back as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(i64);

impl Quantity {
    /// # Errors
    /// More than three places, or outside ±1 000 000 000 000.
    pub fn new(number: f64) -> Result<Self, FaultCode> {
        const MOST: f64 = 1e12;
        if !(-MOST..=MOST).contains(&number) {
            return Err(FaultCode::OutOfRange {
                min: "-1000000000000",
                max: "1000000000000",
            });
        }
        let thousandths = (number * 1_000.0).round();
        #[expect(clippy::cast_possible_truncation, reason = "within the bound above")]
        let kept = Self(thousandths as i64);
        #[expect(clippy::float_cmp, reason = "what is kept must be what was sent")]
        let is_exact = kept.number() == number;
        is_exact
            .then_some(kept)
            .ok_or(FaultCode::Malformed("decimal"))
    }

    /// As it was sent.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "within the bound every thousandth is an f64 of its own"
    )]
    pub fn number(self) -> f64 {
        self.0 as f64 / 1_000.0
    }
}

impl ProjectContent {
    /// Nothing but a title.
    pub(crate) fn titled(title: Line<200>) -> Self {
        Self {
            title,
            summary: None,
            description: None,
            theme: None,
            communes: vec![],
            coordinates: None,
            audiences: vec![],
            team: Team::default(),
            starts_on: None,
            ends_on: None,
            expected_effects: vec![],
            budget_cents: None,
            contact: None,
            language: MailLanguage::Fr,
            came_from_events: vec![],
            organised_events: vec![],
        }
    }

    /// # Errors
    /// A last day before the first one.
    pub fn checked(self) -> Result<Self, Faults> {
        let mut check = Check::new();
        let days = self.starts_on.zip(self.ends_on);
        if days.is_some_and(|(first, last)| last < first) {
            check.fault("/ends_on", FaultCode::EndsBeforeStart);
        }
        check.done(Some(self))
    }

    /// The text that the full-text search looks in.
    #[must_use]
    pub fn search_text(&self) -> String {
        let said = [
            Some(self.title.as_str()),
            self.summary.as_ref().map(Prose::as_str),
            self.description.as_ref().map(Prose::as_str),
        ];
        let territory = Territory::official();
        let communes = self.communes.iter();
        let communes = communes.filter_map(|code| territory.commune(code).map(|one| one.name));
        let skills = self.team.skills_sought.iter().map(Line::as_str);
        let effects = self.expected_effects.iter().map(|one| one.name.as_str());
        let said = said.into_iter().flatten();
        let parts: Vec<&str> = said.chain(communes).chain(skills).chain(effects).collect();
        parts.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_three_places_at_most() {
        for right in [0.0, 12.5, -3.25, 0.001, 999_999_999_999.125, 0.1, 2.675] {
            assert!((Quantity::new(right).unwrap().number() - right).abs() < 1e-12);
        }
        for wrong in [0.000_1, 1.234_5, 0.1 + 0.2] {
            assert_eq!(
                Quantity::new(wrong),
                Err(FaultCode::Malformed("decimal")),
                "{wrong}"
            );
        }
        for wrong in [f64::NAN, f64::INFINITY, 1e13] {
            assert!(Quantity::new(wrong).is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_quantity_comes_back_as_it_was_sent(thousandths in -1_000_000_000_000_000_i64..=1_000_000_000_000_000) {
            let sent: f64 = format!("{}e-3", thousandths).parse().unwrap();
            let kept = Quantity::new(sent).unwrap();
            proptest::prop_assert_eq!(kept.0, thousandths);
            proptest::prop_assert_eq!(kept.number().to_bits(), sent.to_bits());
        }
    }
}
