//! Public meetings, visits, trainings, consultations, and the meetings that not everybody sees.

use domain::events::{Audience, EventKind, Visibility};

use super::told::*;

const PUBLIC_MEETING: Told = Told {
    kind: EventKind::PublicMeeting,
    tags: &["plan climat"],
    accessibility: REACHABLE,
    ..USUAL
};

const VISIT: Told = Told {
    kind: EventKind::Visit,
    price_note: Some("Gratuit, sur inscription"),
    ..USUAL
};

/// The officer and the referent meet each month.
const STEERING: Told = Told {
    kind: EventKind::SteeringMeeting,
    audiences: &[Audience::Agents, Audience::ElectedOfficials],
    tags: &["suivi"],
    place: LUNEVILLE_HOUSE,
    price_note: None,
    visibility: Visibility::Staff,
    ..USUAL
};

pub(super) const EVENTS: &[Told] = &[
    Told {
        key: "meeting-2019-06-pcaet",
        title: "Réunion publique – le Plan Climat, un an après",
        summary: "Ce qui a été décidé en 2018, ce qui a commencé, et comment y prendre part.",
        description: "Présentation des axes du **Plan Climat Air Énergie Territorial**, puis échanges \
            avec les élus et les services.\n\n\
            Le *Contrat de Transition Écologique et Solidaire* et le programme de la mission \
            Concertation y sont expliqués.",
        place: LUNEVILLE_HALL,
        accessibility: REACHABLE_AND_HEARD,
        capacity: Some(200),
        dates: Dates::On(&[("2019-06-13", "19:00", "21:00")]),
        made: When::At("2019-05-13T10:00"),
        then: &[published("2019-05-16T09:00")],
        ..PUBLIC_MEETING
    },
    Told {
        key: "meeting-2020-03-pcaet",
        title: "Réunion publique – transports et Plan Climat",
        summary: "Le volet mobilité du Plan Climat, commune par commune.",
        description: "Présentation des lignes, des aires de covoiturage et des itinéraires cyclables à \
            l’étude.",
        place: BLAMONT_HALL,
        capacity: Some(80),
        dates: Dates::On(&[("2020-03-26", "19:00", "21:00")]),
        made: When::At("2020-02-18T10:00"),
        then: &[
            published("2020-02-25T09:00"),
            Step::Cancel(
                When::At("2020-03-16T15:20"),
                because("Pandémie de covid-19 : les rassemblements sont interdits."),
            ),
        ],
        ..PUBLIC_MEETING
    },
    Told {
        key: "meeting-2021-11-pcaet",
        title: "Réunion publique – le Plan Climat à mi-parcours",
        summary: "Où en sont les actions, axe par axe ? Les résultats, y compris ceux qui manquent.",
        description: "- Sobriété et rénovation des bâtiments publics\n\
            - Énergies renouvelables : bois, solaire, méthanisation\n\
            - Mobilités, agriculture, adaptation\n\n\
            Chaque axe est suivi de vingt minutes de questions.",
        place: DAMELEVIERES_HALL,
        capacity: Some(90),
        dates: Dates::On(&[("2021-11-16", "19:00", "21:30")]),
        made: When::At("2021-10-14T10:00"),
        then: &[published("2021-10-18T09:00")],
        ..PUBLIC_MEETING
    },
    Told {
        key: "visit-2019-10-wood",
        title: "Visite de la chaufferie bois",
        summary: "Du bois de nos forêts au radiateur de l’école : suivez la chaleur.",
        description: "Une heure de visite en petit groupe, de la cuve à plaquettes au réseau de \
            chaleur. Chaussures fermées obligatoires.",
        tags: &["énergie", "bois"],
        place: Some(Venue {
            name: "Chaufferie communale",
            address: None,
            commune: "54129",
            point: Some((48.581, 6.944)),
        }),
        capacity: Some(15),
        dates: Dates::On(&[
            ("2019-10-25", "14:00", "15:30"),
            ("2019-10-25", "16:00", "17:30"),
        ]),
        made: When::At("2019-09-23T10:00"),
        then: &[published("2019-09-26T09:00")],
        ..VISIT
    },
    Told {
        key: "visit-2021-07-recycling",
        title: "Visite de la recyclerie",
        summary: "Que deviennent les objets déposés ? De la collecte au magasin.",
        description: "Tri, réparation, vente : les salariés expliquent leur métier. La visite se \
            termine dans le magasin, sacs bienvenus.",
        tags: &["économie circulaire", "réemploi"],
        place: Some(Venue {
            name: "Recyclerie",
            address: None,
            commune: "54329",
            point: Some((48.585, 6.505)),
        }),
        accessibility: REACHABLE,
        capacity: Some(20),
        dates: Dates::On(&[("2021-07-07", "14:30", "16:30")]),
        made: When::At("2021-06-07T10:00"),
        then: &[published("2021-06-10T09:00")],
        ..VISIT
    },
    Told {
        key: "visit-2021-10-biogas",
        title: "Visite d’une unité de méthanisation agricole",
        summary: "Odeurs, épandage, gaz injecté : posez toutes vos questions à l’exploitant.",
        description: "Visite commentée, puis débat avec des riverains et un technicien. Départ en \
            covoiturage de la salle des fêtes.",
        tags: &["énergie", "agriculture", "méthanisation"],
        place: GERBEVILLER_HALL,
        capacity: Some(30),
        dates: Dates::On(&[("2021-10-16", "09:30", "12:00")]),
        made: When::At("2021-09-13T10:00"),
        then: &[published("2021-09-16T09:00")],
        ..VISIT
    },
    Told {
        key: "training-2021-05",
        title: "Formation – animer une réunion à distance",
        summary: "Deux heures en visioconférence pour faire participer tout le monde, même à distance.",
        description: "Pour les bénévoles d’association et les agents. On apprend en faisant : tour de \
            table, vote, travail en sous-groupes, relevé de décisions partagé.",
        kind: EventKind::Training,
        audiences: &[Audience::Associations, Audience::Agents],
        tags: &["formation", "animation"],
        online_url: ROOM_ONLINE,
        price_note: Some("Gratuit, sur inscription"),
        capacity: Some(24),
        dates: Dates::On(&[("2021-05-20", "17:30", "19:30")]),
        made: When::At("2021-04-19T10:00"),
        then: &[published("2021-04-22T09:00")],
        ..USUAL
    },
    Told {
        key: "consultation-2021",
        title: "Consultation – vos priorités pour les déplacements",
        summary: "Sur le marché, chacun répartit dix jetons entre sept propositions.",
        description: "Les sept propositions viennent du groupe mobilité du club. Le dépouillement est \
            public, à midi, sur place ; les résultats sont transmis au conseil syndical.",
        kind: EventKind::Consultation,
        tags: &["mobilité", "consultation"],
        place: LUNEVILLE_MARKET,
        accessibility: &[
            domain::events::Accessibility::Wheelchair,
            domain::events::Accessibility::EasyToRead,
        ],
        dates: Dates::On(&[
            ("2021-05-29", "09:00", "12:30"),
            ("2021-06-12", "09:00", "12:30"),
        ]),
        made: When::At("2021-04-26T10:00"),
        then: &[published("2021-05-03T09:00")],
        ..USUAL
    },
    Told {
        key: "members-2021-10",
        title: "Rencontre des groupes de travail du club",
        summary: "Les binômes qui animent les groupes accordent leurs calendriers.",
        description: "Réservé aux membres du club : avancement de chaque groupe, besoins d’aide, \
            préparation de la séance de décembre.",
        audiences: &[Audience::Associations],
        tags: &["club climat"],
        place: LUNEVILLE_LIBRARY,
        price_note: None,
        visibility: Visibility::Members,
        capacity: Some(20),
        dates: Dates::On(&[("2021-10-28", "18:00", "20:00")]),
        made: When::At("2021-10-04T10:00"),
        then: &[published("2021-10-05T09:00")],
        ..USUAL
    },
    Told {
        key: "steering-2019",
        title: "Réunions de suivi agent et élu référent – 2019",
        summary: "Point mensuel sur le programme d’actions de la mission.",
        description: "Ordre du jour habituel : actions réalisées, actions en retard, points de \
            blocage, prochaine séance du club.",
        dates: Dates::On(&[
            ("2019-06-03", "09:00", "10:30"),
            ("2019-07-01", "09:00", "10:30"),
            ("2019-09-02", "09:00", "10:30"),
            ("2019-10-07", "09:00", "10:30"),
            ("2019-11-04", "09:00", "10:30"),
            ("2019-12-02", "09:00", "10:30"),
        ]),
        made: When::At("2019-05-15T14:00"),
        then: &[
            published("2019-05-15T14:10"),
            Step::Archive(When::At("2020-01-06T10:00")),
        ],
        ..STEERING
    },
    Told {
        key: "steering-2021",
        title: "Réunions de suivi agent et élue référente – 2021",
        summary: "Point mensuel avec la nouvelle élue référente.",
        description: "",
        dates: Dates::On(&[
            ("2021-01-04", "09:00", "10:30"),
            ("2021-02-01", "09:00", "10:30"),
            ("2021-03-01", "09:00", "10:30"),
            ("2021-05-03", "09:00", "10:30"),
            ("2021-06-07", "09:00", "10:30"),
            ("2021-07-05", "09:00", "10:30"),
            ("2021-09-06", "09:00", "10:30"),
            ("2021-10-04", "09:00", "10:30"),
            ("2021-11-08", "09:00", "10:30"),
            ("2021-12-06", "09:00", "10:30"),
        ]),
        made: When::At("2020-12-14T14:00"),
        then: &[
            published("2020-12-14T14:10"),
            Step::CancelDate(
                When::At("2021-02-26T17:00"),
                2,
                because("L’élue référente est retenue au conseil départemental."),
            ),
        ],
        ..STEERING
    },
];
