//! Finding facts: page by page, and all of them in the order in which they occurred, to be counted.

use chrono::NaiveDate;
use domain::citizens::Pseudonym;
use domain::events::{Event, Occurrence};
use domain::kernel::{Id, InseeCode, Vocabulary};
use domain::participations::{Participation, ParticipationKind};
use futures_util::TryStreamExt as _;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::rows;
use crate::citizens::{all_of, identities_of, identity};
use crate::entities::identities;
use crate::entities::participations::{Column, Entity};
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError};

/// Which facts, of those that hold. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParticipationFilter {
    /// Of one of these sorts.
    pub kinds: Vec<ParticipationKind>,
    /// From that day on.
    pub from: Option<NaiveDate>,
    /// Before that day.
    pub to: Option<NaiveDate>,
    /// Of people of one of these communes.
    pub communes: Option<Vec<InseeCode>>,
    /// At that event.
    pub event: Option<Id<Event>>,
    /// On that date.
    pub occurrence: Option<Id<Occurrence>>,
    /// Of that person, whoever they were taken for.
    pub person: Option<Id<Pseudonym>>,
}

/// A page of facts in the order in which they were noted, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    filter: &ParticipationFilter,
    part: Part,
) -> Result<(Vec<Participation>, Option<u64>), StoreError> {
    let query = Entity::find().filter(filter.condition(snapshot).await?);
    let columns = (Column::RecordedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let people: Vec<Uuid> = rows.iter().filter_map(|row| row.person).collect();
    let identities = identities_of(&snapshot.tx, &people).await?;
    let facts = rows.into_iter().map(|row| {
        let identity = row.person.and_then(|person| identities.get(&person));
        Ok(rows::participation(row)?.of(identity.copied()))
    });
    Ok((facts.collect::<Result<_, StoreError>>()?, total))
}

/// Looks at each fact, one after the other, in the order in which they occurred. Each is of whom its person is by
/// the merges that stand.
///
/// # Errors
/// The database can't be reached.
pub async fn each(
    snapshot: &Snapshot,
    filter: &ParticipationFilter,
    mut look: impl FnMut(&Participation),
) -> Result<(), StoreError> {
    let whoever = Entity::belongs_to(identities::Entity)
        .from(Column::Person)
        .to(identities::Column::Pseudonym);
    let mut found = Entity::find()
        .join(JoinType::LeftJoin, whoever.into())
        .select_also(identities::Entity)
        .filter(filter.condition(snapshot).await?)
        .order_by_asc(Column::OccurredOn)
        .order_by_asc(Column::RecordedAt)
        .order_by_asc(Column::Id)
        .stream(&snapshot.tx)
        .await?;
    while let Some((row, known)) = found.try_next().await? {
        let known = known.as_ref().map(identity);
        look(&rows::participation(row)?.of(known));
    }
    Ok(())
}

impl ParticipationFilter {
    async fn condition(&self, snapshot: &Snapshot) -> Result<Condition, StoreError> {
        let people = match self.person {
            Some(person) => Some(all_of(&snapshot.tx, person.uuid()).await?),
            None => None,
        };
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.word()).collect();
        let communes = self.communes.as_ref().map(|codes| {
            let codes = codes.iter().map(|code| code.as_str().to_owned());
            Column::CommuneCode.is_in(codes)
        });
        Ok(Condition::all()
            .add(Column::VoidedAt.is_null())
            .add_option((!kinds.is_empty()).then(|| Column::Kind.is_in(kinds)))
            .add_option(self.from.map(|day| Column::OccurredOn.gte(day)))
            .add_option(self.to.map(|day| Column::OccurredOn.lt(day)))
            .add_option(communes)
            .add_option(self.event.map(|id| Column::EventId.eq(id.uuid())))
            .add_option(self.occurrence.map(|id| Column::OccurrenceId.eq(id.uuid())))
            .add_option(people.map(|people| Column::Person.is_in(people))))
    }
}
