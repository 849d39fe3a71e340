//! Erasing a person. The facts stay under a pseudonym that led to somebody in their own row alone; that row, its
//! key, and with it all that is sealed under it, go. What still spoke of them elsewhere is cleared.

use std::collections::HashSet;

use domain::citizens::{Citizen, CitizenSource, Pseudonym};
use domain::kernel::{Id, Vocabulary};
use domain::registrations::{CancelledBecause, cancel};
use domain::rights::{Activity, Retention};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::retention::activities;
use super::{objections, restrictions};
use crate::accounts;
use crate::audit;
use crate::citizens as people;
use crate::consents;
use crate::entities::{
    citizens, erasures, idempotency_keys, mails, person_keys, registration_participations,
    registrations,
};
use crate::involvements;
use crate::registrations::{self as enrolled, HallDate};
use crate::store::{Snapshot, StoreError, Writing};

/// What is left to do outside the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// What stood for them: more than one where several turned out to be them, or typed their address.
    pub people: Vec<Uuid>,
    /// Mails that were to them: where they lie in files, those go.
    pub mails: Vec<Uuid>,
}

/// Erases the person behind a pseudonym, with all who turned out to be them; none when there is nobody any more.
/// What they had ahead of them is cancelled, and the places go to the next who wait. Who was whom stays, by
/// pseudonyms, so that they are counted once as before.
///
/// # Errors
/// The database can't be reached.
pub async fn erase(
    writing: &mut Writing,
    pseudonym: Id<Pseudonym>,
) -> Result<Option<Erased>, StoreError> {
    people::line_up(writing).await?;
    let them = people::merged_into(writing, pseudonym.uuid()).await?;
    let them = with_their_address(writing, them).await?;
    let locked = lock_dates(writing, &them).await?;
    erase_all(writing, them, Extent::Whole, &locked).await
}

/// The same for somebody who is forgotten by the clock, if they still are: what happened since one looked, they
/// or somebody with their address did. Who only typed an address is forgotten alone: whoever has that address, and
/// may be on their way in or have registered again since, stays.
///
/// # Errors
/// The database can't be reached.
pub async fn erase_when_due(
    writing: &mut Writing,
    pseudonym: Id<Pseudonym>,
    due_as: Retention,
) -> Result<Option<Erased>, StoreError> {
    people::line_up(writing).await?;
    let mut them = people::all_of(writing.db(), pseudonym.uuid()).await?;
    let mut extent = Extent::Alone;
    if due_as == Retention::InactiveCitizens {
        them = with_their_address(writing, them).await?;
        extent = Extent::Whole;
    }
    let locked = lock_dates(writing, &them).await?;
    for one in &them {
        people::by_pseudonym(writing, Id::from_uuid(*one)).await?;
    }
    let now = writing.now();
    let activities = activities(writing.db(), &them, now).await?;
    let together = activities.into_values().reduce(Activity::with);
    let is_due = together.and_then(|activity| activity.forgotten_as(now)) == Some(due_as);
    match is_due {
        true => erase_all(writing, them, extent, &locked).await,
        false => Ok(None),
    }
}

/// How far an erasure goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// With all that was ever sent to their addresses.
    Whole,
    /// What is theirs by their pseudonym.
    Alone,
}

/// Locks the dates for which they are registered: dates first, as whoever confirms does, since two that lock in
/// other orders would wait for each other.
async fn lock_dates(writing: &Writing, them: &[Uuid]) -> Result<Vec<HallDate>, StoreError> {
    let mut locked = Vec::new();
    for date in dates_of(writing, them).await? {
        locked.extend(enrolled::lock(writing, Id::from_uuid(date)).await?);
    }
    Ok(locked)
}

/// The dates for which a person is registered, under whichever name, locked: a place may be given there.
///
/// # Errors
/// The database can't be reached.
pub async fn dates_of_person(
    writing: &Writing,
    person: Id<Pseudonym>,
) -> Result<Vec<HallDate>, StoreError> {
    let all = people::all_of(writing.db(), person.uuid()).await?;
    lock_dates(writing, &all).await
}

async fn erase_all(
    writing: &mut Writing,
    them: Vec<Uuid>,
    extent: Extent,
    locked: &[HallDate],
) -> Result<Option<Erased>, StoreError> {
    let mut gone: Option<Erased> = None;
    for one in them {
        let Some(citizen) = people::by_pseudonym(writing, Id::from_uuid(one)).await? else {
            continue;
        };
        let mails = erase_one(writing, &citizen, extent).await?;
        let gone = gone.get_or_insert_with(Erased::default);
        gone.mails.extend(mails);
        gone.people.push(one);
    }
    for at in locked {
        enrolled::settle(writing, at).await?;
    }
    Ok(gone)
}

/// What stands for them, and for those who typed their address and never showed that it is theirs.
async fn with_their_address(writing: &Writing, them: Vec<Uuid>) -> Result<Vec<Uuid>, StoreError> {
    let own = Query::select()
        .column(citizens::Column::EmailKey)
        .from(citizens::Entity)
        .and_where(citizens::Column::Pseudonym.is_in(them.iter().copied()))
        .and_where(Expr::col(citizens::Column::EmailKey).is_not_null())
        .to_owned();
    let others: Vec<Uuid> = citizens::Entity::find()
        .select_only()
        .column(citizens::Column::Pseudonym)
        .filter(citizens::Column::EmailKey.in_subquery(own))
        .filter(citizens::Column::Source.eq(CitizenSource::Own.word()))
        .filter(citizens::Column::ConfirmedAt.is_null())
        .filter(citizens::Column::Pseudonym.is_not_in(them.iter().copied()))
        .into_tuple()
        .all(writing.db())
        .await?;
    Ok([them, others].concat())
}

/// Erases one of them; gives the mails that were to them.
async fn erase_one(
    writing: &mut Writing,
    citizen: &Citizen,
    extent: Extent,
) -> Result<Vec<Uuid>, StoreError> {
    let pseudonym = citizen.pseudonym;
    give_back(writing, pseudonym).await?;
    let mut mails = clear(writing, pseudonym).await?;
    accounts::forget_sessions_of(writing, pseudonym.uuid()).await?;
    consents::forget_of(writing, pseudonym.uuid()).await?;
    restrictions::forget_of(writing, pseudonym.uuid()).await?;
    objections::forget_of(writing, pseudonym.uuid()).await?;
    involvements::forget_of(writing, pseudonym.uuid()).await?;
    if let Some(email) = &citizen.content.email
        && extent == Extent::Whole
    {
        let asked = accounts::forget_challenges_of(writing, email).await?;
        let about = Condition::all().add(mails::Column::SubjectId.is_in(asked));
        mails.extend(forget_mails(writing, about).await?);
    }
    people::forget(writing, citizen).await?;
    let row = erasures::ActiveModel {
        pseudonym: Set(pseudonym.uuid()),
        erased_at: Set(writing.now()),
    };
    row.insert(writing.db()).await?;
    let who = Some(pseudonym.uuid());
    audit::note(writing, "citizen.erased", "citizen", who).await?;
    writing.later().forget_mails_to(pseudonym.uuid());
    Ok(mails)
}

/// The dates for which they are registered, in one order.
async fn dates_of(writing: &Writing, them: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    let rows: Vec<Uuid> = registrations::Entity::find()
        .select_only()
        .column(registrations::Column::OccurrenceId)
        .filter(registrations::Column::Person.is_in(them.iter().copied()))
        .order_by_asc(registrations::Column::EventId)
        .order_by_asc(registrations::Column::OccurrenceId)
        .into_tuple()
        .all(writing.db())
        .await?;
    let mut seen = HashSet::new();
    Ok(rows.into_iter().filter(|date| seen.insert(*date)).collect())
}

/// Cancels what they had ahead of them.
async fn give_back(writing: &mut Writing, person: Id<Pseudonym>) -> Result<(), StoreError> {
    let ids: Vec<Uuid> = registrations::Entity::find()
        .select_only()
        .column(registrations::Column::Id)
        .filter(registrations::Column::Person.eq(person.uuid()))
        .into_tuple()
        .all(writing.db())
        .await?;
    for id in ids {
        let Some((registration, _)) = enrolled::load(writing, Id::from_uuid(id)).await? else {
            continue;
        };
        // What took place already is not cancelled.
        if let Ok(Some(change)) = cancel(registration, CancelledBecause::Erased, writing.now()) {
            enrolled::save(writing, &change).await?;
        }
    }
    Ok(())
}

/// Clears what speaks of them, or leads from what happened to them to the facts that are counted.
async fn clear(writing: &Writing, person: Id<Pseudonym>) -> Result<Vec<Uuid>, StoreError> {
    let (db, who) = (writing.db(), person.uuid());
    let theirs = Query::select()
        .column(registrations::Column::Id)
        .from(registrations::Entity)
        .and_where(Expr::col(registrations::Column::Person).eq(who))
        .to_owned();
    registration_participations::Entity::delete_many()
        .filter(registration_participations::Column::RegistrationId.in_subquery(theirs))
        .exec(db)
        .await?;
    registrations::Entity::update_many()
        .col_expr(registrations::Column::Person, Expr::value(None::<Uuid>))
        .col_expr(
            registrations::Column::SealedDetails,
            Expr::value(None::<Vec<u8>>),
        )
        .col_expr(
            registrations::Column::AddressKey,
            Expr::value(None::<Vec<u8>>),
        )
        .filter(registrations::Column::Person.eq(who))
        .exec(db)
        .await?;
    let to_them = Condition::all().add(mails::Column::Person.eq(who));
    let gone = forget_mails(writing, to_them).await?;
    // Whoever asks again is told that it was erased: the answer opens with their key alone.
    idempotency_keys::Entity::update_many()
        .col_expr(
            idempotency_keys::Column::Location,
            Expr::value(None::<String>),
        )
        .col_expr(idempotency_keys::Column::Etag, Expr::value(None::<String>))
        .filter(idempotency_keys::Column::PersonId.eq(who))
        .exec(db)
        .await?;
    Ok(gone)
}

/// Forgets mails; gives which.
async fn forget_mails(writing: &Writing, which: Condition) -> Result<Vec<Uuid>, StoreError> {
    let gone: Vec<Uuid> = mails::Entity::find()
        .select_only()
        .column(mails::Column::Id)
        .filter(which.clone())
        .into_tuple()
        .all(writing.db())
        .await?;
    mails::Entity::delete_many()
        .filter(which)
        .exec(writing.db())
        .await?;
    Ok(gone)
}

/// All who were erased: a copy outside the database has them erased again after an older one is restored.
///
/// # Errors
/// The database can't be reached.
pub async fn erased(snapshot: &Snapshot) -> Result<Vec<Uuid>, StoreError> {
    let rows = erasures::Entity::find()
        .select_only()
        .column(erasures::Column::Pseudonym)
        .order_by_asc(erasures::Column::ErasedAt)
        .into_tuple()
        .all(&snapshot.tx)
        .await?;
    Ok(rows)
}

/// What can't be of somebody who was erased: rows that still speak of them.
pub(crate) async fn faults(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let db = &snapshot.tx;
    let mut faults = Vec::new();
    let erased: HashSet<Uuid> = erased(snapshot).await?.into_iter().collect();
    let keys: Vec<Uuid> = person_keys::Entity::find()
        .select_only()
        .column(person_keys::Column::PersonId)
        .into_tuple()
        .all(db)
        .await?;
    for key in keys.iter().filter(|key| erased.contains(key)) {
        faults.push(format!(
            "person {key}: erased, and their key is there still"
        ));
    }
    let registered: Vec<Uuid> = registrations::Entity::find()
        .select_only()
        .column(registrations::Column::Person)
        .filter(registrations::Column::Person.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    let known = people::everybody(snapshot).await?;
    for person in registered.iter().filter(|person| !known.contains(person)) {
        faults.push(format!("registrations: of {person}, who is nobody"));
    }
    faults.extend(restrictions::faults(snapshot).await?);
    Ok(faults)
}
