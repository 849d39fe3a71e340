//! The sessions of the Club Climat et Transition: those of 2019, those of 2020 that were announced
//! and could not be held, and those since.

use domain::events::{Audience, EventKind};

use super::told::*;

const SESSION: Told = Told {
    kind: EventKind::ClubSession,
    audiences: &[
        Audience::GeneralPublic,
        Audience::Associations,
        Audience::ElectedOfficials,
    ],
    tags: &["club climat", "transition écologique"],
    accessibility: REACHABLE,
    price_note: Some("Gratuit, ouvert à toutes et à tous"),
    ..USUAL
};

pub(super) const SESSIONS: &[Told] = &[
    Told {
        key: "club-2019-05",
        title: "Club Climat et Transition – séance de lancement",
        summary: "Première réunion du club : ce que le Plan Climat a lancé, et la place que les \
            habitants veulent y prendre.",
        description: "La concertation engagée en 2018 autour du Plan Climat Air Énergie Territorial \
            continue. Le **Club Climat et Transition** offre à chacun un cadre pour réfléchir, puis \
            pour monter des projets.\n\n\
            ## Au programme\n\n\
            - le Plan Climat et le Contrat de Transition Écologique et Solidaire, en vingt minutes ;\n\
            - tour de table : ce que chacun fait déjà, ce qui manque près de chez soi ;\n\
            - premiers thèmes de travail et calendrier de l’année.\n\n\
            Objectif du contrat : mobiliser **3\u{202f}500 citoyens en trois ans**.",
        place: LUNEVILLE_HOUSE,
        capacity: Some(80),
        dates: Dates::On(&[("2019-05-23", "18:30", "20:30")]),
        made: When::At("2019-05-02T10:15"),
        then: &[published("2019-05-06T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2019-07",
        title: "Club Climat et Transition – des idées aux projets",
        summary: "Trois tables de travail : mobilité, alimentation locale, économies d’énergie.",
        description: "Les idées notées en mai sont triées ensemble : lesquelles peuvent démarrer dès \
            la rentrée, avec qui, et de quoi ont-elles besoin ?\n\n\
            1. **Se déplacer** : covoiturage vers la gare, vélo au quotidien.\n\
            2. **Se nourrir** : cantines, jardins, vente directe.\n\
            3. **Se chauffer** : repérer les logements qui perdent le plus de chaleur.\n\n\
            Un verre de jus de pomme du territoire clôt la soirée.",
        place: BACCARAT_HALL,
        capacity: Some(60),
        dates: Dates::On(&[("2019-07-04", "18:30", "20:30")]),
        made: When::At("2019-06-03T14:00"),
        then: &[published("2019-06-05T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2019-09",
        title: "Club Climat et Transition – quelle structure pour le club ?",
        summary: "Qui décide, qui anime, à quel rythme ? Les membres imaginent eux-mêmes le \
            fonctionnement du club.",
        description: "Cette séance est consacrée au **club lui-même**. Les membres proposent :\n\n\
            - une séance plénière au moins trois fois par an, chaque fois dans une commune différente ;\n\
            - des groupes de travail ouverts, animés par un binôme ;\n\
            - une place pour l’élu référent, qui porte les travaux du club devant le conseil syndical \
            et rapporte aux membres les positions du PETR ;\n\
            - un compte rendu public sous quinze jours.\n\n\
            Ces propositions sont rédigées en une première version de la charte, relue en décembre.",
        tags: &["club climat", "gouvernance", "charte"],
        place: BAYON_HALL,
        capacity: Some(60),
        dates: Dates::On(&[("2019-09-26", "18:30", "21:00")]),
        made: When::At("2019-08-28T11:00"),
        then: &[published("2019-09-02T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2019-11",
        title: "Club Climat et Transition – les groupes de travail au travail",
        summary: "Premier point d’étape des groupes mobilité, alimentation et énergie.",
        description: "Chaque groupe présente en dix minutes son projet, puis répond aux questions de \
            la salle : *pour qui, avec qui, combien, quand ?* Les points de blocage sont notés et \
            confiés à l’élu référent.",
        place: BLAMONT_HALL,
        capacity: Some(50),
        dates: Dates::On(&[("2019-11-07", "18:30", "20:30")]),
        made: When::At("2019-10-07T16:20"),
        then: &[published("2019-10-10T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2019-12",
        title: "Club Climat et Transition – bilan de 2019 et projet de charte",
        summary: "Lecture du projet de charte et feuille de route de l’année 2020.",
        description: "- Bilan des cinq séances et des rencontres en milieu scolaire.\n\
            - Lecture, article par article, du **projet de charte** du club.\n\
            - Calendrier 2020 : trois séances au moins, la première en janvier.",
        tags: &["club climat", "gouvernance", "charte"],
        place: EINVILLE_HALL,
        capacity: Some(60),
        dates: Dates::On(&[("2019-12-12", "18:30", "20:30")]),
        made: When::At("2019-11-14T10:00"),
        then: &[published("2019-11-18T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2020-01",
        title: "Club Climat et Transition – séance d’hiver 2020",
        summary: "Adoption de la charte et lancement des projets de l’année.",
        description: "La charte proposée en décembre est soumise aux membres. Les groupes de travail \
            présentent ensuite les projets qu’ils lancent en 2020.",
        place: DAMELEVIERES_HALL,
        capacity: Some(60),
        dates: Dates::On(&[("2020-01-23", "18:30", "20:30")]),
        made: When::At("2019-12-13T15:00"),
        then: &[
            published("2019-12-16T09:00"),
            Step::Cancel(
                When::At("2020-01-10T11:30"),
                Why {
                    reason: "Le poste de chargé de mission est vacant : la séance ne peut pas être \
                        animée.",
                    note: Some(
                        "Le club se réunira dès l’arrivée de la nouvelle personne chargée de la \
                         concertation. Les membres seront prévenus par courriel.",
                    ),
                    internal_note: Some(
                        "Recrutement en cours ; suivi assuré par la direction dans l’intervalle.",
                    ),
                },
            ),
        ],
        ..SESSION
    },
    Told {
        key: "club-2020-04",
        title: "Club Climat et Transition – séance de printemps 2020",
        summary: "Reprise des travaux avec la nouvelle chargée de mission.",
        description: "Présentation de la nouvelle chargée de mission, retour sur le projet de charte \
            et priorités des groupes de travail.",
        place: LUNEVILLE_HOUSE,
        capacity: Some(80),
        dates: Dates::On(&[("2020-04-02", "18:30", "20:30")]),
        made: When::At("2020-02-20T10:00"),
        then: &[
            published("2020-02-24T09:00"),
            Step::Cancel(
                When::At("2020-03-16T15:00"),
                Why {
                    reason: "Pandémie de covid-19 : les rassemblements sont interdits.",
                    note: Some("Prenez soin de vous. Une nouvelle séance sera annoncée."),
                    internal_note: None,
                },
            ),
        ],
        ..SESSION
    },
    Told {
        key: "club-2020-06",
        title: "Club Climat et Transition – la parole aux nouveaux élus",
        summary: "Rencontre entre les membres du club et les équipes municipales.",
        description: "Les membres présentent leurs projets et leur projet de charte aux élus issus \
            des élections municipales, et les interrogent sur la concertation qu’ils souhaitent.",
        place: GERBEVILLER_HALL,
        capacity: Some(40),
        dates: Dates::On(&[("2020-06-25", "18:30", "20:30")]),
        made: When::At("2020-05-25T10:00"),
        then: &[
            published("2020-05-28T09:00"),
            Step::Postpone(
                When::At("2020-06-08T10:30"),
                Why {
                    reason: "Le second tour des élections municipales a lieu le 28 juin : la séance \
                        attend l’installation des nouveaux conseils.",
                    note: Some("Une nouvelle date sera proposée à l’automne."),
                    internal_note: None,
                },
            ),
            Step::MoveDate(
                When::At("2020-09-28T09:45"),
                0,
                To {
                    days: 147,
                    start: "18:30",
                    end: "20:30",
                },
                because("Nouvelle date, après l’installation du conseil syndical."),
            ),
            Step::Cancel(
                When::At("2020-10-30T09:00"),
                Why {
                    reason: "Deuxième confinement : aucune réunion publique n’est possible.",
                    note: Some("Le club reprendra en 2021, à distance s’il le faut."),
                    internal_note: Some(
                        "Aucune séance tenue en 2020 : à expliquer dans le rapport annuel au \
                         financeur.",
                    ),
                },
            ),
        ],
        ..SESSION
    },
    Told {
        key: "club-2020-10",
        title: "Club Climat et Transition – séance de reprise, à distance",
        summary: "Prévue en octobre 2020, tenue en visioconférence en février 2021.",
        description: "Première séance depuis décembre 2019. On reprend le fil : quels projets \
            tiennent toujours, qui souhaite rester ou rejoindre le club, que garder du projet de \
            charte ?\n\nLe lien de connexion est ouvert dix minutes avant le début.",
        place: None,
        online_url: ROOM_ONLINE,
        accessibility: &[],
        capacity: Some(100),
        dates: Dates::On(&[("2020-10-15", "18:30", "20:30")]),
        made: When::At("2020-09-08T14:00"),
        then: &[
            published("2020-09-10T09:00"),
            Step::Postpone(
                When::At("2020-10-05T17:00"),
                because(
                    "La situation sanitaire ne permet pas d’accueillir le club dans de bonnes \
                     conditions.",
                ),
            ),
            Step::MoveDate(
                When::At("2021-01-11T09:30"),
                0,
                To {
                    days: 119,
                    start: "18:00",
                    end: "19:30",
                },
                because("La séance se tient en visioconférence."),
            ),
        ],
        ..SESSION
    },
    Told {
        key: "club-2021-06",
        title: "Club Climat et Transition – séance d’été 2021",
        summary: "De nouveau en salle : l’élue référente présente les attentes du conseil syndical.",
        description: "L’élue référente transmet au club la position du conseil syndical sur la charte : \
            **oui** au rythme de trois séances par an, **à rediscuter** pour la composition des \
            groupes de travail. Les membres répondent en séance.",
        place: LUNEVILLE_HOUSE,
        capacity: Some(50),
        dates: Dates::On(&[("2021-06-24", "18:30", "20:30")]),
        made: When::At("2021-05-26T10:00"),
        then: &[published("2021-05-31T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2021-09",
        title: "Club Climat et Transition – forêts, eau et sécheresses",
        summary: "Comment le massif et les rivières changent, et ce que peuvent faire les habitants.",
        description: "Après une heure d’échanges avec des techniciens de la forêt et de l’eau, le \
            club formule un **avis** destiné au conseil syndical.",
        tags: &["club climat", "forêt", "eau"],
        place: CIREY_HALL,
        capacity: Some(50),
        dates: Dates::On(&[("2021-09-30", "18:30", "20:30")]),
        made: When::At("2021-08-30T10:00"),
        then: &[published("2021-09-02T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2021-12",
        title: "Club Climat et Transition – les projets citoyens cherchent un coup de pouce",
        summary: "Cinq projets, cinq minutes chacun, et une soirée pour leur trouver des soutiens.",
        description: "Porteurs de projets, élus et entreprises se rencontrent autour de cinq projets \
            nés dans le club. Pour chacun : ce qui est acquis, ce qui bloque, ce qui manque encore.",
        place: BADONVILLER_HALL,
        capacity: Some(50),
        dates: Dates::On(&[("2021-12-09", "18:30", "20:30")]),
        made: When::At("2021-11-08T10:00"),
        then: &[published("2021-11-12T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2022-02",
        title: "Club Climat et Transition – manger local en hiver",
        summary: "Une séance pratique avec des producteurs et des cuisiniers de cantine.",
        description: "Dégustation, recettes de saison et état des lieux : quelle part de produits \
            locaux dans les cantines du territoire ? Le groupe alimentation présente ses propositions.",
        tags: &["club climat", "alimentation", "circuits courts"],
        place: BLAINVILLE_HALL,
        capacity: Some(60),
        dates: Dates::On(&[("2022-02-03", "18:30", "20:30")]),
        made: When::At("2022-01-04T10:00"),
        then: &[published("2022-01-06T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2022-04",
        title: "Club Climat et Transition – trois ans de concertation, et après ?",
        summary: "Bilan du contrat 2019-2022 avec les habitants, les élus et le financeur.",
        description: "Le contrat d’objectifs s’achève le 30 avril. On regarde ensemble :\n\n\
            - combien de citoyens ont été mobilisés, et comment on les a comptés ;\n\
            - les projets nés du club : ceux qui vivent, ceux qui se sont arrêtés, et pourquoi ;\n\
            - ce qu’il faut garder, changer ou abandonner pour la suite.",
        tags: &["club climat", "bilan"],
        place: LUNEVILLE_HALL,
        accessibility: REACHABLE_AND_HEARD,
        capacity: Some(150),
        dates: Dates::On(&[("2022-04-07", "18:30", "21:00")]),
        made: When::At("2022-03-03T10:00"),
        then: &[published("2022-03-07T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2024-10",
        title: "Club Climat et Transition – révision du Plan Climat",
        summary: "Le club donne son avis sur les premières orientations du futur Plan Climat.",
        description: "Six ans après le premier Plan Climat, le territoire prépare le suivant. Les \
            membres lisent les orientations par petits groupes et rendent un **avis** en fin de \
            séance.",
        tags: &["club climat", "plan climat"],
        place: LUNEVILLE_HOUSE,
        capacity: Some(80),
        dates: Dates::On(&[("2024-10-10", "18:30", "20:30")]),
        made: When::At("2024-09-05T10:00"),
        then: &[published("2024-09-09T09:00")],
        ..SESSION
    },
    Told {
        key: "club-2026-06",
        title: "Club Climat et Transition – accueil des équipes municipales",
        summary: "Les membres présentent le club aux élus du nouveau mandat.",
        description: "Que fait le club, que peut-il demander, que peut-on lui demander ? Une soirée \
            de rencontre, autour des projets en cours dans les quatre intercommunalités.",
        place: SAINT_CLEMENT_HALL,
        capacity: Some(70),
        dates: Dates::On(&[("2026-06-11", "18:30", "20:30")]),
        made: When::At("2026-05-11T10:00"),
        then: &[published("2026-05-13T09:00")],
        ..SESSION
    },
];
