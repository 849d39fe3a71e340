//! What is done to one date of an event by name, from every state.

use EventState::{Postponed, Published};

use super::*;

#[test]
fn every_transition_of_an_occurrence_from_every_state() {
    use OccurrenceTransition::{Cancel, Move, Postpone};
    for state in words::<EventState>() {
        for of_date in words::<OccurrenceState>() {
            let mut event = an_event().on("2026-05-14").in_state(state);
            event.occurrences[0].state = of_date;
            let id = event.occurrences[0].id;
            let by_date = match of_date {
                OccurrenceState::Scheduled => vec![Cancel, Postpone, Move],
                OccurrenceState::Postponed => vec![Cancel, Move],
                OccurrenceState::Cancelled => vec![],
            };
            let living = matches!(state, Published | Postponed);
            let open = if living { by_date.clone() } else { vec![] };
            assert_eq!(allowed_occurrence_transitions(state, of_date), open);
            for transition in words::<OccurrenceTransition>() {
                let reason = because("Parce que.");
                let decided = transit_occurrence(event.clone(), id, transition, reason, today());
                let case = format!("{state:?} {of_date:?} {transition:?}");
                if open.contains(&transition) {
                    let change = decided.unwrap();
                    assert_eq!(
                        change.after().occurrences[0].sequence,
                        event.occurrences[0].sequence + 1
                    );
                    assert_eq!(change.facts()[0].occurrence(), Some(id), "{case}");
                } else if by_date.contains(&transition) {
                    let open = allowed_transitions(state);
                    assert_eq!(
                        decided,
                        Err(EventRefusal::WrongState { state, open }),
                        "{case}"
                    );
                } else {
                    let wrong = EventRefusal::WrongOccurrenceState {
                        state: of_date,
                        open: open.clone(),
                    };
                    assert_eq!(decided, Err(wrong), "{case}");
                }
            }
        }
    }
}

#[test]
fn a_date_is_cancelled_even_late_but_not_postponed() {
    let event = an_event().on("2026-04-02").published();
    let id = event.occurrences[0].id;
    let refused = postpone_occurrence(event.clone(), id, because("Neige."), today());
    assert_eq!(refused, Err(EventRefusal::HasEnded));
    let event = after(cancel_occurrence(
        event,
        id,
        because("Personne n'est venu."),
        today(),
    ));
    assert_eq!(states(&event), [OccurrenceState::Cancelled]);
    assert_eq!(event.occurrences[0].reason, because("Personne n'est venu."));
    assert_eq!(event.state, Published);
}

#[test]
fn an_unknown_date_is_said_to_be_so() {
    let event = an_event().on("2026-05-14").published();
    let id = Id::new(&mut fresh_ids());
    for transition in words::<OccurrenceTransition>() {
        let refused = transit_occurrence(event.clone(), id, transition, because("?"), today());
        assert_eq!(faults(refused), fault("", FaultCode::UnknownOccurrence));
    }
}

#[test]
fn moving_a_date_keeps_the_old_one_and_the_order() {
    let event = an_event().on("2026-05-14").on("2026-05-21").published();
    let (id, uid) = (event.occurrences[0].id, event.occurrences[0].uid.clone());
    let change = move_occurrence(
        event,
        id,
        evening_of("2026-06-04"),
        because("Pont."),
        today(),
    )
    .unwrap();
    assert_eq!(change.facts(), [EventFact::OccurrenceMoved(id)]);
    let moved = &change.after().occurrences[1];
    assert_eq!((moved.id, &moved.uid), (id, &uid));
    assert_eq!(moved.timing, evening_of("2026-06-04"));
    assert_eq!(moved.previous, Some(evening_of("2026-05-14")));
    assert_eq!(
        (moved.sequence, moved.version, moved.updated_at),
        (1, 2, today())
    );
    assert_eq!(moved.reason, because("Pont."));
}

#[test]
fn moving_a_date_publishes_a_postponed_event_again() {
    let event = an_event().on("2026-05-14").on("2026-05-21").postponed();
    let id = event.occurrences[0].id;
    let event = after(move_occurrence(
        event,
        id,
        evening_of("2026-06-04"),
        no_reason(),
        today(),
    ));
    assert_eq!((event.state, &event.reason), (Published, &no_reason()));
    assert_eq!(
        states(&event),
        [OccurrenceState::Postponed, OccurrenceState::Scheduled]
    );
    let moved = &event.occurrences[1];
    assert_eq!(
        (moved.sequence, moved.previous),
        (2, Some(evening_of("2026-05-14")))
    );
    // The other one takes place as it was first said.
    let other = event.occurrences[0].id;
    let event = after(move_occurrence(
        event,
        other,
        evening_of("2026-05-21"),
        no_reason(),
        today(),
    ));
    assert_eq!(states(&event), [OccurrenceState::Scheduled; 2]);
    assert_eq!(
        (event.occurrences[0].previous, event.occurrences[0].sequence),
        (None, 2)
    );
}
