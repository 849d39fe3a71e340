//! Outreach: in schools, collèges, lycées and companies, and on the market. Children are never named.

use domain::events::{Audience, EventKind};

use super::told::*;

const OUTREACH: Told = Told {
    kind: EventKind::Outreach,
    tags: &["sensibilisation", "sobriété"],
    price_note: None,
    ..USUAL
};

const fn school(commune: &'static str, name: &'static str) -> Option<Venue> {
    Some(Venue {
        name,
        address: None,
        commune,
        point: None,
    })
}

pub(super) const EVENTS: &[Told] = &[
    Told {
        key: "outreach-2019-10-school",
        title: "Zéro gaspi à la cantine",
        summary: "Deux classes de CM1-CM2 pèsent les restes du déjeuner et cherchent comment les \
            réduire.",
        description: "Séance réservée aux élèves de l’école. Après une pesée au réfectoire, chaque \
            groupe propose une idée : *petite faim, grande faim*, table de troc, compost au jardin.",
        audiences: &[Audience::PrimarySchool],
        tags: &["sensibilisation", "alimentation", "gaspillage"],
        place: school("54329", "École élémentaire"),
        dates: Dates::On(&[("2019-10-14", "09:00", "11:30")]),
        made: When::At("2019-09-16T11:00"),
        then: &[published("2019-09-30T09:00")],
        ..OUTREACH
    },
    Told {
        key: "outreach-2019-11-college",
        title: "La Fresque du climat au collège",
        summary: "Une classe de quatrième reconstitue les causes et les effets du changement \
            climatique.",
        description: "Séance réservée aux élèves. Quarante-deux cartes, trois heures, et une question \
            pour finir : *que peut-on changer ici, au collège ?*",
        audiences: &[Audience::MiddleSchool],
        tags: &["sensibilisation", "fresque du climat"],
        place: school("54039", "Collège"),
        dates: Dates::On(&[("2019-11-19", "13:30", "16:30")]),
        made: When::At("2019-10-15T11:00"),
        then: &[published("2019-11-04T09:00")],
        ..OUTREACH
    },
    Told {
        key: "outreach-2021-03-lycee",
        title: "Éco-délégués, passez à l’action",
        summary: "Les éco-délégués du lycée montent un plan de sobriété pour leur établissement.",
        description: "Réservé aux éco-délégués. Lecture des factures de chauffage et d’électricité, \
            visite de la chaufferie avec l’agent technique, choix de trois actions pour l’hiver \
            suivant.",
        audiences: &[Audience::HighSchool],
        place: school("54329", "Lycée"),
        dates: Dates::On(&[("2021-03-18", "14:00", "17:00")]),
        made: When::At("2021-02-15T11:00"),
        then: &[published("2021-03-01T09:00")],
        ..OUTREACH
    },
    Told {
        key: "outreach-2021-10-companies",
        title: "Petit-déjeuner des entreprises – réduire sa facture d’énergie",
        summary: "Retours d’expérience d’entreprises du territoire et aides mobilisables.",
        description: "- 8\u{a0}h\u{a0}00 : accueil et café\n\
            - 8\u{a0}h\u{a0}15 : trois entreprises racontent (éclairage, air comprimé, chaleur perdue)\n\
            - 9\u{a0}h\u{a0}15 : questions, prise de rendez-vous pour un diagnostic",
        audiences: &[Audience::Company],
        tags: &["énergie", "entreprises"],
        place: DAMELEVIERES_HALL,
        accessibility: REACHABLE,
        capacity: Some(40),
        price_note: Some("Gratuit, sur inscription"),
        dates: Dates::On(&[("2021-10-21", "08:00", "10:00")]),
        made: When::At("2021-09-20T11:00"),
        then: &[published("2021-09-27T09:00")],
        ..OUTREACH
    },
    Told {
        key: "outreach-2022-03-school",
        title: "Le compost, c’est vivant !",
        summary: "Les élèves installent le composteur de l’école et rencontrent ses habitants.",
        description: "Séance réservée aux élèves, du CP au CM2, par demi-classe, loupe en main.",
        audiences: &[Audience::PrimarySchool],
        tags: &["sensibilisation", "compost", "biodéchets"],
        place: school("54176", "École élémentaire"),
        dates: Dates::On(&[
            ("2022-03-22", "09:00", "11:45"),
            ("2022-03-22", "13:45", "16:00"),
        ]),
        made: When::At("2022-02-28T11:00"),
        then: &[published("2022-03-07T09:00")],
        ..OUTREACH
    },
    Told {
        key: "outreach-2022-05-college",
        title: "Au collège sans voiture",
        summary: "Carte des trajets, essai de vélos et défi entre classes.",
        description: "Réservé aux élèves. Chaque classe dessine ses trajets du matin et repère les \
            passages dangereux ; la carte est remise à la commune.",
        audiences: &[Audience::MiddleSchool],
        tags: &["sensibilisation", "mobilité", "vélo"],
        place: school("54077", "Collège"),
        dates: Dates::On(&[("2022-05-17", "09:00", "12:00")]),
        made: When::At("2022-04-11T11:00"),
        then: &[published("2022-05-02T09:00")],
        ..OUTREACH
    },
    Told {
        key: "outreach-2025-06-market",
        title: "La concertation s’invite au marché",
        summary: "Un stand, des cartes et du temps : dites-nous ce que la transition change pour vous.",
        description: "Sans inscription, entre les étals. On y trouve le programme du club, les aides à \
            la rénovation et un mur où accrocher ses idées.",
        place: LUNEVILLE_MARKET,
        accessibility: REACHABLE,
        dates: Dates::On(&[("2025-06-14", "08:30", "12:30")]),
        made: When::At("2025-05-19T11:00"),
        then: &[published("2025-05-26T09:00")],
        ..OUTREACH
    },
];
