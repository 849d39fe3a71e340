//! How the frameworks and the projects of the story get in.

use chrono::{DateTime, Utc};
use domain::kernel::Id;
use domain::projects::Project;
use persistence::{Stop, Store, frameworks, organisations, projects};

use super::story::{FRAMEWORKS, PROJECTS, Plan, Undertaking};
use super::{BEGUN_AS, DEMO, DemoError, act};

/// Loads what is missing of them. What the staff changed or removed since stays as they left it.
pub(super) async fn load(store: &Store, now: DateTime<Utc>) -> Result<(), DemoError> {
    for plan in FRAMEWORKS {
        load_framework(store, plan, now).await?;
    }
    for undertaking in PROJECTS {
        load_project(store, undertaking, now).await?;
    }
    Ok(())
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
