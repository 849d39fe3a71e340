//! Who and what the clock forgets: looked for, counted before it happens, and what came of each run.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveTime, Utc};
use domain::citizens::{CitizenSource, Pseudonym};
use domain::consents::ConsentPurpose;
use domain::involvements::InvolvementState;
use domain::kernel::{Id, Vocabulary};
use domain::projects::ProjectState;
use domain::registrations::RegistrationState;
use domain::rights::{Activity, Retention, keeps_here};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::accounts;
use crate::citizens as people;
use crate::entities::{
    audit_entries, citizens, consents, involvements, occurrences, participations, projects,
    registrations, retention_runs,
};
use crate::mail;
use crate::page::{Direction, Part, rows_of};
use crate::store::{Snapshot, StoreError, Writing, bulk, count_old_answers};
use crate::values::word;

/// So many are looked at together.
const AT_ONCE: u64 = 200;

/// Some people who are forgotten by the clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DuePeople {
    /// Who, and as what.
    pub people: Vec<(Id<Pseudonym>, Retention)>,
    /// Behind whom to look for more; none at the end.
    pub next: Option<Uuid>,
}

/// Looks for people who are forgotten by the clock at that moment: some, behind the one who is named.
///
/// # Errors
/// The database can't be reached.
pub async fn due_people(
    snapshot: &Snapshot,
    at: DateTime<Utc>,
    after: Option<Uuid>,
) -> Result<DuePeople, StoreError> {
    use citizens::Column;
    let stranger = Condition::all()
        .add(Column::Source.eq(CitizenSource::Own.word()))
        .add(Column::ConfirmedAt.is_null())
        .add(Column::CreatedAt.lt(Retention::Strangers.before(at)));
    let inactive = Column::UpdatedAt.lt(Retention::InactiveCitizens.before(at));
    let looked_at: Vec<Uuid> = citizens::Entity::find()
        .select_only()
        .column(Column::Pseudonym)
        .filter(Condition::any().add(stranger).add(inactive))
        .filter(Condition::all().add_option(after.map(|one| Column::Pseudonym.gt(one))))
        .order_by_asc(Column::Pseudonym)
        .limit(AT_ONCE)
        .into_tuple()
        .all(&snapshot.tx)
        .await?;
    let is_last = (looked_at.len() as u64) < AT_ONCE;
    let next = looked_at.last().copied().filter(|_| !is_last);
    let mut people = Vec::new();
    for (who, activity) in as_people(snapshot, &looked_at, at).await? {
        people.extend(activity.forgotten_as(at).map(|as_| (who, as_)));
    }
    Ok(DuePeople { people, next })
}

/// Those among them who are not somebody else, with all that was heard of whoever they turned out to be: the time
/// of a merged one runs with that of the person.
async fn as_people(
    snapshot: &Snapshot,
    some: &[Uuid],
    at: DateTime<Utc>,
) -> Result<Vec<(Id<Pseudonym>, Activity)>, StoreError> {
    let identities = people::identities_of(&snapshot.tx, some).await?;
    let mut found = Vec::with_capacity(some.len());
    let alone = activities(&snapshot.tx, some, at).await?;
    for who in some {
        let id = Id::from_uuid(*who);
        match identities.get(who) {
            None => found.extend(alone.get(who).map(|activity| (id, *activity))),
            Some(identity) if identity.kept == id => {
                let all = people::all_of(&snapshot.tx, *who).await?;
                let activities = activities(&snapshot.tx, &all, at).await?;
                let together = activities.into_values().reduce(Activity::with);
                found.extend(together.map(|activity| (id, activity)));
            }
            Some(_) => {}
        }
    }
    Ok(found)
}

/// How many have had their time at that moment, by what they are kept for: what the clock would forget then, if
/// nothing happens before.
///
/// # Errors
/// The database can't be reached.
pub async fn count_due(
    snapshot: &Snapshot,
    at: DateTime<Utc>,
) -> Result<Vec<(Retention, u64)>, StoreError> {
    let (mut strangers, mut inactive, mut after) = (0, 0, None);
    loop {
        let due = due_people(snapshot, at, after).await?;
        for (_, due_as) in due.people {
            match due_as {
                Retention::Strangers => strangers += 1,
                _ => inactive += 1,
            }
        }
        after = due.next;
        if after.is_none() {
            break;
        }
    }
    let mut counts = Vec::new();
    for (retention, _) in Retention::WORDS {
        let count = match retention {
            Retention::Strangers => strangers,
            Retention::InactiveCitizens => inactive,
            Retention::Mails => mail::count_old(snapshot, at).await?,
            Retention::SignInLinks => accounts::count_old_challenges(snapshot, at).await?,
            Retention::Sessions => accounts::count_old_sessions(snapshot, at).await?,
            Retention::FailedSignIns => accounts::count_old_attempts(snapshot, false, at).await?,
            Retention::SignIns => accounts::count_old_attempts(snapshot, true, at).await?,
            Retention::RepeatedAnswers => count_old_answers(snapshot, at).await?,
        };
        counts.push((*retention, count));
    }
    Ok(counts)
}

/// What is looked at before these people are forgotten.
pub(super) async fn activities(
    db: &impl ConnectionTrait,
    them: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, Activity>, StoreError> {
    let mut found = HashMap::with_capacity(them.len());
    for some in them.chunks(bulk::MOST_NAMED) {
        let rows =
            citizens::Entity::find().filter(citizens::Column::Pseudonym.is_in(bulk::padded(some)));
        for row in rows.all(db).await? {
            let is_known = row.confirmed_at.is_some() || row.source == CitizenSource::Staff.word();
            let activity = Activity {
                is_known,
                came_at: row.created_at,
                last_at: row.updated_at,
                has_ahead: false,
                has_consent: false,
                is_restricted: row.restricted_at.is_some(),
                is_involved: false,
            };
            found.insert(row.pseudonym, activity);
        }
        look_at_registrations(db, some, now, &mut found).await?;
        look_at_consents(db, some, &mut found).await?;
        look_at_involvements(db, some, &mut found).await?;
        for (who, at) in heard_of(db, some).await? {
            if let Some(activity) = found.get_mut(&who) {
                *activity = activity.heard(at);
            }
        }
    }
    Ok(found)
}

async fn look_at_registrations(
    db: &impl ConnectionTrait,
    some: &[Uuid],
    now: DateTime<Utc>,
    found: &mut HashMap<Uuid, Activity>,
) -> Result<(), StoreError> {
    use registrations::Column;
    let rows: Vec<(Option<Uuid>, Uuid, String, DateTime<Utc>)> = registrations::Entity::find()
        .select_only()
        .columns([Column::Person, Column::OccurrenceId, Column::State])
        .column(Column::UpdatedAt)
        .filter(Column::Person.is_in(bulk::padded(some)))
        .into_tuple()
        .all(db)
        .await?;
    let dates: Vec<Uuid> = rows.iter().map(|(_, date, ..)| *date).collect();
    let mut ends = HashMap::with_capacity(dates.len());
    for some in dates.chunks(bulk::MOST_NAMED) {
        let rows: Vec<(Uuid, DateTime<Utc>)> = occurrences::Entity::find()
            .select_only()
            .columns([occurrences::Column::Id, occurrences::Column::EndsAt])
            .filter(occurrences::Column::Id.is_in(bulk::padded(some)))
            .into_tuple()
            .all(db)
            .await?;
        ends.extend(rows);
    }
    for (who, date, state, updated_at) in rows {
        let Some(activity) = who.and_then(|who| found.get_mut(&who)) else {
            continue;
        };
        *activity = activity.heard(updated_at);
        let state: RegistrationState = word(&state)?;
        let Some(ends_at) = ends.get(&date).copied() else {
            continue;
        };
        if state != RegistrationState::Cancelled && ends_at <= now {
            *activity = activity.heard(ends_at);
        }
        activity.has_ahead |= state.is_ahead() && ends_at > now;
    }
    Ok(())
}

async fn look_at_consents(
    db: &impl ConnectionTrait,
    some: &[Uuid],
    found: &mut HashMap<Uuid, Activity>,
) -> Result<(), StoreError> {
    let rows = consents::Entity::find()
        .filter(consents::Column::Person.is_in(bulk::padded(some)))
        .order_by_asc(consents::Column::RecordedAt)
        .order_by_asc(consents::Column::Id)
        .all(db)
        .await?;
    let mut last: HashMap<(Uuid, String), bool> = HashMap::new();
    for row in rows {
        if let Some(activity) = found.get_mut(&row.person) {
            *activity = activity.heard(row.recorded_at);
        }
        last.insert((row.person, row.purpose), row.is_given);
    }
    for ((who, purpose), is_given) in last {
        let purpose: ConsentPurpose = word(&purpose)?;
        if let Some(activity) = found.get_mut(&who) {
            activity.has_consent |= is_given && keeps_here(purpose);
        }
    }
    Ok(())
}

async fn look_at_involvements(
    db: &impl ConnectionTrait,
    some: &[Uuid],
    found: &mut HashMap<Uuid, Activity>,
) -> Result<(), StoreError> {
    let with_project = involvements::Entity::belongs_to(projects::Entity)
        .from(involvements::Column::ProjectId)
        .to(projects::Column::Id);
    let rows: Vec<(Uuid, String, DateTime<Utc>, String)> = involvements::Entity::find()
        .join(JoinType::InnerJoin, with_project.into())
        .select_only()
        .columns([involvements::Column::Person, involvements::Column::State])
        .column(involvements::Column::UpdatedAt)
        .column(projects::Column::State)
        .filter(involvements::Column::Person.is_in(bulk::padded(some)))
        .into_tuple()
        .all(db)
        .await?;
    for (who, state, updated_at, project) in rows {
        let Some(activity) = found.get_mut(&who) else {
            continue;
        };
        *activity = activity.heard(updated_at);
        let (state, project): (InvolvementState, ProjectState) = (word(&state)?, word(&project)?);
        let is_over = matches!(
            project,
            ProjectState::Completed | ProjectState::Abandoned | ProjectState::Declined
        );
        activity.is_involved |= state.is_open() && !is_over;
    }
    Ok(())
}

/// When they took part in something, and when they signed in: sessions go soon, and the trail has them.
async fn heard_of(
    db: &impl ConnectionTrait,
    some: &[Uuid],
) -> Result<Vec<(Uuid, DateTime<Utc>)>, StoreError> {
    use audit_entries::Column as Trail;
    use participations::Column as Facts;
    let facts: Vec<(Option<Uuid>, chrono::NaiveDate)> = participations::Entity::find()
        .select_only()
        .columns([Facts::Person, Facts::OccurredOn])
        .filter(Facts::Person.is_in(bulk::padded(some)))
        .filter(Facts::VoidedAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let signed_in: Vec<(Option<Uuid>, DateTime<Utc>)> = audit_entries::Entity::find()
        .select_only()
        .columns([Trail::SubjectId, Trail::At])
        .filter(Trail::SubjectId.is_in(bulk::padded(some)))
        .filter(Trail::Facts.eq("session.opened"))
        .into_tuple()
        .all(db)
        .await?;
    let facts = facts.into_iter().map(|(who, day)| {
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        (who, next.and_time(NaiveTime::MIN).and_utc())
    });
    let all = facts.chain(signed_in);
    Ok(all.filter_map(|(who, at)| Some((who?, at))).collect())
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionRun {
    /// Its id.
    pub id: Uuid,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// How many were forgotten, by what they were kept for.
    pub forgotten: Vec<(Retention, u64)>,
}

/// Keeps what came of a run.
///
/// # Errors
/// The database can't be reached.
pub async fn keep_run(
    writing: &mut Writing,
    forgotten: &[(Retention, u64)],
) -> Result<(), StoreError> {
    let counts = forgotten.iter();
    let counts: HashMap<&str, u64> = counts.map(|(one, count)| (one.word(), *count)).collect();
    let row = retention_runs::ActiveModel {
        id: Set(writing.new_id()),
        ended_at: Set(writing.now()),
        forgotten: Set(serde_json::json!(counts)),
    };
    row.insert(writing.db()).await?;
    Ok(())
}

/// A page of runs, the last first, and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn runs(
    snapshot: &Snapshot,
    part: Part,
) -> Result<(Vec<RetentionRun>, Option<u64>), StoreError> {
    use retention_runs::{Column, Entity};
    let columns = (Column::EndedAt, Column::Id);
    let (rows, total) = rows_of(
        snapshot,
        Entity::find(),
        columns,
        Direction::Descending,
        part,
    )
    .await?;
    let run = |row: retention_runs::Model| {
        let purposes = Retention::WORDS.iter();
        let forgotten = purposes
            .filter_map(|(one, word)| Some((*one, row.forgotten.get(*word)?.as_u64()?)))
            .collect();
        RetentionRun {
            id: row.id,
            ended_at: row.ended_at,
            forgotten,
        }
    };
    Ok((rows.into_iter().map(run).collect(), total))
}
