//! The rules of involvements, tried.

use chrono::{DateTime, Days, NaiveDate, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::kernel::testing::Counter;
use crate::kernel::{Id, Line, Slug, Vocabulary, day_of};
use crate::projects::{PlanDraft, Project, ProjectContent, ProjectDraft, ProjectState, Side};

fn now() -> DateTime<Utc> {
    "2026-05-01T08:00:00Z".parse().unwrap()
}

fn today() -> NaiveDate {
    day_of(now())
}

fn project(state: ProjectState) -> Project {
    let draft = ProjectDraft {
        reference: None,
        content: ProjectContent::titled(Line::parse("Atelier vélo").unwrap()),
        steps: vec![],
        plan: PlanDraft::default(),
        petr: None,
    };
    let holder = Id::from_uuid(Uuid::from_u128(1_000));
    let (slug, ids) = (Slug::of("a"), &mut Counter(0));
    let made = crate::projects::create(draft, holder, slug, Side::Holder, ids, now());
    Project {
        state,
        ..made.unwrap().into_after()
    }
}

fn as_(project: &Project, role: InvolvementRole) -> Begin<'_> {
    Begin {
        project,
        person: Id::from_uuid(Uuid::from_u128(7)),
        role,
        open: None,
    }
}

fn begun(role: InvolvementRole) -> Involvement {
    let project = project(ProjectState::InProgress);
    let begun = begin(as_(&project, role), &mut Counter(9), now());
    begun.unwrap().into_after()
}

fn recorded(role: InvolvementRole) -> Involvement {
    let project = project(ProjectState::Draft);
    let recorded = record(as_(&project, role), today(), &mut Counter(9), now());
    recorded.unwrap().into_after()
}

#[test]
fn one_follows_and_supports_at_once_and_offers_to_help() {
    use InvolvementRole::{Follower, Holder, Supporter, Volunteer};
    for (role, state) in [
        (Follower, InvolvementState::Active),
        (Supporter, InvolvementState::Active),
        (Volunteer, InvolvementState::Offered),
    ] {
        let one = begun(role);
        assert_eq!((one.state, one.is_told), (state, true));
        assert_eq!(one.counted_since(), None);
    }
    let project = project(ProjectState::InProgress);
    let alone = begin(as_(&project, Holder), &mut Counter(9), now());
    assert_eq!(alone, Err(InvolvementRefusal::StaffRecords));
}

#[test]
fn nobody_is_the_same_twice_or_joins_what_is_over() {
    let under_way = project(ProjectState::InProgress);
    let open = Some(Id::from_uuid(Uuid::from_u128(5)));
    for role in [InvolvementRole::Follower, InvolvementRole::Volunteer] {
        let again = Begin {
            open,
            ..as_(&under_way, role)
        };
        let expected = Err(InvolvementRefusal::Already(Id::from_uuid(Uuid::from_u128(
            5,
        ))));
        assert_eq!(begin(again, &mut Counter(9), now()), expected);
    }
    for (state, _) in ProjectState::WORDS {
        let project = project(*state);
        let begun = begin(
            as_(&project, InvolvementRole::Follower),
            &mut Counter(9),
            now(),
        );
        let is_open = matches!(
            state,
            ProjectState::Accepted | ProjectState::InProgress | ProjectState::OnHold
        );
        assert_eq!(begun.is_ok(), is_open, "{}", state.word());
    }
}

#[test]
fn the_staff_records_who_takes_part_and_nobody_else() {
    let project = project(ProjectState::Completed);
    let recorded = |role, since| record(as_(&project, role), since, &mut Counter(9), now());
    for role in [InvolvementRole::Follower, InvolvementRole::Supporter] {
        assert_eq!(
            recorded(role, today()),
            Err(InvolvementRefusal::OwnWord),
            "{}",
            role.word()
        );
    }
    let tomorrow = today() + Days::new(1);
    let holder = InvolvementRole::Holder;
    assert_eq!(
        recorded(holder, tomorrow),
        Err(InvolvementRefusal::InTheFuture)
    );
    let held = recorded(holder, today()).unwrap().into_after();
    assert_eq!(held.counted_since(), Some(today()));
    assert!(!held.is_told, "who carries it tells the others");
}

#[test]
fn who_helped_is_counted_still_when_they_end_and_not_when_it_was_a_mistake() {
    let offered = begun(InvolvementRole::Volunteer);
    let since = today() - Days::new(30);
    let accepted = accept(offered.clone(), since, now()).unwrap().unwrap();
    let helps = accepted.into_after();
    assert_eq!(helps.counted_since(), Some(since));
    assert_eq!(accept(helps.clone(), since, now()), Ok(None));
    assert!(accept(helps.clone(), today(), now()).is_err());
    assert!(decline(helps.clone(), now()).is_err());
    let ended = end(helps, now()).unwrap().unwrap().into_after();
    assert_eq!(ended.counted_since(), Some(since));
    assert_eq!(end(ended.clone(), now()), Ok(None));
    let mistake = InvolvementMistake::WrongPerson;
    let withdrawn = withdraw(ended, mistake, now()).unwrap().unwrap();
    let withdrawn = withdrawn.into_after();
    assert_eq!(
        (withdrawn.counted_since(), withdrawn.mistake),
        (None, Some(mistake))
    );
    assert_eq!(withdraw(withdrawn.clone(), mistake, now()), Ok(None));
    assert_eq!(withdrawn.transitions(), []);

    let declined = decline(offered.clone(), now()).unwrap().unwrap();
    assert_eq!(declined.after().transitions(), []);
    assert!(end(declined.into_after(), now()).is_err());
    let taken_back = end(offered, now()).unwrap().unwrap();
    assert_eq!(taken_back.after().counted_since(), None);
    assert!(withdraw(taken_back.into_after(), mistake, now()).is_err());
}

#[test]
fn who_wants_no_mails_supports_still_and_follows_no_more() {
    let silenced = silence(begun(InvolvementRole::Follower), now()).unwrap();
    assert_eq!(silenced.after().state, InvolvementState::Ended);
    let silenced = silence(begun(InvolvementRole::Supporter), now()).unwrap();
    let supports = silenced.into_after();
    assert_eq!(supports.state, InvolvementState::Active);
    assert!(!supports.is_told);
    assert_eq!(silence(supports, now()), None);
    assert_eq!(silence(recorded(InvolvementRole::Holder), now()), None);
}

proptest! {
    /// Whatever is done with one, in whatever order: what can be done is what it says, who is counted has a day,
    /// what is over stays over, and the version counts the changes.
    #[test]
    fn whatever_is_done(steps in prop::collection::vec(0u8..5, 0..12), is_own in any::<bool>()) {
        let mut one = match is_own {
            true => begun(InvolvementRole::Volunteer),
            false => recorded(InvolvementRole::Holder),
        };
        for step in steps {
            let open = one.transitions();
            let before = one.clone();
            let (wanted, done) = match step {
                0 => (Some(InvolvementTransition::Accept), accept(one.clone(), today(), now())),
                1 => (Some(InvolvementTransition::Decline), decline(one.clone(), now())),
                2 => (Some(InvolvementTransition::End), end(one.clone(), now())),
                3 => {
                    let mistake = InvolvementMistake::NeverTookPart;
                    (Some(InvolvementTransition::Withdraw), withdraw(one.clone(), mistake, now()))
                }
                _ => (None, Ok(silence(one.clone(), now()))),
            };
            if let (Some(wanted), true) = (wanted, matches!(done, Ok(Some(_)))) {
                prop_assert!(open.contains(&wanted));
            }
            if let Ok(Some(change)) = done {
                one = change.into_after();
                prop_assert_eq!(one.version, before.version + 1);
                prop_assert!(before.state.is_open() || !one.state.is_open());
            }
            prop_assert_eq!(one.ended_at.is_some(), !one.state.is_open());
            prop_assert_eq!(one.mistake.is_some(), one.state == InvolvementState::Withdrawn);
        }
    }
}
