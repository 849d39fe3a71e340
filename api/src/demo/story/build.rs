//! From the story's literals to values of the domain: what an event says, when it takes place, and
//! what happened to it, decided by the rules of the domain at the moment it happened.

use chrono::{
    DateTime, Datelike as _, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday,
};
use domain::events::{
    self, Event, EventContent, EventFact, EventRefusal, Excluded, Place, Rule, SeriesPlan, Slot,
};
use domain::kernel::text::typeset;
use domain::kernel::{
    Change, Contact, Coordinates, DEFAULT_ZONE, EmailAddress, FaultCode, Faults, Id, InseeCode,
    Language, Line, Prose, Reason, Slug, Timing, WebUrl, to_micros,
};

use super::ids::StoryIds;
use super::told::{Dates, Step, To, Told, Venue, When, Why};

/// The hour of the morning at which what lies ahead was made and published.
const MORNING: &str = "10:00";
/// The moment in the ids of what lies ahead. It doesn't follow the day on which the story is told: an
/// event is the same one when the demonstration is started again on another day.
const AHEAD_SINCE: &str = "2026-09-01T08:00";

/// Why a thing of the story can't be told. The tests tell all of it.
#[derive(Debug, thiserror::Error)]
#[error("the demonstration's « {key} » can't be told: {cause}")]
pub(crate) struct StoryError {
    key: &'static str,
    cause: EventRefusal,
}

/// What is missing or wrong in a literal.
type Read<T> = Result<T, Faults>;

impl Told {
    /// The event's id.
    pub(super) fn id(&self) -> Result<Id<Event>, StoryError> {
        self.ids()
            .map(|mut ids| Id::new(&mut ids))
            .map_err(|faults| self.failed(faults.into()))
    }

    /// The slug it wants.
    pub(super) fn slug(&self) -> Slug {
        Slug::of(self.title)
    }

    /// All that happened to it, as it happened, for somebody who listens at `now`.
    pub(super) fn tell(
        &self,
        slug: Slug,
        now: DateTime<Utc>,
    ) -> Result<Vec<Change<Event, EventFact>>, StoryError> {
        self.try_tell(slug, now).map_err(|cause| self.failed(cause))
    }

    fn try_tell(
        &self,
        slug: Slug,
        now: DateTime<Utc>,
    ) -> Result<Vec<Change<Event, EventFact>>, EventRefusal> {
        let mut ids = self.ids()?;
        let made = moment(self.made, now)?;
        let slots = self.slots(now)?;
        let content = self.content()?;
        let created = match self.proposed_by {
            Some(by) => events::propose(content, slug, slots, by.id(), &mut ids, made),
            None => events::create(content, slug, slots, None, &mut ids, made),
        };
        let mut event = created.after().clone();
        let mut changes = vec![created];
        if let Some(plan) = self.plan(now)? {
            let (added, _) = events::add_series(event, plan, &mut ids, made)?;
            event = added.after().clone();
            changes.push(added);
        }
        // Dates are told apart by the order in which the story gives them, also once they are moved.
        let dates: Vec<_> = event.occurrences.iter().map(|date| date.id).collect();
        for step in self.then {
            let date = |index: usize| {
                let unknown = || Faults::one("", FaultCode::UnknownOccurrence);
                dates.get(index).copied().ok_or_else(unknown)
            };
            let change = match *step {
                Step::Publish(at) => events::publish(event, Reason::default(), moment(at, now)?),
                Step::Cancel(at, why) => events::cancel(event, reason(why)?, moment(at, now)?),
                Step::Postpone(at, why) => events::postpone(event, reason(why)?, moment(at, now)?),
                Step::Archive(at) => events::archive(event, Reason::default(), moment(at, now)?),
                Step::CancelDate(at, index, why) => {
                    let id = date(index)?;
                    events::cancel_occurrence(event, id, reason(why)?, moment(at, now)?)
                }
                Step::MoveDate(at, index, to, why) => {
                    let id = date(index)?;
                    let timing = moved(&event, id, to)?;
                    events::move_occurrence(event, id, timing, reason(why)?, moment(at, now)?)
                }
            }?;
            event = change.after().clone();
            changes.push(change);
        }
        Ok(changes)
    }

    fn failed(&self, cause: EventRefusal) -> StoryError {
        StoryError {
            key: self.key,
            cause,
        }
    }

    fn ids(&self) -> Read<StoryIds> {
        let since = match self.made {
            When::At(text) => instant(text)?,
            When::DaysAgo(_) => instant(AHEAD_SINCE)?,
        };
        Ok(StoryIds::of(self.key, since))
    }

    fn content(&self) -> Read<EventContent> {
        let tags = self
            .tags
            .iter()
            .map(|tag| Line::parse(tag))
            .collect::<Result<_, _>>();
        Ok(EventContent {
            title: at("/title", Line::parse(&typeset(self.title)))?,
            summary: Some(at("/summary", Prose::parse(&typeset(self.summary)))?),
            description: match self.description {
                "" => None,
                text => Some(at("/description", Prose::parse(&typeset(text)))?),
            },
            kind: self.kind,
            audiences: self.audiences.to_vec(),
            tags: at("/tags", tags)?,
            place: self.place.map(place).transpose()?,
            online_url: at(
                "/online_url",
                self.online_url.map(WebUrl::parse).transpose(),
            )?,
            accessibility: self.accessibility.to_vec(),
            price_note: at("/price_note", self.price_note.map(Line::parse).transpose())?,
            organiser_name: Some(at(
                "/organiser_name",
                Line::parse("PETR – mission Concertation"),
            )?),
            contact: Some(contact()?),
            image: None,
            languages: vec![at("/languages", Language::parse("fr"))?],
            visibility: self.visibility,
        })
    }

    fn slots(&self, now: DateTime<Utc>) -> Read<Vec<Slot>> {
        let timings: Read<Vec<Timing>> = match self.dates {
            Dates::On(days) => days
                .iter()
                .map(|(day, start, end)| timing(date(day)?, start, end))
                .collect(),
            Dates::Ahead {
                weeks,
                weekday,
                start,
                end,
            } => {
                let days = days_ahead(now, weeks, weekday).into_iter();
                days.map(|day| timing(day, start, end)).collect()
            }
            // They are a series: see `plan`.
            Dates::Weekly { .. } => Ok(vec![]),
        };
        let slot = |timing| Slot {
            id: None,
            timing,
            capacity: self.capacity,
        };
        Ok(timings?.into_iter().map(slot).collect())
    }

    /// The series that its dates are of, if they are one.
    fn plan(&self, now: DateTime<Utc>) -> Read<Option<SeriesPlan>> {
        let Dates::Weekly {
            weekday,
            start,
            end,
            count,
        } = self.dates
        else {
            return Ok(None);
        };
        let first = days_ahead(now, &[1], weekday)[0];
        let (repeats, excluded) = weekly(first, count);
        let rule = at(
            "/rrule",
            Rule::parse(&format!("FREQ=WEEKLY;COUNT={repeats}")),
        )?;
        let first = timing(first, start, end)?;
        SeriesPlan::new(first, rule, vec![], excluded, self.capacity).map(Some)
    }
}

/// The weekly days from the first one on that are no holiday, so many of them: how often the rule has
/// to repeat for that, and what it has to leave out.
fn weekly(first: NaiveDate, count: usize) -> (usize, Vec<Excluded>) {
    let mut excluded = Vec::new();
    let mut repeats = 0;
    for day in first.iter_weeks() {
        if repeats - excluded.len() == count {
            break;
        }
        repeats += 1;
        if is_holiday(day) {
            excluded.push(Excluded::Day(day));
        }
    }
    (repeats, excluded)
}

fn place(venue: Venue) -> Read<Place> {
    let address = at("/place/address", venue.address.map(Line::parse).transpose())?;
    let commune = at("/place/commune_code", InseeCode::parse(venue.commune))?;
    let point = venue
        .point
        .map(|(north, east)| Coordinates::new(north, east))
        .transpose()?;
    let name = at("/place/name", Line::parse(venue.name))?;
    Place::new(Some(name), address, Some(commune), point)
}

fn contact() -> Read<Contact> {
    let role = at(
        "/contact/role",
        Line::parse("Mission Concertation citoyenne"),
    )?;
    let email = at(
        "/contact/email",
        EmailAddress::parse("concertation@petr.example"),
    )?;
    Contact::new(Some(role), Some(email), None)
}

fn reason(why: Why) -> Read<Reason> {
    let note = |text: Option<&str>| text.map(|text| Prose::parse(&typeset(text))).transpose();
    Ok(Reason {
        reason: Some(at("/reason", Prose::parse(&typeset(why.reason)))?),
        note: at("/note", note(why.note))?,
        internal_note: at("/internal_note", note(why.internal_note))?,
    })
}

/// The first such day of the week that comes in so many weeks, each. From the first one that would
/// fall on a holiday on, all are a week later, so that what is weekly stays so otherwise.
fn days_ahead(now: DateTime<Utc>, weeks: &[u32], weekday: Weekday) -> Vec<NaiveDate> {
    let mut later = 0;
    let mut day_in = |weeks: &u32| loop {
        let earliest = today(now) + Days::new(7 * u64::from(weeks + later));
        let wait = weekday.days_since(earliest.weekday());
        let day = earliest + Days::new(wait.into());
        if !is_holiday(day) {
            return day;
        }
        later += 1;
    };
    weeks.iter().map(&mut day_in).collect()
}

/// The end of the year and the public holidays that don't move: nobody calls a meeting then.
fn is_holiday(day: NaiveDate) -> bool {
    matches!(
        (day.month(), day.day()),
        (12, 20..) | (1, ..=3) | (5, 1 | 8) | (7, 14) | (8, 15) | (11, 1 | 11)
    )
}

fn today(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&DEFAULT_ZONE).date_naive()
}

fn moment(when: When, now: DateTime<Utc>) -> Read<DateTime<Utc>> {
    match when {
        When::At(text) => instant(text),
        When::DaysAgo(days) => {
            let day = today(now) - Days::new(days.into());
            in_zone(day.and_time(time(MORNING)?))
        }
    }
}

fn instant(text: &str) -> Read<DateTime<Utc>> {
    in_zone(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").map_err(|_| not_read(text))?)
}

fn in_zone(local: NaiveDateTime) -> Read<DateTime<Utc>> {
    // A timing knows which instant is meant when the clock changes.
    let timing = Timing::new(local, local + Duration::days(1), DEFAULT_ZONE)?;
    Ok(to_micros(timing.starts_at()))
}

fn moved(event: &Event, id: Id<events::Occurrence>, to: To) -> Read<Timing> {
    let known = event.occurrences.iter().find(|date| date.id == id);
    let known = known.ok_or_else(|| Faults::one("", FaultCode::UnknownOccurrence))?;
    let day = known.timing.local_start().date() + Duration::days(to.days);
    timing(day, to.start, to.end)
}

fn timing(day: NaiveDate, start: &str, end: &str) -> Read<Timing> {
    let (start, end) = (day.and_time(time(start)?), day.and_time(time(end)?));
    let end = if end > start {
        end
    } else {
        end + Duration::days(1)
    };
    Timing::new(start, end, DEFAULT_ZONE)
}

fn date(text: &str) -> Read<NaiveDate> {
    text.parse().map_err(|_| not_read(text))
}

fn time(text: &str) -> Read<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| not_read(text))
}

fn not_read(text: &str) -> Faults {
    Faults::one(format!("/{text}"), FaultCode::Malformed("date"))
}

fn at<T>(pointer: &str, parsed: Result<T, FaultCode>) -> Read<T> {
    parsed.map_err(|code| Faults::one(pointer, code))
}
