//! What people read in an import's report, in both languages.

mod warnings;

use domain::events::{EventRefusal, EventState};
use domain::imports::{ImportFault, ImportProblem, ImportWarning};
use domain::kernel::text::typeset;
use domain::kernel::{Fault, FaultCode, Vocabulary};
use persistence::imports::Remark;

use crate::http::faults::{CODES, FieldError};
use warnings::warning_words;

/// The codes that a report has besides those of faults and of warnings.
const WRONG_STATE: &str = "wrong_state";
const NOT_SAVED: &str = "not_saved";
const KNOWN_ELSEWHERE: &str = "known_elsewhere";
const WITHDRAWN: &str = "withdrawn";

/// The closed list of the codes of errors in a report, as the contract shows it.
pub(super) fn error_codes() -> Vec<&'static str> {
    let mut codes = [CODES, &[WRONG_STATE, NOT_SAVED, KNOWN_ELSEWHERE, WITHDRAWN]].concat();
    codes.sort_unstable();
    codes
}

/// The code of what ended an import.
pub(crate) fn problem_code(problem: &ImportProblem) -> &'static str {
    match problem {
        ImportProblem::Interrupted => "interrupted",
        ImportProblem::Malformed { .. } => "malformed",
        ImportProblem::NotAnExport => "not_an_export",
        ImportProblem::NotACalendar => "not_a_calendar",
        ImportProblem::CutOff => "cut_off",
        ImportProblem::TooManyEntries { .. } => "too_many_entries",
        ImportProblem::RecordTooLarge { .. } => "record_too_large",
        ImportProblem::Unreadable => "unreadable",
        ImportProblem::Store => "store",
    }
}

/// The closed list of those, as the contract shows it.
pub(super) const PROBLEM_CODES: &[&str] = &[
    "cut_off",
    "interrupted",
    "malformed",
    "not_a_calendar",
    "not_an_export",
    "record_too_large",
    "store",
    "too_many_entries",
    "unreadable",
];

pub(super) fn warning(warning: &ImportWarning) -> Remark {
    let (french, english) = warning_words(warning.code);
    let words = (french.to_owned(), english.to_owned());
    remark(
        warning.code.word(),
        &warning.at,
        words,
        warning.quote.as_deref(),
    )
}

pub(super) fn fault(fault: &ImportFault) -> Remark {
    let known = FieldError::from(&Fault {
        pointer: fault.at.clone(),
        code: fault.code.clone(),
    });
    let words = own_words(&fault.code).unwrap_or(known.detail);
    let code = match fault.code {
        FaultCode::Malformed("withdrawn") => WITHDRAWN,
        _ => known.code,
    };
    remark(code, &fault.at, words, fault.quote.as_deref())
}

/// Why nothing was done with an event; what is wrong with its dates stands at `dates_at`.
pub(super) fn refusal(refusal: &EventRefusal, dates_at: &str) -> Vec<Remark> {
    let state = match refusal {
        EventRefusal::Broken(faults) => {
            let at_dates = |f: &Fault| fault(&ImportFault::new(f.code.clone(), dates_at));
            return faults.all().iter().map(at_dates).collect();
        }
        EventRefusal::WrongState { state, .. } => Some(*state),
        _ => None,
    };
    let (french, english) = match state {
        Some(EventState::Cancelled) => (
            "Cet événement est annulé ici : l’import n’y touche pas. S’il a lieu malgré tout, \
             dupliquez-le (POST /v1/events/{id}/duplicate) et publiez la copie.",
            "This event is cancelled here: the import leaves it alone. If it takes place all the \
             same, duplicate it (POST /v1/events/{id}/duplicate) and publish the copy.",
        ),
        Some(EventState::Archived) => (
            "Cet événement est archivé ici : l’import n’y touche pas.",
            "This event is archived here: the import leaves it alone.",
        ),
        _ => (
            "L’état de cet événement ne permet pas ce changement.",
            "The state of this event doesn’t allow this change.",
        ),
    };
    vec![remark(
        WRONG_STATE,
        "",
        (french.to_owned(), english.to_owned()),
        None,
    )]
}

/// The database did not take the record.
pub(super) fn not_saved() -> Remark {
    let words = (
        "Cet enregistrement n’a pas pu être écrit ; importez à nouveau le même fichier.".to_owned(),
        "This record could not be written; import the same file again.".to_owned(),
    );
    remark(NOT_SAVED, "", words, None)
}

/// Another event here has one of the dates.
pub(super) fn known_elsewhere() -> Remark {
    let words = (
        "Un autre événement a déjà une date de cet enregistrement (même UID) : il est né ici, ou \
         d’un autre import ; rien n’est mis en double."
            .to_owned(),
        "Another event has a date of this record already (the same UID): it was made here, or by \
         another import; nothing is doubled."
            .to_owned(),
    );
    remark(KNOWN_ELSEWHERE, "", words, None)
}

/// What ended an import, in French and in English.
pub(crate) fn problem_words(problem: &ImportProblem) -> (String, String) {
    let fixed = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
    match problem {
        ImportProblem::Interrupted => fixed(
            "Le service s’est arrêté pendant l’import ; importez à nouveau le même fichier : rien \
             ne sera en double.",
            "The service stopped during the import; import the same file again: nothing will be \
             doubled.",
        ),
        ImportProblem::Malformed { line, column } => (
            format!("Le fichier n’est pas du JSON valide : ligne {line}, colonne {column}."),
            format!("The file is not valid JSON: line {line}, column {column}."),
        ),
        ImportProblem::NotAnExport => fixed(
            "Ce fichier n’est pas un export OpenAgenda : il y faut une liste « records », ou une \
             liste seule.",
            "This file is no OpenAgenda export: it needs a list “records”, or to be a list itself.",
        ),
        ImportProblem::NotACalendar => fixed(
            "Ce fichier n’est pas un calendrier iCalendar : il y faut « BEGIN:VCALENDAR ».",
            "This file is no iCalendar calendar: it needs “BEGIN:VCALENDAR”.",
        ),
        ImportProblem::CutOff => fixed(
            "Le calendrier s’interrompt avant sa fin (« END:VCALENDAR ») : le fichier est \
             incomplet, rien n’en est importé.",
            "The calendar breaks off before its end (“END:VCALENDAR”): the file is not complete, \
             and nothing of it is imported.",
        ),
        ImportProblem::TooManyEntries { most } => (
            format!("Le calendrier a plus de {most} entrées : importez-le en plusieurs fichiers."),
            format!("The calendar has more than {most} entries: import it as several files."),
        ),
        ImportProblem::RecordTooLarge { position } => (
            format!("L’enregistrement n° {position} est trop grand pour un événement."),
            format!("Record {position} is too large for an event."),
        ),
        ImportProblem::Unreadable => fixed(
            "Le fichier n’a pas pu être lu jusqu’au bout.",
            "The file could not be read to its end.",
        ),
        ImportProblem::Store => fixed(
            "La base de données n’a pas pu continuer ; importez à nouveau le même fichier : rien \
             ne sera en double.",
            "The database could not go on; import the same file again: nothing will be doubled.",
        ),
    }
}

fn remark(code: &str, at: &str, words: (String, String), quote: Option<&str>) -> Remark {
    // What is quoted stays as it is.
    let french = typeset(&words.0);
    let (french, english) = match quote {
        Some(quote) => (
            format!("{french} («\u{a0}{quote}\u{a0}»)"),
            format!("{} (“{quote}”)", words.1),
        ),
        None => (french, words.1),
    };
    Remark {
        code: code.to_owned(),
        pointer: at.to_owned(),
        french,
        english,
    }
}

/// The words of faults that only records have.
fn own_words(code: &FaultCode) -> Option<(String, String)> {
    let (french, english) = match code {
        FaultCode::Malformed("record") => (
            "Cet enregistrement n’est pas un objet JSON lisible.",
            "This record is not a readable JSON object.",
        ),
        FaultCode::Malformed("text") => (
            "Il faut ici un texte, pas une liste ni un objet.",
            "A text is needed here, not a list or an object.",
        ),
        FaultCode::Malformed("timing") => (
            "Cet horaire n’est pas un début et une fin (2018-03-29T18:30:00 2018-03-29T20:00:00).",
            "This timing is not a start and an end (2018-03-29T18:30:00 2018-03-29T20:00:00).",
        ),
        FaultCode::Malformed("calendar_time") => (
            "Ce n’est pas une date iCalendar (20260305, 20260305T183000, 20260305T173000Z).",
            "This is not a time of iCalendar (20260305, 20260305T183000, 20260305T173000Z).",
        ),
        FaultCode::Malformed("duration") => (
            "Ce n’est pas une durée iCalendar (PT1H30M, P1D).",
            "This is not a duration of iCalendar (PT1H30M, P1D).",
        ),
        FaultCode::Malformed("entry") => (
            "Une entrée (VEVENT) n’a pas de fin, ou elle est trop grande.",
            "An entry (VEVENT) has no end, or it is too large.",
        ),
        FaultCode::Malformed("withdrawn") => (
            "Cet événement a été retiré de l’agenda d’origine, qui ne dit plus ce qu’il était.",
            "This event was withdrawn from its calendar, which no longer says what it was.",
        ),
        FaultCode::UnknownTimeZone => (
            "Ce fuseau est inconnu, et le calendrier ne le décrit pas de façon reconnaissable : \
             l’heure n’est pas devinée.",
            "This zone is unknown, and the calendar doesn’t describe it so that it could be \
             recognised: the time is not guessed.",
        ),
        FaultCode::Duplicate => (
            "Un autre enregistrement de ce fichier a déjà cet identifiant.",
            "Another record of this file has this key already.",
        ),
        _ => return None,
    };
    Some((french.to_owned(), english.to_owned()))
}
