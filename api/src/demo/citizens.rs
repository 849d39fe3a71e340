//! How the people of the story get in: once, when the story begins. Who was erased since stays away.

use chrono::{DateTime, Utc};
use domain::citizens::{Citizen, Pseudonym};
use domain::events::Event;
use domain::kernel::Id;
use persistence::registrations::Kept;
use persistence::{Stop, Store, Writing, citizens, events, participations, registrations, rights};

use super::story::{
    COUNTED, ENROLMENTS, MERGED, OBJECTS, PEOPLE, RESTRICTED, items, objected, restricted,
};
use super::{BEGUN_AS, DEMO, DemoError, act};

/// The word that a database keeps once they were told.
const TOLD: &str = "demo_citizens";

/// Loads them all, in one write.
pub(super) async fn load(store: &Store, now: DateTime<Utc>) -> Result<(), DemoError> {
    let written = store.write(act(now), move |writing| {
        Box::pin(async move {
            writing.put_meta(BEGUN_AS, DEMO).await?;
            if !writing.put_meta(TOLD, DEMO).await? {
                return Ok(());
            }
            let mut people: Vec<Citizen> = Vec::with_capacity(PEOPLE.len());
            for person in PEOPLE {
                let pseudonym = writing.new_pseudonym();
                let entered = person.tell(pseudonym, now).map_err(refused)?;
                citizens::save(writing, &entered).await?;
                people.push(entered.into_after());
            }
            merge(writing, &people, now).await?;
            restrict(writing, &people, now).await?;
            let pseudonyms: Vec<_> = people.iter().map(|one| one.pseudonym).collect();
            enrol(writing, &pseudonyms, now).await?;
            count(writing, now).await
        })
    });
    Ok(written.await?)
}

async fn merge(
    writing: &mut Writing,
    people: &[Citizen],
    now: DateTime<Utc>,
) -> Result<(), Stop<DemoError>> {
    for (one, other) in MERGED {
        let (one, other) = (people[*one].clone(), people[*other].clone());
        let merged = domain::citizens::merge(one, other, None, writing.ids(), now);
        let merged = merged.map_err(|refusal| refused(refusal.into()))?;
        citizens::save_merged(writing, &merged).await?;
    }
    Ok(())
}

async fn restrict(
    writing: &mut Writing,
    people: &[Citizen],
    now: DateTime<Utc>,
) -> Result<(), Stop<DemoError>> {
    let asked = restricted(&people[RESTRICTED], now).map_err(refused)?;
    let (objection, by_it) = objected(&people[OBJECTS], now).map_err(refused)?;
    rights::save_objection(writing, &objection).await?;
    for restricted in [asked, by_it].into_iter().flatten() {
        rights::save_restriction(writing, &restricted).await?;
    }
    Ok(())
}

async fn enrol(
    writing: &mut Writing,
    pseudonyms: &[Id<Pseudonym>],
    now: DateTime<Utc>,
) -> Result<(), Stop<DemoError>> {
    for enrolment in ENROLMENTS {
        let Some(event) = event_of(writing, enrolment.event).await? else {
            continue;
        };
        let Some(first) = event.occurrences.first().map(|date| date.id) else {
            continue;
        };
        let Some(at) = registrations::lock(writing, first).await? else {
            continue;
        };
        let hall = registrations::hall(writing, &at.date).await?;
        let person = pseudonyms[enrolment.person];
        // What the staff called off meanwhile takes none.
        let Ok(changes) = enrolment.tell(&at.date, hall, person, now) else {
            continue;
        };
        for change in &changes {
            match change.before() {
                None => registrations::save_new(writing, change, &Kept::default()).await?,
                Some(_) => registrations::save(writing, change).await?,
            }
        }
    }
    Ok(())
}

async fn count(writing: &mut Writing, now: DateTime<Utc>) -> Result<(), Stop<DemoError>> {
    for counted in COUNTED {
        let Some(event) = event_of(writing, counted.event).await? else {
            continue;
        };
        let Some(first) = event.occurrences.first().map(|date| date.id) else {
            continue;
        };
        let Some(at) = registrations::lock(writing, first).await? else {
            continue;
        };
        let told = counted.tell(&event, &at.date, now).map_err(refused)?;
        participations::save_headcount(writing, &told, &at.date).await?;
    }
    Ok(())
}

/// The event of the story of that key, if it is there.
async fn event_of(writing: &Writing, key: &str) -> Result<Option<Event>, Stop<DemoError>> {
    let Some(item) = items().find(|item| item.key() == key) else {
        return Ok(None);
    };
    let id = item.id().map_err(|error| Stop::Refused(error.into()))?;
    Ok(events::load(writing, id).await?)
}

fn refused(error: super::story::CitizenStoryError) -> Stop<DemoError> {
    Stop::Refused(DemoError::Citizen(error))
}
