//! What a framework is made of.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::kernel::{Fact, Id, Line, Prose, Slug};

/// A plan with its axes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Framework {
    /// Its id.
    pub id: Id<Framework>,
    /// What is said of it.
    pub about: FrameworkAbout,
    /// Its axes, in their order.
    pub axes: Vec<Axis>,
    /// Changes with every write.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is said of a framework as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrameworkAbout {
    /// Its short name (`pcaet`), no other's.
    pub code: Slug,
    /// What it is called.
    pub name: Line<200>,
    /// What it is.
    pub description: Option<Prose<5_000>>,
    /// Its first day.
    pub starts_on: Option<NaiveDate>,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
}

/// An axis of a framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// Its id.
    pub id: Id<Axis>,
    /// Its number or short name in the framework.
    pub code: Line<40>,
    /// What it is called.
    pub name: Line<300>,
    /// What it is.
    pub description: Option<Prose<5_000>>,
    /// Its actions, in their order.
    pub actions: Vec<Action>,
}

/// An action of an axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Its id.
    pub id: Id<Action>,
    /// Its number or short name in the axis.
    pub code: Line<40>,
    /// What it is called.
    pub name: Line<300>,
    /// What it is.
    pub description: Option<Prose<5_000>>,
}

/// A framework as somebody asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkDraft {
    /// What is said of it.
    pub about: FrameworkAbout,
    /// Its axes, all of them.
    pub axes: Vec<AxisDraft>,
}

/// An axis as somebody asks for it. Without an id it is the one of that code, or a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct AxisDraft {
    /// Which one is meant.
    pub id: Option<Id<Axis>>,
    /// Its number or short name.
    pub code: Line<40>,
    /// What it is called.
    pub name: Line<300>,
    /// What it is.
    pub description: Option<Prose<5_000>>,
    /// Its actions, all of them.
    pub actions: Vec<ActionDraft>,
}

/// An action as somebody asks for it. Without an id it is the one of that code, or a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionDraft {
    /// Which one is meant.
    pub id: Option<Id<Action>>,
    /// Its number or short name.
    pub code: Line<40>,
    /// What it is called.
    pub name: Line<300>,
    /// What it is.
    pub description: Option<Prose<5_000>>,
}

impl Framework {
    /// The most axes of one framework.
    pub const MAX_AXES: usize = 100;
    /// The most actions of one axis.
    pub const MAX_ACTIONS: usize = 200;

    /// Whether it has that axis.
    #[must_use]
    pub fn has_axis(&self, id: Id<Axis>) -> bool {
        self.axes.iter().any(|axis| axis.id == id)
    }

    /// Whether one of its axes has that action.
    #[must_use]
    pub fn has_action(&self, id: Id<Action>) -> bool {
        let mut actions = self.axes.iter().flat_map(|axis| &axis.actions);
        actions.any(|action| action.id == id)
    }
}

/// What happened to a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameworkFact {
    /// It was made.
    Created,
    /// It changed.
    Edited,
}

impl Fact for FrameworkFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Created => "framework.created",
            Self::Edited => "framework.updated",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}
