//! Who of the people of the story follows a project, supports it, helps with it and carries it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::citizens::{Citizen, Pseudonym};
use domain::involvements::{
    Begin, Involvement, InvolvementFact, InvolvementRefusal, InvolvementRole, accept, begin, record,
};
use domain::kernel::{Change, Id};
use domain::projects::Project;

use super::citizens::PEOPLE;
use super::ids::StoryIds;

/// The moment in their ids.
const SINCE_SECONDS: i64 = 1_570_500_000;

/// Somebody's involvement with the project of the story that is under way.
#[derive(Clone, Copy)]
pub(crate) struct Tie {
    /// What its id is drawn from.
    key: &'static str,
    /// Whose: which of the people.
    person: usize,
    role: InvolvementRole,
    /// Since which day they take part, if they do.
    since: Option<(i32, u32, u32)>,
}

const fn tie(key: &'static str, person: usize, role: InvolvementRole) -> Tie {
    Tie {
        key,
        person,
        role,
        since: None,
    }
}

/// All of them, in the order in which they came.
pub(crate) const TIES: &[Tie] = &[
    Tie {
        since: Some((2019, 10, 5)),
        ..tie("yann", 5, InvolvementRole::Holder)
    },
    tie("lea", 0, InvolvementRole::Follower),
    tie("ines", 4, InvolvementRole::Follower),
    tie("rose", 6, InvolvementRole::Follower),
    tie("paul", 3, InvolvementRole::Supporter),
    Tie {
        since: Some((2020, 3, 7)),
        ..tie("marc", 1, InvolvementRole::Volunteer)
    },
    tie("nour", 2, InvolvementRole::Volunteer),
];

impl Tie {
    /// Who it is.
    pub(crate) fn citizen(&self) -> Id<Citizen> {
        PEOPLE[self.person].id()
    }

    /// What happened to it.
    pub(crate) fn tell(
        &self,
        project: &Project,
        person: Id<Pseudonym>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Change<Involvement, InvolvementFact>>, InvolvementRefusal> {
        let asked = Begin {
            project,
            person,
            role: self.role,
            open: None,
        };
        let turn = TIES.iter().take_while(|one| one.key != self.key).count();
        let turn = TimeDelta::minutes(i64::try_from(turn).unwrap_or(0));
        let at = now - TimeDelta::hours(1) + turn;
        let since = self
            .since
            .and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
        let ids = &mut ids(self.key);
        match (self.role, since) {
            (InvolvementRole::Holder, Some(since)) => Ok(vec![record(asked, since, ids, at)?]),
            (_, since) => {
                let begun = begin(asked, ids, at)?;
                let offered = begun.after().clone();
                let accepted = match since {
                    Some(since) => accept(offered, since, at)?,
                    None => None,
                };
                Ok([Some(begun), accepted].into_iter().flatten().collect())
            }
        }
    }
}

fn ids(key: &str) -> StoryIds {
    let since = DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default();
    StoryIds::of_two("involvement", key, since)
}

/// What the documentation names of it.
#[cfg(test)]
pub(super) fn named() -> Vec<(String, &'static str)> {
    use crate::demo::known;
    let of = |key: &str| {
        let id: Id<Involvement> = Id::new(&mut ids(key));
        id.to_string()
    };
    vec![
        (of("yann"), known::HOLDER),
        (of("marc"), known::VOLUNTEER),
        (of("nour"), known::OFFER),
    ]
}
