//! How the frameworks and the projects of the story get in, and the follow-up of one of them.

use chrono::{DateTime, Utc};
use domain::kernel::Id;
use domain::projects::{Project, ProjectState};
use persistence::follow_up::{blockers, funding, questions, updates};
use persistence::{Stop, Store, Writing, attachments, frameworks, organisations, projects};
use uuid::Uuid;

use super::story::{FILES, FRAMEWORKS, PROJECTS, Plan, Undertaking, follow};
use super::{BEGUN_AS, DEMO, DemoError, act, known};

/// Loads what is missing of them. What the staff changed or removed since stays as they left it.
pub(super) async fn load(store: &Store, now: DateTime<Utc>) -> Result<(), DemoError> {
    for plan in FRAMEWORKS {
        load_framework(store, plan, now).await?;
    }
    for undertaking in PROJECTS {
        load_project(store, undertaking, now).await?;
    }
    load_follow_up(store, now).await
}

/// Nothing removes a framework; where another has its code by now, the story goes without it.
async fn load_framework(store: &Store, plan: Plan, now: DateTime<Utc>) -> Result<(), DemoError> {
    let written = store.write(act(now), move |writing| {
        Box::pin(async move {
            writing.put_meta(BEGUN_AS, DEMO).await?;
            let there = frameworks::load(writing, plan.id()).await?;
            let change = plan.tell();
            let change = change.map_err(|error| Stop::Refused(DemoError::Framework(error)))?;
            let code = &change.after().about.code;
            if there.is_none() && !frameworks::is_code_taken(writing, code, None).await? {
                frameworks::save(writing, &change).await?;
            }
            Ok(())
        })
    });
    Ok(written.await?)
}

async fn load_project(
    store: &Store,
    undertaking: Undertaking,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let written = store.write(act(now), move |writing| {
        Box::pin(async move {
            let id: Id<Project> = undertaking.id();
            if projects::was_ever(writing, id).await? {
                return Ok(());
            }
            let holder = organisations::hold(writing, &[undertaking.holder()]).await?;
            let holder = holder.get(&undertaking.holder());
            let Some(holder) = holder.filter(|one| one.merged_into.is_none()) else {
                return Ok(());
            };
            let contact = holder.content.contact.as_ref();
            let slug = projects::free_slug(writing, undertaking.slug()).await?;
            let told = undertaking.tell(slug, contact, now);
            let told = told.map_err(|error| Stop::Refused(DemoError::Project(error)))?;
            for change in &told {
                projects::save(writing, change).await?;
            }
            Ok(())
        })
    });
    Ok(written.await?)
}

/// Where the staff led the project elsewhere meanwhile, the story goes without it.
async fn load_follow_up(store: &Store, now: DateTime<Utc>) -> Result<(), DemoError> {
    let written = store.write(act(now), move |writing| {
        Box::pin(async move {
            let id = Uuid::try_parse(known::PROJECT_IN_PROGRESS).unwrap_or_default();
            let Some(project) = projects::load(writing, Id::from_uuid(id)).await? else {
                return Ok(());
            };
            let is_under_way = project.state == ProjectState::InProgress;
            let told = is_under_way.then(|| follow(&project, now)).transpose();
            let told = told.map_err(|error| Stop::Refused(DemoError::FollowUp(error)))?;
            let Some(told) = told else { return Ok(()) };
            for update in &told.updates {
                if updates::was_ever(writing, update.after().id).await? {
                    return Ok(());
                }
                updates::save(writing, update).await?;
            }
            for question in &told.questions {
                questions::save(writing, question).await?;
            }
            for blocker in &told.blockers {
                blockers::save(writing, blocker).await?;
            }
            for line in &told.funding {
                funding::save(writing, line).await?;
            }
            add_files(writing, &project, now).await
        })
    });
    Ok(written.await?)
}

/// Beside none of the staff's or the holder's.
async fn add_files(
    writing: &mut Writing,
    project: &Project,
    now: DateTime<Utc>,
) -> Result<(), Stop<DemoError>> {
    if attachments::held(writing, project.id).await?.files > 0 {
        return Ok(());
    }
    for file in FILES {
        let added = file.tell(project, now);
        let added = added.map_err(|error| Stop::Refused(DemoError::File(error)))?;
        attachments::save(writing, &added).await?;
    }
    Ok(())
}
