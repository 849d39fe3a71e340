//! The frameworks of the demonstration: the climate plan of 2018 and the contract for the transition.

use chrono::{DateTime, NaiveDate, Utc};
use domain::frameworks::{
    self, ActionDraft, AxisDraft, Framework, FrameworkAbout, FrameworkDraft, FrameworkFact,
    FrameworkRefusal,
};
use domain::kernel::{Change, Id, Line, Prose, Slug};

use super::ids::StoryIds;

/// The moment in their ids, when they were made.
const SINCE_SECONDS: i64 = 1_567_000_000;

/// Code and name of an action.
type ActionOfStory = (&'static str, &'static str);

/// Code and name of an axis, and its actions.
type AxisOfStory = (&'static str, &'static str, &'static [ActionOfStory]);

/// A framework of the story.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(super) code: &'static str,
    name: &'static str,
    description: &'static str,
    starts_on: (i32, u32, u32),
    ends_on: Option<(i32, u32, u32)>,
    axes: &'static [AxisOfStory],
}

pub(super) const PCAET: Plan = Plan {
    code: "pcaet",
    name: "Plan climat-air-énergie territorial 2018",
    description: "Ce que le territoire s’est donné pour consommer moins, produire mieux et s’adapter.",
    starts_on: (2018, 1, 1),
    ends_on: None,
    axes: &[
        (
            "1",
            "Se déplacer autrement",
            &[
                ("1.1", "Développer la pratique du vélo"),
                ("1.2", "Partager les trajets"),
            ],
        ),
        (
            "2",
            "Consommer moins d’énergie, en produire de locale",
            &[
                ("2.1", "Rénover les bâtiments publics"),
                ("2.2", "Chauffer au bois local"),
                ("2.3", "Éteindre ce qui ne sert pas"),
            ],
        ),
        (
            "3",
            "Préserver les ressources",
            &[
                ("3.1", "Réparer et réemployer"),
                (
                    "3.2",
                    "Rendre leur place aux haies, aux mares et aux vergers",
                ),
            ],
        ),
    ],
};

pub(super) const CTES: Plan = Plan {
    code: "ctes",
    name: "Contrat de transition écologique et solidaire",
    description: "Une dynamique à entretenir et à approfondir, avec les habitants.",
    starts_on: (2019, 5, 1),
    ends_on: Some((2022, 4, 30)),
    axes: &[
        (
            "A",
            "Mobiliser les habitants",
            &[
                ("A1", "Animer le Club Climat et Transition"),
                ("A2", "Faire émerger des projets citoyens"),
            ],
        ),
        (
            "B",
            "Accompagner les solidarités",
            &[("B1", "Lutter contre la précarité énergétique")],
        ),
    ],
};

/// All of them.
pub(crate) const FRAMEWORKS: [Plan; 2] = [PCAET, CTES];

impl Plan {
    /// Its id, the same in every demonstration.
    pub(crate) fn id(&self) -> Id<Framework> {
        Id::new(&mut StoryIds::of(self.code, since()))
    }

    /// How it is made.
    pub(crate) fn tell(&self) -> Result<Change<Framework, FrameworkFact>, FrameworkRefusal> {
        let axes = self.axes.iter().map(|(code, name, actions)| AxisDraft {
            id: None,
            code: Line::stored((*code).to_owned()),
            name: Line::stored((*name).to_owned()),
            description: None,
            actions: actions.iter().map(action).collect(),
        });
        let draft = FrameworkDraft {
            about: FrameworkAbout {
                code: Slug::stored(self.code.to_owned()),
                name: Line::stored(self.name.to_owned()),
                description: Some(Prose::stored(self.description.to_owned())),
                starts_on: day(self.starts_on),
                ends_on: self.ends_on.and_then(day),
            },
            axes: axes.collect(),
        };
        frameworks::create(draft, &mut StoryIds::of(self.code, since()), since())
    }
}

fn action((code, name): &ActionOfStory) -> ActionDraft {
    ActionDraft {
        id: None,
        code: Line::stored((*code).to_owned()),
        name: Line::stored((*name).to_owned()),
        description: None,
    }
}

fn day((year, month, day): (i32, u32, u32)) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

fn since() -> DateTime<Utc> {
    DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default()
}
