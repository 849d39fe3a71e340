//! The words the story is written in: plain literals, so that its files read as a list of what
//! happened. What they mean is `build`'s to say.

use chrono::Weekday;
use domain::events::{Accessibility, Audience, EventKind, Visibility};

use super::organisations::Structure;

/// An event as the story tells it.
#[derive(Clone, Copy)]
pub(super) struct Told {
    /// What its ids are drawn from; never changed, whatever is rewritten.
    pub(super) key: &'static str,
    pub(super) title: &'static str,
    pub(super) summary: &'static str,
    /// Markdown; none when empty.
    pub(super) description: &'static str,
    pub(super) kind: EventKind,
    pub(super) audiences: &'static [Audience],
    pub(super) tags: &'static [&'static str],
    pub(super) place: Option<Venue>,
    pub(super) online_url: Option<&'static str>,
    pub(super) accessibility: &'static [Accessibility],
    pub(super) price_note: Option<&'static str>,
    pub(super) visibility: Visibility,
    pub(super) capacity: Option<u32>,
    pub(super) dates: Dates,
    /// The partner who proposed it.
    pub(super) proposed_by: Option<Structure>,
    /// When the draft, or the proposal, was made.
    pub(super) made: When,
    /// What happened to it since, in that order.
    pub(super) then: &'static [Step],
}

/// What most events of the story have in common.
pub(super) const USUAL: Told = Told {
    key: "",
    title: "",
    summary: "",
    description: "",
    kind: EventKind::Other,
    audiences: &[Audience::GeneralPublic],
    tags: &[],
    place: None,
    online_url: None,
    accessibility: &[],
    price_note: Some("Gratuit"),
    visibility: Visibility::Public,
    capacity: None,
    dates: Dates::On(&[]),
    proposed_by: None,
    made: When::At(""),
    then: &[],
};

/// A place; no more exact than its commune where no name is given.
#[derive(Clone, Copy)]
pub(super) struct Venue {
    pub(super) name: &'static str,
    pub(super) address: Option<&'static str>,
    /// The INSEE code.
    pub(super) commune: &'static str,
    /// Latitude and longitude of the town's centre.
    pub(super) point: Option<(f64, f64)>,
}

/// The dates of an event, in local time. An end that is not later than its start is the next day's.
#[derive(Clone, Copy)]
pub(super) enum Dates {
    /// Days of the past: day, start, end.
    On(&'static [(&'static str, &'static str, &'static str)]),
    /// Days that lie ahead of whenever the story is told.
    Ahead {
        /// In so many weeks, each one a date…
        weeks: &'static [u32],
        /// …on the first such day that is then to come.
        weekday: Weekday,
        start: &'static str,
        end: &'static str,
    },
    /// A weekly series that lies ahead: so many dates from next week on, none on a holiday.
    Weekly {
        weekday: Weekday,
        start: &'static str,
        end: &'static str,
        count: usize,
    },
}

/// A moment.
#[derive(Clone, Copy)]
pub(super) enum When {
    /// In local time, as `2019-05-02T09:30`.
    At(&'static str),
    /// In the morning, so many days before the story is told; at least one.
    DaysAgo(u32),
}

/// Something that happened to an event once it was made.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Publish(When),
    Cancel(When, Why),
    Postpone(When, Why),
    /// One date, by its place among them (the first is 0), does not take place.
    CancelDate(When, usize, Why),
    /// One date takes place at another time.
    MoveDate(When, usize, To, Why),
    Archive(When),
}

/// Where a date is moved to: so many days on, at that time.
#[derive(Clone, Copy)]
pub(super) struct To {
    pub(super) days: i64,
    pub(super) start: &'static str,
    pub(super) end: &'static str,
}

/// What people are told of a change, and what only the staff reads.
#[derive(Clone, Copy)]
pub(super) struct Why {
    pub(super) reason: &'static str,
    pub(super) note: Option<&'static str>,
    pub(super) internal_note: Option<&'static str>,
}

/// A reason alone.
pub(super) const fn because(reason: &'static str) -> Why {
    Why {
        reason,
        note: None,
        internal_note: None,
    }
}

/// A draft that was published.
pub(super) const fn published(at: &'static str) -> Step {
    Step::Publish(When::At(at))
}

const fn venue(name: &'static str, commune: &'static str, point: (f64, f64)) -> Option<Venue> {
    Some(Venue {
        name,
        address: None,
        commune,
        point: Some(point),
    })
}

pub(super) const LUNEVILLE_HOUSE: Option<Venue> = Some(Venue {
    name: "Maison du territoire",
    address: Some("1, place du Territoire"),
    commune: "54329",
    point: Some((48.590, 6.495)),
});
pub(super) const LUNEVILLE_LIBRARY: Option<Venue> = venue("Médiathèque", "54329", (48.592, 6.493));
pub(super) const LUNEVILLE_HALL: Option<Venue> = venue("Salle des fêtes", "54329", (48.591, 6.499));
pub(super) const LUNEVILLE_MARKET: Option<Venue> =
    venue("Marché couvert", "54329", (48.591, 6.496));
pub(super) const BACCARAT_LIBRARY: Option<Venue> = venue("Médiathèque", "54039", (48.449, 6.740));
pub(super) const BACCARAT_HALL: Option<Venue> = venue("Salle des fêtes", "54039", (48.450, 6.742));
pub(super) const BLAINVILLE_HALL: Option<Venue> =
    venue("Salle polyvalente", "54076", (48.553, 6.404));
pub(super) const DAMELEVIERES_HALL: Option<Venue> =
    venue("Salle des fêtes", "54152", (48.558, 6.384));
pub(super) const GERBEVILLER_HALL: Option<Venue> =
    venue("Salle des fêtes", "54222", (48.496, 6.511));
pub(super) const BADONVILLER_HALL: Option<Venue> =
    venue("Salle des fêtes", "54040", (48.500, 6.892));
pub(super) const CIREY_HALL: Option<Venue> = venue("Salle des fêtes", "54129", (48.581, 6.944));
pub(super) const EINVILLE_HALL: Option<Venue> =
    venue("Salle polyvalente", "54176", (48.657, 6.482));
pub(super) const BLAMONT_HALL: Option<Venue> = venue("Salle des fêtes", "54077", (48.588, 6.843));
pub(super) const BAYON_HALL: Option<Venue> = venue("Salle polyvalente", "54054", (48.476, 6.315));
pub(super) const SAINT_CLEMENT_HALL: Option<Venue> =
    venue("Salle des fêtes", "54472", (48.529, 6.597));
pub(super) const ROOM_ONLINE: Option<&str> = Some("https://visio.petr.example/concertation");

pub(super) const REACHABLE: &[Accessibility] = &[Accessibility::Wheelchair];
pub(super) const REACHABLE_AND_HEARD: &[Accessibility] =
    &[Accessibility::Wheelchair, Accessibility::HearingLoop];
