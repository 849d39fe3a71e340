//! What people read in an import's report, in both languages.

use domain::events::{EventRefusal, EventState};
use domain::imports::{ImportFault, ImportProblem, ImportWarning, WarningCode};
use domain::kernel::text::typeset;
use domain::kernel::{Fault, FaultCode, Vocabulary};
use persistence::imports::Remark;

use crate::http::faults::{CODES, FieldError};

/// The codes that a report has besides those of faults and of warnings.
const WRONG_STATE: &str = "wrong_state";
const NOT_SAVED: &str = "not_saved";

/// The closed list of the codes of errors in a report, as the contract shows it.
pub(super) fn error_codes() -> Vec<&'static str> {
    let mut codes = [CODES, &[WRONG_STATE, NOT_SAVED]].concat();
    codes.sort_unstable();
    codes
}

/// The code of what ended an import.
pub(crate) fn problem_code(problem: &ImportProblem) -> &'static str {
    match problem {
        ImportProblem::Interrupted => "interrupted",
        ImportProblem::Malformed { .. } => "malformed",
        ImportProblem::NotAnExport => "not_an_export",
        ImportProblem::RecordTooLarge { .. } => "record_too_large",
        ImportProblem::Unreadable => "unreadable",
        ImportProblem::Store => "store",
    }
}

/// The closed list of those, as the contract shows it.
pub(super) const PROBLEM_CODES: &[&str] = &[
    "interrupted",
    "malformed",
    "not_an_export",
    "record_too_large",
    "unreadable",
    "store",
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
    remark(known.code, &fault.at, words, fault.quote.as_deref())
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
            "Cet événement est annulé ici : l’import n’y touche pas.",
            "This event is cancelled here: the import leaves it alone.",
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
        FaultCode::Duplicate => (
            "Un autre enregistrement de ce fichier a déjà cet identifiant.",
            "Another record of this file has this key already.",
        ),
        _ => return None,
    };
    Some((french.to_owned(), english.to_owned()))
}

fn warning_words(code: WarningCode) -> (&'static str, &'static str) {
    match code {
        WarningCode::PastMidnight => (
            "La fin précède le début : elle a été mise au lendemain.",
            "The end comes before the start: it was set to the next day.",
        ),
        WarningCode::DuplicateTiming => (
            "Cet horaire figure deux fois : il est pris une fois.",
            "This timing stands twice: it is taken once.",
        ),
        WarningCode::NoTiming => ("Aucun horaire.", "There is no timing."),
        WarningCode::NotPublished => (
            "Sans horaire, l’événement reste un brouillon.",
            "Without a timing the event stays a draft.",
        ),
        WarningCode::DateKept => (
            "La source ne donne plus cette date, ou elle a été changée ici : elle reste comme elle \
             est. Annulez-la si elle n’a pas lieu.",
            "The source has this date no longer, or it was changed here: it stays as it is. Cancel \
             it if it doesn’t take place.",
        ),
        WarningCode::DateRemoved => (
            "La source ne donne plus cette date : elle est retirée du brouillon.",
            "The source has this date no longer: it is removed from the draft.",
        ),
        WarningCode::TextShortened => (
            "Ce texte est trop long : il est raccourci.",
            "This text is too long: it is shortened.",
        ),
        WarningCode::TagDropped => (
            "Ce mot-clé est trop long, ou il y en a trop : il est laissé de côté.",
            "This tag is too long, or there are too many: it is left out.",
        ),
        WarningCode::ImageSetAside => (
            "L’image n’a ni texte alternatif ni crédit : elle est laissée de côté.",
            "The image has neither alternative text nor credit: it is left out.",
        ),
        WarningCode::LinkSetAside => (
            "Ce lien n’est pas une adresse http ou https : il est laissé de côté.",
            "This link is no http or https address: it is left out.",
        ),
        WarningCode::CoordinatesSetAside => (
            "Ces coordonnées ne sont pas un point de la Terre : elles sont laissées de côté.",
            "These coordinates are no point of the earth: they are left out.",
        ),
        WarningCode::LanguageAssumed => (
            "Langue inconnue : le français est supposé.",
            "Unknown language: French is assumed.",
        ),
        WarningCode::CommuneNotFound => (
            "Aucune commune, ou plusieurs, de ce nom : l’adresse garde la ville.",
            "No commune of that name, or several: the address keeps the city.",
        ),
    }
}
