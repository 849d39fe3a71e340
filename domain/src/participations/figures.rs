//! The three figures, never mixed: entries, distinct people, headcounts. What may be too small to be shown
//! without telling who it is, is merged into another cell.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::Datelike as _;

use super::Participation;
use crate::citizens::Pseudonym;
use crate::kernel::{Id, InseeCode, Vocabulary};
use crate::registrations::AttendanceRole;

/// Under so many people a cell tells too much about each of them.
const SMALLEST: u64 = 5;

/// What the cell is called into which small ones are merged.
pub const MERGED: &str = "merged";

/// The three figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// One a presence of somebody who left a name.
    pub entries: u64,
    /// People who can be reached and live in the territory, or nobody knows where, each once. The officer, the
    /// referent and the director are not among them.
    pub people: u64,
    /// The same of those who live elsewhere.
    pub people_outside: u64,
    /// People counted without identity, who can't be told apart.
    pub headcount: u64,
}

/// The figures of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Which part: the word of a list, the code of a commune, `unknown`.
    pub of: String,
    /// Its figures.
    pub figures: Figures,
}

impl Figures {
    /// Whether that is so few people that one could know who they are.
    fn is_small(self) -> bool {
        let is_few = |count: u64| (1..SMALLEST).contains(&count);
        is_few(self.people) || is_few(self.people_outside) || is_few(self.entries)
    }

    fn plus(self, other: Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            people: self.people + other.people,
            people_outside: self.people_outside + other.people_outside,
            headcount: self.headcount + other.headcount,
        }
    }
}

/// By what figures are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Where people lived at their first fact: the parts sum to the total.
    Commune,
    /// Whom was spoken to: only headcounts have that.
    Audience,
    /// What sort of fact it is. People may be in several parts, so that these don't sum to the total.
    Kind,
    /// The year. The same holds.
    Year,
}

impl Vocabulary for By {
    const NAME: &'static str = "FiguresBy";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Commune, "commune"),
        (Self::Audience, "audience"),
        (Self::Kind, "kind"),
        (Self::Year, "year"),
    ];
}

/// Counts facts that come one after the other, in the order in which they occurred.
pub struct Tally<'t> {
    by: Option<By>,
    is_outside: &'t dyn Fn(&InseeCode) -> bool,
    total: Figures,
    cells: BTreeMap<String, Figures>,
    /// Who was counted, in all and in each part; where they stand.
    seen: HashMap<Id<Pseudonym>, String>,
    seen_in: HashSet<(Id<Pseudonym>, String)>,
}

/// Where nothing is known.
const UNKNOWN: &str = "unknown";

impl<'t> Tally<'t> {
    /// Begins to count.
    #[must_use]
    pub fn new(by: Option<By>, is_outside: &'t dyn Fn(&InseeCode) -> bool) -> Self {
        Self {
            by,
            is_outside,
            total: Figures::default(),
            cells: BTreeMap::new(),
            seen: HashMap::new(),
            seen_in: HashSet::new(),
        }
    }

    /// Counts a fact.
    pub fn add(&mut self, fact: &Participation) {
        let part = self.part_of(fact);
        let mut counted = Figures::default();
        if fact.kind.is_of_a_person() {
            counted.entries = u64::from(fact.count);
        } else {
            counted.headcount = u64::from(fact.count);
        }
        let (mut total, mut cell) = (counted, counted);
        if let Some(person) = fact.person.filter(|_| counts_as_citizen(fact)) {
            let outside = fact.commune.as_ref().is_some_and(self.is_outside);
            let once = match outside {
                true => Figures {
                    people_outside: 1,
                    ..Figures::default()
                },
                false => Figures {
                    people: 1,
                    ..Figures::default()
                },
            };
            let is_new = !self.seen.contains_key(&person);
            if is_new {
                self.seen.insert(person, part.clone());
                total = total.plus(once);
            }
            let is_new_here = match self.by {
                Some(By::Commune) => is_new,
                _ => self.seen_in.insert((person, part.clone())),
            };
            if is_new_here {
                cell = cell.plus(once);
            }
        }
        self.total = self.total.plus(total);
        if self.by.is_some() {
            let of = self.cells.entry(part).or_default();
            *of = of.plus(cell);
        }
    }

    fn part_of(&self, fact: &Participation) -> String {
        let unknown = || UNKNOWN.to_owned();
        match self.by {
            None => String::new(),
            // Where they lived first is where they stand.
            Some(By::Commune) => fact
                .person
                .and_then(|person| self.seen.get(&person).cloned())
                .or_else(|| fact.commune.map(|code| code.as_str().to_owned()))
                .unwrap_or_else(unknown),
            Some(By::Audience) => fact
                .audience
                .map_or_else(unknown, |audience| audience.word().to_owned()),
            Some(By::Kind) => fact.kind.word().to_owned(),
            Some(By::Year) => fact.occurred_on.year().to_string(),
        }
    }

    /// What was counted: in all, and by parts.
    #[must_use]
    pub fn done(self) -> (Figures, Vec<Cell>) {
        let cells = self.cells.into_iter();
        let cells = cells.map(|(of, figures)| Cell { of, figures });
        (self.total, cells.collect())
    }
}

/// Whether it is of somebody who is counted among the citizens.
fn counts_as_citizen(fact: &Participation) -> bool {
    let is_staff = matches!(
        fact.role,
        Some(AttendanceRole::Officer | AttendanceRole::Referent)
    );
    fact.is_identified && !is_staff
}

/// The cells as somebody sees them who may not know who it is: small ones are one cell, with as many more as
/// it takes that no subtraction from the total gives a small one back.
#[must_use]
pub fn merged(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.sort_by(|a, b| (a.figures.people, &a.of).cmp(&(b.figures.people, &b.of)));
    let (mut small, mut rest): (Vec<Cell>, Vec<Cell>) =
        cells.into_iter().partition(|cell| cell.figures.is_small());
    if small.is_empty() {
        return rest;
    }
    let sum = |cells: &[Cell]| {
        let figures = cells.iter().map(|cell| cell.figures);
        figures.fold(Figures::default(), Figures::plus)
    };
    // One alone is what the total lacks; and those that are still few together are few.
    while (small.len() < 2 || sum(&small).is_small()) && !rest.is_empty() {
        small.push(rest.remove(0));
    }
    let of = MERGED.to_owned();
    let figures = sum(&small);
    rest.push(Cell { of, figures });
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::participations::ParticipationKind;

    fn cell(of: &str, people: u64) -> Cell {
        let figures = Figures {
            entries: people,
            people,
            people_outside: 0,
            headcount: 0,
        };
        Cell {
            of: of.to_owned(),
            figures,
        }
    }

    #[test]
    fn a_small_cell_is_merged_with_another() {
        let shown = merged(vec![cell("a", 12), cell("b", 3), cell("c", 40)]);
        assert_eq!(shown, [cell("c", 40), cell(MERGED, 15)]);
        let shown = merged(vec![cell("a", 12), cell("c", 40)]);
        assert_eq!(shown, [cell("a", 12), cell("c", 40)]);
    }

    fn attendance(person: u128, commune: &str, day: &str, role: AttendanceRole) -> Participation {
        Participation {
            id: Id::from_uuid(uuid::Uuid::nil()),
            kind: ParticipationKind::Attendance,
            person: Some(Id::from_uuid(uuid::Uuid::from_u128(person))),
            is_identified: true,
            role: Some(role),
            count: 1,
            occurred_on: day.parse().unwrap(),
            event: None,
            occurrence: None,
            project: None,
            commune: InseeCode::parse(commune).ok(),
            audience: None,
            organisation: None,
            recorded_at: "2020-01-01T00:00:00Z".parse().unwrap(),
            voided_at: None,
        }
    }

    #[test]
    fn a_person_counts_once_where_they_lived_first() {
        use AttendanceRole::{Citizen, Officer};
        let is_outside = |code: &InseeCode| code.as_str() == "75056";
        let mut tally = Tally::new(Some(By::Commune), &is_outside);
        let class = Participation {
            kind: ParticipationKind::Headcount,
            person: None,
            is_identified: false,
            role: None,
            count: 27,
            ..attendance(0, "54329", "2019-05-04", Citizen)
        };
        let nameless = Participation {
            is_identified: false,
            ..attendance(4, "54329", "2019-05-04", Citizen)
        };
        for fact in [
            attendance(1, "54329", "2019-05-01", Citizen),
            attendance(1, "54039", "2019-05-02", Citizen),
            attendance(2, "75056", "2019-05-02", Citizen),
            attendance(3, "54039", "2019-05-03", Officer),
            nameless,
            class,
        ] {
            tally.add(&fact);
        }
        let (total, cells) = tally.done();
        let expected = Figures {
            entries: 5,
            people: 1,
            people_outside: 1,
            headcount: 27,
        };
        assert_eq!(total, expected);
        let people: Vec<(&str, u64)> = cells
            .iter()
            .map(|cell| (cell.of.as_str(), cell.figures.people))
            .collect();
        assert_eq!(people, [("54039", 0), ("54329", 1), ("75056", 0)]);
        let sum = cells
            .iter()
            .map(|cell| cell.figures)
            .fold(Figures::default(), Figures::plus);
        assert_eq!(sum, total, "the parts sum to the total");
    }

    proptest! {
        #[test]
        fn no_small_cell_is_shown_and_the_sum_stays(
            people in prop::collection::vec(0u64..30, 1..12)
        ) {
            let cells: Vec<Cell> = people.iter().enumerate()
                .map(|(number, people)| cell(&number.to_string(), *people))
                .collect();
            let total: u64 = people.iter().sum();
            let shown = merged(cells);
            prop_assert_eq!(shown.iter().map(|cell| cell.figures.people).sum::<u64>(), total);
            let all_small = total < SMALLEST;
            for cell in &shown {
                prop_assert!(all_small || !cell.figures.is_small(), "{cell:?}");
            }
        }
    }
}
