//! The three figures, each with its rule and the moment it was reckoned.

use chrono::{DateTime, Utc};
use domain::accounts::Scope;
use domain::kernel::{InseeCode, Vocabulary};
use domain::participations::{By, Cell, Figures as Counted, Tally, merged};
use persistence::participations as stored;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::read::{FilterParams, filter};
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::{Answer, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_figures, _, _>(figures)]
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
struct ByParams {
    /// By what they are parted as well: `commune`, `audience`, `kind` or `year`.
    #[param(example = "commune")]
    by: Option<String>,
}

/// The three figures, which are never added to each other.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(example = json!({ "entries": 46, "people": 31, "people_outside": 2, "headcount": 112 }))]
pub(crate) struct ParticipationCounts {
    /// One a presence of somebody who left a name.
    entries: u64,
    /// People who can be reached and live in the territory, or nobody knows where, each once. The officer, the
    /// director and the referent are not among them.
    people: u64,
    /// The same of those who live elsewhere.
    people_outside: u64,
    /// People who were counted without identity, and can't be told apart.
    headcount: u64,
}

/// The figures of a part.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({ "of": "54329", "entries": 21, "people": 14, "people_outside": 0, "headcount": 27 }))]
pub(crate) struct ParticipationPart {
    /// Which part: a word, a year, a commune's code, `unknown`; or `merged`, of parts that are too small to be
    /// shown without telling who it is.
    of: String,
    entries: u64,
    people: u64,
    people_outside: u64,
    headcount: u64,
}

/// The figures of what was asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "total": { "entries": 46, "people": 31, "people_outside": 2, "headcount": 112 },
    "by": "commune", "parts": [], "parts_sum_to_total": true,
    "rule": "Personnes : chacune une fois…", "computed_at": "2026-11-28T08:00:00Z"
}))]
pub(crate) struct ParticipationFigures {
    total: ParticipationCounts,
    /// By what they are parted.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<ParticipationPart>>,
    /// Whether the parts sum to the total: by commune they do; by others somebody may stand in several.
    #[serde(skip_serializing_if = "Option::is_none")]
    parts_sum_to_total: Option<bool>,
    /// How it was counted, in words.
    rule: String,
    /// When it was reckoned, from all that was noted by then.
    computed_at: DateTime<Utc>,
}

/// Count participations
///
/// Three figures that are never mixed: entries, distinct people, headcounts; of all that holds now, or of what
/// the filters leave. Whoever may not know who it is sees no part of fewer than five people: those are merged.
#[utoipa::path(
    get, path = "/v1/participation-figures", tag = "Participation", operation_id = "participations_figures",
    security(("oauth2" = ["participations:read"])), params(FilterParams, ByParams),
    responses((status = 200, description = "The figures", body = ParticipationFigures)),
)]
async fn figures(request: Request) -> Result<Answer, Problem> {
    let mut query = Query::strict(&request);
    let filter = filter(&mut query);
    let by = query.typed("by", By::parse);
    query.done()?;
    let snapshot = request.look().await?;
    let computed_at = snapshot.now().await?;
    let perimeter = &request.app.perimeter;
    let is_outside = |code: &InseeCode| !perimeter.contains_commune(code);
    let mut tally = Tally::new(by, &is_outside);
    stored::each(&snapshot, &filter, |fact| tally.add(fact)).await?;
    let (total, cells) = tally.done();
    let cells = match request.may(Scope::CitizensRead) {
        true => cells,
        false => merged(cells),
    };
    let shown = ParticipationFigures {
        total: ParticipationCounts::of(total),
        by: by.map(Vocabulary::word),
        parts: by.map(|_| cells.into_iter().map(ParticipationPart::of).collect()),
        parts_sum_to_total: by.map(|by| by == By::Commune),
        rule: request.language.text(
            "Entrées : une par présence d'une personne qui a laissé son nom. Personnes : celles qu'on peut \
             joindre, chacune une fois, sous combien de fiches qu'elle soit venue, sans l'agent, la direction ni l'élu référent ; celles qui vivent hors \
             du territoire sont comptées à part. Comptages : personnes comptées sans identité, qu'on ne peut \
             distinguer.",
            "Entries: one a presence of somebody who left a name. People: those who can be reached, each once, \
             however often they were written down, without the officer, the director and the referent; those who live outside the territory are \
             counted apart. Headcounts: people counted without identity, who can't be told apart.",
        ),
        computed_at,
    };
    Ok(Answer::json(&shown).tagged_by_content("staff"))
}

impl ParticipationCounts {
    fn of(counted: Counted) -> Self {
        Self {
            entries: counted.entries,
            people: counted.people,
            people_outside: counted.people_outside,
            headcount: counted.headcount,
        }
    }
}

impl ParticipationPart {
    fn of(cell: Cell) -> Self {
        let counted = cell.figures;
        Self {
            of: cell.of,
            entries: counted.entries,
            people: counted.people,
            people_outside: counted.people_outside,
            headcount: counted.headcount,
        }
    }
}
