//! Finding citizens: by the staff, who need to.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::citizens::{AgeBand, Citizen, CitizenSource, Likeness, Pseudonym, led_to};
use domain::kernel::{EmailAddress, Id, InseeCode, MailLanguage, Vocabulary};
use sea_orm::sea_query::{Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::merges::identities_of;
use super::rows;
use crate::entities::citizens::{Column, Entity};
use crate::entities::distinctions;
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError, bulk};

/// Which citizens. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CitizenFilter {
    /// Whose name holds all these, folded.
    pub words: Vec<String>,
    /// Who has this address.
    pub email: Option<EmailAddress>,
    /// Whose number ends with these digits.
    pub telephone: Option<String>,
    /// Who live in one of these communes.
    pub communes: Option<Vec<InseeCode>>,
    /// Of one of these ages.
    pub age_bands: Vec<AgeBand>,
    /// Who came in one of these ways.
    pub sources: Vec<CitizenSource>,
    /// Who showed that the address is theirs, or did not.
    pub is_confirmed: Option<bool>,
    /// Changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// Those whose data are restricted, and no others.
    pub is_restricted: bool,
}

/// A page of those who are known, by their last change, and how many there are, when that is asked. Who only
/// typed an address that nobody confirmed is nobody yet; who turned out to be somebody else is found as that one. Whose
/// data are restricted is found where that is asked for, and nowhere else.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    filter: &CitizenFilter,
    part: Part,
) -> Result<(Vec<Citizen>, Option<u64>), StoreError> {
    let whose = match filter.is_restricted {
        true => by_themselves_or_restricted().add(Column::RestrictedAt.is_not_null()),
        false => by_themselves(),
    };
    let query = Entity::find().filter(whose).filter(filter.condition());
    let columns = (Column::UpdatedAt, Column::Id);
    let (rows, total) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    let citizens = rows.into_iter().map(rows::citizen);
    Ok((citizens.collect::<Result<_, _>>()?, total))
}

/// The citizen of that id, if they are known, be it as somebody else.
///
/// # Errors
/// The database can't be reached.
pub async fn find(snapshot: &Snapshot, id: Id<Citizen>) -> Result<Option<Citizen>, StoreError> {
    let row = Entity::find_by_id(id.uuid())
        .filter(known())
        .one(&snapshot.tx)
        .await?;
    row.map(rows::citizen).transpose()
}

/// What stands for the citizen of that id; none once they were erased.
///
/// # Errors
/// The database can't be reached.
pub async fn pseudonym_of(
    snapshot: &Snapshot,
    id: Id<Citizen>,
) -> Result<Option<Id<Pseudonym>>, StoreError> {
    let found: Option<Uuid> = Entity::find_by_id(id.uuid())
        .select_only()
        .column(Column::Pseudonym)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(found.map(Id::from_uuid))
}

/// The id of the citizen behind a pseudonym; none once they were erased.
pub(crate) async fn id_of(
    db: &impl ConnectionTrait,
    pseudonym: Id<Pseudonym>,
) -> Result<Option<Id<Citizen>>, StoreError> {
    let found: Option<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Pseudonym.eq(pseudonym.uuid()))
        .into_tuple()
        .one(db)
        .await?;
    Ok(found.map(Id::from_uuid))
}

/// All who stand in the one place where names are, by their pseudonyms.
pub(crate) async fn everybody(snapshot: &Snapshot) -> Result<HashSet<Uuid>, StoreError> {
    let all: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Pseudonym)
        .into_tuple()
        .all(&snapshot.tx)
        .await?;
    Ok(all.into_iter().collect())
}

/// The people behind these pseudonyms, as they are known now, as far as they were not erased.
pub(crate) async fn by_pseudonyms(
    snapshot: &Snapshot,
    pseudonyms: &[Uuid],
) -> Result<HashMap<Uuid, Citizen>, StoreError> {
    let identities = identities_of(&snapshot.tx, pseudonyms).await?;
    let kept = |one: &Uuid| identities.get(one).map_or(*one, |found| found.kept.uuid());
    let people: Vec<Uuid> = pseudonyms.iter().map(kept).collect();
    let citizens = cards(snapshot, &people).await?;
    let found = pseudonyms.iter().zip(&people);
    Ok(found
        .filter_map(|(one, kept)| Some((*one, citizens.get(kept)?.clone())))
        .collect())
}

/// The person for whom this stands, as they are known now; none once they were erased.
///
/// # Errors
/// The database can't be reached.
pub async fn known_behind(
    snapshot: &Snapshot,
    card: Id<Pseudonym>,
) -> Result<Option<Citizen>, StoreError> {
    let mut found = by_pseudonyms(snapshot, &[card.uuid()]).await?;
    Ok(found.remove(&card.uuid()))
}

/// What is written down of these, whoever they turned out to be.
pub(super) async fn cards(
    snapshot: &Snapshot,
    pseudonyms: &[Uuid],
) -> Result<HashMap<Uuid, Citizen>, StoreError> {
    let mut citizens = HashMap::with_capacity(pseudonyms.len());
    for some in pseudonyms.chunks(bulk::MOST_NAMED) {
        let rows = Entity::find().filter(Column::Pseudonym.is_in(bulk::padded(some)));
        for row in rows.all(&snapshot.tx).await? {
            citizens.insert(row.pseudonym, rows::citizen(row)?);
        }
    }
    Ok(citizens)
}

/// What stands for the citizens of these ids, as far as there are any.
///
/// # Errors
/// The database can't be reached.
pub async fn to_pseudonyms(snapshot: &Snapshot, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    let mut pseudonyms = Vec::new();
    for some in ids.chunks(bulk::MOST_NAMED) {
        let own = Column::Id.is_in(bulk::padded(some));
        let found = pairs(snapshot, own).await?;
        pseudonyms.extend(found.into_iter().map(|(_, pseudonym)| pseudonym));
    }
    Ok(pseudonyms)
}

/// The ids of the citizens behind these pseudonyms, as far as they were not erased.
///
/// # Errors
/// The database can't be reached.
pub async fn to_ids(
    snapshot: &Snapshot,
    pseudonyms: &[Uuid],
) -> Result<HashMap<Uuid, Uuid>, StoreError> {
    let mut ids = HashMap::with_capacity(pseudonyms.len());
    for some in pseudonyms.chunks(bulk::MOST_NAMED) {
        let own = Column::Pseudonym.is_in(bulk::padded(some));
        let found = pairs(snapshot, own).await?;
        ids.extend(found.into_iter().map(|(id, pseudonym)| (pseudonym, id)));
    }
    Ok(ids)
}

async fn pairs(snapshot: &Snapshot, so: SimpleExpr) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
    let rows = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Pseudonym])
        .filter(so)
        .into_tuple()
        .all(&snapshot.tx)
        .await?;
    Ok(rows)
}

/// What an address leads to, when somebody signs in with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LedTo {
    /// Whether it is one person.
    pub is_somebody: bool,
    /// In which language they are written to.
    pub language: Option<MailLanguage>,
}

/// Whom an address leads to: see [`super::card_with`] and [`super::announced_with`].
///
/// # Errors
/// The database can't be reached.
pub async fn leads_to(snapshot: &Snapshot, email: &EmailAddress) -> Result<LedTo, StoreError> {
    let rows = Entity::find()
        .filter(Column::EmailKey.eq(email.key()))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(&snapshot.tx)
        .await?;
    let found = rows.into_iter().map(rows::citizen);
    let found = found.collect::<Result<Vec<_>, _>>()?;
    let led = led_to_of(&snapshot.tx, &found).await?;
    let announced = found.iter().find(|one| one.source == CitizenSource::Own);
    let one = led.as_ref().or(announced);
    Ok(LedTo {
        is_somebody: one.is_some(),
        language: one.map(|one| one.content.language),
    })
}

/// The one of these to whom their address leads.
pub(super) async fn led_to_of(
    db: &impl ConnectionTrait,
    cards: &[Citizen],
) -> Result<Option<Citizen>, StoreError> {
    let pseudonyms: Vec<Uuid> = cards.iter().map(|card| card.pseudonym.uuid()).collect();
    let identities = identities_of(db, &pseudonyms).await?;
    let person = |card: &Citizen| {
        let identity = identities.get(&card.pseudonym.uuid());
        identity.map_or(card.pseudonym, |identity| identity.kept)
    };
    Ok(led_to(cards, person).cloned())
}

/// The address that was written down of somebody, whoever they turned out to be.
///
/// # Errors
/// The database can't be reached.
pub async fn address_of(
    snapshot: &Snapshot,
    card: Id<Pseudonym>,
) -> Result<Option<EmailAddress>, StoreError> {
    let found = cards(snapshot, &[card.uuid()]).await?.remove(&card.uuid());
    Ok(found.and_then(|card| card.content.email))
}

/// The most that are compared with one.
const MOST_COMPARED: u64 = 100;

/// Those who have the address, the number or the name of one, who is not among them; nor is who is known to be
/// another one.
///
/// # Errors
/// The database can't be reached.
pub async fn near_to(snapshot: &Snapshot, citizen: &Citizen) -> Result<Vec<Citizen>, StoreError> {
    let Likeness {
        email,
        telephone,
        name,
    } = Likeness::of(citizen);
    let alike = Condition::any()
        .add(Column::NameKey.eq(name))
        .add_option(email.map(|email| Column::EmailKey.eq(email)))
        .add_option(telephone.map(|number| Column::TelephoneKey.eq(number)));
    let distinct = Query::select()
        .column(distinctions::Column::Other)
        .from(distinctions::Entity)
        .and_where(distinctions::Column::Pseudonym.eq(citizen.pseudonym.uuid()))
        .to_owned();
    let rows = Entity::find()
        .filter(by_themselves())
        .filter(Column::Id.ne(citizen.id.uuid()))
        .filter(Column::Pseudonym.not_in_subquery(distinct))
        .filter(alike)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(MOST_COMPARED)
        .all(&snapshot.tx)
        .await?;
    rows.into_iter().map(rows::citizen).collect()
}

/// Not only an address that anybody may have typed.
pub(super) fn known() -> Condition {
    Condition::any()
        .add(Column::ConfirmedAt.is_not_null())
        .add(Column::Source.eq(CitizenSource::Staff.word()))
}

/// Those of them who did not turn out to be somebody else, and whose data may be used.
pub(super) fn by_themselves() -> Condition {
    by_themselves_or_restricted().add(Column::RestrictedAt.is_null())
}

fn by_themselves_or_restricted() -> Condition {
    Condition::all()
        .add(known())
        .add(Column::MergedInto.is_null())
}

/// What stands for those whose data are restricted, under whichever name.
pub(crate) fn restricted() -> SelectStatement {
    Query::select()
        .column(Column::Pseudonym)
        .from(Entity)
        .and_where(Column::RestrictedAt.is_not_null())
        .to_owned()
}

/// Whether the data of the person are restricted for whom this stands.
///
/// # Errors
/// The database can't be reached.
pub async fn is_restricted(snapshot: &Snapshot, person: Id<Pseudonym>) -> Result<bool, StoreError> {
    let own = Entity::find()
        .filter(Column::Pseudonym.eq(person.uuid()))
        .filter(Column::RestrictedAt.is_not_null());
    Ok(own.count(&snapshot.tx).await? > 0)
}

impl CitizenFilter {
    fn condition(&self) -> Condition {
        let bands: Vec<_> = self.age_bands.iter().map(|band| band.word()).collect();
        let sources: Vec<_> = self.sources.iter().map(|source| source.word()).collect();
        let communes = self.communes.as_ref().map(|codes| {
            let codes = codes.iter().map(|code| code.as_str().to_owned());
            Column::CommuneCode.is_in(codes)
        });
        let confirmed = self.is_confirmed.map(|is_confirmed| match is_confirmed {
            true => Column::ConfirmedAt.is_not_null(),
            false => Column::ConfirmedAt.is_null(),
        });
        let mut condition = Condition::all()
            .add_option((!bands.is_empty()).then(|| Column::AgeBand.is_in(bands)))
            .add_option((!sources.is_empty()).then(|| Column::Source.is_in(sources)))
            .add_option(
                self.email
                    .as_ref()
                    .map(|email| Column::EmailKey.eq(email.key())),
            )
            .add_option(
                self.telephone
                    .as_ref()
                    .map(|number| Column::TelephoneKey.eq(number.as_str())),
            )
            .add_option(self.updated_since.map(|since| Column::UpdatedAt.gte(since)))
            .add_option(communes)
            .add_option(confirmed);
        for word in &self.words {
            // What is folded holds letters and digits only, none of which means anything here.
            condition = condition.add(Column::FoldedName.contains(word));
        }
        condition
    }
}
