//! The filters that lists of events and the calendar share.

use domain::events::{EventState, Visibility};
use domain::kernel::{FaultCode, Vocabulary, text};
use persistence::View;
use persistence::events::EventFilter;
use utoipa::IntoParams;

use crate::http::query::Query;

/// The filters, as the contract shows them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
pub(crate) struct EventFilters {
    /// Words of its text, whatever the accents and the case; all must be there.
    #[param(example = "mobilité", max_length = 200)]
    q: Option<String>,
    /// Kinds, separated by commas.
    #[param(example = "club_session,workshop")]
    kind: Option<String>,
    /// Audiences, separated by commas.
    #[param(example = "general_public")]
    audience: Option<String>,
    /// Communes by their INSEE codes, separated by commas.
    #[param(example = "54329")]
    commune: Option<String>,
    /// Intercommunalities by their SIRENs, separated by commas.
    #[param(example = "200070324")]
    epci: Option<String>,
    /// Tags, separated by commas, whatever the accents and the case.
    #[param(example = "climat")]
    tag: Option<String>,
    /// Organisers by their whole names, separated by commas, whatever the accents and the case.
    #[param(example = "PETR du Pays")]
    organiser: Option<String>,
    /// Near a point, `latitude,longitude` in degrees (WGS 84): what has a point on the map within
    /// `within_km` of it, as the crow flies.
    #[param(example = "48.5921,6.4961")]
    near: Option<String>,
    /// How many kilometres are near; without `near` it narrows nothing.
    #[param(minimum = 0.1, maximum = 100, example = 20, default = 10)]
    within_km: Option<f64>,
    /// Accessible in all of these ways, separated by commas.
    #[param(example = "wheelchair")]
    accessibility: Option<String>,
}

/// Reads the filters.
pub(crate) fn filter(query: &mut Query<'_>) -> EventFilter {
    let communes = query.communes("commune");
    let q = query.text("q");
    if q.as_ref().is_some_and(|q| q.chars().count() > 200) {
        query.noted::<()>("q", Err(FaultCode::TooLong(200)));
    }
    EventFilter {
        kinds: query.words("kind"),
        audiences: query.words("audience"),
        communes,
        tags: query.many("tag", |tag| Ok(text::fold(tag))),
        organisers: organisers(query),
        near: query.near(),
        accessibility: query.words("accessibility"),
        states: vec![],
        visibilities: vec![],
        words: q.map(|q| text::search_terms(&q)).unwrap_or_default(),
        updated_since: None,
    }
}

/// A name may hold commas: then it is the whole text that is meant.
fn organisers(query: &mut Query<'_>) -> Vec<String> {
    let mut names = query.many("organiser", |name| Ok(text::fold(name)));
    names.extend(query.text("organiser").map(|all| text::fold(&all)));
    names.sort();
    names.dedup();
    names
}

/// Reads the filters that only the staff has: another's are refused, since they would tell nothing.
pub(super) fn staff_filter(query: &mut Query<'_>, view: View, filter: &mut EventFilter) {
    filter.states = query.words::<EventState>("state");
    filter.visibilities = query.words::<Visibility>("visibility");
    let is_seen = |state: &EventState| match view {
        View::Staff => true,
        View::Own(_) => *state != EventState::Draft,
        View::Public => state.is_announced(),
    };
    if !filter.states.iter().all(is_seen) {
        let seen = EventState::WORDS.iter().filter(|(state, _)| is_seen(state));
        let known = seen.map(|(_, word)| *word).collect();
        query.noted::<()>("state", Err(FaultCode::UnknownWord { known }));
    }
}
