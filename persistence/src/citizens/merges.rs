//! Merges, said and taken back; who everybody is by those that stand, brought up to date with each.

use std::collections::{BTreeSet, HashMap};

use domain::citizens::{Citizen, Identity, Merge, Merged, Pseudonym, identities};
use domain::kernel::Id;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{query, save};
use crate::entities::{citizens, identities as known, merges};
use crate::store::{Snapshot, StoreError, Touched, Writing, bulk, dialect};

/// Lines up the writes that say who is whom, or erase somebody, until their transactions end: a circle would come
/// of two that don't see each other. It comes before any lock of the same write.
///
/// # Errors
/// The database can't be reached, or others were before us for too long.
pub async fn line_up(writing: &Writing) -> Result<(), StoreError> {
    dialect::lock_called(writing.db(), "citizens who are one").await
}

/// Saves that two are one, or that they are no more.
///
/// # Errors
/// The database can't be reached.
pub async fn save_merged(writing: &mut Writing, merged: &Merged) -> Result<(), StoreError> {
    // Who has signed in is somebody else now.
    writing.touch(Touched::SignIns);
    save::save(writing, &merged.gone).await?;
    save::save(writing, &merged.kept).await?;
    let merge = &merged.merge;
    let row = merges::ActiveModel {
        id: Set(merge.id.uuid()),
        pseudonym: Set(merge.pseudonym.uuid()),
        kept: Set(merge.kept.uuid()),
        is_identified: Set(merge.is_identified),
        recorded_at: Set(merge.recorded_at),
        undone_at: Set(merge.undone_at),
    };
    match merge.undone_at {
        None => row.insert(writing.db()).await?,
        Some(_) => row.update(writing.db()).await?,
    };
    reckon(writing, merge).await
}

/// Reckons again who those are whom a merge touches, and nobody else.
async fn reckon(writing: &Writing, merge: &Merge) -> Result<(), StoreError> {
    let db = writing.db();
    let both = [merge.pseudonym.uuid(), merge.kept.uuid()];
    let mut touched: BTreeSet<Uuid> = both.into();
    for one in both {
        touched.extend(all_of(db, one).await?);
    }
    let touched: Vec<Uuid> = touched.into_iter().collect();
    let mut standing = Vec::new();
    for some in touched.chunks(bulk::MOST_NAMED) {
        let so = merges::Column::Pseudonym.is_in(bulk::padded(some));
        standing.extend(standing_of(db, so.into()).await?);
        known::Entity::delete_many()
            .filter(known::Column::Pseudonym.is_in(bulk::padded(some)))
            .exec(db)
            .await?;
    }
    let reckoned = identities(&standing).map_err(|one| StoreError::Unreadable(circle(one)))?;
    let rows = reckoned
        .into_iter()
        .map(|(one, identity)| known::ActiveModel {
            pseudonym: Set(one.uuid()),
            kept: Set(identity.kept.uuid()),
            is_identified: Set(identity.is_identified),
        });
    bulk::insert(db, rows.collect(), None).await
}

fn circle(one: Id<Pseudonym>) -> String {
    format!("merges: {one} is merged into themselves")
}

async fn standing_of(db: &impl ConnectionTrait, so: Condition) -> Result<Vec<Merge>, StoreError> {
    let rows = merges::Entity::find()
        .filter(merges::Column::UndoneAt.is_null())
        .filter(so)
        .order_by_asc(merges::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(merge).collect())
}

fn merge(row: merges::Model) -> Merge {
    Merge {
        id: Id::from_uuid(row.id),
        pseudonym: Id::from_uuid(row.pseudonym),
        kept: Id::from_uuid(row.kept),
        is_identified: row.is_identified,
        recorded_at: row.recorded_at,
        undone_at: row.undone_at,
    }
}

/// By which merge a citizen turned out to be somebody else, and who that is, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn merge_of(
    writing: &Writing,
    citizen: &Citizen,
) -> Result<Option<(Merge, Citizen)>, StoreError> {
    let own = merges::Column::Pseudonym.eq(citizen.pseudonym.uuid());
    let Some(merge) = standing_of(writing.db(), own.into()).await?.pop() else {
        return Ok(None);
    };
    let kept = save::by_pseudonym(writing, merge.kept).await?;
    Ok(kept.map(|kept| (merge, kept)))
}

/// Whatever stands for the person for whom this stands: alone, where they are in no merge.
pub(crate) async fn all_of(
    db: &impl ConnectionTrait,
    person: Uuid,
) -> Result<Vec<Uuid>, StoreError> {
    let Some(identity) = known::Entity::find_by_id(person).one(db).await? else {
        return Ok(vec![person]);
    };
    let all = known::Entity::find()
        .select_only()
        .column(known::Column::Pseudonym)
        .filter(known::Column::Kept.eq(identity.kept))
        .order_by_asc(known::Column::Pseudonym)
        .into_tuple()
        .all(db)
        .await?;
    Ok(all)
}

/// Whatever stands for those who were merged into somebody, whoever they turned out to be further on; and what
/// stands for them, first.
pub(crate) async fn merged_into(writing: &Writing, person: Uuid) -> Result<Vec<Uuid>, StoreError> {
    let db = writing.db();
    let mut found = vec![person];
    let mut next = vec![person];
    while !next.is_empty() {
        let mut further = Vec::new();
        for some in next.chunks(bulk::MOST_NAMED) {
            let so = merges::Column::Kept.is_in(bulk::padded(some));
            let merges = standing_of(db, so.into()).await?;
            further.extend(merges.iter().map(|merge| merge.pseudonym.uuid()));
        }
        further.retain(|one| !found.contains(one));
        found.extend(&further);
        next = further;
    }
    Ok(found)
}

/// Who these are, as far as they are in a merge.
pub(crate) async fn identities_of(
    db: &impl ConnectionTrait,
    people: &[Uuid],
) -> Result<HashMap<Uuid, Identity>, StoreError> {
    let mut found = HashMap::new();
    for some in people.chunks(bulk::MOST_NAMED) {
        let rows = known::Entity::find()
            .filter(known::Column::Pseudonym.is_in(bulk::padded(some)))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.pseudonym, identity(&row))));
    }
    Ok(found)
}

pub(crate) fn identity(row: &known::Model) -> Identity {
    Identity {
        kept: Id::from_uuid(row.kept),
        is_identified: row.is_identified,
    }
}

/// The person who a citizen is: they themselves, or the one who is kept, locked.
///
/// # Errors
/// The database can't be reached.
pub async fn as_is_known_now(writing: &Writing, citizen: Citizen) -> Result<Citizen, StoreError> {
    if citizen.merged_into.is_none() {
        return Ok(citizen);
    }
    let own = [citizen.pseudonym.uuid()];
    let found = identities_of(writing.db(), &own).await?;
    let Some(identity) = found.get(&own[0]) else {
        return Ok(citizen);
    };
    let kept = save::by_pseudonym(writing, identity.kept).await?;
    Ok(kept.unwrap_or(citizen))
}

/// The id of the person who a citizen turned out to be.
///
/// # Errors
/// The database can't be reached.
pub async fn kept_of(
    snapshot: &Snapshot,
    citizen: &Citizen,
) -> Result<Option<Id<Citizen>>, StoreError> {
    if citizen.merged_into.is_none() {
        return Ok(None);
    }
    let own = citizen.pseudonym.uuid();
    let found = identities_of(&snapshot.tx, &[own]).await?;
    let Some(identity) = found.get(&own) else {
        return Ok(None);
    };
    let kept = identity.kept.uuid();
    let ids = query::to_ids(snapshot, &[kept]).await?;
    Ok(ids.get(&kept).copied().map(Id::from_uuid))
}

/// Those who turned out to be that person, one way or another: the first who came first.
///
/// # Errors
/// The database can't be reached.
pub async fn absorbed_by(
    snapshot: &Snapshot,
    citizen: &Citizen,
) -> Result<Vec<Citizen>, StoreError> {
    let all = all_of(&snapshot.tx, citizen.pseudonym.uuid()).await?;
    let others: Vec<Uuid> = all
        .into_iter()
        .filter(|one| *one != citizen.pseudonym.uuid())
        .collect();
    let found = query::cards(snapshot, &others).await?;
    let mut found: Vec<Citizen> = found.into_values().collect();
    found.retain(|one| one.merged_into.is_some());
    found.sort_by_key(|one| (one.created_at, one.id));
    Ok(found)
}

/// What can't be of merges: somebody who is merged into themselves, a person who is somebody else than the merges
/// say.
pub(crate) async fn faults(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let db = &snapshot.tx;
    let mut faults = Vec::new();
    let standing = standing_of(db, Condition::all()).await?;
    let recount = match identities(&standing) {
        Ok(recount) => recount,
        Err(one) => return Ok(vec![circle(one)]),
    };
    let rows = known::Entity::find().all(db).await?;
    let stored: HashMap<Id<Pseudonym>, Identity> = rows
        .iter()
        .map(|row| (Id::from_uuid(row.pseudonym), identity(row)))
        .collect();
    for (one, said) in &recount {
        if stored.get(one) != Some(said) {
            faults.push(format!("identities: {one} is not who the merges say"));
        }
    }
    for one in stored.keys().filter(|one| !recount.contains_key(one)) {
        faults.push(format!("identities: {one} is in no merge that stands"));
    }
    let said: HashMap<Uuid, Uuid> = standing
        .iter()
        .map(|merge| (merge.pseudonym.uuid(), merge.kept.uuid()))
        .collect();
    let look = |row: citizens::Model| {
        if row.merged_into.as_ref() != said.get(&row.pseudonym) {
            let who = row.pseudonym;
            faults.push(format!(
                "citizens: {who} is not merged into whom the merges say"
            ));
        }
    };
    bulk::every::<citizens::Entity>(db, citizens::Column::Id, |row| row.id, look).await?;
    Ok(faults)
}
