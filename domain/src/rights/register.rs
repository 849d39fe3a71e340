//! What is declared of each processing activity.

use super::processing::{Declared, Kept, LegalBasis, Processing, Said};
use super::retention::Retention;

const fn said(french: &'static str, english: &'static str) -> Said {
    Said { french, english }
}

const fn until(french: &'static str, english: &'static str) -> Kept {
    Kept::Until(said(french, english))
}

const STAFF: Said = said(
    "Les agents du PETR qui y sont habilités ; chaque consultation est notée au journal.",
    "The PETR's staff who may; each look is recorded.",
);

const CITIZENS: Said = said("Les citoyen·nes.", "Citizens.");

const WITH_THE_PERSON: Kept = until(
    "jusqu'à l'effacement de la personne",
    "until the person is erased",
);

impl Processing {
    /// What is declared of it.
    #[must_use]
    pub const fn declared(self) -> Declared {
        match self {
            Self::Attendance => Declared {
                name: said("Inscriptions et présences", "Registrations and attendance"),
                purpose: said(
                    "Tenir les places des événements, prévenir de ce qui change, savoir qui est venu.",
                    "To hold places at events, to tell what changes, to know who came.",
                ),
                basis: LegalBasis::PublicInterest,
                people: CITIZENS,
                data: said(
                    "Nom, courriel, téléphone, commune, tranche d'âge, langue, centres d'intérêt ; inscriptions, \
                     réponses aux questions, besoins d'accessibilité, présence.",
                    "Name, e-mail, telephone, commune, age band, language, interests; registrations, answers to \
                     questions, accessibility needs, presence.",
                ),
                recipients: STAFF,
                kept: const {
                    &[
                        Kept::ByTheClock(Retention::Strangers),
                        Kept::ByTheClock(Retention::InactiveCitizens),
                    ]
                },
                tables: &["citizens", "registrations", "person_keys"],
            },
            Self::Participations => Declared {
                name: said("Compte des participations", "Counting participations"),
                purpose: said(
                    "Compter qui a pris part, pour le contrat d'objectifs.",
                    "To count who took part, for the contract of objectives.",
                ),
                basis: LegalBasis::PublicInterest,
                people: CITIZENS,
                data: said(
                    "Faits datés sous un pseudonyme : date, rôle, commune ; aucun nom.",
                    "Dated facts under a pseudonym: day, role, commune; no name.",
                ),
                recipients: said(
                    "Les financeurs reçoivent des chiffres, jamais de noms ; un chiffre inférieur à 5 est fondu \
                     dans un autre.",
                    "Funders are given figures, never names; a figure under 5 is merged into another.",
                ),
                kept: const {
                    &[until(
                        "sans limite ; après l'effacement le pseudonyme ne mène à personne",
                        "without end; after an erasure the pseudonym leads to nobody",
                    )]
                },
                tables: &[
                    "participations",
                    "registration_participations",
                    "involvement_participations",
                    "merges",
                    "identities",
                    "distinctions",
                ],
            },
            Self::Involvements => Declared {
                name: said(
                    "Suivre, soutenir et aider des projets",
                    "Following, supporting and helping projects",
                ),
                purpose: said(
                    "Dire à qui le veut comment un projet avance, et savoir qui l'aide et qui le porte.",
                    "To tell those who want it how a project goes, and to know who helps it and who carries it.",
                ),
                basis: LegalBasis::PublicInterest,
                people: CITIZENS,
                data: said(
                    "Projet, rôle, depuis quel jour, si la personne veut des nouvelles par courriel.",
                    "Project, role, since which day, whether the person wants news by mail.",
                ),
                recipients: STAFF,
                kept: const { &[WITH_THE_PERSON] },
                tables: &["involvements", "update_tellings"],
            },
            Self::SignIn => Declared {
                name: said("Accès des citoyen·nes", "Citizens' sign-in"),
                purpose: said(
                    "Laisser chacun·e voir et corriger ce qui est à soi, sans mot de passe.",
                    "To let everybody see and set right what is theirs, without a password.",
                ),
                basis: LegalBasis::PublicInterest,
                people: CITIZENS,
                data: said(
                    "Empreinte de l'adresse et du réseau, liens demandés, sessions.",
                    "A keyed hash of the address and the network, links asked for, sessions.",
                ),
                recipients: said("Personne.", "Nobody."),
                kept: const {
                    &[
                        Kept::ByTheClock(Retention::SignInLinks),
                        Kept::ByTheClock(Retention::Sessions),
                    ]
                },
                tables: &["sign_in_challenges", "sessions", "refresh_tokens"],
            },
            Self::Newsletter => Declared {
                name: said("Lettre d'information", "Newsletter"),
                purpose: said(
                    "Écrire à qui veut savoir ce qui se passe.",
                    "To write to those who want to hear what is going on.",
                ),
                basis: LegalBasis::Consent,
                people: CITIZENS,
                data: said(
                    "Nom, courriel, centres d'intérêt, consentement et son retrait.",
                    "Name, e-mail, interests, the consent and its withdrawal.",
                ),
                recipients: STAFF,
                kept: const { &[WITH_THE_PERSON] },
                tables: &["citizens", "consents"],
            },
            Self::Pictures => Declared {
                name: said("Photographies", "Pictures"),
                purpose: said(
                    "Montrer ce qui a eu lieu, avec l'accord de qui est reconnaissable.",
                    "To show what took place, with the consent of who can be recognised.",
                ),
                basis: LegalBasis::Consent,
                people: CITIZENS,
                data: said(
                    "Le consentement et son retrait ; les images ne sont pas dans ce service.",
                    "The consent and its withdrawal; the pictures are not in this service.",
                ),
                recipients: STAFF,
                kept: const { &[WITH_THE_PERSON] },
                tables: &["consents"],
            },
            Self::ParentalConsent => Declared {
                name: said("Accord parental", "Parental consent"),
                purpose: said(
                    "Inscrire un enfant de moins de 15 ans avec l'accord d'un parent.",
                    "To register a child under 15 with a parent's consent.",
                ),
                basis: LegalBasis::Consent,
                people: said(
                    "Enfants de moins de 15 ans et leurs parents.",
                    "Children under 15 and their parents.",
                ),
                data: said(
                    "Le nom du parent, scellé ; le consentement et son retrait.",
                    "The parent's name, sealed; the consent and its withdrawal.",
                ),
                recipients: STAFF,
                kept: const { &[WITH_THE_PERSON] },
                tables: &["consents"],
            },
            Self::Mails => Declared {
                name: said("Courriels", "Mails"),
                purpose: said(
                    "Dire aux personnes ce qui les concerne : confirmations, rappels, changements.",
                    "To tell people what concerns them: confirmations, reminders, changes.",
                ),
                basis: LegalBasis::PublicInterest,
                people: said(
                    "Citoyen·nes, agents, contacts des partenaires.",
                    "Citizens, staff, partners' contacts.",
                ),
                data: said(
                    "Adresse, objet et texte du courriel, état de l'envoi.",
                    "Address, subject and text of the mail, how far it is.",
                ),
                recipients: said("Le serveur de courriel du PETR.", "The PETR's mail server."),
                kept: const { &[Kept::ByTheClock(Retention::Mails)] },
                tables: &["mails"],
            },
            Self::Evidence => Declared {
                name: said("Pièces justificatives", "Evidence"),
                purpose: said(
                    "Justifier devant le financeur ce qui est compté : feuilles d'émargement, courriers.",
                    "To show the funder what is counted: signed sheets, letters.",
                ),
                basis: LegalBasis::LegalObligation,
                people: said(
                    "Les participant·es d'une date.",
                    "Those who were at a date.",
                ),
                data: said(
                    "Une feuille numérisée avec noms et signatures.",
                    "A scanned sheet with names and signatures.",
                ),
                recipients: said(
                    "Le chargé de mission et la direction seuls, et le contrôle du financeur.",
                    "The officer and the director alone, and the funder's audit.",
                ),
                kept: const {
                    &[until(
                        "jusqu'à la fin du contrôle du financeur, puis détruite",
                        "until the end of the funder's audit, then destroyed",
                    )]
                },
                tables: &["evidence"],
            },
            Self::AuditTrail => Declared {
                name: said("Journal", "Audit trail"),
                purpose: said(
                    "Savoir qui a fait quoi, et qui a vu quelles données personnelles.",
                    "To know who did what, and who saw which personal data.",
                ),
                basis: LegalBasis::LegalObligation,
                people: said(
                    "Agents, partenaires, citoyen·nes.",
                    "Staff, partners, citizens.",
                ),
                data: said(
                    "Date, opération, pseudonyme ; ce qui a changé, scellé sous la clé de la personne.",
                    "Moment, operation, pseudonym; what changed, sealed under the person's key.",
                ),
                recipients: said("La direction.", "The director."),
                kept: const {
                    &[until(
                        "sans limite ; ce qui est scellé devient illisible à l'effacement de la personne",
                        "without end; what is sealed can't be read any more once the person is erased",
                    )]
                },
                tables: &["audit_entries", "outbox", "person_keys"],
            },
            Self::StaffAccounts => Declared {
                name: said("Comptes des agents", "Staff accounts"),
                purpose: said(
                    "Savoir qui peut faire quoi, et protéger les accès.",
                    "To know who may do what, and to guard the ways in.",
                ),
                basis: LegalBasis::PublicInterest,
                people: said(
                    "Agents et élu·es du PETR.",
                    "The PETR's staff and elected members.",
                ),
                data: said(
                    "Nom, courriel, rôles, empreinte du mot de passe, connexions et échecs.",
                    "Name, e-mail, roles, a hash of the password, sign-ins and failures.",
                ),
                recipients: said("La direction.", "The director."),
                kept: const {
                    &[
                        until(
                            "le compte : tant que le journal le nomme",
                            "the account: for as long as the audit trail names it",
                        ),
                        Kept::ByTheClock(Retention::Sessions),
                        Kept::ByTheClock(Retention::FailedSignIns),
                        Kept::ByTheClock(Retention::SignIns),
                    ]
                },
                tables: &[
                    "users",
                    "person_keys",
                    "sessions",
                    "refresh_tokens",
                    "sign_in_attempts",
                ],
            },
            Self::PartnerContacts => Declared {
                name: said("Contacts des partenaires", "Partners' contacts"),
                purpose: said(
                    "Joindre les structures partenaires et suivre leurs projets.",
                    "To reach partner structures and to follow their projects.",
                ),
                basis: LegalBasis::PublicInterest,
                people: said(
                    "Personnes que les structures désignent.",
                    "People whom the structures name.",
                ),
                data: said(
                    "Fonction ou nom, courriel, téléphone ; équipe d'un projet, auteur d'une question, fichiers joints.",
                    "Role or name, e-mail, telephone; a project's team, who asked a question, attached files.",
                ),
                recipients: said(
                    "Le public pour ce que la structure publie ; sinon les agents.",
                    "The public for what the structure publishes; the staff for the rest.",
                ),
                kept: const {
                    &[until(
                        "tant que la structure ou le projet est suivi",
                        "for as long as the structure or the project is followed",
                    )]
                },
                tables: &[
                    "organisations",
                    "clients",
                    "events",
                    "imports",
                    "import_records",
                    "projects",
                    "project_parts",
                    "project_updates",
                    "project_questions",
                    "project_blockers",
                    "project_funding",
                    "project_texts",
                    "attachments",
                ],
            },
            Self::RepeatedRequests => Declared {
                name: said("Demandes répétées", "Repeated requests"),
                purpose: said(
                    "Donner la même réponse à qui répète une demande après une panne, sans la faire deux fois.",
                    "To give the same answer to who repeats a request after a failure, without doing it twice.",
                ),
                basis: LegalBasis::PublicInterest,
                people: said("Qui écrit au service.", "Who writes to the service."),
                data: said(
                    "La réponse, scellée sous la clé de la personne.",
                    "The answer, sealed under the person's key.",
                ),
                recipients: said("Personne d'autre.", "Nobody else."),
                kept: const { &[Kept::ByTheClock(Retention::RepeatedAnswers)] },
                tables: &["idempotency_keys"],
            },
            Self::Erasures => Declared {
                name: said("Registre des effacements", "Ledger of erasures"),
                purpose: said(
                    "Effacer de nouveau qui reviendrait avec une sauvegarde plus ancienne.",
                    "To erase again who would come back with an older backup.",
                ),
                basis: LegalBasis::LegalObligation,
                people: said("Qui fut effacé.", "Who was erased."),
                data: said(
                    "Un pseudonyme qui ne mène plus à personne, et la date.",
                    "A pseudonym that leads to nobody any more, and the day.",
                ),
                recipients: said("Personne.", "Nobody."),
                kept: const { &[until("sans limite", "without end")] },
                tables: &["erasures"],
            },
            Self::Requests => Declared {
                name: said("Limitations et oppositions", "Restrictions and objections"),
                purpose: said(
                    "Répondre à qui demande que ses données ne servent plus, ou s'oppose à un traitement (RGPD, \
                     articles 18 et 21).",
                    "To answer those who ask that their data are not used, or object to something (GDPR, articles 18 \
                     and 21).",
                ),
                basis: LegalBasis::LegalObligation,
                people: CITIZENS,
                data: said(
                    "La demande, ce qui l'a motivée et la réponse, scellés sous la clé de la personne ; les dates.",
                    "The request, why, and the answer, sealed under the person's key; the days.",
                ),
                recipients: STAFF,
                kept: const { &[WITH_THE_PERSON] },
                tables: &["restrictions", "objections", "person_keys"],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::kernel::Vocabulary;

    #[test]
    fn whatever_the_clock_forgets_stands_in_the_register() {
        let declared = Processing::WORDS.iter().map(|(one, _)| one.declared());
        let kept: HashSet<Retention> = declared
            .flat_map(|one| one.kept.iter())
            .filter_map(|kept| match kept {
                Kept::ByTheClock(retention) => Some(*retention),
                Kept::Until(_) => None,
            })
            .collect();
        for (retention, word) in Retention::WORDS {
            assert!(kept.contains(retention), "{word}");
        }
    }

    #[test]
    fn each_says_how_long_and_where() {
        for (one, word) in Processing::WORDS {
            let declared = one.declared();
            assert!(
                !declared.kept.is_empty() && !declared.tables.is_empty(),
                "{word}"
            );
        }
    }
}
