//! What lies ahead, whenever the demonstration is started: counted in weeks from that day.

use chrono::Weekday;
use domain::events::{Accessibility, Audience, EventKind, Visibility};

use super::organisations::WORKSHOPS;
use super::told::*;

/// The names by which the documentation's examples find their event.
pub(super) const REPAIR_WEEKLY: &str = "ahead-repair-weekly";
pub(super) const OPEN_HOUSE_WEEKLY: &str = "ahead-open-house-weekly";
pub(super) const GARDEN_DRAFT: &str = "ahead-garden-draft";
pub(super) const FORUM: &str = "ahead-forum-draft";
pub(super) const HEDGE_WALK: &str = "ahead-hedge-walk";
pub(super) const BIOGAS_POSTPONED: &str = "ahead-biogas-postponed";
pub(super) const PROPOSAL: &str = "ahead-velo-ecole";
pub(super) const RENOVATION_CANCELLED: &str = "ahead-renovation-cancelled";

pub(super) const EVENTS: &[Told] = &[
    Told {
        key: "ahead-club",
        title: "Club Climat et Transition – prochaine séance",
        summary: "Où en sont les projets nés dans le club, et lesquels lancer cette année ?",
        description: "## Ordre du jour\n\n\
            1. Nouvelles des projets en cours, cinq minutes chacun.\n\
            2. Position du conseil syndical sur le dernier avis du club.\n\
            3. Trois nouvelles idées à l’essai : à vous de les défendre.\n\n\
            La séance est ouverte à tous : on peut venir **sans être membre**.",
        kind: EventKind::ClubSession,
        audiences: &[
            Audience::GeneralPublic,
            Audience::Associations,
            Audience::ElectedOfficials,
        ],
        tags: &["club climat", "transition écologique"],
        place: LUNEVILLE_HOUSE,
        accessibility: REACHABLE_AND_HEARD,
        price_note: Some("Gratuit, ouvert à toutes et à tous"),
        capacity: Some(80),
        dates: Dates::Ahead {
            weeks: &[3],
            weekday: Weekday::Thu,
            start: "18:30",
            end: "20:30",
        },
        made: When::DaysAgo(12),
        then: &[Step::Publish(When::DaysAgo(9))],
        ..USUAL
    },
    Told {
        key: REPAIR_WEEKLY,
        title: "Les mercredis de la réparation",
        summary: "Chaque mercredi, un établi et des bénévoles pour remettre en marche ce qui est cassé.",
        description: "Apportez **un objet en panne** : petit électroménager, lampe, jouet, vêtement, \
            vélo. On l’ouvre ensemble, on apprend, on répare quand c’est possible.\n\n\
            - Pièces détachées à prix coûtant.\n\
            - Les mineurs viennent accompagnés.\n\
            - On peut venir à une seule séance.",
        kind: EventKind::Workshop,
        tags: &["réparation", "économie circulaire"],
        place: BACCARAT_HALL,
        accessibility: REACHABLE,
        price_note: Some("Gratuit, participation libre aux pièces"),
        capacity: Some(25),
        dates: Dates::Ahead {
            weeks: &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
            weekday: Weekday::Wed,
            start: "17:30",
            end: "19:30",
        },
        made: When::DaysAgo(30),
        then: &[
            Step::Publish(When::DaysAgo(24)),
            Step::CancelDate(
                When::DaysAgo(3),
                3,
                because("La salle accueille ce jour-là une collecte de sang."),
            ),
            Step::MoveDate(
                When::DaysAgo(2),
                6,
                To {
                    days: 1,
                    start: "18:00",
                    end: "20:00",
                },
                because("La salle n’est libre que le lendemain."),
            ),
        ],
        ..USUAL
    },
    Told {
        key: "ahead-fresque",
        title: "La Fresque du climat – atelier découverte",
        summary: "Trois heures pour comprendre le changement climatique, en équipe et sans prérequis.",
        description: "Par équipes de sept, on relie les causes et les effets, puis on cherche ce qui \
            peut changer ici. À partir de 15 ans.",
        kind: EventKind::Workshop,
        tags: &["fresque du climat"],
        place: LUNEVILLE_LIBRARY,
        accessibility: REACHABLE,
        price_note: Some("Gratuit, sur inscription"),
        capacity: Some(14),
        dates: Dates::Ahead {
            weeks: &[6],
            weekday: Weekday::Sat,
            start: "14:00",
            end: "17:00",
        },
        made: When::DaysAgo(8),
        then: &[Step::Publish(When::DaysAgo(7))],
        ..USUAL
    },
    Told {
        key: "ahead-webinar",
        title: "Webinaire – les aides à la rénovation, pas à pas",
        summary: "Une heure en ligne : quelles aides, dans quel ordre, avec quel accompagnement ?",
        description: "Présentation de trente minutes, puis questions par écrit ou de vive voix. \
            L’enregistrement et le *pas à pas* sont envoyés aux inscrits.",
        kind: EventKind::Training,
        audiences: &[Audience::GeneralPublic, Audience::Agents],
        tags: &["énergie", "rénovation", "logement"],
        online_url: ROOM_ONLINE,
        accessibility: &[Accessibility::EasyToRead],
        price_note: Some("Gratuit, sur inscription"),
        capacity: Some(200),
        dates: Dates::Ahead {
            weeks: &[2],
            weekday: Weekday::Tue,
            start: "18:00",
            end: "19:00",
        },
        made: When::DaysAgo(15),
        then: &[Step::Publish(When::DaysAgo(13))],
        ..USUAL
    },
    Told {
        key: BIOGAS_POSTPONED,
        title: "Visite de la méthanisation agricole",
        summary: "Du champ au réseau de gaz : visite commentée et questions à l’exploitant.",
        description: "Chaussures fermées obligatoires. Départ en covoiturage de la salle des fêtes.",
        kind: EventKind::Visit,
        tags: &["énergie", "agriculture", "méthanisation"],
        place: GERBEVILLER_HALL,
        price_note: Some("Gratuit, sur inscription"),
        capacity: Some(30),
        dates: Dates::Ahead {
            weeks: &[2],
            weekday: Weekday::Sat,
            start: "09:30",
            end: "12:00",
        },
        made: When::DaysAgo(35),
        then: &[
            Step::Publish(When::DaysAgo(33)),
            Step::Postpone(
                When::DaysAgo(4),
                Why {
                    reason: "L’installation est arrêtée pour maintenance.",
                    note: Some("Une nouvelle date est annoncée dès que l’exploitant la confirme."),
                    internal_note: Some("Rappeler l’exploitant en début de mois."),
                },
            ),
        ],
        ..USUAL
    },
    Told {
        key: RENOVATION_CANCELLED,
        title: "Réunion publique – rénover le centre-bourg",
        summary: "Présentation du programme de rénovation des logements du centre.",
        description: "Avec les services de l’intercommunalité et les conseillers en rénovation.",
        kind: EventKind::PublicMeeting,
        tags: &["rénovation", "logement"],
        place: BAYON_HALL,
        accessibility: REACHABLE,
        capacity: Some(90),
        dates: Dates::Ahead {
            weeks: &[4],
            weekday: Weekday::Tue,
            start: "19:00",
            end: "21:00",
        },
        made: When::DaysAgo(21),
        then: &[
            Step::Publish(When::DaysAgo(20)),
            Step::Cancel(
                When::DaysAgo(1),
                Why {
                    reason: "L’étude sur laquelle porte la réunion n’est pas terminée.",
                    note: Some("Une autre réunion sera annoncée quand l’étude sera publiée."),
                    internal_note: None,
                },
            ),
        ],
        ..USUAL
    },
    Told {
        key: "ahead-lycee",
        title: "Forum des métiers de la transition au lycée",
        summary: "Une matinée d’échanges entre lycéens et professionnels du territoire.",
        description: "Réservé aux élèves. Énergie, forêt, réparation, agriculture, urbanisme : dix \
            métiers, dix tables, quinze minutes chacune.",
        kind: EventKind::Outreach,
        audiences: &[Audience::HighSchool],
        tags: &["sensibilisation", "métiers"],
        place: Some(Venue {
            name: "Lycée",
            address: None,
            commune: "54329",
            point: None,
        }),
        price_note: None,
        dates: Dates::Ahead {
            weeks: &[5],
            weekday: Weekday::Thu,
            start: "08:30",
            end: "12:00",
        },
        made: When::DaysAgo(18),
        then: &[Step::Publish(When::DaysAgo(11))],
        ..USUAL
    },
    Told {
        key: "ahead-companies",
        title: "Rencontre des entreprises – matières à partager",
        summary: "Bourse d’échange de matières et de matériels entre entreprises voisines.",
        description: "Venez avec la liste de ce que vous jetez et de ce que vous achetez : on \
            repart avec des contacts.",
        kind: EventKind::Workshop,
        audiences: &[Audience::Company],
        tags: &["économie circulaire", "entreprises"],
        place: BLAINVILLE_HALL,
        accessibility: REACHABLE,
        price_note: Some("Gratuit, sur inscription"),
        capacity: Some(40),
        dates: Dates::Ahead {
            weeks: &[7],
            weekday: Weekday::Fri,
            start: "08:30",
            end: "11:00",
        },
        made: When::DaysAgo(6),
        then: &[Step::Publish(When::DaysAgo(5))],
        ..USUAL
    },
    Told {
        key: "ahead-consultation",
        title: "Consultation – aménager les bords de la Meurthe",
        summary: "Deux ateliers pour dessiner, avec les riverains, l’accès à la rivière.",
        description: "Promenade, puis maquette. Le premier atelier recueille les usages, le second \
            discute deux scénarios ; les résultats sont publiés.",
        kind: EventKind::Consultation,
        tags: &["eau", "consultation"],
        place: DAMELEVIERES_HALL,
        capacity: Some(45),
        dates: Dates::Ahead {
            weeks: &[4, 8],
            weekday: Weekday::Sat,
            start: "10:00",
            end: "12:30",
        },
        made: When::DaysAgo(10),
        then: &[Step::Publish(When::DaysAgo(6))],
        ..USUAL
    },
    Told {
        key: "ahead-members",
        title: "Préparation de la prochaine séance du club",
        summary: "Les animateurs des groupes de travail préparent l’ordre du jour.",
        kind: EventKind::Other,
        audiences: &[Audience::Associations],
        tags: &["club climat"],
        online_url: ROOM_ONLINE,
        price_note: None,
        visibility: Visibility::Members,
        dates: Dates::Ahead {
            weeks: &[1],
            weekday: Weekday::Mon,
            start: "18:00",
            end: "19:00",
        },
        made: When::DaysAgo(5),
        then: &[Step::Publish(When::DaysAgo(5))],
        ..USUAL
    },
    Told {
        key: "ahead-steering",
        title: "Réunions de suivi agent et élue référente",
        summary: "Point mensuel sur le programme d’actions de la mission.",
        kind: EventKind::SteeringMeeting,
        audiences: &[Audience::Agents, Audience::ElectedOfficials],
        tags: &["suivi"],
        place: LUNEVILLE_HOUSE,
        price_note: None,
        visibility: Visibility::Staff,
        dates: Dates::Ahead {
            weeks: &[1, 5, 9, 13],
            weekday: Weekday::Mon,
            start: "09:00",
            end: "10:30",
        },
        made: When::DaysAgo(14),
        then: &[Step::Publish(When::DaysAgo(14))],
        ..USUAL
    },
    Told {
        key: FORUM,
        title: "Forum des porteurs de projets",
        summary: "Une journée pour présenter les projets citoyens et leur trouver des appuis.",
        description: "*Programme en préparation.*\n\n\
            - Matin : stands des projets\n\
            - Après-midi : rencontres avec les financeurs et les services de l’État",
        kind: EventKind::Other,
        audiences: &[
            Audience::GeneralPublic,
            Audience::Associations,
            Audience::ElectedOfficials,
        ],
        tags: &["projets citoyens"],
        place: LUNEVILLE_HALL,
        accessibility: REACHABLE,
        capacity: Some(250),
        dates: Dates::Ahead {
            weeks: &[12],
            weekday: Weekday::Sat,
            start: "10:00",
            end: "17:00",
        },
        made: When::DaysAgo(2),
        ..USUAL
    },
    Told {
        key: HEDGE_WALK,
        title: "Balade – lire une haie bocagère",
        summary: "Une matinée dehors pour reconnaître les essences et comprendre à quoi sert une haie.",
        kind: EventKind::Visit,
        audiences: &[Audience::GeneralPublic],
        tags: &["biodiversité"],
        place: LUNEVILLE_HOUSE,
        dates: Dates::Ahead {
            weeks: &[14],
            weekday: Weekday::Sat,
            start: "09:30",
            end: "12:00",
        },
        made: When::DaysAgo(1),
        ..USUAL
    },
    Told {
        key: OPEN_HOUSE_WEEKLY,
        title: "La permanence du jeudi – parler d’un projet",
        summary: "Chaque jeudi soir, toute l’année, quelqu’un pour écouter une idée et dire par où commencer.",
        description: "Sans rendez-vous. On vient avec une idée, une question ou un dossier à moitié \
            rempli ; on repart avec **une prochaine étape**.\n\n\
            - À 18h30, été comme hiver.\n\
            - Pas de permanence les jours fériés ni à la fin de l’année.",
        kind: EventKind::Other,
        audiences: &[Audience::GeneralPublic, Audience::Associations],
        tags: &["accompagnement", "projets"],
        place: LUNEVILLE_HOUSE,
        accessibility: REACHABLE,
        capacity: Some(12),
        dates: Dates::Weekly {
            weekday: Weekday::Thu,
            start: "18:30",
            end: "20:00",
            count: 54,
        },
        made: When::DaysAgo(28),
        then: &[
            Step::Publish(When::DaysAgo(25)),
            Step::CancelDate(
                When::DaysAgo(4),
                2,
                because("L’équipe est en formation ce soir-là."),
            ),
            Step::MoveDate(
                When::DaysAgo(2),
                4,
                To {
                    days: -1,
                    start: "18:00",
                    end: "19:30",
                },
                because("La maison est prise par un conseil."),
            ),
        ],
        ..USUAL
    },
    Told {
        key: GARDEN_DRAFT,
        title: "Jardin partagé – les mardis de printemps",
        summary: "Semer, planter, arroser ensemble ; les outils sont prêtés.",
        kind: EventKind::Workshop,
        tags: &["jardin", "biodiversité"],
        place: BAYON_HALL,
        dates: Dates::Weekly {
            weekday: Weekday::Tue,
            start: "17:00",
            end: "18:30",
            count: 6,
        },
        made: When::DaysAgo(1),
        ..USUAL
    },
    Told {
        key: PROPOSAL,
        title: "Vélo-école du samedi",
        summary: "Remonter en selle en confiance, sur une place fermée aux voitures.",
        description: "Deux heures avec des moniteurs bénévoles ; les vélos et les casques sont prêtés.",
        kind: EventKind::Training,
        tags: &["vélo"],
        place: LUNEVILLE_MARKET,
        price_note: Some("Gratuit"),
        capacity: Some(10),
        dates: Dates::Ahead {
            weeks: &[4, 6],
            weekday: Weekday::Sat,
            start: "10:00",
            end: "12:00",
        },
        proposed_by: Some(WORKSHOPS),
        made: When::DaysAgo(2),
        ..USUAL
    },
];
