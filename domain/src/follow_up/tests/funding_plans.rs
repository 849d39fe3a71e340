//! Funding plans: amounts, states and days that agree, and who writes what.

use proptest::prelude::*;

use super::super::funding::{
    Funding, FundingContent, FundingDraft, FundingFact, FundingState, MOST_CENTS, Part, Totals,
};
use super::*;
use crate::kernel::Change;

fn part(sought: i64, granted: Option<i64>, state: FundingState) -> Result<Part, Faults> {
    Part::new(
        sought,
        granted,
        state,
        state.is_decided().then(|| day_of(NOW)),
    )
}

#[test]
fn what_is_granted_agrees_with_the_state() {
    use FundingState::{Granted, PartlyGranted, Planned, Refused, Sought};
    for (state, granted, kept) in [
        (Planned, None, 0),
        (Sought, Some(0), 0),
        (Refused, None, 0),
        (Granted, None, 100),
        (Granted, Some(120), 120),
        (PartlyGranted, Some(1), 1),
        (PartlyGranted, Some(99), 99),
    ] {
        assert_eq!(part(100, granted, state).unwrap().granted_cents(), kept);
    }
    for (state, granted) in [
        (Planned, 1),
        (Sought, 100),
        (Refused, 1),
        (Granted, 99),
        (PartlyGranted, 0),
        (PartlyGranted, 100),
    ] {
        let faults = part(100, Some(granted), state).unwrap_err();
        let expected = [("/granted_cents", &FaultCode::GrantedDiffers)];
        assert_eq!(codes(&faults), expected, "{state:?}");
    }
    let unsaid = part(100, None, PartlyGranted).unwrap_err();
    assert_eq!(codes(&unsaid), [("/granted_cents", &FaultCode::Required)]);
    let nothing = part(0, None, Granted).unwrap_err();
    assert_eq!(
        codes(&nothing),
        [("/granted_cents", &FaultCode::GrantedDiffers)]
    );
}

#[test]
fn a_decision_has_its_day_and_nothing_else_has() {
    let undecided = Part::new(1, None, FundingState::Sought, Some(day_of(NOW)));
    let faults = undecided.unwrap_err();
    assert_eq!(codes(&faults), [("/decided_on", &FaultCode::Undecided)]);
    let dayless = Part::new(1, None, FundingState::Refused, None).unwrap_err();
    assert_eq!(codes(&dayless), [("/decided_on", &FaultCode::Required)]);
}

pub(super) fn noted(
    project: &Project,
    content: FundingContent,
    held: u64,
    by: Side,
    ids: &mut dyn Ids,
) -> Result<Change<Funding, FundingFact>, FollowUpRefusal> {
    let draft = FundingDraft {
        content,
        internal_note: None,
    };
    funding::plan(project, draft, held, by, ids, NOW)
}

pub(super) fn sought() -> FundingContent {
    FundingContent {
        source: Line::parse("Région").unwrap(),
        scheme: None,
        part: part(100, None, FundingState::Sought).unwrap(),
        note: None,
    }
}

#[test]
fn a_holder_plans_before_it_hands_in_and_while_the_project_goes_on() {
    for (state, _) in ProjectState::WORDS {
        use ProjectState::{Abandoned, Completed, Declined, Submitted};
        let is_closed = matches!(state, Submitted | Declined | Completed | Abandoned);
        let refused = Err(FollowUpRefusal::Project(*state));
        let expected = if is_closed { refused } else { Ok(()) };
        let project = project(*state);
        let ids = &mut Counter(9);
        let made = noted(&project, sought(), 0, Side::Holder, ids).map(drop);
        assert_eq!(made, expected);
        // Of a line that stood before, the same is true; the PETR keeps the plan to the end.
        let line = |by| {
            noted(&project, sought(), 0, Side::Petr, &mut Counter(9)).map(|made| Funding {
                by,
                ..made.into_after()
            })
        };
        let own = line(Side::Holder).unwrap();
        let less = FundingContent {
            note: Some(says("Relancée.")),
            ..sought()
        };
        let edited = funding::edit(&project, own.clone(), less.clone(), None, Side::Holder, NOW);
        assert_eq!(edited.map(drop), expected);
        let removed = funding::delete(&project, own.clone(), Side::Holder, NOW);
        assert_eq!(removed.map(drop), expected);
        let edited = funding::edit(&project, own.clone(), less, None, Side::Petr, NOW);
        assert_eq!(edited.unwrap().unwrap().into_after().by, Side::Petr);
        assert!(funding::delete(&project, own, Side::Petr, NOW).is_ok());
    }
}

#[test]
fn what_the_petr_says_of_the_money_a_holder_does_not_change() {
    let project = project(ProjectState::InProgress);
    let ids = &mut Counter(9);
    let own = noted(&project, sought(), 0, Side::Holder, ids)
        .unwrap()
        .into_after();
    let refused = FundingContent {
        part: part(100, None, FundingState::Refused).unwrap(),
        ..sought()
    };
    let decided = funding::edit(&project, own.clone(), refused, None, Side::Petr, NOW);
    let decided = decided.unwrap().unwrap().into_after();
    let granted = FundingContent {
        part: part(100, None, FundingState::Granted).unwrap(),
        ..sought()
    };
    let turned = funding::edit(&project, decided.clone(), granted, None, Side::Holder, NOW);
    assert_eq!(turned.map(drop), Err(FollowUpRefusal::PetrWroteIt));
    let removed = funding::delete(&project, decided, Side::Holder, NOW);
    assert_eq!(removed.map(drop), Err(FollowUpRefusal::PetrWroteIt));
    // A note for itself leaves the line whose it is.
    let note = Some(Some(says("Voir la Région.")));
    let annotated = funding::edit(&project, own, sought(), note, Side::Petr, NOW);
    assert_eq!(annotated.unwrap().unwrap().into_after().by, Side::Holder);
}

#[test]
fn a_line_that_is_answered_says_so() {
    let project = project(ProjectState::Draft);
    let line = |state| FundingContent {
        source: Line::parse("Région").unwrap(),
        scheme: None,
        part: part(
            100,
            (state == FundingState::PartlyGranted).then_some(50),
            state,
        )
        .unwrap(),
        note: None,
    };
    let ids = &mut Counter(9);
    let planned = noted(&project, line(FundingState::Planned), 0, Side::Holder, ids).unwrap();
    assert_eq!(planned.facts(), [FundingFact::Planned]);
    let mut funding = planned.into_after();
    for (state, fact) in [
        (FundingState::Sought, FundingFact::Sought),
        (FundingState::PartlyGranted, FundingFact::Granted),
        (FundingState::Refused, FundingFact::Refused),
    ] {
        let edited = funding::edit(&project, funding, line(state), None, Side::Holder, NOW)
            .unwrap()
            .unwrap();
        assert_eq!(edited.facts(), [FundingFact::Edited, fact]);
        funding = edited.into_after();
        let same = funding::edit(
            &project,
            funding.clone(),
            line(state),
            None,
            Side::Holder,
            NOW,
        );
        assert_eq!(same, Ok(None));
    }
}

proptest! {
    #[test]
    fn amounts_state_and_day_agree_or_are_refused(
        sought in -1..=MOST_CENTS + 1,
        granted in prop::option::of(-1..=MOST_CENTS + 1),
        state in prop::sample::select(FundingState::WORDS.iter().map(|(state, _)| *state).collect::<Vec<_>>()),
        is_dated: bool,
    ) {
        let day = is_dated.then(|| day_of(NOW));
        if let Ok(part) = Part::new(sought, granted, state, day) {
            let (sought, granted) = (part.sought_cents(), part.granted_cents());
            prop_assert!([sought, granted].iter().all(|cents| (0..=MOST_CENTS).contains(cents)));
            prop_assert_eq!(part.decided_on().is_some(), state.is_decided());
            match state {
                FundingState::Granted => prop_assert!(granted >= sought && granted > 0),
                FundingState::PartlyGranted => prop_assert!(0 < granted && granted < sought),
                _ => prop_assert_eq!(granted, 0),
            }
        }
    }

    #[test]
    fn the_totals_hold_what_the_lines_do(lines in prop::collection::vec((1..1_000_000_i64, 0..5_usize), 0..20), budget in 0..10_000_000_i64) {
        let parts: Vec<Part> = lines.iter().filter_map(|(sought, state)| {
            let state = FundingState::WORDS[*state].0;
            let granted = (state == FundingState::PartlyGranted).then_some(sought / 2);
            part(*sought, granted, state).ok()
        }).collect();
        let totals = Totals::of(parts.iter().copied());
        let sought: i64 = parts.iter().map(|part| part.sought_cents()).sum();
        let open: i64 = parts.iter().filter(|part| !part.state().is_decided()).map(|part| part.sought_cents()).sum();
        prop_assert_eq!(totals.sought_cents, sought);
        prop_assert_eq!(totals.granted_cents + totals.refused_cents + open, sought);
        prop_assert_eq!(totals.to_find_cents(budget), (budget - totals.granted_cents).max(0));
    }
}
