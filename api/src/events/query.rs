//! The filters that lists of events and the calendar share.

use domain::events::{EventState, Visibility};
use domain::kernel::{FaultCode, InseeCode, Siren, Vocabulary, text};
use domain::territory::Territory;
use persistence::events::{EventFilter, View};
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
    /// Accessible in all of these ways, separated by commas.
    #[param(example = "wheelchair")]
    accessibility: Option<String>,
}

/// Reads the filters.
pub(crate) fn filter(query: &mut Query<'_>) -> EventFilter {
    let communes = query.many("commune", InseeCode::parse);
    let sirens = query.many("epci", |text| {
        let siren = Siren::parse(text)?;
        let known = Territory::official().intercommunality(&siren);
        known.map(|_| siren).ok_or(FaultCode::Malformed("siren"))
    });
    let asked = query.text("commune").is_some() || query.text("epci").is_some();
    let within = sirens
        .iter()
        .flat_map(|siren| Territory::official().communes_of(siren))
        .map(|commune| commune.code);
    let q = query.text("q");
    if q.as_ref().is_some_and(|q| q.chars().count() > 200) {
        query.noted::<()>("q", Err(FaultCode::TooLong(200)));
    }
    EventFilter {
        kinds: query.words("kind"),
        audiences: query.words("audience"),
        communes: asked.then(|| communes.into_iter().chain(within).collect()),
        tags: query.many("tag", |tag| Ok(text::fold(tag))),
        accessibility: query.words("accessibility"),
        states: vec![],
        visibilities: vec![],
        words: q.map(|q| text::search_terms(&q)).unwrap_or_default(),
        updated_since: None,
    }
}

/// Reads the filters that only the staff has: another's are refused, since they would tell nothing.
pub(super) fn staff_filter(query: &mut Query<'_>, view: View, filter: &mut EventFilter) {
    filter.states = query.words::<EventState>("state");
    filter.visibilities = query.words::<Visibility>("visibility");
    if view == View::Public && filter.states.contains(&EventState::Draft) {
        let known = EventState::all_words()
            .into_iter()
            .filter(|word| *word != "draft")
            .collect();
        query.noted::<()>("state", Err(FaultCode::UnknownWord { known }));
    }
}
