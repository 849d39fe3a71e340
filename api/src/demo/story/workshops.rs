//! The workshops: where people try something out together.

use domain::events::{Audience, EventKind};

use super::told::*;

const WORKSHOP: Told = Told {
    kind: EventKind::Workshop,
    accessibility: REACHABLE,
    price_note: Some("Gratuit, sur inscription"),
    ..USUAL
};

pub(super) const EVENTS: &[Told] = &[
    Told {
        key: "workshop-2019-10-repair",
        title: "Atelier réparation – ne jetez plus, réparez !",
        summary: "Grille-pain, lampes, vêtements : on répare ensemble, avec des bénévoles outillés.",
        description: "Apportez **un objet en panne** (petit électroménager, textile, vélo). On \
            l’ouvre avec vous, on cherche, on répare quand c’est possible.\n\n\
            > Sur trente objets apportés, vingt repartent en état de marche.",
        tags: &["réparation", "économie circulaire"],
        place: BAYON_HALL,
        dates: Dates::On(&[("2019-10-05", "14:00", "18:00")]),
        made: When::At("2019-09-03T10:00"),
        then: &[published("2019-09-09T09:00")],
        ..WORKSHOP
    },
    Told {
        key: "workshop-2019-11-fresque",
        title: "La Fresque du climat à la médiathèque",
        summary: "Trois heures pour comprendre le changement climatique, sans rien savoir d’avance.",
        description: "Par équipes de sept, on relie quarante-deux cartes tirées des travaux du GIEC, \
            puis on parle de ce que chacun peut faire. À partir de 15 ans.",
        tags: &["fresque du climat"],
        place: BACCARAT_LIBRARY,
        capacity: Some(14),
        dates: Dates::On(&[("2019-11-23", "14:00", "17:00")]),
        made: When::At("2019-10-21T10:00"),
        then: &[published("2019-10-24T09:00")],
        ..WORKSHOP
    },
    Told {
        key: "workshop-2019-12-circular",
        title: "Économie circulaire – les déchets des uns, les matières des autres",
        summary: "Entreprises et associations dressent la carte des matières à échanger.",
        description: "Palettes, chutes de bois, cartons, bâches : chaque participant vient avec ce \
            qu’il jette et ce qu’il cherche. L’atelier se termine par des accords d’essai.",
        audiences: &[Audience::Company, Audience::Associations],
        tags: &["économie circulaire", "entreprises"],
        place: LUNEVILLE_HOUSE,
        capacity: Some(30),
        dates: Dates::On(&[("2019-12-03", "14:00", "17:00")]),
        made: When::At("2019-11-04T10:00"),
        then: &[published("2019-11-07T09:00")],
        ..WORKSHOP
    },
    Told {
        key: "workshop-2020-03-fresque",
        title: "La Fresque du climat, édition de printemps",
        summary: "Annoncée pour mars 2020, tenue en septembre 2021.",
        description: "Une seule table de sept personnes, fenêtres ouvertes. À partir de 15 ans.",
        tags: &["fresque du climat"],
        place: LUNEVILLE_LIBRARY,
        capacity: Some(7),
        dates: Dates::On(&[("2020-03-28", "14:00", "17:00")]),
        made: When::At("2020-02-17T10:00"),
        then: &[
            published("2020-02-24T09:00"),
            Step::Postpone(
                When::At("2020-03-16T15:10"),
                because("Pandémie de covid-19 : la médiathèque est fermée jusqu’à nouvel ordre."),
            ),
            Step::MoveDate(
                When::At("2021-08-30T10:00"),
                0,
                To {
                    days: 546,
                    start: "14:00",
                    end: "17:00",
                },
                because("La médiathèque accueille de nouveau les ateliers."),
            ),
        ],
        ..WORKSHOP
    },
    Told {
        key: "workshop-2021-06-local-food",
        title: "Circuits courts – à la rencontre des producteurs",
        summary: "Cartographier les fermes qui vendent en direct et organiser des achats groupés.",
        description: "Producteurs, habitants et cantines remplissent ensemble la carte des points de \
            vente, puis préparent deux groupements d’achat pour la rentrée.",
        tags: &["alimentation", "circuits courts"],
        place: BLAINVILLE_HALL,
        capacity: Some(40),
        dates: Dates::On(&[("2021-06-05", "09:30", "12:30")]),
        made: When::At("2021-05-03T10:00"),
        then: &[published("2021-05-10T09:00")],
        ..WORKSHOP
    },
    Told {
        key: "workshop-2021-09-mobility",
        title: "Atelier mobilité – essayez, comparez, partagez",
        summary: "Vélos à assistance électrique à l’essai et calcul du vrai coût de ses trajets.",
        description: "Venez avec votre trajet du quotidien : on calcule ensemble ce qu’il coûte en \
            voiture, à vélo, en train ou en covoiturage. *Casque fourni.*",
        tags: &["mobilité", "vélo", "covoiturage"],
        place: LUNEVILLE_MARKET,
        price_note: Some("Gratuit, sans inscription"),
        dates: Dates::On(&[("2021-09-18", "10:00", "17:00")]),
        made: When::At("2021-08-23T10:00"),
        then: &[published("2021-08-26T09:00")],
        ..WORKSHOP
    },
    Told {
        key: "workshop-2022-01-renovation",
        title: "Rénovation énergétique – balade thermographique",
        summary: "À la caméra thermique, de rue en rue : où la chaleur s’échappe-t-elle ?",
        description: "Une heure dehors, une heure au chaud. La conseillère en rénovation explique les \
            images, les travaux utiles et **les aides**, dans l’ordre où les demander.\n\n\
            Prévoyez des vêtements chauds : l’image n’est nette que s’il fait froid.",
        tags: &["énergie", "rénovation", "logement"],
        place: BADONVILLER_HALL,
        accessibility: &[],
        capacity: Some(20),
        dates: Dates::On(&[("2022-01-20", "18:00", "20:00")]),
        made: When::At("2021-12-13T10:00"),
        then: &[published("2021-12-16T09:00")],
        ..WORKSHOP
    },
    Told {
        key: "workshop-2022-repair-weekly",
        title: "Les mercredis de la réparation – printemps 2022",
        summary: "Six mercredis de suite, un établi, des bénévoles : l’atelier devient régulier.",
        description: "| Séance | Thème |\n| --- | --- |\n| 1 et 2 | petit électroménager |\n\
            | 3 et 4 | vélo |\n| 5 et 6 | couture et textile |\n\nOn peut venir à une seule séance.",
        tags: &["réparation", "économie circulaire"],
        place: BACCARAT_HALL,
        capacity: Some(25),
        dates: Dates::On(&[
            ("2022-03-09", "17:30", "19:30"),
            ("2022-03-16", "17:30", "19:30"),
            ("2022-03-23", "17:30", "19:30"),
            ("2022-03-30", "17:30", "19:30"),
            ("2022-04-06", "17:30", "19:30"),
            ("2022-04-13", "17:30", "19:30"),
        ]),
        made: When::At("2022-02-07T10:00"),
        then: &[
            published("2022-02-10T09:00"),
            Step::CancelDate(
                When::At("2022-03-18T16:00"),
                2,
                because("La salle accueille ce jour-là une collecte de sang."),
            ),
            Step::MoveDate(
                When::At("2022-04-04T09:20"),
                5,
                To {
                    days: -1,
                    start: "18:00",
                    end: "20:00",
                },
                because("Les bénévoles ne sont disponibles que la veille."),
            ),
        ],
        ..WORKSHOP
    },
    Told {
        key: "evening-2022-10-night",
        title: "Une nuit sans éclairage public",
        summary: "Extinction, observation du ciel et discussion sur l’éclairage de nos communes.",
        description: "À 21\u{a0}h, la commune éteint ses réverbères. Observation du ciel, écoute des \
            chouettes, et chiffres à l’appui : ce que l’extinction **économise**, ce qu’elle change \
            pour la faune et pour les habitants.",
        kind: EventKind::Other,
        tags: &["énergie", "biodiversité", "éclairage public"],
        place: SAINT_CLEMENT_HALL,
        accessibility: &[],
        price_note: Some("Gratuit, sans inscription"),
        dates: Dates::On(&[("2022-10-15", "20:30", "00:30")]),
        made: When::At("2022-09-12T10:00"),
        then: &[published("2022-09-15T09:00")],
        ..WORKSHOP
    },
    Told {
        key: "workshop-2023-05-renovation",
        title: "Rénover sans se tromper",
        summary: "Un après-midi pour comprendre son logement avant de signer un devis.",
        description: "Lecture commentée d’un devis, ordre des travaux, aides et pièges. Venez avec vos \
            factures : elles restent à vous.",
        tags: &["énergie", "rénovation", "logement"],
        place: GERBEVILLER_HALL,
        capacity: Some(30),
        dates: Dates::On(&[("2023-05-13", "14:00", "17:00")]),
        made: When::At("2023-04-11T10:00"),
        then: &[published("2023-04-13T09:00")],
        ..WORKSHOP
    },
];
