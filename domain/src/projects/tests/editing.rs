//! What may be edited when, and by whom.

use proptest::prelude::*;

use super::*;
use crate::frameworks::Axis;
use crate::kernel::{FaultCode, Vocabulary};

fn as_draft(project: &Project) -> ProjectDraft {
    let steps = project.steps.iter().map(|step| StepDraft {
        id: Some(step.id),
        title: step.title.clone(),
        due_on: step.due_on,
        state: step.state,
    });
    ProjectDraft {
        reference: project.reference.clone(),
        content: project.content.clone(),
        steps: steps.collect(),
        plan: said(&project.plan),
        petr: None,
    }
}

fn edited(
    project: &Project,
    draft: ProjectDraft,
    rights: Rights,
) -> Result<Option<Project>, ProjectRefusal> {
    let slug = project.slug.clone();
    let done = edit(project.clone(), draft, slug, rights, &mut Counter(500), NOW);
    done.map(|change| change.map(crate::kernel::Change::into_after))
}

fn faults(refusal: ProjectRefusal) -> Vec<(String, FaultCode)> {
    let ProjectRefusal::Broken(faults) = refusal else {
        panic!("{refusal:?}");
    };
    let faults = faults.all().iter();
    faults
        .map(|f| (f.pointer.clone(), f.code.clone()))
        .collect()
}

fn said(plan: &Plan) -> PlanDraft {
    PlanDraft {
        axes: Some(plan.axes().to_vec()),
        actions: Some(plan.actions().to_vec()),
    }
}

fn plan(numbers: &[u128]) -> Plan {
    let axis = |number: &u128| Id::<Axis>::from_uuid(uuid::Uuid::from_u128(*number));
    Plan::new(numbers.iter().map(axis).collect(), vec![])
}

#[test]
fn the_same_again_changes_nothing_in_any_state() {
    for (state, _) in ProjectState::WORDS {
        let project = in_state(*state);
        for rights in [HOLDER, OFFICER] {
            assert_eq!(edited(&project, as_draft(&project), rights), Ok(None));
        }
    }
}

#[test]
fn the_state_says_what_is_written() {
    for (state, _) in ProjectState::WORDS {
        let project = in_state(*state);
        let mut titled = as_draft(&project);
        titled.content.title = Line::parse("Autre titre").unwrap();
        let mut stepped = as_draft(&project);
        stepped.steps.push(step("Trouver un local"));
        for rights in [HOLDER, OFFICER] {
            let (title, steps) = (
                edited(&project, titled.clone(), rights),
                edited(&project, stepped.clone(), rights),
            );
            let closed = ProjectRefusal::Closed {
                state: *state,
                open: allowed_transitions(*state, rights),
            };
            match state.editable() {
                Editable::Everything => {
                    assert!(title.unwrap().is_some() && steps.unwrap().is_some());
                }
                Editable::Progress => {
                    let locked = vec![("/title".to_owned(), FaultCode::Locked)];
                    assert_eq!(faults(title.unwrap_err()), locked);
                    assert!(steps.unwrap().is_some());
                }
                Editable::Nothing => {
                    assert_eq!((title, steps), (Err(closed.clone()), Err(closed)));
                }
            }
        }
    }
}

#[test]
fn the_petr_writes_its_part_in_any_state() {
    for (state, _) in ProjectState::WORDS {
        let project = in_state(*state);
        let mut asked = as_draft(&project);
        asked.plan = said(&plan(&[7]));
        asked.petr = Some(PetrPart {
            note: Some(Prose::parse("Suivi par l’agente.").unwrap()),
            ..PetrPart::default()
        });
        let after = edited(&project, asked, OFFICER).unwrap().unwrap();
        assert!(after.classified_by_petr && after.petr.note.is_some());
        // A holder's edit, of which the PETR's part is no part, leaves it.
        let mut own = as_draft(&after);
        own.plan = PlanDraft::default();
        own.steps.push(step("Trouver un local"));
        if state.editable() != Editable::Nothing {
            let own = edited(&after, own, HOLDER).unwrap().unwrap();
            assert_eq!((own.petr, own.plan), (after.petr, after.plan));
        }
    }
}

#[test]
fn what_the_petr_classified_only_the_petr_classifies() {
    let mut asked = draft(full());
    asked.plan = said(&plan(&[1]));
    let project = made_of(asked);
    assert!(!project.classified_by_petr);
    // Until then it is the holder's: absent is cleared.
    let mut cleared = as_draft(&project);
    cleared.plan = PlanDraft::default();
    let cleared = edited(&project, cleared, HOLDER).unwrap().unwrap();
    assert!(cleared.plan.is_empty());
    let mut moved = as_draft(&project);
    moved.plan = said(&plan(&[2, 3]));
    let project = edited(&project, moved, OFFICER).unwrap().unwrap();
    let mut other = as_draft(&project);
    other.plan = said(&plan(&[1]));
    let refused = edited(&project, other, HOLDER).unwrap_err();
    let expected = vec![("/axis_ids".to_owned(), FaultCode::SetByPetr)];
    assert_eq!(faults(refused), expected);
    let mut same = as_draft(&project);
    same.plan = said(&plan(&[3, 2]));
    assert_eq!(edited(&project, same, HOLDER), Ok(None));
    // Emptied by the PETR, it is the holder's again.
    let mut emptied = as_draft(&project);
    emptied.plan = said(&Plan::default());
    let project = edited(&project, emptied, OFFICER).unwrap().unwrap();
    assert!(!project.classified_by_petr);
}

#[test]
fn steps_keep_their_ids_by_id_and_by_title() {
    let mut asked = draft(full());
    asked.steps = vec![step("Local"), step("Outils"), step("Outils")];
    let project = made_of(asked.clone());
    assert_eq!(edited(&project, asked, HOLDER), Ok(None));
    let mut turned = as_draft(&project);
    turned.steps.reverse();
    turned.steps[2].title = Line::parse("Un local").unwrap();
    turned.steps.push(step("Local"));
    let after = edited(&project, turned, HOLDER).unwrap().unwrap();
    let ids: Vec<_> = after.steps.iter().map(|step| step.id).collect();
    let old: Vec<_> = project.steps.iter().map(|step| step.id).collect();
    assert_eq!(ids[..3], [old[2], old[1], old[0]]);
    assert!(!old.contains(&ids[3]));
    let mut foreign = as_draft(&project);
    foreign.steps[1].id = Some(Id::from_uuid(uuid::Uuid::from_u128(77)));
    let refused = edited(&project, foreign, HOLDER).unwrap_err();
    let expected = vec![("/steps/1/id".to_owned(), FaultCode::UnknownStep)];
    assert_eq!(faults(refused), expected);
}

#[test]
fn hiding_a_project_is_told_as_such() {
    let project = in_state(ProjectState::Accepted);
    let mut hidden = as_draft(&project);
    hidden.petr = Some(PetrPart {
        visibility: ProjectVisibility::Hidden,
        ..PetrPart::default()
    });
    let slug = project.slug.clone();
    let change = edit(project, hidden, slug, OFFICER, &mut Counter(500), NOW);
    let change = change.unwrap().unwrap();
    assert_eq!(change.facts(), [ProjectFact::Edited, ProjectFact::Hidden]);
    assert!(change.after().was_public && !change.after().is_public());
}

proptest! {
    /// Whatever a holder sends, the PETR's part is as it was.
    #[test]
    fn a_holder_never_writes_the_petrs_part(
        state in prop::sample::select(ProjectState::WORDS).prop_map(|(state, _)| state),
        title in "[a-z]{1,9}",
        asked_plan in prop::option::of(prop::collection::vec(1_u128..4, 0..3)),
        volunteers in prop::option::of(0_u32..9),
    ) {
        let mut project = in_state(state);
        project.plan = plan(&[1, 2]);
        project.classified_by_petr = true;
        project.petr.note = Some(Prose::parse("Suivi.").unwrap());
        let mut asked = as_draft(&project);
        asked.content.title = Line::parse(&title).unwrap();
        asked.content.team.volunteers_sought = volunteers;
        asked.plan = asked_plan.map(|numbers| said(&plan(&numbers))).unwrap_or_default();
        if let Ok(Some(after)) = edited(&project, asked, HOLDER) {
            prop_assert_eq!(&after.petr, &project.petr);
            prop_assert_eq!(&after.plan, &project.plan);
            prop_assert_eq!(after.state, project.state);
            prop_assert!(state.editable() != Editable::Nothing);
        }
    }
}
