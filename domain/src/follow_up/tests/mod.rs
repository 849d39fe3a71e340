//! The rules of the follow-up, tried.

mod funding_plans;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::blockers::{
    self, Blocker, BlockerContent, BlockerFact, BlockerState, InterlocutorKind, Owner,
};
use super::funding::{self, FundingState};
use super::questions::{self, QuestionContent, QuestionVisibility};
use super::updates::{self, Progress, UpdateContent};
use super::*;
use crate::kernel::testing::Counter;
use crate::kernel::{FaultCode, Faults, Id, Ids, Line, Prose, Reason, Slug, Vocabulary, day_of};
use crate::organisations::View;
use crate::projects::{
    PlanDraft, Project, ProjectContent, ProjectDraft, ProjectState, Side, TimelineKind,
};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn project(state: ProjectState) -> Project {
    let content = ProjectContent::titled(Line::parse("Atelier vélo").unwrap());
    let draft = ProjectDraft {
        reference: None,
        content,
        steps: vec![],
        plan: PlanDraft::default(),
        petr: None,
    };
    let (holder, slug) = (Id::from_uuid(uuid::Uuid::from_u128(1_000)), Slug::of("a"));
    let ids = &mut Counter(0);
    let made = crate::projects::create(draft, holder, slug, Side::Holder, ids, NOW);
    Project {
        state,
        ..made.unwrap().into_after()
    }
}

fn says<const MAX: usize>(text: &str) -> Prose<MAX> {
    Prose::parse(text).unwrap()
}

fn told(text: &str) -> UpdateContent {
    UpdateContent {
        title: None,
        text: says(text),
        progress: None,
    }
}

fn asked(visibility: QuestionVisibility) -> QuestionContent {
    QuestionContent {
        text: says("Où en êtes-vous ?"),
        visibility,
    }
}

fn in_the_way(opened_on: NaiveDate) -> BlockerContent {
    BlockerContent {
        title: Line::parse("Permis").unwrap(),
        description: None,
        owner: Owner {
            side: Side::Petr,
            role: None,
        },
        interlocutor: None,
        opened_on,
    }
}

fn opened() -> Blocker {
    let project = project(ProjectState::InProgress);
    let day = day_of(NOW - Duration::days(10));
    blockers::open(
        &project,
        in_the_way(day),
        None,
        0,
        Side::Holder,
        &mut Counter(50),
        NOW,
    )
    .unwrap()
    .into_after()
}

fn codes(faults: &Faults) -> Vec<(&str, &FaultCode)> {
    let all = faults.all().iter();
    all.map(|fault| (fault.pointer.as_str(), &fault.code))
        .collect()
}

#[test]
fn how_a_project_goes_is_told_from_its_acceptance_to_its_end() {
    use ProjectState::{Accepted, InProgress, OnHold};
    for (state, _) in ProjectState::WORDS {
        let project = project(*state);
        let posted = updates::post(
            &project,
            told("Bien."),
            0,
            Side::Holder,
            &mut Counter(9),
            NOW,
        );
        match state {
            Accepted | InProgress | OnHold => {
                let posted = posted.unwrap();
                let entry = updates::entry_of(&posted, &mut Counter(90)).unwrap();
                assert_eq!(entry.kind, TimelineKind::UpdatePosted);
                assert_eq!(entry.subject, Some(posted.after().id.uuid()));
                assert!(entry.is_public);
            }
            _ => assert_eq!(posted, Err(FollowUpRefusal::Project(*state))),
        }
    }
}

#[test]
fn a_holder_changes_what_it_told_itself_and_the_petr_whatever_was_told() {
    let going = project(ProjectState::InProgress);
    let over = project(ProjectState::Completed);
    let ids = &mut Counter(9);
    let by_petr = updates::post(&going, told("A."), 0, Side::Petr, ids, NOW);
    let by_petr = by_petr.unwrap().into_after();
    let by_holder = updates::post(&going, told("A."), 0, Side::Holder, ids, NOW);
    let by_holder = by_holder.unwrap().into_after();
    let edit = |project, update: &updates::Update, side| {
        updates::edit(project, update.clone(), told("B."), side, NOW)
    };
    let refused = edit(&going, &by_petr, Side::Holder);
    assert_eq!(refused, Err(FollowUpRefusal::PetrWroteIt));
    assert!(edit(&going, &by_holder, Side::Holder).unwrap().is_some());
    let refused = edit(&over, &by_holder, Side::Holder);
    assert_eq!(refused, Err(FollowUpRefusal::Project(over.state)));
    assert!(edit(&over, &by_holder, Side::Petr).unwrap().is_some());
    let same = updates::edit(&going, by_holder.clone(), told("A."), Side::Holder, NOW);
    assert_eq!(same, Ok(None));
    let gone = updates::delete(&going, by_holder, Side::Petr, NOW).unwrap();
    assert_eq!(gone.after().deleted_at, Some(NOW));
    assert_eq!(gone.after().content.text.as_str(), "-");
}

#[test]
fn progress_is_a_percentage() {
    assert_eq!(Progress::new(0).unwrap().percent(), 0);
    assert_eq!(Progress::new(100).unwrap().percent(), 100);
    for wrong in [-1, 101, 300, i64::MAX] {
        assert!(Progress::new(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_question_waits_until_the_other_side_answers() {
    let project = project(ProjectState::Submitted);
    let content = asked(QuestionVisibility::Public);
    let ids = &mut Counter(9);
    let question = questions::ask(&project, content, 0, Side::Holder, ids, NOW);
    let question = question.unwrap().into_after();
    assert_eq!(question.waiting_since(), Some(NOW));
    let later = NOW + Duration::hours(1);
    let more = questions::answer(question, says("Précision."), Side::Holder, ids, later).unwrap();
    let question = more.into_after();
    assert_eq!(question.waiting_since(), Some(NOW));
    assert!(!question.answers[0].is_official());
    let latest = NOW + Duration::hours(2);
    let answered = questions::answer(question, says("Voici."), Side::Petr, ids, latest).unwrap();
    let entry = questions::entry_of(&answered, &mut Counter(90)).unwrap();
    assert_eq!(
        (entry.kind, entry.by),
        (TimelineKind::QuestionAnswered, Side::Petr)
    );
    let question = answered.into_after();
    assert_eq!(question.answered_at(), Some(latest));
    assert_eq!(question.waiting_since(), None);
    assert!(question.answers[1].is_official());
}

#[test]
fn a_question_is_changed_and_withdrawn_until_anybody_answers() {
    let project = project(ProjectState::Accepted);
    let ids = &mut Counter(9);
    let question = questions::ask(
        &project,
        asked(QuestionVisibility::Internal),
        0,
        Side::Petr,
        ids,
        NOW,
    );
    let question = question.unwrap().into_after();
    assert!(!question.was_public);
    let public = asked(QuestionVisibility::Public);
    let refused = questions::edit(question.clone(), public.clone(), Side::Holder, NOW);
    assert_eq!(refused, Err(FollowUpRefusal::PetrWroteIt));
    let edited = questions::edit(question, public.clone(), Side::Petr, NOW);
    let question = edited.unwrap().unwrap().into_after();
    assert!(question.was_public);
    let gone = questions::withdraw(question.clone(), Side::Petr, NOW).unwrap();
    assert!(!gone.after().is_public() && gone.after().was_public);
    let answered = questions::answer(question, says("Oui."), Side::Holder, ids, NOW).unwrap();
    let question = answered.into_after();
    let refused = questions::withdraw(question.clone(), Side::Petr, NOW);
    assert_eq!(refused, Err(FollowUpRefusal::Answered));
    let refused = questions::edit(question, public, Side::Petr, NOW);
    assert_eq!(refused, Err(FollowUpRefusal::Answered));
}

#[test]
fn what_is_internal_is_seen_by_the_staff_and_the_holder() {
    let project = project(ProjectState::Accepted);
    let own = View::Own(project.organisation);
    let other = View::Own(Id::from_uuid(uuid::Uuid::from_u128(2_000)));
    for (visibility, everybody) in [
        (QuestionVisibility::Internal, false),
        (QuestionVisibility::Public, true),
    ] {
        let ids = &mut Counter(9);
        let question = questions::ask(&project, asked(visibility), 0, Side::Petr, ids, NOW);
        let question = question.unwrap().into_after();
        assert!(question.is_seen_by(View::Staff) && question.is_seen_by(own));
        assert_eq!(question.is_seen_by(View::Public), everybody);
        assert_eq!(question.is_seen_by(other), everybody);
    }
}

#[test]
fn nothing_is_asked_of_a_draft_and_nothing_stands_in_its_way() {
    let draft = project(ProjectState::Draft);
    let refused = FollowUpRefusal::Project(ProjectState::Draft);
    let content = asked(QuestionVisibility::Internal);
    let question = questions::ask(&draft, content, 0, Side::Petr, &mut Counter(9), NOW);
    assert_eq!(question, Err(refused.clone()));
    let content = in_the_way(day_of(NOW));
    let blocker = blockers::open(&draft, content, None, 0, Side::Petr, &mut Counter(9), NOW);
    assert_eq!(blocker, Err(refused));
}

#[test]
fn a_blocker_is_resolved_once_and_opened_again() {
    let project = project(ProjectState::InProgress);
    let blocker = opened();
    assert_eq!(blocker.age_days(NOW), 10);
    let five_days_ago = day_of(NOW - Duration::days(5));
    let resolved = blockers::resolve(
        blocker,
        says("Permis reçu."),
        Some(five_days_ago),
        Side::Petr,
        NOW,
    );
    let resolved = resolved.unwrap().into_after();
    assert_eq!(resolved.age_days(NOW + Duration::days(90)), 5);
    let again = blockers::resolve(resolved.clone(), says("x"), None, Side::Petr, NOW);
    assert_eq!(again, Err(FollowUpRefusal::Blocker(BlockerState::Resolved)));
    let reopened = blockers::reopen(&project, resolved, says("Recours."), Side::Holder, NOW);
    let reopened = reopened.unwrap();
    assert_eq!(reopened.facts(), [BlockerFact::Reopened(Side::Holder)]);
    let entry = blockers::entry_of(&reopened, &mut Counter(90)).unwrap();
    assert_eq!(entry.reason, Reason::from(says("Recours.")));
    assert!(!entry.is_public);
    let blocker = reopened.into_after();
    assert_eq!(
        (blocker.state, blocker.resolution.clone()),
        (BlockerState::Open, None)
    );
    assert_eq!(blocker.age_days(NOW + Duration::days(90)), 100);
    let again = blockers::reopen(&project, blocker, says("x"), Side::Holder, NOW);
    assert_eq!(again, Err(FollowUpRefusal::Blocker(BlockerState::Open)));
}

#[test]
fn the_days_of_a_blocker_come_in_their_order_and_none_is_to_come() {
    let tomorrow = day_of(NOW + Duration::days(1));
    let before = day_of(NOW - Duration::days(11));
    let resolve = |day| match blockers::resolve(opened(), says("x"), Some(day), Side::Petr, NOW) {
        Err(FollowUpRefusal::Broken(faults)) => faults,
        other => panic!("{other:?}"),
    };
    let pointer = "/resolved_on";
    assert_eq!(
        codes(&resolve(tomorrow)),
        [(pointer, &FaultCode::InTheFuture)]
    );
    assert_eq!(
        codes(&resolve(before)),
        [(pointer, &FaultCode::EndsBeforeStart)]
    );
    let edited = blockers::edit(opened(), in_the_way(tomorrow), None, NOW);
    let faults = Faults::one("/opened_on", FaultCode::InTheFuture);
    assert_eq!(edited, Err(FollowUpRefusal::Broken(faults)));
}

#[test]
fn there_are_so_many_of_each_and_no_more() {
    let project = project(ProjectState::InProgress);
    let ids = &mut Counter(9);
    let full = funding_plans::noted(
        &project,
        funding_plans::sought(),
        funding::MOST_LINES,
        Side::Petr,
        ids,
    )
    .map(drop);
    assert_eq!(full, Err(FollowUpRefusal::TooMany(funding::MOST_LINES)));
    let most = updates::MOST_UPDATES;
    let full = updates::post(&project, told("A."), most, Side::Petr, ids, NOW).map(drop);
    assert_eq!(full, Err(FollowUpRefusal::TooMany(most)));
    let (most, content) = (questions::MOST_QUESTIONS, asked(QuestionVisibility::Public));
    let full = questions::ask(&project, content, most, Side::Petr, ids, NOW).map(drop);
    assert_eq!(full, Err(FollowUpRefusal::TooMany(most)));
    let (most, content) = (blockers::MOST_BLOCKERS, in_the_way(day_of(NOW)));
    let full = blockers::open(&project, content, None, most, Side::Petr, ids, NOW).map(drop);
    assert_eq!(full, Err(FollowUpRefusal::TooMany(most)));
    let content = asked(QuestionVisibility::Public);
    let asked = questions::ask(&project, content, 0, Side::Petr, ids, NOW).unwrap();
    let mut question = asked.into_after();
    for _ in 0..questions::MOST_ANSWERS {
        let answered = questions::answer(question, says("Oui."), Side::Holder, ids, NOW);
        question = answered.unwrap().into_after();
    }
    let full = questions::answer(question, says("Non."), Side::Petr, ids, NOW).map(drop);
    assert_eq!(
        full,
        Err(FollowUpRefusal::TooMany(questions::MOST_ANSWERS as u64))
    );
}

#[test]
fn one_word_for_one_thing() {
    fn speaks_as_serde<V: Vocabulary + serde::Serialize + std::fmt::Debug>() {
        for (value, word) in V::WORDS {
            assert_eq!(serde_json::to_value(value).unwrap(), *word);
            assert_eq!(V::parse(word), Ok(*value));
        }
    }
    speaks_as_serde::<QuestionVisibility>();
    speaks_as_serde::<BlockerState>();
    speaks_as_serde::<InterlocutorKind>();
    speaks_as_serde::<FundingState>();
}
