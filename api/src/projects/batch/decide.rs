//! What becomes of each item of a batch, decided before anything is written.

use std::collections::{HashMap, HashSet};

use domain::kernel::{Change, FaultCode, Faults, Id, Slug};
use domain::organisations::Organisation;
use domain::projects::{self, Project as Stored, ProjectFact, Side};
use persistence::projects as stored;
use persistence::{FreeSlugs, Stop, Writing, organisations};

use super::items::Item;
use super::{OnConflict, not_stored};
use crate::http::Problem;
use crate::http::faults::rule_broken;
use crate::projects::input::Parsed;
use crate::projects::links::{Known, reference_taken};
use crate::projects::refusal;
use crate::projects::who::Who;
use crate::projects::wire::Frame;
use crate::projects::write::change;

/// What becomes of an item.
pub(super) enum Decided {
    /// A new project.
    Made(Box<Change<Stored, ProjectFact>>),
    /// One that is there, changed.
    Changed(Box<Change<Stored, ProjectFact>>),
    /// One that is there, as it is.
    Left(Id<Stored>),
    /// Nothing.
    Refused(Box<Problem>),
}

impl Decided {
    pub(super) fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// What isn't refused isn't stored either.
    pub(super) fn undo(&mut self) {
        if !self.is_refused() {
            *self = Self::Refused(Box::new(not_stored()));
        }
    }
}

impl From<Problem> for Decided {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

/// What there is that the items may meet.
struct Around {
    holders: HashMap<Id<Organisation>, Organisation>,
    by_reference: HashMap<(Id<Organisation>, String), Stored>,
    known: Known,
    slugs: FreeSlugs,
}

/// Decides on each item, in their order.
pub(super) async fn decide(
    writing: &mut Writing,
    who: Who,
    items: &[Item],
    on_conflict: OnConflict,
    frame: &Frame,
) -> Result<Vec<Decided>, Stop<Problem>> {
    let mut around = around(writing, who, items).await?;
    let mut seen = HashSet::new();
    let mut decided = Vec::with_capacity(items.len());
    for item in items {
        decided.push(match item {
            Err(problem) => Decided::from(problem.clone()),
            Ok((parsed, holder)) => {
                let reference = parsed.draft.reference.as_ref();
                let place = reference.map(|reference| (*holder, reference.to_string()));
                let is_twice = place.clone().is_some_and(|place| !seen.insert(place));
                let there = place.and_then(|place| around.by_reference.remove(&place));
                match there {
                    _ if is_twice => fault("/reference", FaultCode::Duplicate),
                    None => make(writing, who, parsed, *holder, &mut around).await?,
                    Some(project) => {
                        let parsed = parsed.clone();
                        let met = meet(writing, who, project, parsed, on_conflict, frame).await?;
                        with_its_slug(met, &mut around.slugs)
                    }
                }
            }
        });
    }
    Ok(decided)
}

/// Looks for all that the items name, a few statements for all of them.
async fn around(writing: &Writing, who: Who, items: &[Item]) -> Result<Around, Stop<Problem>> {
    let all = || items.iter().flatten();
    let mut ids: Vec<_> = all().map(|(_, holder)| *holder).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut holders = organisations::hold(writing, &ids).await?;
    holders.retain(|_, holder| holder.merged_into.is_none());
    let mut by_reference = HashMap::new();
    for id in ids {
        let own = all().filter(|(_, holder)| *holder == id);
        let references = own.filter_map(|(parsed, _)| parsed.draft.reference.as_ref());
        let references: Vec<&str> = references.map(domain::kernel::Line::as_str).collect();
        let known = stored::load_by_references(writing, id, &references).await?;
        let known = known
            .into_iter()
            .map(|(text, project)| ((id, text), project));
        by_reference.extend(known);
    }
    let wanted: Vec<Slug> = all().map(|(parsed, _)| wanted_slug(parsed)).collect();
    Ok(Around {
        holders,
        by_reference,
        known: Known::of(writing, who, all().map(|(parsed, _)| parsed)).await?,
        slugs: stored::free_slugs(writing, &wanted).await?,
    })
}

fn wanted_slug(parsed: &Parsed) -> Slug {
    let of_title = || Slug::of(parsed.draft.content.title.as_str());
    parsed.slug.clone().unwrap_or_else(of_title)
}

async fn make(
    writing: &mut Writing,
    who: Who,
    parsed: &Parsed,
    holder: Id<Organisation>,
    around: &mut Around,
) -> Result<Decided, Stop<Problem>> {
    if !around.holders.contains_key(&holder) {
        return Ok(fault("/organisation_id", FaultCode::UnknownOrganisation));
    }
    if let Err(faults) = around.known.check(parsed, None) {
        return Ok(rule_broken(&faults).into());
    }
    let slug = match &parsed.slug {
        Some(slug) if around.slugs.take_exactly(slug) => slug.clone(),
        Some(_) => return Ok(fault("/slug", FaultCode::SlugTaken)),
        None => around.slugs.take(writing, wanted_slug(parsed)).await?,
    };
    let mut draft = parsed.draft.clone();
    let side = who.rights.side;
    draft.petr = (side == Side::Petr).then(|| parsed.petr.clone().whole());
    let now = writing.now();
    let made = projects::create(draft, holder, slug, side, writing.ids(), now);
    Ok(match made {
        Ok(made) => Decided::Made(Box::new(made)),
        Err(refused) => refusal::refused(refused).into(),
    })
}

/// What becomes of an item whose reference is there.
async fn meet(
    writing: &mut Writing,
    who: Who,
    project: Stored,
    parsed: Parsed,
    on_conflict: OnConflict,
    frame: &Frame,
) -> Result<Decided, Stop<Problem>> {
    match on_conflict {
        OnConflict::Fail => return Ok(reference_taken(&project, &frame.base).into()),
        OnConflict::Skip => return Ok(Decided::Left(project.id)),
        OnConflict::Update => {}
    }
    let petr = parsed.petr.clone().over(&project.petr);
    let petr = (who.rights.side == Side::Petr).then_some(petr);
    Ok(
        match change(writing, who, &project, parsed, petr, frame).await {
            Ok(Some(change)) => Decided::Changed(Box::new(change)),
            Ok(None) => Decided::Left(project.id),
            Err(Stop::Refused(problem)) => problem.into(),
            Err(failed) => return Err(failed),
        },
    )
}

/// A change, if no item before it got the slug that it gives.
fn with_its_slug(decided: Decided, slugs: &mut FreeSlugs) -> Decided {
    let Decided::Changed(change) = &decided else {
        return decided;
    };
    let slug = &change.after().slug;
    let is_new = change.before().is_none_or(|before| before.slug != *slug);
    if is_new && !slugs.give(slug) {
        return fault("/slug", FaultCode::SlugTaken);
    }
    decided
}

fn fault(pointer: &str, code: FaultCode) -> Decided {
    rule_broken(&Faults::one(pointer, code)).into()
}
