//! Finding facts: page by page, and all of them in the order in which they occurred, to be counted.

use chrono::NaiveDate;
use domain::citizens::Pseudonym;
use domain::events::{Event, Occurrence};
use domain::kernel::{Id, InseeCode, Vocabulary};
use domain::participations::{Participation, ParticipationKind};
use futures_util::TryStreamExt as _;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use super::rows;
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
    /// Of that person.
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
    let query = Entity::find().filter(filter.condition());
    let columns = (Column::RecordedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let facts = rows.into_iter().map(rows::participation);
    Ok((facts.collect::<Result<_, _>>()?, total))
}

/// Looks at each fact, one after the other, in the order in which they occurred.
///
/// # Errors
/// The database can't be reached.
pub async fn each(
    snapshot: &Snapshot,
    filter: &ParticipationFilter,
    mut look: impl FnMut(&Participation),
) -> Result<(), StoreError> {
    let mut found = Entity::find()
        .filter(filter.condition())
        .order_by_asc(Column::OccurredOn)
        .order_by_asc(Column::RecordedAt)
        .order_by_asc(Column::Id)
        .stream(&snapshot.tx)
        .await?;
    while let Some(row) = found.try_next().await? {
        look(&rows::participation(row)?);
    }
    Ok(())
}

impl ParticipationFilter {
    fn condition(&self) -> Condition {
        let kinds: Vec<_> = self.kinds.iter().map(|kind| kind.word()).collect();
        let communes = self.communes.as_ref().map(|codes| {
            let codes = codes.iter().map(|code| code.as_str().to_owned());
            Column::CommuneCode.is_in(codes)
        });
        Condition::all()
            .add(Column::VoidedAt.is_null())
            .add_option((!kinds.is_empty()).then(|| Column::Kind.is_in(kinds)))
            .add_option(self.from.map(|day| Column::OccurredOn.gte(day)))
            .add_option(self.to.map(|day| Column::OccurredOn.lt(day)))
            .add_option(communes)
            .add_option(self.event.map(|id| Column::EventId.eq(id.uuid())))
            .add_option(self.occurrence.map(|id| Column::OccurrenceId.eq(id.uuid())))
            .add_option(self.person.map(|id| Column::Person.eq(id.uuid())))
    }
}
