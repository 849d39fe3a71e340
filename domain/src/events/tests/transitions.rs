//! Every transition of an event, from every state.

use crate::kernel::{Faults, Reason};
use EventState::{Archived, Cancelled, Declined, Draft, Postponed, Proposed, Published};

use super::*;
use crate::kernel::Fact;

/// A state's event with a date ahead; the postponed one has a new date too.
fn ready(state: EventState) -> Event {
    let event = an_event().on("2026-05-14").in_state(state);
    if state != Postponed {
        return event;
    }
    let slots = as_they_are(&event)
        .into_iter()
        .chain([on("2026-06-11")])
        .collect();
    edited(with_dates(event, slots))
}

#[test]
fn every_transition_from_every_state() {
    let target = |from, transition| match transition {
        EventTransition::Publish => Published,
        EventTransition::Cancel => Cancelled,
        EventTransition::Postpone => Postponed,
        EventTransition::Archive => Archived,
        EventTransition::Decline => Declined,
        EventTransition::Delete => from,
    };
    let table = [
        (
            Draft,
            vec![EventTransition::Publish, EventTransition::Delete],
        ),
        (
            Proposed,
            vec![
                EventTransition::Publish,
                EventTransition::Decline,
                EventTransition::Delete,
            ],
        ),
        (
            Declined,
            vec![EventTransition::Publish, EventTransition::Delete],
        ),
        (
            Published,
            vec![
                EventTransition::Cancel,
                EventTransition::Postpone,
                EventTransition::Archive,
            ],
        ),
        (
            Postponed,
            vec![
                EventTransition::Publish,
                EventTransition::Cancel,
                EventTransition::Archive,
            ],
        ),
        (Cancelled, vec![EventTransition::Archive]),
        (Archived, vec![]),
    ];
    assert_eq!(table.len(), EventState::WORDS.len());
    for (state, open) in table {
        assert_eq!(allowed_transitions(state), open);
        for transition in words::<EventTransition>() {
            let event = ready(state);
            let decided = transit(event.clone(), transition, because("Parce que."), today());
            if open.contains(&transition) {
                let change = decided.unwrap();
                assert_eq!(change.before(), Some(&event));
                assert_eq!(
                    change.after().state,
                    target(state, transition),
                    "{state:?} {transition:?}"
                );
                assert_eq!(change.after().version, event.version + 1);
                assert_eq!(change.after().updated_at, today());
                assert_eq!(change.facts().len(), 1);
            } else {
                let wrong = EventRefusal::WrongState {
                    state,
                    open: open.clone(),
                };
                assert_eq!(decided, Err(wrong), "{transition:?}");
            }
        }
    }
}

#[test]
fn the_facts_have_their_names_and_drafts_are_nobodys_business() {
    let id = an_event().on("2026-05-14").draft().occurrences[0].id;
    let told = [
        (EventFact::Edited { published: true }, "event.updated"),
        (EventFact::Proposed, "event.proposed"),
        (EventFact::Declined, "event.declined"),
        (EventFact::Published, "event.published"),
        (EventFact::Cancelled, "event.cancelled"),
        (EventFact::Postponed, "event.postponed"),
        (EventFact::Archived, "event.archived"),
        (EventFact::OccurrenceCancelled(id), "occurrence.cancelled"),
        (EventFact::OccurrencePostponed(id), "occurrence.postponed"),
        (EventFact::OccurrenceMoved(id), "occurrence.moved"),
    ];
    let untold = [
        (EventFact::Created, "event.created"),
        (EventFact::Edited { published: false }, "event.updated"),
        (EventFact::Deleted, "event.deleted"),
    ];
    for (fact, name) in told {
        assert_eq!((fact.name(), fact.is_told()), (name, true));
    }
    for (fact, name) in untold {
        assert_eq!((fact.name(), fact.is_told()), (name, false));
    }
}

#[test]
fn a_new_event_is_a_draft_whose_dates_are_in_order() {
    let change = create(
        titled("Visite"),
        slug("visite"),
        vec![on("2026-06-02"), on("2026-05-14")],
        None,
        &mut fresh_ids(),
        today(),
    );
    assert_eq!(
        (change.before(), change.facts()),
        (None, &[EventFact::Created][..])
    );
    let event = change.into_after();
    assert_eq!((event.state, event.version, event.sequence), (Draft, 1, 0));
    assert_eq!(event.occurrences[0].timing, evening_of("2026-05-14"));
    assert_eq!(
        event.occurrences[0].uid,
        event.occurrences[0].id.to_string()
    );
    assert!(!event.is_public() && !event.was_public);
}

#[test]
fn publishing_keeps_the_first_day_of_it() {
    let event = after(publish(
        an_event().on("2026-05-14").draft(),
        no_reason(),
        today(),
    ));
    assert_eq!(event.published_at, Some(today()));
    assert!(event.is_public() && event.was_public);
    let postponed = ready(Postponed);
    let first = postponed.published_at;
    let again = after(publish(postponed, no_reason(), today()));
    assert!(first.is_some_and(|first| first < today()));
    assert_eq!((again.published_at, again.reason), (first, no_reason()));
}

#[test]
fn nothing_is_published_without_a_date() {
    let refused = publish(an_event().draft(), no_reason(), today());
    assert_eq!(
        faults(refused),
        fault("/occurrences", FaultCode::NoOccurrence)
    );
    let refused = publish(
        an_event().on("2026-05-14").postponed(),
        no_reason(),
        today(),
    );
    assert_eq!(
        faults(refused),
        fault("/occurrences", FaultCode::NoOccurrence)
    );
}

#[test]
fn what_lies_behind_can_be_published_late() {
    let event = an_event().on("2019-05-14").draft();
    assert_eq!(after(publish(event, no_reason(), today())).state, Published);
}

#[test]
fn a_past_date_is_none_to_an_event_that_waits_for_its_next() {
    let event = an_event().on("2026-01-06").on("2026-05-14").postponed();
    assert_eq!(
        states(&event),
        [OccurrenceState::Scheduled, OccurrenceState::Postponed]
    );
    let refused = publish(event.clone(), no_reason(), today());
    assert_eq!(
        faults(refused),
        fault("/occurrences", FaultCode::NoOccurrence)
    );
    let (past, waiting) = (event.occurrences[0].id, event.occurrences[1].id);
    let corrected = after(move_occurrence(
        event,
        past,
        evening_of("2026-01-05"),
        no_reason(),
        today(),
    ));
    assert_eq!(corrected.state, Postponed);
    // What took place on its new date is written down late: nothing waits any more.
    let held = after(move_occurrence(
        corrected,
        waiting,
        evening_of("2026-04-20"),
        no_reason(),
        today(),
    ));
    assert_eq!(held.state, Published);
}

#[test]
fn cancelling_and_postponing_need_a_reason() {
    let event = an_event().on("2026-05-14").published();
    let id = event.occurrences[0].id;
    let noted = Reason {
        note: Some(Prose::parse("Vu avec le maire.").unwrap()),
        ..no_reason()
    };
    for reason in [no_reason(), noted] {
        for refused in [
            cancel(event.clone(), reason.clone(), today()),
            postpone(event.clone(), reason.clone(), today()),
            cancel_occurrence(event.clone(), id, reason.clone(), today()),
            postpone_occurrence(event.clone(), id, reason.clone(), today()),
        ] {
            assert_eq!(faults(refused), fault("/reason", FaultCode::ReasonRequired));
        }
        assert!(archive(event.clone(), reason.clone(), today()).is_ok());
        assert!(
            move_occurrence(event.clone(), id, evening_of("2026-06-11"), reason, today()).is_ok()
        );
    }
}

#[test]
fn ending_an_event_touches_only_what_has_not_ended() {
    use OccurrenceState as Date;
    let event = an_event()
        .on("2026-04-02")
        .on("2026-05-01")
        .on("2026-05-14")
        .on("2026-06-11");
    let event = event.published();
    let third = event.occurrences[2].id;
    let event = after(cancel_occurrence(event, third, because("Pont."), today()));
    // Half past seven in the evening: the session of this day is under way.
    let now = instant("2026-05-01T17:30");
    let why = Reason {
        internal_note: Some(Prose::parse("Budget.").unwrap()),
        ..because("Grippe.")
    };
    let kept = [&event.occurrences[0], &event.occurrences[2]].map(Clone::clone);
    for (end, to) in [
        (
            cancel as fn(Event, Reason, DateTime<Utc>) -> Decided,
            Date::Cancelled,
        ),
        (postpone, Date::Postponed),
    ] {
        let ended = after(end(event.clone(), why.clone(), now));
        assert_eq!(states(&ended), [Date::Scheduled, to, Date::Cancelled, to]);
        assert_eq!(
            [&ended.occurrences[0], &ended.occurrences[2]],
            [&kept[0], &kept[1]]
        );
        assert_eq!(ended.reason, why);
        let date = &ended.occurrences[3];
        assert_eq!(
            date.reason,
            because("Grippe."),
            "what the staff reads stands on the event"
        );
        assert_eq!((date.sequence, date.version, date.updated_at), (1, 2, now));
    }
}

#[test]
fn an_event_whose_dates_lie_behind_is_neither_cancelled_nor_postponed() {
    let event = an_event().on("2026-04-02").on("2026-04-09").published();
    for end in [cancel, postpone] {
        assert_eq!(
            end(event.clone(), because("Trop tard."), today()),
            Err(EventRefusal::NothingAhead)
        );
    }
    let at_the_end = event.occurrences[1].timing.ends_at();
    let just_before = at_the_end - Duration::microseconds(1);
    assert!(cancel(event.clone(), because("Panne."), at_the_end).is_err());
    assert!(cancel(event, because("Panne."), just_before).is_ok());
}

#[test]
fn a_postponed_event_is_cancelled_even_after_its_old_date() {
    let event = an_event().on("2026-03-12").postponed();
    let event = after(cancel(event, because("Aucune salle."), today()));
    assert_eq!(
        (event.state, states(&event)),
        (Cancelled, vec![OccurrenceState::Cancelled])
    );
}

#[test]
fn an_event_whose_dates_were_ended_one_by_one_is_ended_as_a_whole() {
    let event = an_event().on("2026-05-14").published();
    let id = event.occurrences[0].id;
    let waiting = after(postpone_occurrence(
        event.clone(),
        id,
        because("Grève."),
        today(),
    ));
    assert_eq!(waiting.state, Published);
    assert_eq!(
        after(postpone(waiting, because("Grève."), today())).state,
        Postponed
    );
    let off = after(cancel_occurrence(event, id, because("Grève."), today()));
    assert_eq!(off.state, Published);
    let refused = postpone(off.clone(), because("Grève."), today());
    assert_eq!(refused, Err(EventRefusal::NothingAhead));
    let cancelled = after(cancel(off.clone(), because("Grève."), today()));
    assert_eq!(cancelled.state, Cancelled);
    assert_eq!(cancelled.occurrences, off.occurrences);
}

#[test]
fn archiving_keeps_the_reason_of_a_cancellation() {
    let event = an_event().on("2026-05-14").cancelled();
    let archived = after(archive(event.clone(), no_reason(), today()));
    assert_eq!(archived.reason, because("La salle a brûlé."));
    assert_eq!(archived.occurrences, event.occurrences);
    let note = Some(Prose::parse("Rangé.").unwrap());
    let noted = Reason {
        internal_note: note.clone(),
        ..no_reason()
    };
    let archived = after(archive(event.clone(), noted, today()));
    assert_eq!(
        archived.reason,
        Reason {
            internal_note: note,
            ..because("La salle a brûlé.")
        }
    );
    let newer = after(archive(event, because("La mission s'achève."), today()));
    assert_eq!(newer.reason, because("La mission s'achève."));
}

#[test]
fn what_is_archived_or_cancelled_stays_in_sight() {
    for state in [Cancelled, Postponed, Archived] {
        let event = an_event().on("2026-05-14").in_state(state);
        assert!(event.is_public() && event.was_public, "{state:?}");
    }
    let event = an_event().on("2026-05-14").for_staff().archived();
    assert!(!event.is_public() && !event.was_public);
}

#[test]
fn a_removed_draft_says_nothing_any_more() {
    let draft = an_event().on("2026-05-14").draft();
    let gone = after(delete(draft.clone(), today()));
    assert_eq!((gone.id, gone.deleted_at), (draft.id, Some(today())));
    assert!(!gone.is_public() && gone.occurrences.is_empty() && gone.origin.is_none());
    let said = serde_json::to_string(&gone).unwrap();
    for word in ["limat", "soirée", "Ordre", "Salle", "accueil@"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
    assert!(
        Slug::parse(gone.slug.as_str()).is_ok(),
        "its old slug is free again"
    );
    for transition in words::<EventTransition>() {
        let again = transit(gone.clone(), transition, because("Encore."), today());
        assert!(
            matches!(again, Err(EventRefusal::WrongState { .. })),
            "{transition:?}"
        );
    }
    let refused = with_content(gone, titled("Revenant"));
    assert!(matches!(refused, Err(EventRefusal::WrongState { .. })));
}

#[test]
fn a_proposal_is_its_partners_until_the_staff_has_answered() {
    let draft = an_event().on("2026-05-14").draft();
    let by = Id::from_uuid(uuid::Uuid::max());
    let slots = as_they_are(&draft)
        .into_iter()
        .map(|slot| Slot { id: None, ..slot });
    let (content, slug) = (draft.content.clone(), draft.slug.clone());
    let made = propose(
        content,
        slug,
        slots.collect(),
        by,
        &mut fresh_ids(),
        today(),
    );
    assert_eq!(made.facts(), [EventFact::Proposed]);
    let proposal = made.into_after();
    assert_eq!((proposal.state, proposal.proposed_by), (Proposed, Some(by)));
    assert!(!proposal.is_public() && !proposal.was_public);
    assert_eq!(still_proposed(&proposal), Ok(()));
    let silent = decline(proposal.clone(), no_reason(), today());
    let needed = Faults::one("/reason", FaultCode::ReasonRequired);
    assert_eq!(silent, Err(EventRefusal::Broken(needed)));
    let answered = [
        decline(proposal.clone(), because("Complet."), today()),
        publish(proposal, no_reason(), today()),
    ];
    for event in answered.map(after) {
        let refused = EventRefusal::WrongState {
            state: event.state,
            open: vec![],
        };
        assert_eq!(still_proposed(&event), Err(refused));
        assert_eq!(event.proposed_by, Some(by));
    }
}
