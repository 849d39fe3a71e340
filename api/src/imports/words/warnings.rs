//! What people read of each warning in an import's report.

use domain::imports::WarningCode;

/// The words of a warning, in French and in English: a table.
pub(super) fn warning_words(code: WarningCode) -> (&'static str, &'static str) {
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
        WarningCode::AllDay => (
            "Événement de journées entières : il va de minuit à minuit.",
            "An event of whole days: it goes from midnight to midnight.",
        ),
        WarningCode::ZoneAssumed => (
            "L’heure n’a pas de fuseau : celui d’ici (Europe/Paris) est pris.",
            "The time has no zone: the one of here (Europe/Paris) is taken.",
        ),
        WarningCode::ZoneGuessed => (
            "Ce nom de fuseau est inconnu : le fuseau est reconnu à ses règles.",
            "This zone’s name is unknown: the zone is recognised by its rules.",
        ),
        WarningCode::NoEnd => (
            "Ni fin ni durée : la date est tenue pour une minute.",
            "Neither end nor duration: the date is held as one minute.",
        ),
        WarningCode::SeriesCut => (
            "La série est sans fin ou trop longue : seules 1 000 dates au plus, jusqu’à deux ans \
             d’ici, sont prises.",
            "The series is endless or too long: 1,000 dates at most, up to two years ahead, are \
             taken.",
        ),
        WarningCode::OverrideReduced => (
            "Cette date change plus que son heure dans sa série : seuls l’heure et l’état de cette \
             date sont pris.",
            "This date changes more than its time in its series: only the time and the state of \
             this date are taken.",
        ),
        WarningCode::OverrideAlone => (
            "Ce changement vise une date que sa série n’a pas : il est pris comme une date à part.",
            "This change is of a date that its series doesn’t have: it is taken as a date of its \
             own.",
        ),
        WarningCode::DuplicateEntry => (
            "Cette entrée figure plusieurs fois : la plus récente est prise.",
            "This entry stands several times: the latest is taken.",
        ),
        WarningCode::Tentative => (
            "La source n’en est pas encore sûre (TENTATIVE) : la date est prise comme prévue.",
            "The source is not sure of it yet (TENTATIVE): the date is taken as planned.",
        ),
        WarningCode::OrganiserSetAside => (
            "L’organisateur peut être une personne : ni nom ni adresse n’est repris.",
            "The organiser may be a person: no name and no address is taken.",
        ),
        WarningCode::AttachmentSetAside => (
            "Les pièces jointes sont laissées de côté.",
            "Attached files are left out.",
        ),
        WarningCode::LineMended => (
            "Des lignes étaient coupées sans le signe qu’elles continuent : elles sont recollées.",
            "Lines were broken without the sign that they go on: they are put together.",
        ),
        WarningCode::Adopted => (
            "Cet événement était venu d’un fichier, ou d’une source supprimée : il vient désormais de \
             cette source.",
            "This event had come by a file, or from a source that was deleted: it comes from this \
             source from now on.",
        ),
        WarningCode::EncodingAssumed => (
            "Le texte n’est pas en UTF-8 : il est lu comme de l’européen occidental \
             (Windows-1252).",
            "The text is not UTF-8: it is read as Western European (Windows-1252).",
        ),
    }
}
