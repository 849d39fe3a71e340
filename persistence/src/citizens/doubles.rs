//! Likely doubles over all who are known, and those that somebody said are two people.

use std::collections::{HashMap, HashSet};

use domain::citizens::{Citizen, CitizenSource, DoubleReason, Likeness, doubles};
use domain::kernel::Vocabulary;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, OnConflict, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::query::by_themselves;
use super::rows;
use crate::audit;
use crate::entities::citizens::{Column, Entity};
use crate::entities::distinctions;
use crate::page::{Direction, Part, Total, rows_of};
use crate::store::{Snapshot, StoreError, Writing, bulk};

/// The most that are named of those who may be one with somebody.
const MOST_NAMED: usize = 20;

/// Somebody, and those who were there before and may be the same person, each with the reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Likely {
    /// Who came later.
    pub citizen: Citizen,
    /// Who may be the same person, who came first before the others; 20 at most.
    pub doubles: Vec<(Citizen, Vec<DoubleReason>)>,
}

/// A page of those who may be somebody who was there before, who came last first, and how many there are, when that
/// is asked: each two who may be one stand there once. Of two whom somebody said to be two nothing is said, nor of
/// who turned out to be somebody else. `reasons` narrow to those who are alike so; when there are none, all.
///
/// # Errors
/// The database can't be reached.
pub async fn list_likely(
    snapshot: &Snapshot,
    reasons: &[DoubleReason],
    part: Part,
) -> Result<(Vec<Likely>, Option<u64>), StoreError> {
    let mut alike = Condition::any();
    for column in KEYS {
        if reasons.is_empty() || reasons.contains(&reason_of(column)) {
            alike = alike.add(Expr::exists(earlier_with(column)));
        }
    }
    // Whoever lives in the same commune is no double for it.
    if alike.is_empty() {
        let total = (part.total == Total::Counted).then_some(0);
        return Ok((Vec::new(), total));
    }
    let query = Entity::find().filter(by_themselves()).filter(alike);
    let columns = (Column::CreatedAt, Column::Id);
    let (page, total) = rows_of(snapshot, query, columns, Direction::Descending, part).await?;
    let page = page.into_iter().map(rows::citizen);
    let page: Vec<Citizen> = page.collect::<Result<_, _>>()?;
    let near = near_to_any(snapshot, &page).await?;
    let distinct = distinct_from_any(snapshot, &page).await?;
    let is_asked = |found: &[DoubleReason]| {
        reasons.is_empty() || found.iter().any(|reason| reasons.contains(reason))
    };
    let likely = page.into_iter().map(|citizen| {
        let is_two = |other: &Citizen| {
            distinct.contains(&(citizen.pseudonym.uuid(), other.pseudonym.uuid()))
        };
        let others = near.to(&citizen).into_iter();
        let doubles = others
            .filter(|other| other.id < citizen.id && !is_two(other))
            .map(|other| (other.clone(), doubles(&citizen, other)))
            .filter(|(_, found)| is_asked(found))
            .take(MOST_NAMED)
            .collect();
        Likely { citizen, doubles }
    });
    Ok((likely.collect(), total))
}

/// By what people are found to be alike.
const KEYS: [Column; 3] = [Column::EmailKey, Column::TelephoneKey, Column::NameKey];

fn reason_of(key: Column) -> DoubleReason {
    match key {
        Column::EmailKey => DoubleReason::SameEmail,
        Column::TelephoneKey => DoubleReason::SameTelephone,
        _ => DoubleReason::SameName,
    }
}

/// Whoever came before a citizen of the outer query, has the same key, and was not said to be somebody else. Ids
/// count up with time.
fn earlier_with(key: Column) -> SelectStatement {
    let other = || Alias::new("other");
    let theirs = |column: Column| Expr::col((other(), column));
    let known = Condition::any()
        .add(theirs(Column::ConfirmedAt).is_not_null())
        .add(theirs(Column::Source).eq(CitizenSource::Staff.word()));
    let two = Query::select()
        .expr(Expr::val(1))
        .from(distinctions::Entity)
        .and_where(
            Expr::col((distinctions::Entity, distinctions::Column::Pseudonym))
                .equals((Entity, Column::Pseudonym)),
        )
        .and_where(
            Expr::col((distinctions::Entity, distinctions::Column::Other))
                .equals((other(), Column::Pseudonym)),
        )
        .to_owned();
    Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, other())
        .and_where(theirs(key).equals((Entity, key)))
        .and_where(theirs(Column::Id).lt(Expr::col((Entity, Column::Id))))
        .and_where(theirs(Column::MergedInto).is_null())
        .and_where(theirs(Column::RestrictedAt).is_null())
        .cond_where(known)
        .and_where(Expr::exists(two).not())
        .to_owned()
}

/// Those who are alike somebody of a page, by what they are.
struct Near {
    all: Vec<Citizen>,
    with: HashMap<(DoubleReason, String), Vec<usize>>,
}

impl Near {
    fn to(&self, citizen: &Citizen) -> Vec<&Citizen> {
        let mut found: Vec<usize> = keys_of(citizen)
            .iter()
            .filter_map(|key| self.with.get(key))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|number| &self.all[number]).collect()
    }
}

fn keys_of(citizen: &Citizen) -> Vec<(DoubleReason, String)> {
    let Likeness {
        email,
        telephone,
        name,
    } = Likeness::of(citizen);
    let keys = [
        (DoubleReason::SameEmail, email),
        (DoubleReason::SameTelephone, telephone),
        (DoubleReason::SameName, Some(name)),
    ];
    let keys = keys.into_iter();
    keys.filter_map(|(reason, key)| Some((reason, key?)))
        .collect()
}

async fn near_to_any(snapshot: &Snapshot, page: &[Citizen]) -> Result<Near, StoreError> {
    let mut alike = Condition::any();
    for column in KEYS {
        let reason = reason_of(column);
        let keys: HashSet<String> = page
            .iter()
            .flat_map(keys_of)
            .filter_map(|(of, key)| (of == reason).then_some(key))
            .collect();
        alike = alike.add(column.is_in(keys));
    }
    let rows = Entity::find()
        .filter(by_themselves())
        .filter(alike)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(&snapshot.tx)
        .await?;
    let all = rows.into_iter().map(rows::citizen);
    let all: Vec<Citizen> = all.collect::<Result<_, _>>()?;
    let mut with: HashMap<_, Vec<usize>> = HashMap::new();
    for (number, citizen) in all.iter().enumerate() {
        for key in keys_of(citizen) {
            with.entry(key).or_default().push(number);
        }
    }
    Ok(Near { all, with })
}

async fn distinct_from_any(
    snapshot: &Snapshot,
    page: &[Citizen],
) -> Result<HashSet<(Uuid, Uuid)>, StoreError> {
    let own: Vec<Uuid> = page.iter().map(|one| one.pseudonym.uuid()).collect();
    let rows = distinctions::Entity::find()
        .filter(distinctions::Column::Pseudonym.is_in(bulk::padded(&own)))
        .all(&snapshot.tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.pseudonym, row.other))
        .collect())
}

/// Keeps that two are two people, so that nobody is asked again; says whether that is new.
///
/// # Errors
/// The database can't be reached.
pub async fn tell_apart(
    writing: &mut Writing,
    one: &Citizen,
    other: &Citizen,
) -> Result<bool, StoreError> {
    let (one, other) = (one.pseudonym.uuid(), other.pseudonym.uuid());
    // In one order, whoever says it of whom.
    let (a, b) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    let is_known = distinctions::Entity::find_by_id((a, b))
        .one(writing.db())
        .await?;
    if is_known.is_some() {
        return Ok(false);
    }
    let now = writing.now();
    let both = [(a, b), (b, a)].map(|(pseudonym, other)| distinctions::ActiveModel {
        pseudonym: Set(pseudonym),
        other: Set(other),
        recorded_at: Set(now),
    });
    // Somebody else may have said so a moment ago.
    let mut known_already =
        OnConflict::columns([distinctions::Column::Pseudonym, distinctions::Column::Other]);
    known_already.do_nothing();
    bulk::insert(writing.db(), both.into(), Some(&known_already)).await?;
    for who in [a, b] {
        audit::note(writing, "citizen.distinguished", "citizen", Some(who)).await?;
    }
    Ok(true)
}
