//! The structures of the story, and what is theirs.

use super::*;

#[test]
fn the_structures_of_the_examples_are_what_they_are_said_to_be() {
    let mut others = Vec::new();
    for structure in STRUCTURES {
        let content = structure.content().unwrap();
        let slug = Slug::of(content.name.as_str());
        let told = structure.tell(content, slug, &others);
        let told = told.unwrap_or_else(|refusal| panic!("{}: {refusal}", structure.name));
        let last = told.last().unwrap().after().clone();
        assert_eq!(last.id, structure.id());
        others.push(last);
    }
    let state_of = |id: &str| {
        let is_it = |one: &&Organisation| one.id.to_string() == id;
        others.iter().find(is_it).unwrap().state
    };
    let ids: Vec<_> = others.iter().map(|one| one.id.to_string()).collect();
    assert_eq!(
        [&ids[0], &ids[1], &ids[2], &ids[4]],
        [
            ORGANISATION,
            PARTNER_COMMUNE,
            PENDING_ORGANISATION,
            DOUBLE_ORGANISATION
        ]
    );
    assert_eq!(state_of(ORGANISATION), OrganisationState::Active);
    assert_eq!(state_of(PARTNER_COMMUNE), OrganisationState::Active);
    assert_eq!(state_of(PENDING_ORGANISATION), OrganisationState::Pending);
    assert_eq!(state_of(DOUBLE_ORGANISATION), OrganisationState::Pending);
}

#[test]
fn the_source_of_the_examples_is_paused() {
    let [made, paused] = paused_source(today()).unwrap();
    assert_eq!(made.after().id.to_string(), PAUSED_SOURCE);
    assert_eq!(paused.after().polling.next_poll_at, None);
}

#[test]
fn the_projects_are_where_the_documentation_says() {
    for (undertaking, id) in super::undertakings::named() {
        assert_eq!(undertaking.id().to_string(), id, "{}", undertaking.title);
    }
    let pcaet = super::frameworks::PCAET.tell().unwrap().into_after();
    let named = [
        (pcaet.id.to_string(), FRAMEWORK),
        (pcaet.axes[0].id.to_string(), AXIS),
        (pcaet.axes[0].actions[0].id.to_string(), ACTION),
    ];
    for (id, said) in named {
        assert_eq!(id, said);
    }
}

#[test]
fn the_projects_are_told_and_in_every_state() {
    use domain::kernel::Vocabulary;
    let now = today();
    let mut states = std::collections::HashSet::new();
    for undertaking in super::PROJECTS {
        let contact = undertaking.of.content().unwrap().contact;
        let told = undertaking.tell(undertaking.slug(), contact.as_ref(), now);
        let told = told.unwrap_or_else(|error| panic!("{}: {error}", undertaking.title));
        let last = told.last().unwrap().after();
        assert!(last.updated_at <= now, "{}", undertaking.title);
        states.insert(last.state);
    }
    assert_eq!(states.len(), domain::projects::ProjectState::WORDS.len());
}

/// The project that is followed.
fn in_progress(now: DateTime<Utc>) -> domain::projects::Project {
    let is_it = |one: &&super::Undertaking| one.id().to_string() == PROJECT_IN_PROGRESS;
    let undertaking = super::PROJECTS.iter().find(is_it).unwrap();
    let contact = undertaking.of.content().unwrap().contact;
    let told = undertaking.tell(undertaking.slug(), contact.as_ref(), now);
    told.unwrap().pop().unwrap().into_after()
}

#[test]
fn the_follow_up_is_told_and_where_the_documentation_says() {
    let now = today();
    let followed = super::follow(&in_progress(now), now).unwrap();
    let named = [
        (followed.updates[0].after().id.to_string(), UPDATE_TO_DELETE),
        (followed.updates[1].after().id.to_string(), UPDATE),
        (
            followed.questions[0].after().id.to_string(),
            ANSWERED_QUESTION,
        ),
        (followed.questions[2].after().id.to_string(), QUESTION),
        (followed.blockers[0].after().id.to_string(), BLOCKER),
        (
            followed.blockers[1].after().id.to_string(),
            RESOLVED_BLOCKER,
        ),
        (followed.funding[0].after().id.to_string(), FUNDING),
    ];
    for (id, said) in named {
        assert_eq!(id, said);
    }
}

#[test]
fn the_files_are_told_and_where_the_documentation_says() {
    let now = today();
    let project = in_progress(now);
    for (file, id) in super::FILES.iter().zip([PICTURE, TABLE, TEXT_TO_DELETE]) {
        let added = file.tell(&project, now).unwrap().into_after();
        assert_eq!(added.id.to_string(), id);
        let content = added.content.checked(added.kind).unwrap();
        for text in [
            Some(content.title.to_string()),
            content.alt.map(|alt| alt.to_string()),
        ] {
            let text = text.unwrap_or_default();
            assert_eq!(domain::kernel::text::typeset(&text), text);
        }
    }
}

#[test]
fn the_webhook_of_the_examples_is_paused() {
    let [made, paused] = paused_webhook(today()).unwrap();
    assert_eq!(made.after().id.to_string(), WEBHOOK);
    assert!(paused.after().paused.is_some());
}

#[test]
fn the_people_are_where_the_documentation_says() {
    let named = [super::citizens::named(), super::involvements::named()].concat();
    let (are, said): (Vec<_>, Vec<_>) = named.into_iter().unzip();
    assert_eq!(are, said);
}
