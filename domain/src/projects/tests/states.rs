//! The state machine.

use proptest::prelude::*;

use super::*;
use crate::kernel::{Change, FaultCode, Vocabulary};

fn pointers(refusal: &ProjectRefusal) -> Vec<&str> {
    match refusal {
        ProjectRefusal::Broken(faults) => faults.all().iter().map(|f| &*f.pointer).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_said_to_be_open_is_open_and_nothing_else_is() {
    for (state, _) in ProjectState::WORDS {
        for rights in [HOLDER, OFFICER, REFERENT] {
            let said = allowed_transitions(*state, rights);
            for (transition, word) in ProjectTransition::WORDS {
                let mut reason = why("Parce que.");
                reason.note = Some(Prose::parse("À bientôt.").unwrap());
                let done = turn(in_state(*state), *transition, reason, rights, NOW);
                assert_eq!(done.is_ok(), said.contains(transition), "{state:?} {word}");
                if let Err(refusal) = done {
                    let expected = ProjectRefusal::WrongState {
                        state: *state,
                        open: said.clone(),
                    };
                    assert_eq!(refusal, expected);
                }
            }
        }
    }
}

#[test]
fn only_the_petr_decides_and_who_reads_does_nothing() {
    for (state, _) in ProjectState::WORDS {
        let holders = allowed_transitions(*state, HOLDER);
        assert!(holders.iter().all(|one| !one.is_decision()), "{state:?}");
        assert_eq!(allowed_transitions(*state, REFERENT), []);
    }
}

#[test]
fn some_transitions_must_say_why() {
    for (transition, _) in ProjectTransition::WORDS {
        let from = |state: &ProjectState| allowed_transitions(*state, OFFICER).contains(transition);
        let state = ProjectState::WORDS.iter().map(|(state, _)| *state);
        let state = state.clone().find(from).unwrap();
        let done = turn(
            in_state(state),
            *transition,
            Reason::default(),
            OFFICER,
            NOW,
        );
        match done {
            Ok(_) => assert!(!transition.needs_reason(), "{transition:?}"),
            Err(refusal) => {
                assert!(transition.needs_reason(), "{transition:?}");
                assert_eq!(pointers(&refusal), ["/reason"]);
            }
        }
    }
}

#[test]
fn a_holder_writes_no_note_for_the_staff_alone() {
    let mut reason = why("Parce que.");
    reason.internal_note = Some(Prose::parse("Entre nous.").unwrap());
    let done = submit(made(), None, reason, HOLDER, NOW).unwrap_err();
    assert_eq!(pointers(&done), ["/internal_note"]);
}

#[test]
fn what_is_handed_in_is_complete() {
    let bare = made_of(draft(bare("Atelier vélo")));
    let done = submit(bare.clone(), None, Reason::default(), HOLDER, NOW).unwrap_err();
    let missing = [
        "/summary",
        "/description",
        "/theme",
        "/commune_codes",
        "/contact",
    ];
    assert_eq!(pointers(&done), missing);
    // The holder's own contact will do.
    let done = submit(bare, Some(&contact()), Reason::default(), HOLDER, NOW).unwrap_err();
    assert_eq!(pointers(&done), missing[..4]);
    let done = submit(made(), None, Reason::default(), HOLDER, NOW).unwrap();
    assert_eq!(done.after().waiting_since(), Some(NOW));
    let again = turn(
        done.into_after(),
        ProjectTransition::Delete,
        Reason::default(),
        HOLDER,
        NOW,
    );
    assert!(again.is_err(), "only a draft is removed");
}

#[test]
fn what_was_never_accepted_is_not_told_when_it_is_abandoned() {
    let abandon = |state| {
        let done = turn(
            in_state(state),
            ProjectTransition::Abandon,
            why("Parce que."),
            HOLDER,
            NOW,
        );
        done.unwrap().into_after()
    };
    for (state, is_public) in [
        (ProjectState::Submitted, false),
        (ProjectState::InformationRequested, false),
        (ProjectState::Accepted, true),
        (ProjectState::OnHold, true),
    ] {
        assert_eq!(abandon(state).is_public(), is_public, "{state:?}");
    }
}

#[test]
fn a_project_waits_from_when_it_was_handed_in() {
    let later = NOW + chrono::Duration::days(30);
    let project = in_state(ProjectState::Submitted);
    assert!(!project.is_overdue(30, later));
    assert!(project.is_overdue(30, later + chrono::Duration::seconds(1)));
    let answered = in_state(ProjectState::Accepted);
    assert!(!answered.is_overdue(30, later + chrono::Duration::days(1)));
}

#[test]
fn each_sees_their_own_and_what_is_public() {
    let other = Id::from_uuid(uuid::Uuid::from_u128(2_000));
    for (state, _) in ProjectState::WORDS {
        let project = in_state(*state);
        let own = View::Own(project.organisation);
        let public = project.is_public().then_some(View::Public);
        assert_eq!(project.seen_by(View::Staff), Some(View::Staff));
        assert_eq!(project.seen_by(own), Some(own));
        assert_eq!(project.seen_by(View::Own(other)), public);
        assert_eq!(project.seen_by(View::Public), public);
        let hidden = Project {
            petr: PetrPart {
                visibility: ProjectVisibility::Hidden,
                ..PetrPart::default()
            },
            ..project.clone()
        };
        assert_eq!(hidden.seen_by(View::Public), None);
        assert_eq!(hidden.seen_by(own), Some(own));
        let gone = Project {
            deleted_at: Some(NOW),
            ..project
        };
        assert_eq!(gone.seen_by(View::Staff), None);
    }
}

#[test]
fn a_project_moves_with_its_holder_and_gives_up_a_reference_that_is_taken() {
    let holder = Id::from_uuid(uuid::Uuid::from_u128(2_000));
    let reference = Some(Line::parse("A-1").unwrap());
    let mut asked = draft(full());
    asked.reference.clone_from(&reference);
    let project = made_of(asked);
    let kept = move_to(project.clone(), holder, false, NOW).into_after();
    assert_eq!(
        (&kept.reference, &kept.former_reference),
        (&reference, &None)
    );
    let dropped = move_to(project, holder, true, NOW).into_after();
    let references = (&dropped.reference, &dropped.former_reference);
    assert_eq!(references, (&None, &reference));
    assert_eq!(dropped.organisation, holder);
}

fn any_transition() -> impl Strategy<Value = ProjectTransition> {
    let all: Vec<_> = ProjectTransition::WORDS
        .iter()
        .map(|(one, _)| *one)
        .collect();
    prop::sample::select(all)
}

proptest! {
    /// Whatever is tried in whatever order, what a project says of its way is true of it.
    #[test]
    fn whatever_is_tried_its_dates_follow_its_states(
        tried in prop::collection::vec((any_transition(), any::<bool>()), 0..40),
    ) {
        let mut project = made();
        let mut now = NOW;
        let mut was_public = false;
        for (transition, by_officer) in tried {
            now += chrono::Duration::hours(1);
            let rights = if by_officer { OFFICER } else { HOLDER };
            let before = project.clone();
            let Ok(change) = turn(project, transition, why("Parce que."), rights, now) else {
                project = before;
                continue;
            };
            prop_assert!(by_officer || !transition.is_decision());
            prop_assert_eq!(change.facts().len(), 1);
            project = Change::into_after(change);
            was_public |= project.is_public();
            prop_assert_eq!(project.version, before.version + 1);
            prop_assert!(project.updated_at > before.updated_at);
            prop_assert_eq!(project.was_public, was_public);
            // What left the public view by a transition never was in it: only the PETR hides.
            prop_assert!(project.is_public() || !was_public);
            let is_over = matches!(project.state, ProjectState::Completed | ProjectState::Abandoned);
            prop_assert_eq!(project.ended_at.is_some(), is_over);
            prop_assert_eq!(project.deleted_at.is_some(), transition == ProjectTransition::Delete);
            prop_assert!(project.started_at.is_none() || project.decided_at.is_some());
            prop_assert!(project.decided_at.is_none() || project.submitted_at.is_some());
            if project.deleted_at.is_some() {
                break;
            }
        }
    }
}

#[test]
fn a_fault_says_what_it_is() {
    let done = turn(
        in_state(ProjectState::Submitted),
        ProjectTransition::Decline,
        Reason::default(),
        OFFICER,
        NOW,
    );
    let Err(ProjectRefusal::Broken(faults)) = done else {
        panic!("{done:?}");
    };
    assert_eq!(faults.all()[0].code, FaultCode::ReasonRequired);
}
