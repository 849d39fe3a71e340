//! What is said of faults, in French and in English.

use domain::kernel::FaultCode;

use super::malformed::malformed;

pub(super) fn words_of(code: &FaultCode) -> (String, String) {
    let fixed = |fr: &str, en: &str| (fr.to_owned(), en.to_owned());
    match code {
        FaultCode::Required => fixed("Cette valeur est nécessaire.", "This value is needed."),
        FaultCode::TooShort(min) => (
            format!("Il faut au moins {min} caractères."),
            format!("At least {min} characters are needed."),
        ),
        FaultCode::TooLong(max) => (
            format!("Pas plus de {max} caractères."),
            format!("No more than {max} characters."),
        ),
        FaultCode::TooMany(max) => (
            format!("Pas plus de {max} éléments."),
            format!("No more than {max} items."),
        ),
        FaultCode::ControlCharacters => fixed(
            "Ce texte contient des caractères de contrôle ou des retours à la ligne qui n’y ont pas \
             leur place.",
            "This text holds control characters or line breaks that have no place in it.",
        ),
        FaultCode::Malformed(form) => malformed(form),
        FaultCode::OutOfRange { min, max } => (
            format!("Doit être entre {min} et {max}."),
            format!("Must be between {min} and {max}."),
        ),
        FaultCode::UnknownWord { known } => {
            let known = known.join(", ");
            (
                format!("Valeurs admises : {known}."),
                format!("Known values: {known}."),
            )
        }
        FaultCode::Duplicate => fixed("Déjà dans la liste.", "This is in the list already."),
        FaultCode::UnknownCommune => fixed(
            "Cette commune n’est pas dans le code officiel géographique ; cherchez-la à \
             /v1/communes?q=…",
            "This commune is not in the official list; look it up at /v1/communes?q=…",
        ),
        FaultCode::UnknownTimeZone => fixed(
            "Ce fuseau n’est pas un nom IANA, tel que Europe/Paris.",
            "This is not an IANA time zone, such as Europe/Paris.",
        ),
        FaultCode::EndsBeforeStart => fixed(
            "La fin doit venir après le début.",
            "The end must come after the start.",
        ),
        FaultCode::LastsTooLong(days) => (
            format!("Une séance dure au plus {days} jours."),
            format!("An occurrence lasts at most {days} days."),
        ),
        FaultCode::Needs(other) => (
            format!("Doit venir avec {other}."),
            format!("Must come together with {other}."),
        ),
        FaultCode::ReasonRequired => fixed(
            "Dites pourquoi, dans des mots que le public lira.",
            "Say why, in words that the public will read.",
        ),
        FaultCode::NoOccurrence => fixed(
            "Aucune date : ajoutez-en une avant de publier.",
            "There is no date: add one before you publish.",
        ),
        FaultCode::OccurrencePublished => fixed(
            "Une date publiée ne se retire pas : annulez-la (POST /v1/occurrences/{id}/cancel) ou \
             déplacez-la.",
            "A published date is never removed: cancel it (POST /v1/occurrences/{id}/cancel) or \
             move it.",
        ),
        FaultCode::OccurrenceCancelled => fixed(
            "Une date annulée ne change plus : ajoutez-en une autre.",
            "A cancelled date doesn't change any more: add another one.",
        ),
        FaultCode::UnknownOccurrence => fixed(
            "Cet identifiant n’est celui d’aucune date de cet événement.",
            "This id is none of this event's dates.",
        ),
        FaultCode::NotInSeries => fixed(
            "Aucune date de la série n’a ce début (original_local_start).",
            "No date of the series has this start (original_local_start).",
        ),
        FaultCode::RuleTooFrequent => fixed(
            "Une règle se répète par jour, semaine, mois ou année, et au plus 24 fois par jour.",
            "A rule repeats by the day, week, month or year, and at most 24 times a day.",
        ),
        FaultCode::RuleUnbounded => fixed(
            "Cette règle n’a pas de fin : ajoutez COUNT=… ou UNTIL=….",
            "This rule has no end: add COUNT=… or UNTIL=….",
        ),
        FaultCode::RuleWithoutDate => fixed(
            "Aucune date ne suit de cette règle, une fois les exceptions retirées.",
            "No date follows from this rule, once the exceptions are taken out.",
        ),
        FaultCode::SpansTooLong(years) => (
            format!("Une série s’étend sur {years} ans au plus."),
            format!("A series spans at most {years} years."),
        ),
        FaultCode::StartOffRule => fixed(
            "La première date doit être l’une de celles de la règle (un jeudi pour BYDAY=TH).",
            "The first date must be one of the rule’s (a Thursday for BYDAY=TH).",
        ),
        FaultCode::SlugTaken => fixed(
            "Ce nom d’adresse est ou a été celui d’un autre.",
            "Another one has this slug, or had it.",
        ),
        FaultCode::EmailTaken => fixed(
            "Un autre compte a cette adresse.",
            "Another account has this address.",
        ),
        FaultCode::NumberTaken => fixed(
            "Une autre structure a ce numéro.",
            "Another structure has this number.",
        ),
        FaultCode::UnknownOrganisation => fixed(
            "Cet identifiant n’est celui d’aucune structure.",
            "This id is none of a structure's.",
        ),
        FaultCode::UnknownCitizen => fixed(
            "Cet identifiant n’est celui de personne.",
            "This id is nobody's.",
        ),
        FaultCode::WrongCode(0) => fixed(
            "Ce code ne compte plus : servez-vous du lien du message, ou inscrivez-vous de nouveau.",
            "The code counts no more: use the link of the mail, or register again.",
        ),
        FaultCode::WrongCode(left) => (
            format!("Ce n’est pas le code du message : encore {left} essai(s)."),
            format!("This is not the code of the mail: {left} more tries."),
        ),
        FaultCode::UnknownCode => fixed(
            "Aucune inscription à cette date n’a ce code.",
            "No registration for this date has this code.",
        ),
        FaultCode::AmbiguousCode => fixed(
            "Plusieurs inscriptions à cette date ont ce code : servez-vous du code QR, ou de \
             l’identifiant.",
            "Several registrations for this date have this code: use the QR code, or the id.",
        ),
        FaultCode::UnknownRegistration => fixed(
            "Aucune inscription à cette date n’est celle-là.",
            "This is no registration for this date.",
        ),
        FaultCode::NotToBeNoted(state) => (
            format!("L’inscription est dans l’état {state} : ceci ne s’y note pas."),
            format!("The registration is in the state {state}: this can't be noted of it."),
        ),
        FaultCode::PartyTooLarge(most) => (
            format!("{most} personnes au plus."),
            format!("{most} people at most."),
        ),
        FaultCode::SetByPetr => fixed(
            "C’est le PETR qui fixe cette valeur : laissez-la telle quelle ou ne l’envoyez pas, et \
             demandez-lui de la changer.",
            "The PETR sets this value: leave it as it is or out, and ask the PETR to change it.",
        ),
        FaultCode::ScopeBeyondPartners => fixed(
            "Aucun partenaire ne peut avoir cette portée.",
            "No partner may have this scope.",
        ),
        FaultCode::InThePast => fixed(
            "Ce moment est passé : donnez-en un à venir.",
            "This moment is past: give one ahead.",
        ),
        FaultCode::InTheFuture => fixed(
            "Ce jour est à venir : donnez aujourd’hui ou un jour passé.",
            "This day is to come: give today or a day that is past.",
        ),
        FaultCode::GrantedDiffers => fixed(
            "Le montant accordé ne va pas avec l’état : refused, planned et sought n’accordent rien, \
             partly_granted moins que le montant demandé, granted tout ou davantage.",
            "What is granted doesn't go with the state: refused, planned and sought grant nothing, \
             partly_granted less than is sought, granted all of it or more.",
        ),
        FaultCode::Undecided => fixed(
            "Rien n’est décidé dans cet état : laissez le jour de la décision de côté.",
            "Nothing is decided in this state: leave the day of the decision out.",
        ),
        FaultCode::SourceUrlTaken => fixed(
            "Une autre source a cette adresse.",
            "Another source has this address.",
        ),
        FaultCode::FrameworkCodeTaken => fixed(
            "Un autre cadre a ce code.",
            "Another framework has this code.",
        ),
        FaultCode::ReferenceTaken => fixed(
            "Un autre projet de cette structure a cette référence.",
            "Another project of this structure has this reference.",
        ),
        FaultCode::ReferenceDiffers => fixed(
            "La référence est celle de l’adresse : donnez la même ici, ou aucune.",
            "The reference is the one in the address: give the same here, or none.",
        ),
        FaultCode::UnknownAxis => fixed(
            "Cet identifiant n’est celui d’aucun axe ; voyez /v1/frameworks.",
            "This id is none of an axis; see /v1/frameworks.",
        ),
        FaultCode::UnknownAction => fixed(
            "Cet identifiant n’est celui d’aucune action ; voyez /v1/frameworks.",
            "This id is none of an action; see /v1/frameworks.",
        ),
        FaultCode::UnknownStep => fixed(
            "Cet identifiant n’est celui d’aucune étape de ce projet, ou il est donné deux fois ; sans \
             identifiant, c’est une étape nouvelle.",
            "This id is none of this project's steps, or is given twice; without an id it is a new step.",
        ),
        FaultCode::UnknownEvent => fixed(
            "Cet identifiant n’est celui d’aucun événement que vous voyez.",
            "This id is none of an event that you see.",
        ),
        FaultCode::OtherOrganisation => fixed(
            "Un partenaire n’agit que pour sa propre structure : laissez ce champ de côté.",
            "A partner acts for its own structure only: leave this out.",
        ),
        FaultCode::PetrOnly => fixed(
            "Seul le PETR écrit ceci : laissez ce champ de côté.",
            "Only the PETR writes this: leave it out.",
        ),
        FaultCode::OtherWebsite => fixed(
            "Cette adresse n’est sur aucun des sites que l’exploitant a nommés (`website_origins`).",
            "This address is on none of the websites that the operator named (`website_origins`).",
        ),
        FaultCode::KnownOfYou => fixed(
            "Vous êtes identifié·e, et nous savons ceci de vous : laissez ce champ de côté, ou corrigez-le par \
             PATCH /v1/me.",
            "You have signed in, and this is known of you: leave it out, or set it right by PATCH /v1/me.",
        ),
        FaultCode::ParentsConsent => fixed(
            "Cette personne a moins de 15 ans : notez d’abord l’accord d’un parent, par PUT \
             /v1/citizens/{id}/consents/parental.",
            "This person is under 15: write down a parent’s consent first, by PUT \
             /v1/citizens/{id}/consents/parental.",
        ),
        FaultCode::NotObjectable => fixed(
            "On s’oppose à ce qui repose sur l’intérêt public : un consentement se retire (PUT \
             /v1/me/consents/{purpose}), et ce que la loi demande se fait.",
            "One objects to what rests on the public interest: a consent is taken back (PUT \
             /v1/me/consents/{purpose}), and what the law asks for is done.",
        ),
        FaultCode::Restricted => fixed(
            "Les données de cette personne sont limitées (RGPD, article 18) : rien de nouveau n’est fait avec elles \
             tant que l’équipe n’a pas levé la limitation.",
            "This person's data are restricted (GDPR, article 18): nothing new is done with them until the staff \
             lifts that.",
        ),
        FaultCode::Locked => fixed(
            "Dans l’état présent, ceci ne change plus : renvoyez ce qui s’y trouve.",
            "In the present state this is not changed any more: send what is there.",
        ),
        FaultCode::WeakPassword => fixed(
            "Ce mot de passe se devine trop facilement : prenez 12 caractères ou plus, une phrase \
             par exemple.",
            "This password is too easy to guess: take 12 characters or more, a sentence for example.",
        ),
        FaultCode::PrivateTarget => fixed(
            "Cette adresse n’est pas publique. L’exploitant peut l’ouvrir par le réglage \
             CONCERTATION_ALLOWED_TARGETS.",
            "This address is not public. The operator can open it by the setting \
             CONCERTATION_ALLOWED_TARGETS.",
        ),
        FaultCode::NeedsHttps => fixed(
            "Il faut une adresse https : sans chiffrement, n’importe qui en chemin peut lire et \
             changer ce qui passe.",
            "An https address is needed: without encryption anybody on the way can read and change \
             what passes.",
        ),
        FaultCode::PortRefused => fixed(
            "Ce port est celui d’un autre service : prenez 443, ou 1024 et au-delà.",
            "This port is for another service: take 443, or 1024 and above.",
        ),
    }
}
