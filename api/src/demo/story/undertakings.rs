//! The projects of the demonstration, in every state there is.

use domain::projects::ProjectTransition::{
    Abandon, Accept, Complete, Decline, Hold, RequestInformation, Start, Submit,
};
use domain::projects::StepState::{Done, InProgress, Planned};
use domain::projects::Theme;

use super::frameworks::{CTES, PCAET};
use super::organisations::{COMMUNE, SCHOOL, WORKSHOPS};
use super::projects::Undertaking;
use crate::demo::known;

const PLAIN: Undertaking = Undertaking {
    title: "",
    of: WORKSHOPS,
    reference: None,
    summary: "",
    description: "",
    theme: Theme::Other,
    communes: &["54329"],
    plan: None,
    volunteers: None,
    skills: &[],
    steps: &[],
    effects: &[],
    budget_euros: None,
    came_from: None,
    organises: None,
    days_ago: 0,
    way: &[],
};

const TRAVELLING: Undertaking = Undertaking {
    title: "Un atelier vélo itinérant (démonstration)",
    reference: Some("AV-DEMO-01"),
    summary: "Une remorque d’outils s’installe chaque samedi dans un autre village.",
    description: "## L’idée\n\nBeaucoup de vélos dorment dans les granges faute d’un coup de main. La \
                  remorque apporte les outils ; les habitants apportent les vélos.",
    theme: Theme::Mobility,
    communes: &["54329", "54039", "54040"],
    plan: Some((PCAET, "1", "1.1")),
    volunteers: Some(6),
    skills: &["mécanique cycle", "accueil"],
    steps: &[
        ("Équiper la remorque", (2050, 3, 31), Planned),
        (
            "Choisir les douze premiers villages",
            (2050, 4, 30),
            Planned,
        ),
    ],
    effects: &[("Vélos remis en état", 240.0, "vélos par an")],
    budget_euros: Some(8_400),
    came_from: Some(known::EVENT_AHEAD),
    days_ago: 9,
    ..PLAIN
};

const RACKS: Undertaking = Undertaking {
    title: "Des arceaux devant la gare (démonstration)",
    theme: Theme::Mobility,
    days_ago: 3,
    ..PLAIN
};

const BOILER: Undertaking = Undertaking {
    title: "Une chaufferie bois pour l’école (démonstration)",
    of: COMMUNE,
    summary: "Remplacer la chaudière au fioul de l’école par une chaufferie à plaquettes.",
    description: "La chaudière a trente ans. Le bois viendrait de la forêt communale, broyé à douze \
                  kilomètres.",
    theme: Theme::Energy,
    communes: &["54039"],
    plan: Some((PCAET, "2", "2.2")),
    effects: &[
        ("Fioul évité", 14_500.0, "litres par an"),
        ("Émissions évitées", 38.5, "tonnes de CO₂ par an"),
    ],
    budget_euros: Some(186_000),
    days_ago: 52,
    way: &[(7, Submit, "Le conseil municipal a délibéré.")],
    ..PLAIN
};

const SCHOOL_OF_RIDING: Undertaking = Undertaking {
    title: "Une vélo-école pour adultes (démonstration)",
    reference: Some("AV-DEMO-02"),
    summary: "Dix séances pour (ré)apprendre à rouler en ville, avec des moniteurs bénévoles.",
    description: "Beaucoup d’adultes n’osent plus. On commence dans la cour, on finit dans la circulation.",
    theme: Theme::Mobility,
    plan: Some((PCAET, "1", "1.1")),
    volunteers: Some(4),
    skills: &["moniteur cycliste"],
    budget_euros: Some(3_200),
    days_ago: 20,
    way: &[(8, Submit, "")],
    ..PLAIN
};

const PARKING: Undertaking = Undertaking {
    title: "Un parking de plus au centre (démonstration)",
    of: COMMUNE,
    summary: "Quarante places de stationnement derrière la mairie.",
    description: "Les commerçants demandent des places le vendredi, jour de marché.",
    theme: Theme::Mobility,
    communes: &["54039"],
    budget_euros: Some(210_000),
    days_ago: 15,
    way: &[(9, Submit, "")],
    ..PLAIN
};

const WORKROOM: Undertaking = Undertaking {
    title: "Un local pour réparer à Baccarat (démonstration)",
    reference: Some("AV-DEMO-03"),
    summary: "Un second atelier, ouvert deux soirs par semaine.",
    description: "L’atelier de Lunéville refuse du monde ; un local se libère à Baccarat.",
    theme: Theme::CircularEconomy,
    communes: &["54039"],
    plan: Some((PCAET, "3", "3.1")),
    volunteers: Some(8),
    budget_euros: Some(12_500),
    days_ago: 40,
    way: &[
        (5, Submit, ""),
        (
            19,
            RequestInformation,
            "Quel local, à quel loyer, et pour combien de temps ?",
        ),
    ],
    ..PLAIN
};

const ORCHARD: Undertaking = Undertaking {
    title: "Un verger pour tous (démonstration)",
    of: COMMUNE,
    summary: "Soixante arbres fruitiers de variétés locales, plantés par les habitants.",
    description: "Un pré communal en pente, qu’on fauche aujourd’hui deux fois l’an. Les écoles parrainent \
                  chacune un arbre.",
    theme: Theme::Biodiversity,
    communes: &["54039"],
    plan: Some((PCAET, "3", "3.2")),
    volunteers: Some(20),
    skills: &["greffe", "taille"],
    steps: &[
        ("Choisir les variétés", (2050, 9, 30), Planned),
        ("Planter", (2050, 11, 25), Planned),
    ],
    effects: &[("Arbres plantés", 60.0, "arbres")],
    budget_euros: Some(4_900),
    days_ago: 70,
    way: &[
        (6, Submit, ""),
        (
            24,
            Accept,
            "Le PETR met la commune en lien avec les croqueurs de pommes.",
        ),
    ],
    ..PLAIN
};

const THOUSAND: Undertaking = Undertaking {
    title: "Remettre mille vélos en selle (démonstration)",
    reference: Some("AV-DEMO-04"),
    summary: "Collecter, réparer et redonner mille vélos en trois ans.",
    description: "## Où nous en sommes\n\nTrois points de collecte, deux soirées d’atelier par semaine, et \
                  des vélos qui repartent pour le prix des pièces.",
    theme: Theme::CircularEconomy,
    communes: &["54329", "54039"],
    plan: Some((CTES, "A", "A2")),
    volunteers: Some(12),
    skills: &["mécanique cycle", "communication"],
    steps: &[
        ("Ouvrir trois points de collecte", (2049, 6, 30), Done),
        ("Former dix bénévoles", (2049, 12, 31), InProgress),
        ("Redonner le millième vélo", (2052, 6, 30), Planned),
    ],
    effects: &[
        ("Vélos redonnés", 1_000.0, "vélos"),
        ("Déchets évités", 12.5, "tonnes"),
    ],
    budget_euros: Some(21_000),
    came_from: Some(known::WORKSHOP_AHEAD),
    organises: Some(known::EVENT_AHEAD),
    days_ago: 210,
    way: &[
        (4, Submit, ""),
        (18, Accept, "Un projet attendu, que le PETR accompagne."),
        (40, Start, "Premier point de collecte ouvert à Lunéville."),
    ],
    ..PLAIN
};

const LIGHTS: Undertaking = Undertaking {
    title: "Éteindre l’éclairage la nuit (démonstration)",
    of: COMMUNE,
    summary: "L’éclairage public s’éteint de 23 h à 5 h, quartier après quartier.",
    description: "Une réunion par quartier avant chaque extinction, et un bilan avec les habitants après six \
                  mois.",
    theme: Theme::Energy,
    communes: &["54039"],
    plan: Some((PCAET, "2", "2.3")),
    steps: &[
        ("Régler les horloges", (2049, 10, 31), Done),
        (
            "Faire le bilan avec les habitants",
            (2050, 4, 30),
            InProgress,
        ),
    ],
    effects: &[("Électricité économisée", 86.4, "MWh par an")],
    budget_euros: Some(7_300),
    days_ago: 160,
    way: &[(3, Submit, ""), (15, Accept, ""), (30, Start, "")],
    ..PLAIN
};

const CARGO: Undertaking = Undertaking {
    title: "Des vélos-cargos à partager (démonstration)",
    reference: Some("AV-DEMO-05"),
    summary: "Quatre vélos-cargos que l’on emprunte à la journée.",
    description: "Pour les courses, les enfants, les encombrants : ce qui fait encore prendre la voiture.",
    theme: Theme::Mobility,
    plan: Some((PCAET, "1", "1.2")),
    budget_euros: Some(16_800),
    days_ago: 130,
    way: &[
        (2, Submit, ""),
        (20, Accept, ""),
        (35, Start, ""),
        (90, Hold, "L’assureur n’a pas encore répondu."),
    ],
    ..PLAIN
};

const POND: Undertaking = Undertaking {
    title: "La mare retrouvée (démonstration)",
    of: COMMUNE,
    summary: "La mare du lavoir, comblée depuis trente ans, est rouverte et plantée.",
    description: "Creusée par les agents, plantée par deux classes, inventoriée chaque printemps.",
    theme: Theme::Water,
    communes: &["54039"],
    plan: Some((PCAET, "3", "3.2")),
    steps: &[
        ("Creuser", (2049, 3, 15), Done),
        ("Planter avec les classes", (2049, 5, 31), Done),
    ],
    effects: &[("Espèces observées", 31.0, "espèces")],
    budget_euros: Some(5_600),
    days_ago: 400,
    way: &[
        (5, Submit, ""),
        (16, Accept, ""),
        (60, Start, ""),
        (
            220,
            Complete,
            "Inaugurée avec les deux classes qui l’ont plantée.",
        ),
    ],
    ..PLAIN
};

const RALLY: Undertaking = Undertaking {
    title: "Un rallye des savoir-faire (démonstration)",
    reference: Some("AV-DEMO-06"),
    summary: "Une journée à vélo d’un artisan réparateur à l’autre.",
    description: "Douze étapes, un carnet à faire tamponner, un repas partagé à l’arrivée.",
    theme: Theme::Awareness,
    communes: &["54329", "54040"],
    plan: Some((CTES, "A", "A2")),
    volunteers: Some(15),
    budget_euros: Some(2_100),
    days_ago: 90,
    way: &[(4, Submit, ""), (25, Accept, "")],
    ..PLAIN
};

const MARKET: Undertaking = Undertaking {
    title: "Un marché de nuit sans électricité (démonstration)",
    reference: Some("AV-DEMO-07"),
    summary: "Un marché de producteurs éclairé à la bougie et animé à pédales.",
    description: "Un essai d’un soir, en juin, avec les producteurs du samedi.",
    theme: Theme::FoodAgriculture,
    plan: Some((CTES, "A", "A2")),
    budget_euros: Some(1_800),
    days_ago: 300,
    way: &[
        (6, Submit, ""),
        (19, Accept, ""),
        (
            120,
            Abandon,
            "Trop peu de producteurs étaient libres ce soir-là ; l’équipe rejoint le rallye.",
        ),
    ],
    ..PLAIN
};

const KARTING: Undertaking = Undertaking {
    title: "Une piste de karting électrique (démonstration)",
    of: COMMUNE,
    summary: "Une piste de loisir sur l’ancienne friche.",
    description: "La friche fait deux hectares ; l’exploitant fournirait les karts.",
    theme: Theme::Other,
    communes: &["54039"],
    budget_euros: Some(640_000),
    days_ago: 110,
    way: &[
        (5, Submit, ""),
        (
            27,
            Decline,
            "Le projet ne contribue à aucune action du plan climat, et artificialiserait la friche.",
        ),
    ],
    ..PLAIN
};

const GARDEN: Undertaking = Undertaking {
    title: "Le potager des trois classes (démonstration)",
    of: SCHOOL,
    summary: "Un potager en carrés, arrosé par l’eau du toit.",
    theme: Theme::Awareness,
    communes: &["54040"],
    days_ago: 12,
    ..PLAIN
};

/// All of them.
pub(crate) const PROJECTS: [Undertaking; 15] = [
    TRAVELLING,
    RACKS,
    BOILER,
    SCHOOL_OF_RIDING,
    PARKING,
    WORKROOM,
    ORCHARD,
    THOUSAND,
    LIGHTS,
    CARGO,
    POND,
    RALLY,
    MARKET,
    KARTING,
    GARDEN,
];

/// Those that the documentation names, each with the id that it says.
#[cfg(test)]
pub(super) fn named() -> Vec<(Undertaking, &'static str)> {
    vec![
        (TRAVELLING, known::PROJECT_DRAFT),
        (RACKS, known::PROJECT_TO_DELETE),
        (BOILER, known::PROJECT_SUBMITTED),
        (SCHOOL_OF_RIDING, known::PROJECT_TO_ACCEPT),
        (PARKING, known::PROJECT_TO_DECLINE),
        (ORCHARD, known::PROJECT_ACCEPTED),
        (THOUSAND, known::PROJECT_IN_PROGRESS),
        (LIGHTS, known::PROJECT_TO_COMPLETE),
        (CARGO, known::PROJECT_ON_HOLD),
        (RALLY, known::PROJECT_TO_ABANDON),
    ]
}
