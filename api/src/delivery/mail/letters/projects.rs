//! Letters about projects: to their holders what the PETR does with them, to the officers what they wait for
//! and what holders do.

use domain::kernel::Reason;
use domain::mail::MailKind;

use super::{Because, House, Place, said_of};
use crate::delivery::mail::letter::{Block, Letter};
use crate::http::language::Language;

/// A project as letters speak of it.
pub(crate) struct Spoken {
    /// What it is called.
    pub(crate) title: String,
    /// Who carries it.
    pub(crate) holder: String,
    /// Where it is read.
    pub(crate) place: Place,
    /// Why it is in its state.
    pub(crate) reason: Reason,
}

/// A project that waits for an answer.
pub(crate) struct Waiting {
    /// What it is called.
    pub(crate) title: String,
    /// Who carries it.
    pub(crate) holder: String,
    /// For how many days it has waited.
    pub(crate) days: i64,
}

/// The words of one step in one language: the subject, what follows the title in it, and what is said.
struct Words {
    subject: String,
    said: String,
    next: String,
}

impl House<'_> {
    /// What the PETR did with a project, to its holder.
    pub(crate) fn to_holder(
        &self,
        kind: MailKind,
        language: Language,
        project: &Spoken,
    ) -> Option<Letter> {
        let (title, petr) = (project.title.as_str(), self.petr);
        let (french, english) = holder_words(kind, title, petr)?;
        let words = |pick: fn(&Words) -> &String| language.text(pick(&french), pick(&english));
        let mut blocks = vec![Block::Text(words(|words| &words.said))];
        blocks.extend(said_of(language, &project.reason));
        let next = words(|words| &words.next);
        blocks.extend(self.way_to(language, next, &project.place));
        let subject = words(|words| &words.subject);
        Some(self.letter(language, Because::Contact, subject, blocks))
    }

    /// What a holder did with their project, to the officers.
    pub(crate) fn to_officers(
        &self,
        kind: MailKind,
        language: Language,
        project: &Spoken,
    ) -> Option<Letter> {
        let (title, holder) = (project.title.as_str(), project.holder.as_str());
        let (french, english) = officer_words(kind, title, holder)?;
        let words = |pick: fn(&Words) -> &String| language.text(pick(&french), pick(&english));
        let mut blocks = vec![Block::Text(words(|words| &words.said))];
        blocks.extend(said_of(language, &project.reason));
        let next = words(|words| &words.next);
        blocks.extend(self.way_to(language, next, &project.place));
        let subject = words(|words| &words.subject);
        Some(self.letter(language, Because::Staff, subject, blocks))
    }

    /// Which projects have waited too long for an answer, the oldest first; `more` are not listed.
    pub(crate) fn of_overdue(
        &self,
        language: Language,
        projects: &[Waiting],
        more: usize,
        place: &Place,
    ) -> Letter {
        let count = projects.len() + more;
        let subject = language.text(
            &match count {
                1 => "Un projet attend une réponse depuis trop longtemps".to_owned(),
                _ => format!("{count} projets attendent une réponse depuis trop longtemps"),
            },
            &match count {
                1 => "A project has waited too long for an answer".to_owned(),
                _ => format!("{count} projects have waited too long for an answer"),
            },
        );
        let item = |waiting: &Waiting| {
            let Waiting {
                title,
                holder,
                days,
            } = waiting;
            language.text(
                &format!("« {title} », de « {holder} », depuis {days} jours"),
                &format!("“{title}”, of “{holder}”, for {days} days"),
            )
        };
        let mut items: Vec<String> = projects.iter().map(item).collect();
        if more > 0 {
            items.push(language.text(&format!("et {more} autres"), &format!("and {more} more")));
        }
        let said = language.text(
            "Le délai de réponse est dépassé pour :",
            "The time to answer has passed for:",
        );
        let next = language.text("Les voir tous :", "See them all:");
        let mut blocks = vec![Block::Text(said), Block::List(items)];
        blocks.extend(self.way_to(language, next, place));
        self.letter(language, Because::Staff, subject, blocks)
    }
}

fn holder_words(kind: MailKind, title: &str, petr: &str) -> Option<(Words, Words)> {
    let see = ("Votre projet :", "Your project:");
    let (french, english, next) = match kind {
        MailKind::ProjectInformationRequested => (
            (
                format!("Des précisions sont demandées sur « {title} »"),
                format!(
                    "{petr} a étudié votre projet « {title} » et vous demande des précisions avant de \
                     répondre. Complétez-le, puis soumettez-le de nouveau : il ne sera pas étudié avant."
                ),
            ),
            (
                format!("More is asked about “{title}”"),
                format!(
                    "{petr} has looked at your project “{title}” and asks for more before it answers. \
                     Complete it and submit it again: it will not be looked at before."
                ),
            ),
            ("Le projet à compléter :", "The project to complete:"),
        ),
        MailKind::ProjectAccepted => (
            (
                format!("Votre projet « {title} » est accepté"),
                format!("{petr} a accepté votre projet « {title} »."),
            ),
            (
                format!("Your project “{title}” is accepted"),
                format!("{petr} has accepted your project “{title}”."),
            ),
            see,
        ),
        MailKind::ProjectDeclined => (
            (
                format!("Votre projet « {title} » n'est pas retenu"),
                format!("{petr} n'a pas retenu votre projet « {title} »."),
            ),
            (
                format!("Your project “{title}” is declined"),
                format!("{petr} has declined your project “{title}”."),
            ),
            see,
        ),
        _ => {
            let (french, english) = state_words(kind)?;
            (
                (
                    format!("Votre projet « {title} » {french}"),
                    format!("{petr} a noté que votre projet « {title} » {french}."),
                ),
                (
                    format!("Your project “{title}” {english}"),
                    format!("{petr} has noted that your project “{title}” {english}."),
                ),
                see,
            )
        }
    };
    Some((words(french, next.0), words(english, next.1)))
}

fn officer_words(kind: MailKind, title: &str, holder: &str) -> Option<(Words, Words)> {
    let (french, english, next) = match kind {
        MailKind::ProjectSubmitted => (
            (
                format!("Projet soumis : « {title} »"),
                format!("« {holder} » a soumis le projet « {title} ». Il attend une réponse."),
            ),
            (
                format!("Project submitted: “{title}”"),
                format!("“{holder}” has submitted the project “{title}”. It waits for an answer."),
            ),
            ("Le projet à étudier :", "The project to look at:"),
        ),
        _ => {
            let (french, english) = state_words(kind)?;
            (
                (
                    format!("Le projet « {title} » {french}"),
                    format!("« {holder} » annonce que son projet « {title} » {french}."),
                ),
                (
                    format!("The project “{title}” {english}"),
                    format!("“{holder}” says that its project “{title}” {english}."),
                ),
                ("Le projet :", "The project:"),
            )
        }
    };
    Some((words(french, next.0), words(english, next.1)))
}

/// What follows the title once a project was accepted.
fn state_words(kind: MailKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        MailKind::ProjectStarted => ("a démarré", "has begun"),
        MailKind::ProjectHeld => ("est en pause", "is on hold"),
        MailKind::ProjectResumed => ("a repris", "goes on"),
        MailKind::ProjectCompleted => ("est terminé", "is completed"),
        MailKind::ProjectAbandoned => ("est abandonné", "is abandoned"),
        _ => return None,
    })
}

fn words((subject, said): (String, String), next: &str) -> Words {
    Words {
        subject,
        said,
        next: next.to_owned(),
    }
}
