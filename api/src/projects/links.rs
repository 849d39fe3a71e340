//! What a project names must be there: its holder, axes, actions, events; and its names must be free.

use std::collections::HashSet;

use domain::events::Event;
use domain::frameworks::{Action, Axis};
use domain::kernel::{Check, FaultCode, Faults, Id, Slug};
use domain::organisations::Organisation;
use domain::projects::{PlanDraft, Project};
use persistence::{
    Stop, StoreError, Writing, events, frameworks, organisations, projects as stored,
};

use super::input::Parsed;
use super::who::Who;
use super::wire::path_of;
use crate::http::Problem;
use crate::http::faults::{rule_broken, taken};

/// For which structure a new project is: a partner's own, or the one that the staff names.
pub(super) fn holder_of(who: Who, parsed: &Parsed) -> Result<Id<Organisation>, Faults> {
    match (who.partner, parsed.organisation) {
        (Some(own), None) => Ok(own),
        (Some(own), Some(named)) if named == own => Ok(own),
        (Some(_), Some(_)) => Err(Faults::one(
            "/organisation_id",
            FaultCode::OtherOrganisation,
        )),
        (None, Some(named)) => Ok(named),
        (None, None) => Err(Faults::one("/organisation_id", FaultCode::Required)),
    }
}

/// The structure that holds a project, which stays as it is until the write is done.
pub(super) async fn held(
    writing: &Writing,
    id: Id<Organisation>,
) -> Result<Organisation, Stop<Problem>> {
    let found = organisations::hold(writing, &[id]).await?.remove(&id);
    let found = found.filter(|organisation| organisation.merged_into.is_none());
    found.ok_or_else(|| {
        let unknown = FaultCode::UnknownOrganisation;
        rule_broken(&Faults::one("/organisation_id", unknown)).into()
    })
}

/// What is there of what projects name.
#[derive(Debug, Default)]
pub(super) struct Known {
    parts: frameworks::Known,
    unknown_events: HashSet<Id<Event>>,
}

impl Known {
    /// Looks for all that is named, once for all; what is there stays until the write is done.
    pub(super) async fn of(
        writing: &Writing,
        who: Who,
        all: impl Iterator<Item = &Parsed> + Clone,
    ) -> Result<Self, StoreError> {
        let mut known = Self::default();
        let plans = all.clone().map(|parsed| &parsed.draft.plan);
        if plans
            .clone()
            .any(|plan| !axes(plan).is_empty() || !actions(plan).is_empty())
        {
            known.parts = frameworks::known(writing).await?;
        }
        let contents = all.map(|parsed| &parsed.draft.content);
        let named =
            contents.flat_map(|one| one.came_from_events.iter().chain(&one.organised_events));
        let named: Vec<_> = named.copied().collect();
        if !named.is_empty() {
            known.unknown_events = events::unknown_to(writing, who.view(), &named).await?;
        }
        Ok(known)
    }

    /// What is newly named and isn't there.
    pub(super) fn check(&self, parsed: &Parsed, before: Option<&Project>) -> Result<(), Faults> {
        let mut check = Check::new();
        let plan = &parsed.draft.plan;
        for (at, id) in axes(plan).iter().enumerate() {
            if !self.parts.has_axis(*id) {
                check.fault(&format!("/axis_ids/{at}"), FaultCode::UnknownAxis);
            }
        }
        for (at, id) in actions(plan).iter().enumerate() {
            if !self.parts.has_action(*id) {
                check.fault(&format!("/action_ids/{at}"), FaultCode::UnknownAction);
            }
        }
        let content = &parsed.draft.content;
        let old = before.map(|before| &before.content);
        let came_from = old.map(|old| &old.came_from_events);
        let organised = old.map(|old| &old.organised_events);
        for (pointer, named, old) in [
            ("/came_from_event_ids", &content.came_from_events, came_from),
            ("/organised_event_ids", &content.organised_events, organised),
        ] {
            for (at, id) in named.iter().enumerate() {
                // What was named once may have gone since.
                let was_there = old.is_some_and(|old| old.contains(id));
                if !was_there && self.unknown_events.contains(id) {
                    check.fault(&format!("{pointer}/{at}"), FaultCode::UnknownEvent);
                }
            }
        }
        check.done(Some(()))
    }
}

/// Whether all that is newly named is there, and seen by whoever names it.
pub(super) async fn known(
    writing: &Writing,
    who: Who,
    parsed: &Parsed,
    before: Option<&Project>,
) -> Result<(), Stop<Problem>> {
    let known = Known::of(writing, who, std::iter::once(parsed)).await?;
    let checked = known.check(parsed, before);
    checked.map_err(|faults| rule_broken(&faults).into())
}

fn axes(plan: &PlanDraft) -> &[Id<Axis>] {
    plan.axes.as_deref().unwrap_or_default()
}

fn actions(plan: &PlanDraft) -> &[Id<Action>] {
    plan.actions.as_deref().unwrap_or_default()
}

/// The slug that a project is to have: the one that is wanted, if no other has or had it, or one of its
/// title.
pub(super) async fn slug(
    writing: &Writing,
    parsed: &Parsed,
    own: Option<&Project>,
) -> Result<Slug, Stop<Problem>> {
    match (&parsed.slug, own) {
        (Some(slug), Some(own)) if *slug == own.slug => Ok(own.slug.clone()),
        (Some(slug), _) => {
            if stored::is_slug_taken(writing, slug, own.map(|own| own.id)).await? {
                return Err(rule_broken(&Faults::one("/slug", FaultCode::SlugTaken)).into());
            }
            Ok(slug.clone())
        }
        (None, Some(own)) => Ok(own.slug.clone()),
        (None, None) => {
            let wanted = Slug::of(parsed.draft.content.title.as_str());
            Ok(stored::free_slug(writing, wanted).await?)
        }
    }
}

/// Whether no other project of the holder has the reference.
pub(super) async fn reference_free(
    writing: &Writing,
    holder: Id<Organisation>,
    parsed: &Parsed,
    own: Option<&Project>,
    base: &str,
) -> Result<(), Stop<Problem>> {
    let Some(reference) = &parsed.draft.reference else {
        return Ok(());
    };
    if own.is_some_and(|own| own.reference.as_ref() == Some(reference)) {
        return Ok(());
    }
    let known = stored::load_by_references(writing, holder, &[reference.as_str()]).await?;
    match known.values().next() {
        Some(other) => Err(reference_taken(other, base).into()),
        None => Ok(()),
    }
}

/// The problem that another project has the reference.
pub(super) fn reference_taken(other: &Project, base: &str) -> Problem {
    let there = format!("{base}{}", path_of(other));
    taken("/reference", FaultCode::ReferenceTaken).with_member(
        "existing",
        serde_json::json!({ "id": other.id, "url": there }),
    )
}
