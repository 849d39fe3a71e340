//! Letters about registrations. No name stands in them: whoever typed it may not be whom the address is of.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Paris;
use domain::kernel::Reason;
use domain::mail::MailKind;

use super::{Because, House, said_of};
use crate::delivery::mail::letter::{Block, Letter};
use crate::http::language::Language;

/// A registration as letters speak of it.
pub(crate) struct Registered {
    /// What the event is called.
    pub(crate) title: String,
    /// When it takes place.
    pub(crate) when: String,
    /// Where.
    pub(crate) place: Option<String>,
    /// How many they are.
    pub(crate) party_size: u32,
    /// Until when it may be confirmed, or the place be taken.
    pub(crate) until: Option<DateTime<Utc>>,
    /// Whether the address was shown to be theirs.
    pub(crate) is_confirmed: bool,
    /// The page of the registration.
    pub(crate) url: String,
    /// The code that does the same as the page's button.
    pub(crate) code: String,
    /// Why the date is what it is, as far as it was said to everybody.
    pub(crate) reason: Reason,
    /// The date, for an agenda.
    pub(crate) calendar: Option<String>,
}

impl House<'_> {
    /// How far a registration is, and what is to be done.
    pub(crate) fn of_registration(
        &self,
        kind: MailKind,
        language: Language,
        registered: &Registered,
    ) -> Option<Letter> {
        let title = registered.title.as_str();
        let (subject, said) = match kind {
            MailKind::RegistrationRequested => (
                language.text(
                    &format!("Confirmez votre inscription : « {title} »"),
                    &format!("Confirm your registration: “{title}”"),
                ),
                language.text(
                    "Une inscription a été demandée avec cette adresse. Une place est gardée : \
                     confirmez-la, ou elle sera rendue. Si ce n'est pas vous, ne faites rien.",
                    "Somebody asked to register with this address. A place is held: confirm it, or it will \
                     be given back. If it was not you, do nothing.",
                ),
            ),
            MailKind::RegistrationConfirmed => (
                language.text(
                    &format!("Vous êtes inscrit·e : « {title} »"),
                    &format!("You are registered: “{title}”"),
                ),
                language.text(
                    "Votre inscription est confirmée. Si vous ne pouvez pas venir, annulez-la : la place \
                     ira à quelqu'un qui attend.",
                    "Your registration is confirmed. If you can't come, cancel it: the place will go to \
                     somebody who waits.",
                ),
            ),
            MailKind::RegistrationWaitlisted => (
                language.text(
                    &format!("Sur la liste d'attente : « {title} »"),
                    &format!("On the waitlist: “{title}”"),
                ),
                self.waits(language, registered),
            ),
            MailKind::RegistrationOffered => (
                language.text(
                    &format!("Une place s'est libérée : « {title} »"),
                    &format!("There is a place for you: “{title}”"),
                ),
                language.text(
                    "Une place s'est libérée et vous est gardée. Prenez-la à temps, ou elle ira à la \
                     personne suivante.",
                    "There is a place, and it is held for you. Take it in time, or it will go to the next \
                     who waits.",
                ),
            ),
            MailKind::RegistrationCancelled => (
                language.text(
                    &format!("Inscription annulée : « {title} »"),
                    &format!("Registration cancelled: “{title}”"),
                ),
                language.text(
                    "Votre inscription est annulée. Vous pouvez vous inscrire de nouveau tant que les \
                     inscriptions sont ouvertes.",
                    "Your registration is cancelled. You can register again while registrations are open.",
                ),
            ),
            MailKind::RegistrationExpired => (
                language.text(
                    &format!("La place n'a pas été prise : « {title} »"),
                    &format!("The place was not taken: “{title}”"),
                ),
                language.text(
                    "La place qui vous était proposée n'a pas été prise à temps : elle est allée à la \
                     personne suivante. Vous pouvez vous inscrire de nouveau.",
                    "The place that was offered to you was not taken in time: it went to the next who waits. \
                     You can register again.",
                ),
            ),
            kind => self.of_date(kind, language, title)?,
        };
        let mut blocks = vec![Block::Text(said), facts(language, registered)];
        blocks.extend(said_of(language, &registered.reason));
        if needs_answer(kind, registered) {
            blocks.extend(how(language, registered));
        } else if !is_over(kind) {
            let label = language.text("Voir ou annuler l'inscription :", "See or cancel it:");
            let url = registered.url.clone();
            blocks.push(Block::Link { label, url });
        }
        let letter = self.letter(language, Because::Registered, subject, blocks);
        let calendar = registered.calendar.clone();
        Some(Letter { calendar, ..letter })
    }

    /// What became of the date, or that it is tomorrow.
    fn of_date(&self, kind: MailKind, language: Language, title: &str) -> Option<(String, String)> {
        Some(match kind {
            MailKind::DateCancelled => (
                language.text(&format!("Annulé : « {title} »"), &format!("Cancelled: “{title}”")),
                language.text(
                    "Ce à quoi vous étiez inscrit·e n'a pas lieu.",
                    "What you had registered for does not take place.",
                ),
            ),
            MailKind::DatePostponed => (
                language.text(&format!("Reporté : « {title} »"), &format!("Postponed: “{title}”")),
                language.text(
                    "Ce à quoi vous étiez inscrit·e est reporté. Votre inscription reste ; vous serez \
                     prévenu·e de la nouvelle date.",
                    "What you had registered for is postponed. Your registration stays; you will be told \
                     the new date.",
                ),
            ),
            MailKind::DateMoved => (
                language.text(
                    &format!("Changement : « {title} »"),
                    &format!("A change: “{title}”"),
                ),
                language.text(
                    "La date ou le lieu a changé. Votre inscription reste ; annulez-la si vous ne pouvez pas \
                     venir.",
                    "The date or the place has changed. Your registration stays; cancel it if you can't \
                     come.",
                ),
            ),
            MailKind::DateReminder => (
                language.text(&format!("Rappel : « {title} »"), &format!("A reminder: “{title}”")),
                language.text(
                    "C'est bientôt, et vous êtes inscrit·e. Si vous ne pouvez pas venir, annulez : quelqu'un \
                     attend peut-être.",
                    "It is soon, and you are registered. If you can't come, cancel it: somebody may be \
                     waiting.",
                ),
            ),
            _ => return None,
        })
    }

    fn waits(&self, language: Language, registered: &Registered) -> String {
        if registered.is_confirmed {
            return language.text(
                "Il n'y a plus de place. Vous êtes sur la liste d'attente : si une place se libère, elle \
                 vous sera proposée par un message à cette adresse.",
                "There is no place left. You are on the waitlist: if there is one again, it will be offered \
                 to you by a mail to this address.",
            );
        }
        language.text(
            "Une inscription a été demandée avec cette adresse, et il n'y a plus de place. Vous êtes sur la \
             liste d'attente. Confirmez votre adresse : une place vous sera alors gardée plus longtemps. Si \
             ce n'est pas vous, ne faites rien.",
            "Somebody asked to register with this address, and there is no place left. You are on the \
             waitlist. Confirm your address: a place will then be held for you longer. If it was not you, do \
             nothing.",
        )
    }
}

/// Whether nothing is left to see or to cancel.
fn is_over(kind: MailKind) -> bool {
    matches!(
        kind,
        MailKind::RegistrationCancelled | MailKind::RegistrationExpired | MailKind::DateCancelled
    )
}

/// Whether something is to be done.
fn needs_answer(kind: MailKind, registered: &Registered) -> bool {
    match kind {
        MailKind::RegistrationRequested | MailKind::RegistrationOffered => true,
        MailKind::RegistrationWaitlisted => !registered.is_confirmed,
        _ => false,
    }
}

fn facts(language: Language, registered: &Registered) -> Block {
    let Registered {
        title, when, place, ..
    } = registered;
    let mut facts = vec![
        language.text(&format!("Événement : {title}"), &format!("Event: {title}")),
        language.text(&format!("Date : {when}"), &format!("Date: {when}")),
    ];
    if let Some(place) = place {
        facts.push(language.text(&format!("Lieu : {place}"), &format!("Place: {place}")));
    }
    let party = registered.party_size;
    if party > 1 {
        facts.push(language.text(
            &format!("Vous êtes {party}, vous compris."),
            &format!("You are {party}, yourself included."),
        ));
    }
    Block::List(facts)
}

fn how(language: Language, registered: &Registered) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(until) = registered.until {
        let until = until.with_timezone(&Paris).format("%d/%m/%Y, %H:%M");
        blocks.push(Block::Text(language.text(
            &format!("À faire avant le {until} (heure de Paris)."),
            &format!("To be done before {until} (time in Paris)."),
        )));
    }
    blocks.push(Block::Link {
        label: language.text(
            "Ouvrez cette page, et appuyez sur le bouton :",
            "Open this page, and press the button:",
        ),
        url: registered.url.clone(),
    });
    let code = &registered.code;
    blocks.push(Block::Text(language.text(
        &format!("Ou saisissez ce code là où vous vous êtes inscrit·e : {code}"),
        &format!("Or type this code where you registered: {code}"),
    )));
    blocks
}
