//! Invariants of the data that no constraint of the database states: what `check` looks at.
//! Uses `citizens`, `events`, `follow_up`, `involvements`, `organisations`, `projects`, `rights`, `slugs` and
//! `webhooks`.

use std::collections::HashSet;

use domain::events::OccurrenceState;
use domain::import_sources::SourceState;
use domain::kernel::{Id, Vocabulary, text};
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entities::{
    event_texts, events, import_sources, occurrences, organisations, person_keys, project_texts,
    projects, users,
};
use crate::events::{as_event, series_of};
use crate::organisations::as_organisation;
use crate::projects::as_project;
use crate::slugs::Whose;
use crate::store::{Snapshot, Store, StoreError, bulk};

const BATCH: u64 = 1_000;

/// What is wrong, in English; empty when nothing is.
///
/// # Errors
/// The database can't be reached.
pub async fn check_invariants(store: &Store) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    let snapshot = store.read().await?;
    let db = &snapshot.tx;
    let slugs = Whose::Events.all(db).await?;
    let texts = event_texts::Entity::find()
        .select_only()
        .column(event_texts::Column::EventId);
    let texts: Vec<Uuid> = texts.into_tuple().all(db).await?;
    let texts: HashSet<_> = texts.into_iter().collect();
    let mut after = Uuid::nil();
    loop {
        use sea_orm::{ColumnTrait, QueryFilter};
        let rows = events::Entity::find()
            .filter(events::Column::Id.gt(after))
            .order_by_asc(events::Column::Id)
            .limit(BATCH)
            .all(db)
            .await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows {
            let id = row.id;
            let dates = occurrences::Entity::find()
                .filter(occurrences::Column::EventId.eq(id))
                .order_by_asc(occurrences::Column::StartsAt)
                .all(db)
                .await?;
            let is_deleted = row.deleted_at.is_some();
            if !is_deleted && !slugs.contains(&(row.slug.clone(), id)) {
                faults.push(format!("event {id}: its slug {} leads elsewhere", row.slug));
            }
            if !texts.contains(&id) {
                faults.push(format!("event {id}: it is not in the full-text index"));
            }
            let series = series_of(&snapshot, Id::from_uuid(id)).await?;
            match as_event(row, dates, series) {
                Ok(event) => faults.extend(of_event(&event)),
                Err(error) => faults.push(format!("event {id}: {error}")),
            }
        }
    }
    let keys = person_keys::Entity::find()
        .select_only()
        .column(person_keys::Column::PersonId);
    let keys: Vec<Uuid> = keys.into_tuple().all(db).await?;
    let keys: HashSet<_> = keys.into_iter().collect();
    for user in users::Entity::find().all(db).await? {
        if !keys.contains(&user.id) {
            faults.push(format!(
                "user {}: no key guards what the audit trail says of them",
                user.id
            ));
        }
    }
    for source in import_sources::Entity::find().all(db).await? {
        let is_active = source.state == SourceState::Active.word();
        if is_active != source.next_poll_at.is_some() {
            faults.push(format!(
                "import source {}: {}, and its next poll says otherwise",
                source.id, source.state
            ));
        }
    }
    faults.extend(of_organisations(&snapshot).await?);
    for id in crate::webhooks::never_woken(&snapshot).await? {
        faults.push(format!(
            "webhook {id}: something waits to be told, and nothing wakes it"
        ));
    }
    faults.extend(crate::citizens::faults(&snapshot).await?);
    faults.extend(crate::rights::faults(&snapshot).await?);
    faults.extend(crate::involvements::faults(&snapshot).await?);
    faults.extend(of_projects(&snapshot).await?);
    faults.extend(crate::follow_up::faults(&snapshot).await?);
    Ok(faults)
}

async fn of_organisations(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let db = &snapshot.tx;
    let mut faults = Vec::new();
    let slugs = Whose::Organisations.all(db).await?;
    let look = |row: organisations::Model| faults.extend(of_organisation(row, &slugs));
    bulk::every::<organisations::Entity>(db, organisations::Column::Id, |row| row.id, look).await?;
    Ok(faults)
}

async fn of_projects(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let db = &snapshot.tx;
    let mut faults = Vec::new();
    let slugs = Whose::Projects.all(db).await?;
    let texts = project_texts::Entity::find()
        .select_only()
        .column(project_texts::Column::ProjectId);
    let texts: Vec<Uuid> = texts.into_tuple().all(db).await?;
    let texts: HashSet<_> = texts.into_iter().collect();
    let look = |row: projects::Model| faults.extend(of_project(row, &slugs, &texts));
    bulk::every::<projects::Entity>(db, projects::Column::Id, |row| row.id, look).await?;
    Ok(faults)
}

fn of_organisation(row: organisations::Model, slugs: &HashSet<(String, Uuid)>) -> Vec<String> {
    let (id, folded) = (row.id, row.folded_name.clone());
    let mut faults = Vec::new();
    if !slugs.contains(&(row.slug.clone(), id)) {
        let slug = &row.slug;
        faults.push(format!(
            "organisation {id}: its slug {slug} leads elsewhere"
        ));
    }
    let organisation = match as_organisation(row) {
        Ok(organisation) => organisation,
        Err(error) => {
            faults.push(format!("organisation {id}: {error}"));
            return faults;
        }
    };
    if folded != text::fold(organisation.content.name.as_str()) {
        faults.push(format!("organisation {id}: it is not found by its name"));
    }
    if organisation.is_public() && !organisation.was_public {
        faults.push(format!(
            "organisation {id}: it is public and mirrors would not be told when it leaves"
        ));
    }
    faults
}

fn of_project(
    row: projects::Model,
    slugs: &HashSet<(String, Uuid)>,
    texts: &HashSet<Uuid>,
) -> Vec<String> {
    let (id, is_public) = (row.id, row.is_public);
    let mut faults = Vec::new();
    if row.deleted_at.is_none() && !slugs.contains(&(row.slug.clone(), id)) {
        let slug = &row.slug;
        faults.push(format!("project {id}: its slug {slug} leads elsewhere"));
    }
    if !texts.contains(&id) {
        faults.push(format!("project {id}: it is not in the full-text index"));
    }
    match as_project(row) {
        Err(error) => faults.push(format!("project {id}: {error}")),
        Ok(project) if project.is_public() != is_public => {
            faults.push(format!("project {id}: who sees it is not what it says"));
        }
        Ok(project) if is_public && !project.was_public => faults.push(format!(
            "project {id}: it is public and mirrors would not be told when it leaves"
        )),
        Ok(_) => {}
    }
    faults
}

fn of_event(event: &domain::events::Event) -> Vec<String> {
    let mut faults = Vec::new();
    let id = event.id;
    if event.is_public() && !event.was_public {
        faults.push(format!(
            "event {id}: it is public and mirrors would not be told when it leaves"
        ));
    }
    for one in &event.occurrences {
        let (date, timing) = (one.id, &one.timing);
        if timing.ends_at() <= timing.starts_at() {
            faults.push(format!("occurrence {date}: it ends before it starts"));
        }
        let again =
            domain::kernel::Timing::new(timing.local_start(), timing.local_end(), timing.zone());
        if again.as_ref() != Ok(timing) {
            faults.push(format!(
                "occurrence {date}: its instants are not those of its local times"
            ));
        }
        if let Some(place) = &one.series {
            let decides = !place.detached && one.state != OccurrenceState::Cancelled;
            if !event.series.iter().any(|series| series.id == place.series) {
                faults.push(format!("occurrence {date}: its series is another event's"));
            } else if decides && place.original != timing.local_start() {
                faults.push(format!(
                    "occurrence {date}: it is not when its series has it"
                ));
            }
        }
        if one.called_off_by_source && one.state != OccurrenceState::Cancelled {
            faults.push(format!(
                "occurrence {date}: its source called it off, and it is {}",
                one.state.word()
            ));
        }
        if one.state != OccurrenceState::Scheduled && one.reason.reason.is_none() {
            faults.push(format!(
                "occurrence {date}: {} without a reason",
                one.state.word()
            ));
        }
    }
    faults
}
