//! The rules of projects, tried.

mod editing;
mod states;
mod timeline;

use chrono::{DateTime, Utc};

use super::*;
use crate::kernel::testing::Counter;
use crate::kernel::{Contact, EmailAddress, Id, InseeCode, Line, Prose, Reason, Slug};
use crate::organisations::View;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

const HOLDER: Rights = Rights {
    side: Side::Holder,
    writes: true,
    decides: false,
};
const OFFICER: Rights = Rights {
    side: Side::Petr,
    writes: true,
    decides: true,
};
const REFERENT: Rights = Rights {
    side: Side::Petr,
    writes: false,
    decides: false,
};

fn contact() -> Contact {
    let email = EmailAddress::parse("contact@velo.example").unwrap();
    Contact::new(None, Some(email), None).unwrap()
}

fn bare(title: &str) -> ProjectContent {
    ProjectContent::titled(Line::parse(title).unwrap())
}

fn full() -> ProjectContent {
    ProjectContent {
        summary: Some(Prose::parse("Un atelier.").unwrap()),
        description: Some(Prose::parse("On répare.").unwrap()),
        theme: Some(Theme::Mobility),
        communes: vec![InseeCode::parse("54329").unwrap()],
        contact: Some(contact()),
        ..bare("Atelier vélo")
    }
}

fn draft(content: ProjectContent) -> ProjectDraft {
    ProjectDraft {
        reference: None,
        content,
        steps: vec![],
        plan: PlanDraft::default(),
        petr: None,
    }
}

fn step(title: &str) -> StepDraft {
    StepDraft {
        id: None,
        title: Line::parse(title).unwrap(),
        due_on: None,
        state: StepState::Planned,
    }
}

fn made_of(draft: ProjectDraft) -> Project {
    let slug = Slug::of(draft.content.title.as_str());
    let holder = Id::from_uuid(uuid::Uuid::from_u128(1_000));
    create(draft, holder, slug, Side::Holder, &mut Counter(0), NOW)
        .unwrap()
        .into_after()
}

fn made() -> Project {
    made_of(draft(full()))
}

fn why(text: &str) -> Reason {
    Reason::from(Prose::parse(text).unwrap())
}

/// A project led there by the shortest way.
fn in_state(state: ProjectState) -> Project {
    use ProjectTransition::{
        Abandon, Accept, Complete, Decline, Hold, RequestInformation, Start, Submit,
    };
    let way: &[ProjectTransition] = match state {
        ProjectState::Draft => &[],
        ProjectState::Submitted => &[Submit],
        ProjectState::InformationRequested => &[Submit, RequestInformation],
        ProjectState::Accepted => &[Submit, Accept],
        ProjectState::Declined => &[Submit, Decline],
        ProjectState::InProgress => &[Submit, Accept, Start],
        ProjectState::OnHold => &[Submit, Accept, Start, Hold],
        ProjectState::Completed => &[Submit, Accept, Start, Complete],
        ProjectState::Abandoned => &[Submit, Accept, Abandon],
    };
    let mut project = made();
    for transition in way {
        let turned = turn(project, *transition, why("Parce que."), OFFICER, NOW);
        project = turned.unwrap().into_after();
    }
    assert_eq!(project.state, state);
    project
}
