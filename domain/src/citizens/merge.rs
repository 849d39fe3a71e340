//! Two turn out to be one person: somebody says so, and may take it back. Nothing is moved for it: facts keep the
//! pseudonym under which they were recorded, and who that is follows from the merges that stand.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Citizen, CitizenFact, CitizenRefusal, Pseudonym};
use crate::kernel::{Change, Id, Ids};

type Changed = Change<Citizen, CitizenFact>;

/// That somebody said that one is another one. It outlives both, so that counts stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its id.
    pub id: Id<Merge>,
    /// Who turned out to be somebody else.
    pub pseudonym: Id<Pseudonym>,
    /// Whom.
    pub kept: Id<Pseudonym>,
    /// Whether one of both could be reached then: a name on a sheet counts as a person once it is known whose.
    pub is_identified: bool,
    /// When it was said.
    pub recorded_at: DateTime<Utc>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
}

/// Who somebody is, by the merges that stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The person kept, who may be they themselves.
    pub kept: Id<Pseudonym>,
    /// Whether any of those who are that person could be reached.
    pub is_identified: bool,
}

/// What saying that two are one changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The one who turned out to be the other.
    pub gone: Changed,
    /// The other one.
    pub kept: Changed,
    /// That they are one, from now on or no more.
    pub merge: Merge,
}

/// Says that a citizen is the same person as another one. `meets` is when a date begins for which both are
/// registered, if there is one ahead.
///
/// # Errors
/// They are one already, or one of them was found to be somebody else; the data of one of them are restricted; both
/// are registered for a date.
pub fn merge(
    citizen: Citizen,
    into: Citizen,
    meets: Option<DateTime<Utc>>,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Merged, CitizenRefusal> {
    if citizen.id == into.id {
        return Err(CitizenRefusal::Itself);
    }
    if citizen.merged_into.is_some() {
        return Err(CitizenRefusal::Merged);
    }
    // Whoever is kept stands by themselves: no circle can come of it.
    if into.merged_into.is_some() {
        return Err(CitizenRefusal::IntoMerged);
    }
    citizen.may_be_used()?;
    into.may_be_used()?;
    if let Some(starts_at) = meets {
        return Err(CitizenRefusal::BothRegistered(starts_at));
    }
    let merge = Merge {
        id: Id::new(ids),
        pseudonym: citizen.pseudonym,
        kept: into.pseudonym,
        is_identified: citizen.is_identified() || into.is_identified(),
        recorded_at: now,
        undone_at: None,
    };
    let gone = Citizen {
        merged_into: Some(into.pseudonym),
        ..citizen.next(now)
    };
    let kept = into.next(now);
    Ok(Merged {
        gone: Change::new(Some(citizen), gone, CitizenFact::Merged),
        kept: Change::new(Some(into), kept, CitizenFact::Absorbed),
        merge,
    })
}

/// Takes back that a citizen is the same person as the one into whom they were merged.
#[must_use]
pub fn unmerge(citizen: Citizen, from: Citizen, merge: Merge, now: DateTime<Utc>) -> Merged {
    let gone = Citizen {
        merged_into: None,
        ..citizen.next(now)
    };
    let kept = from.next(now);
    Merged {
        gone: Change::new(Some(citizen), gone, CitizenFact::Unmerged),
        kept: Change::new(Some(from), kept, CitizenFact::Released),
        merge: Merge {
            undone_at: Some(now),
            ..merge
        },
    }
}

/// Who everybody is of whom some merges that stand speak, those who are kept included; who is in no merge is they
/// themselves.
///
/// # Errors
/// Somebody is merged into themselves, by whatever way round: which.
pub fn identities(standing: &[Merge]) -> Result<BTreeMap<Id<Pseudonym>, Identity>, Id<Pseudonym>> {
    let next: BTreeMap<_, _> = standing
        .iter()
        .map(|merge| (merge.pseudonym, merge.kept))
        .collect();
    let mut kept = BTreeMap::new();
    for merge in standing {
        for one in [merge.pseudonym, merge.kept] {
            let (mut last, mut steps) = (one, 0);
            while let Some(further) = next.get(&last) {
                (last, steps) = (*further, steps + 1);
                if steps > next.len() {
                    return Err(one);
                }
            }
            kept.insert(one, last);
        }
    }
    let mut reached: BTreeMap<Id<Pseudonym>, bool> = BTreeMap::new();
    for merge in standing {
        *reached.entry(kept[&merge.kept]).or_default() |= merge.is_identified;
    }
    let identity = |(one, kept)| {
        let is_identified = reached.get(&kept).copied().unwrap_or_default();
        (
            one,
            Identity {
                kept,
                is_identified,
            },
        )
    };
    Ok(kept.into_iter().map(identity).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{CitizenContent, CitizenSource, enter};
    use super::*;
    use crate::kernel::testing::Counter;
    use crate::kernel::{EmailAddress, Line, MailLanguage};

    fn moment() -> DateTime<Utc> {
        "2026-12-01T10:00:00Z".parse().unwrap()
    }

    fn citizens(count: u128) -> Vec<Citizen> {
        let ids = &mut Counter(0);
        let one = |number: u128| {
            let content = CitizenContent {
                name: Line::parse("Zoé Lefèvre").unwrap(),
                // Half of them can't be reached.
                email: (number % 2 == 1)
                    .then(|| EmailAddress::parse("zoe@courriel.example").unwrap()),
                telephone: None,
                commune: None,
                age_band: None,
                language: MailLanguage::Fr,
                interests: vec![],
            };
            let pseudonym = Id::from_uuid(uuid::Uuid::from_u128(1_000 + number));
            enter(content, CitizenSource::Staff, pseudonym, ids, moment()).into_after()
        };
        (0..count).map(one).collect()
    }

    /// The people, and what was ever said of them.
    struct World {
        people: Vec<Citizen>,
        merges: Vec<Merge>,
        /// Who everybody is, brought up to date part by part.
        known: BTreeMap<Id<Pseudonym>, Identity>,
    }

    impl World {
        fn standing(&self) -> Vec<Merge> {
            let stands = |merge: &&Merge| merge.undone_at.is_none();
            self.merges.iter().filter(stands).cloned().collect()
        }

        fn merge(&mut self, one: usize, other: usize) -> Result<(), CitizenRefusal> {
            let (goes, stays) = (self.people[one].clone(), self.people[other].clone());
            let ids = &mut Counter(self.merges.len() as u128);
            let merged = merge(goes, stays, None, ids, moment())?;
            self.merges.push(merged.merge.clone());
            self.settle(one, other, merged);
            Ok(())
        }

        fn unmerge(&mut self, one: usize) {
            let citizen = self.people[one].clone();
            let is_it = |merge: &&mut Merge| {
                merge.undone_at.is_none() && merge.pseudonym == citizen.pseudonym
            };
            let Some(found) = self.merges.iter_mut().find(is_it) else {
                return;
            };
            let is_kept = |other: &Citizen| other.pseudonym == found.kept;
            let other = self.people.iter().position(is_kept).unwrap();
            let from = self.people[other].clone();
            let merged = unmerge(citizen.clone(), from, found.clone(), moment());
            *found = merged.merge.clone();
            self.settle(one, other, merged);
        }

        /// Reckons again who those are whom it touches, and nobody else.
        fn settle(&mut self, one: usize, other: usize, merged: Merged) {
            let kept = |of: Id<Pseudonym>, known: &BTreeMap<_, Identity>| {
                known.get(&of).map_or(of, |identity| identity.kept)
            };
            let Merge {
                pseudonym,
                kept: into,
                ..
            } = merged.merge;
            let touched = [kept(pseudonym, &self.known), kept(into, &self.known)];
            let is_touched = |of: Id<Pseudonym>| {
                of == pseudonym || of == into || touched.contains(&kept(of, &self.known))
            };
            let part: Vec<Merge> = self
                .standing()
                .into_iter()
                .filter(|merge| is_touched(merge.pseudonym))
                .collect();
            let gone: Vec<_> = self
                .known
                .keys()
                .copied()
                .filter(|of| is_touched(*of))
                .collect();
            for of in gone {
                self.known.remove(&of);
            }
            self.known.extend(identities(&part).unwrap());
            self.people[one] = merged.gone.into_after();
            self.people[other] = merged.kept.into_after();
        }
    }

    fn world(count: u128) -> World {
        World {
            people: citizens(count),
            merges: vec![],
            known: BTreeMap::new(),
        }
    }

    #[test]
    fn chains_lead_to_the_last_one_and_undoing_parts_them() {
        let mut world = world(3);
        world.merge(0, 1).unwrap();
        world.merge(1, 2).unwrap();
        let last = world.people[2].pseudonym;
        let identity =
            |world: &World, one: usize| world.known.get(&world.people[one].pseudonym).copied();
        for one in 0..3 {
            let expected = Identity {
                kept: last,
                is_identified: true,
            };
            assert_eq!(identity(&world, one), Some(expected));
        }
        world.unmerge(1);
        assert_eq!(identity(&world, 0).unwrap().kept, world.people[1].pseudonym);
        assert_eq!(identity(&world, 2), None);
        world.unmerge(0);
        assert!(world.known.is_empty());
        assert!(world.people.iter().all(|one| one.merged_into.is_none()));
    }

    #[test]
    fn nobody_is_merged_twice_or_into_who_is_somebody_else_or_themselves() {
        let mut world = world(3);
        assert_eq!(world.merge(0, 0), Err(CitizenRefusal::Itself));
        world.merge(0, 1).unwrap();
        assert_eq!(world.merge(0, 2), Err(CitizenRefusal::Merged));
        assert_eq!(world.merge(2, 0), Err(CitizenRefusal::IntoMerged));
        assert_eq!(world.merge(1, 0), Err(CitizenRefusal::IntoMerged));
        let (one, two) = (world.people[1].clone(), world.people[2].clone());
        let refused = merge(one, two, Some(moment()), &mut Counter(0), moment());
        assert_eq!(refused, Err(CitizenRefusal::BothRegistered(moment())));
    }

    #[test]
    fn a_circle_is_found() {
        let mut world = world(3);
        world.merge(0, 1).unwrap();
        let mut round = world.standing();
        let back = round[0].clone();
        round.push(Merge {
            pseudonym: back.kept,
            kept: back.pseudonym,
            ..back
        });
        assert!(identities(&round).is_err());
    }

    proptest! {
        #[test]
        fn what_is_brought_up_to_date_is_what_a_recount_gives(
            history in prop::collection::vec((any::<bool>(), 0usize..8, 0usize..8), 1..60)
        ) {
            let mut world = world(8);
            for (is_merge, one, other) in history {
                if is_merge {
                    let _ = world.merge(one, other);
                } else {
                    world.unmerge(one);
                }
                let recount = identities(&world.standing());
                prop_assert_eq!(recount.as_ref(), Ok(&world.known));
                for citizen in &world.people {
                    // One step after the other, as anybody would follow it by hand.
                    let mut last = citizen;
                    while let Some(into) = last.merged_into {
                        last = world.people.iter().find(|other| other.pseudonym == into).unwrap();
                    }
                    let kept = world.known.get(&citizen.pseudonym);
                    prop_assert_eq!(kept.map_or(citizen.pseudonym, |it| it.kept), last.pseudonym);
                }
            }
        }
    }
}
