//! What the timeline tells, and to whom.

use super::*;
use crate::kernel::Vocabulary;

fn told(transition: ProjectTransition, state: ProjectState) -> TimelineEntry {
    let mut reason = why("Parce que.");
    reason.internal_note = Some(Prose::parse("Entre nous.").unwrap());
    let change = turn(in_state(state), transition, reason, OFFICER, NOW).unwrap();
    entry_of(&change, &mut Counter(900)).unwrap()
}

#[test]
fn each_sees_what_is_theirs_to_see() {
    let asked = told(
        ProjectTransition::RequestInformation,
        ProjectState::Submitted,
    );
    let holder = View::Own(Id::from_uuid(uuid::Uuid::from_u128(1_000)));
    assert_eq!(asked.clone().seen_by(View::Staff), Some(asked.clone()));
    assert_eq!(asked.clone().seen_by(View::Public), None);
    let seen = asked.seen_by(holder).unwrap();
    assert_eq!(seen.reason, why("Parce que."));
    let accepted = told(ProjectTransition::Accept, ProjectState::Submitted);
    let seen = accepted.seen_by(View::Public).unwrap();
    assert_eq!(seen.reason, why("Parce que."));
}

#[test]
fn of_a_submission_everybody_sees_the_date_alone() {
    let change = submit(made(), None, why("Voici."), HOLDER, NOW).unwrap();
    let entry = entry_of(&change, &mut Counter(900)).unwrap();
    let seen = entry.seen_by(View::Public).unwrap();
    assert_eq!(
        (seen.reason, seen.at, seen.by),
        (Reason::default(), NOW, Side::Holder)
    );
    // Not even that there was a question before it.
    let asked = in_state(ProjectState::InformationRequested);
    let again = submit(asked, None, why("Voici."), HOLDER, NOW).unwrap();
    let entry = entry_of(&again, &mut Counter(900)).unwrap();
    assert_eq!(entry.from, Some(ProjectState::InformationRequested));
    assert_eq!(entry.seen_by(View::Public).unwrap().from, None);
}

#[test]
fn every_transition_but_a_removal_is_told() {
    for (state, _) in ProjectState::WORDS {
        for transition in allowed_transitions(*state, OFFICER) {
            let done = turn(in_state(*state), transition, why("Ici."), OFFICER, NOW).unwrap();
            let entry = entry_of(&done, &mut Counter(900));
            assert_eq!(entry.is_some(), transition != ProjectTransition::Delete);
            if let Some(entry) = entry {
                assert_eq!(entry.from, Some(*state));
                assert_eq!(entry.to, Some(done.after().state));
            }
        }
    }
}
