//! Which events: the view first, then what was asked for.

use chrono::{DateTime, Utc};
use domain::events::{Accessibility, Audience, EventKind, EventState, Visibility};
use domain::kernel::{InseeCode, Vocabulary};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use crate::entities::{event_terms, events};
use crate::near::Near;
use crate::store::{Engine, Index, dialect};
use domain::organisations::View;

/// Which events are asked for. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventFilter {
    /// Of one of these kinds.
    pub kinds: Vec<EventKind>,
    /// For one of these audiences.
    pub audiences: Vec<Audience>,
    /// In one of these communes.
    pub communes: Option<Vec<InseeCode>>,
    /// With one of these tags, folded.
    pub tags: Vec<String>,
    /// Held by one of these, folded.
    pub organisers: Vec<String>,
    /// Near a point.
    pub near: Option<Near>,
    /// Accessible in all of these ways.
    pub accessibility: Vec<Accessibility>,
    /// In one of these states.
    pub states: Vec<EventState>,
    /// Seen by one of these.
    pub visibilities: Vec<Visibility>,
    /// Whose text holds all these stems; the last may go on.
    pub words: Vec<String>,
    /// Changed then or later; what left the view meanwhile is given as gone.
    pub updated_since: Option<DateTime<Utc>>,
}

/// What the view sees now.
pub(in crate::events) fn visible(view: View) -> Condition {
    let there = Condition::all().add(events::Column::DeletedAt.is_null());
    match view {
        View::Staff => there,
        View::Public => there.add(public()),
        View::Own(own) => there.add(
            Condition::any()
                .add(public())
                .add(events::Column::ProposedBy.eq(own.uuid())),
        ),
    }
}

fn public() -> Condition {
    let unannounced = EventState::UNANNOUNCED.iter().map(|state| state.word());
    Condition::all()
        .add(events::Column::Visibility.eq(Visibility::Public.word()))
        .add(events::Column::State.is_not_in(unannounced))
}

/// What the view saw once and doesn't see now.
pub(super) fn gone(view: View) -> Condition {
    match view {
        View::Staff => Condition::all().add(events::Column::DeletedAt.is_not_null()),
        View::Public => Condition::all()
            .add(events::Column::WasPublic.eq(true))
            .add(visible(view).not()),
        // It saw all that it proposed, and what it withdrew.
        View::Own(own) => Condition::all()
            .add(
                Condition::any()
                    .add(events::Column::WasPublic.eq(true))
                    .add(events::Column::ProposedBy.eq(own.uuid())),
            )
            .add(visible(view).not()),
    }
}

impl EventFilter {
    /// The condition on events, without the view and without `updated_since`.
    pub(super) fn condition(&self, engine: Engine) -> Condition {
        let words = |words: Vec<&'static str>| (!words.is_empty()).then_some(words);
        let kinds = words(self.kinds.iter().map(|k| k.word()).collect());
        let states = words(self.states.iter().map(|s| s.word()).collect());
        let visibilities = words(self.visibilities.iter().map(|v| v.word()).collect());
        let communes = self.communes.as_ref().map(|codes| {
            codes
                .iter()
                .map(|code| code.as_str().to_owned())
                .collect::<Vec<_>>()
        });
        let audiences: Vec<_> = self.audiences.iter().map(|a| a.word().to_owned()).collect();
        let mut condition = Condition::all()
            .add_option(kinds.map(|kinds| events::Column::Kind.is_in(kinds)))
            .add_option(states.map(|states| events::Column::State.is_in(states)))
            .add_option(visibilities.map(|seen| events::Column::Visibility.is_in(seen)))
            .add_option(communes.map(|codes| events::Column::CommuneCode.is_in(codes)))
            .add_option(has_term("audience", audiences))
            .add_option(has_term("tag", self.tags.clone()))
            .add_option(has_term("organiser", self.organisers.clone()))
            .add_option(self.near.map(near));
        for way in &self.accessibility {
            condition =
                condition.add_option(has_term("accessibility", vec![way.word().to_owned()]));
        }
        if !self.words.is_empty() {
            condition = condition.add(dialect::holds_words(engine, Index::Events, &self.words));
        }
        condition
    }
}

fn near(near: Near) -> Condition {
    near.condition(events::Column::Latitude, events::Column::Longitude)
}

fn has_term(field: &str, terms: Vec<String>) -> Option<sea_orm::sea_query::SimpleExpr> {
    if terms.is_empty() {
        return None;
    }
    let with_it = Query::select()
        .column(event_terms::Column::EventId)
        .from(event_terms::Entity)
        .and_where(event_terms::Column::Field.eq(field))
        .and_where(event_terms::Column::Term.is_in(terms))
        .to_owned();
    Some(events::Column::Id.in_subquery(with_it))
}
