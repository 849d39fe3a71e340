//! Making a framework, and changing it without taking from projects what they name.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Action, ActionDraft, Axis, AxisDraft, Framework, FrameworkDraft, FrameworkFact};
use crate::kernel::{Change, Check, FaultCode, Faults, Id, Ids};

type Changed = Change<Framework, FrameworkFact>;

/// Why a framework is not made or changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FrameworkRefusal {
    /// Projects name what would be removed.
    #[error("projects name what would be removed")]
    InUse(Vec<PartInUse>),
    /// A rule is broken, at these places.
    #[error(transparent)]
    Broken(#[from] Faults),
}

/// An axis or an action that projects name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartInUse {
    /// Which one.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// How many projects name it.
    pub projects: u64,
}

/// Makes a framework.
///
/// # Errors
/// It ends before it starts, a code comes twice, or an id is given to what is new.
pub fn create(
    draft: FrameworkDraft,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, FrameworkRefusal> {
    let id = Id::new(ids);
    let axes = axes(&[], draft.axes, ids)?;
    let framework = Framework {
        id,
        about: in_order(draft.about)?,
        axes,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, framework, FrameworkFact::Created))
}

/// Changes a framework; `None` when nothing would change. `used` says how many projects name an axis or
/// an action.
///
/// # Errors
/// As [`create`]; or projects name what would be removed.
pub fn edit(
    framework: Framework,
    draft: FrameworkDraft,
    used: &HashMap<Uuid, u64>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Option<Changed>, FrameworkRefusal> {
    let axes = axes(&framework.axes, draft.axes, ids)?;
    let about = in_order(draft.about)?;
    if about == framework.about && axes == framework.axes {
        return Ok(None);
    }
    let after = Framework {
        about,
        axes,
        version: framework.version + 1,
        updated_at: now.max(framework.updated_at),
        ..framework.clone()
    };
    let lost = lost(&framework, &after, used);
    if !lost.is_empty() {
        return Err(FrameworkRefusal::InUse(lost));
    }
    let fact = FrameworkFact::Edited;
    Ok(Some(Change::new(Some(framework), after, fact)))
}

fn in_order(about: super::FrameworkAbout) -> Result<super::FrameworkAbout, Faults> {
    let days = about.starts_on.zip(about.ends_on);
    if days.is_some_and(|(first, last)| last < first) {
        return Err(Faults::one("/ends_on", FaultCode::EndsBeforeStart));
    }
    Ok(about)
}

/// What projects name, and what is not there any more.
fn lost(before: &Framework, after: &Framework, used: &HashMap<Uuid, u64>) -> Vec<PartInUse> {
    let mut lost = Vec::new();
    let mut look = |id: Uuid, name: String, is_there: bool| {
        let projects = used.get(&id).copied().unwrap_or_default();
        if !is_there && projects > 0 {
            lost.push(PartInUse { id, name, projects });
        }
    };
    for axis in &before.axes {
        look(
            axis.id.uuid(),
            axis.name.to_string(),
            after.has_axis(axis.id),
        );
        for action in &axis.actions {
            let is_there = after.has_action(action.id);
            look(action.id.uuid(), action.name.to_string(), is_there);
        }
    }
    lost
}

fn axes(old: &[Axis], drafts: Vec<AxisDraft>, ids: &mut dyn Ids) -> Result<Vec<Axis>, Faults> {
    let mut check = Check::new();
    let codes: Vec<_> = drafts.iter().map(|draft| draft.code.clone()).collect();
    distinct_codes(&mut check, "/axes", &codes);
    let named: Vec<_> = drafts.iter().filter_map(|draft| draft.id).collect();
    let mut actions = Actions::of(old, &drafts);
    let mut axes: Vec<Axis> = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.into_iter().enumerate() {
        let pointer = format!("/axes/{index}");
        let known = match draft.id {
            Some(id) => old.iter().find(|axis| axis.id == id),
            // One that another draft names is that one, whatever its code was.
            None => old
                .iter()
                .find(|axis| axis.code == draft.code && !named.contains(&axis.id)),
        };
        let id = known.map(|axis| axis.id);
        if (draft.id.is_some() && known.is_none()) || axes.iter().any(|axis| Some(axis.id) == id) {
            check.fault(&format!("{pointer}/id"), FaultCode::UnknownAxis);
            continue;
        }
        let before = known.map_or(&[][..], |axis| &axis.actions);
        let actions = actions.of_axis(&mut check, &pointer, before, draft.actions, ids);
        axes.push(Axis {
            id: id.unwrap_or_else(|| Id::new(ids)),
            code: draft.code,
            name: draft.name,
            description: draft.description,
            actions,
        });
    }
    check.done(Some(axes))
}

/// The actions that are there, whichever axis has them: by its id, one can be put under another.
struct Actions<'a> {
    old: Vec<&'a Action>,
    named: Vec<Id<Action>>,
    used: Vec<Id<Action>>,
}

impl<'a> Actions<'a> {
    fn of(old: &'a [Axis], drafts: &[AxisDraft]) -> Self {
        let named = drafts.iter().flat_map(|axis| &axis.actions);
        Self {
            old: old.iter().flat_map(|axis| &axis.actions).collect(),
            named: named.filter_map(|draft| draft.id).collect(),
            used: Vec::new(),
        }
    }

    fn of_axis(
        &mut self,
        check: &mut Check,
        pointer: &str,
        before: &[Action],
        drafts: Vec<ActionDraft>,
        ids: &mut dyn Ids,
    ) -> Vec<Action> {
        let codes: Vec<_> = drafts.iter().map(|draft| draft.code.clone()).collect();
        distinct_codes(check, &format!("{pointer}/actions"), &codes);
        let mut actions: Vec<Action> = Vec::with_capacity(drafts.len());
        for (index, draft) in drafts.into_iter().enumerate() {
            let known = match draft.id {
                Some(id) => self.old.iter().find(|action| action.id == id).copied(),
                None => before
                    .iter()
                    .find(|action| action.code == draft.code && !self.named.contains(&action.id)),
            };
            let known = known.map(|action| action.id);
            let is_twice = known.is_some_and(|id| self.used.contains(&id));
            if (draft.id.is_some() && known.is_none()) || is_twice {
                let pointer = format!("{pointer}/actions/{index}/id");
                check.fault(&pointer, FaultCode::UnknownAction);
                continue;
            }
            let id = known.unwrap_or_else(|| Id::new(ids));
            self.used.push(id);
            actions.push(Action {
                id,
                code: draft.code,
                name: draft.name,
                description: draft.description,
            });
        }
        actions
    }
}

fn distinct_codes<T: PartialEq>(check: &mut Check, pointer: &str, codes: &[T]) {
    for (index, code) in codes.iter().enumerate() {
        if codes[..index].contains(code) {
            check.fault(&format!("{pointer}/{index}/code"), FaultCode::Duplicate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frameworks::FrameworkAbout;
    use crate::kernel::testing::Counter;
    use crate::kernel::{Line, Slug};

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn axis(code: &str, actions: &[&str]) -> AxisDraft {
        AxisDraft {
            id: None,
            code: Line::parse(code).unwrap(),
            name: Line::parse(&format!("Axe {code}")).unwrap(),
            description: None,
            actions: actions.iter().map(|code| action(code)).collect(),
        }
    }

    fn action(code: &str) -> ActionDraft {
        ActionDraft {
            id: None,
            code: Line::parse(code).unwrap(),
            name: Line::parse(&format!("Action {code}")).unwrap(),
            description: None,
        }
    }

    fn draft(axes: Vec<AxisDraft>) -> FrameworkDraft {
        FrameworkDraft {
            about: FrameworkAbout {
                code: Slug::parse("pcaet").unwrap(),
                name: Line::parse("PCAET").unwrap(),
                description: None,
                starts_on: None,
                ends_on: None,
            },
            axes,
        }
    }

    fn made(axes: Vec<AxisDraft>) -> Framework {
        create(draft(axes), &mut Counter(0), NOW)
            .unwrap()
            .into_after()
    }

    fn edited(
        framework: &Framework,
        axes: Vec<AxisDraft>,
        used: &[(Uuid, u64)],
    ) -> Result<Option<Changed>, FrameworkRefusal> {
        let used = used.iter().copied().collect();
        let draft = draft(axes);
        edit(framework.clone(), draft, &used, &mut Counter(100), NOW)
    }

    #[test]
    fn what_is_sent_back_keeps_its_ids_by_its_codes_and_changes_nothing() {
        let framework = made(vec![axis("1", &["1.1", "1.2"]), axis("2", &[])]);
        let again = vec![axis("1", &["1.1", "1.2"]), axis("2", &[])];
        assert_eq!(edited(&framework, again, &[]), Ok(None));
        // By its id even another code is the same axis.
        let mut renamed = axis("I", &["1.1", "1.2"]);
        renamed.id = Some(framework.axes[0].id);
        let after = edited(&framework, vec![renamed, axis("2", &[])], &[]);
        let after = after.unwrap().unwrap().into_after();
        assert_eq!(after.axes[0].id, framework.axes[0].id);
        assert_eq!(after.axes[0].actions, framework.axes[0].actions);
        assert_eq!(after.version, 2);
    }

    #[test]
    fn what_projects_name_is_not_removed() {
        let framework = made(vec![axis("1", &["1.1", "1.2"]), axis("2", &[])]);
        let (first, second) = (framework.axes[0].actions[0].id, framework.axes[1].id);
        let used = [(first.uuid(), 3), (second.uuid(), 1)];
        let refused = edited(&framework, vec![axis("1", &["1.2"])], &used);
        let Err(FrameworkRefusal::InUse(parts)) = refused else {
            panic!("{refused:?}");
        };
        let told: Vec<_> = parts.iter().map(|part| (part.id, part.projects)).collect();
        assert_eq!(told, used);
        assert!(edited(&framework, vec![axis("1", &["1.2"])], &[]).is_ok());
    }

    #[test]
    fn codes_are_distinct_and_ids_are_this_frameworks() {
        let mut foreign = axis("1", &["1.1", "1.1"]);
        foreign.actions[0].id = Some(Id::from_uuid(Uuid::from_u128(99)));
        let mut unknown = axis("1", &[]);
        unknown.id = Some(Id::from_uuid(Uuid::from_u128(98)));
        let refused = create(draft(vec![foreign, unknown]), &mut Counter(0), NOW);
        let Err(FrameworkRefusal::Broken(faults)) = refused else {
            panic!("{refused:?}");
        };
        let at: Vec<_> = faults.all().iter().map(|f| f.pointer.as_str()).collect();
        let expected = [
            "/axes/1/code",
            "/axes/0/actions/1/code",
            "/axes/0/actions/0/id",
            "/axes/1/id",
        ];
        assert_eq!(at, expected);
    }

    #[test]
    fn by_their_ids_they_are_numbered_and_arranged_anew() {
        let framework = made(vec![axis("1", &["1.1", "1.2"]), axis("2", &[])]);
        let [first, second] = [&framework.axes[0], &framework.axes[1]];
        // The first becomes the second, another one comes before it, and takes its code.
        let mut moved = axis("2", &["1.2"]);
        moved.id = Some(first.id);
        let mut last = axis("3", &["1.1"]);
        last.id = Some(second.id);
        last.actions[0].id = Some(first.actions[0].id);
        let used = [first, second].map(|axis| (axis.id.uuid(), 1));
        let used_action = (first.actions[0].id.uuid(), 1);
        let used = [used[0], used[1], used_action];
        for drafts in [
            vec![axis("1", &[]), moved.clone(), last.clone()],
            vec![moved, last, axis("1", &[])],
        ] {
            let after = edited(&framework, drafts, &used).unwrap().unwrap();
            let axes = &after.after().axes;
            let of = |code: &str| axes.iter().find(|axis| axis.code.as_str() == code).unwrap();
            assert_eq!((of("2").id, of("3").id), (first.id, second.id));
            assert!(![first.id, second.id].contains(&of("1").id));
            assert_eq!(of("2").actions[0].id, first.actions[1].id);
            assert_eq!(of("3").actions[0].id, first.actions[0].id);
        }
        // Nothing stands in two places.
        let mut twice = axis("2", &["x"]);
        twice.actions[0].id = Some(first.actions[0].id);
        let mut first_too = axis("1", &["1.1"]);
        first_too.actions[0].id = twice.actions[0].id;
        let refused = edited(&framework, vec![first_too, twice], &[]);
        let Err(FrameworkRefusal::Broken(faults)) = refused else {
            panic!("{refused:?}");
        };
        let at: Vec<_> = faults.all().iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(at, ["/axes/1/actions/0/id"]);
    }
}
