//! What people read of a poll that failed, in both languages.

use domain::import_sources::PollProblem;

use crate::imports;
use crate::outgoing::OutgoingError;

/// The closed list of the codes, as the contract shows it.
pub(super) const PROBLEM_CODES: &[&str] = &[
    "broken_off",
    "coding_unknown",
    "import_failed",
    "malformed",
    "malformed_address",
    "needs_https",
    "not_an_export",
    "port_refused",
    "private_target",
    "record_too_large",
    "redirect_refused",
    "service",
    "status",
    "tls",
    "too_large",
    "too_many_redirects",
    "too_slow",
    "unknown_host",
    "unreachable",
    "unreadable",
];

/// The code of why a poll failed.
pub(super) fn problem_code(problem: &PollProblem) -> &'static str {
    match problem {
        PollProblem::Address => "malformed_address",
        PollProblem::Port { .. } => "port_refused",
        PollProblem::NeedsHttps => "needs_https",
        PollProblem::PrivateTarget => "private_target",
        PollProblem::UnknownHost => "unknown_host",
        PollProblem::Unreachable => "unreachable",
        PollProblem::Tls => "tls",
        PollProblem::TooSlow => "too_slow",
        PollProblem::TooManyRedirects => "too_many_redirects",
        PollProblem::Redirect => "redirect_refused",
        PollProblem::Status { .. } => "status",
        PollProblem::TooLarge { .. } => "too_large",
        PollProblem::Coding => "coding_unknown",
        PollProblem::Broken => "broken_off",
        PollProblem::Content { problem } => imports::problem_code(problem),
        PollProblem::Import => "import_failed",
        PollProblem::Service => "service",
    }
}

/// What stopped the client, in the words of the domain.
pub(super) fn problem_of(error: &OutgoingError) -> PollProblem {
    match error {
        OutgoingError::Malformed => PollProblem::Address,
        OutgoingError::Port(port) => PollProblem::Port { port: *port },
        OutgoingError::Unencrypted => PollProblem::NeedsHttps,
        OutgoingError::Private => PollProblem::PrivateTarget,
        OutgoingError::UnknownHost => PollProblem::UnknownHost,
        OutgoingError::Unreachable(_) => PollProblem::Unreachable,
        OutgoingError::Tls(_) => PollProblem::Tls,
        OutgoingError::TooSlow => PollProblem::TooSlow,
        OutgoingError::TooManyRedirects => PollProblem::TooManyRedirects,
        OutgoingError::Redirect => PollProblem::Redirect,
        OutgoingError::Status(status) => PollProblem::Status { status: *status },
        OutgoingError::TooLarge(bytes) => PollProblem::TooLarge { bytes: *bytes },
        OutgoingError::Coding => PollProblem::Coding,
        OutgoingError::Broken(_) => PollProblem::Broken,
        OutgoingError::Spool(_) => PollProblem::Service,
    }
}

/// Why a poll failed, in French and in English.
pub(super) fn problem_words(problem: &PollProblem) -> (String, String) {
    let (french, english) = match problem {
        PollProblem::Port { port } => return of_port(*port),
        PollProblem::Status { status } => return of_status(*status),
        PollProblem::TooLarge { bytes } => {
            let mebibytes = bytes / (1024 * 1024);
            return (
                format!("La réponse dépasse {mebibytes} Mio : la source n’est pas prise."),
                format!("The answer is over {mebibytes} MiB: the source is not taken."),
            );
        }
        PollProblem::Content { problem } => return imports::problem_words(problem),
        PollProblem::Address => (
            "L’adresse, ou celle où elle mène, n’est pas de celles que l’on demande : http ou https, \
             sans nom d’utilisateur, sans point final.",
            "The address, or where it leads, is not one that is asked: http or https, without a \
             user’s name, without a dot at the end.",
        ),
        PollProblem::NeedsHttps => (
            "L’adresse, ou celle où elle mène, n’est pas chiffrée : il faut https.",
            "The address, or where it leads, is not encrypted: https is needed.",
        ),
        PollProblem::PrivateTarget => (
            "L’adresse, ou celle où elle mène, n’est pas publique. L’exploitant peut l’ouvrir par le \
             réglage CONCERTATION_ALLOWED_TARGETS.",
            "The address, or where it leads, is not public. The operator can open it by the setting \
             CONCERTATION_ALLOWED_TARGETS.",
        ),
        PollProblem::UnknownHost => (
            "Le nom de cet hôte n’a pas d’adresse : vérifiez l’orthographe.",
            "This host’s name has no address: check its spelling.",
        ),
        PollProblem::Unreachable => (
            "Personne ne répond à cette adresse.",
            "Nobody answers at this address.",
        ),
        PollProblem::Tls => (
            "La connexion chiffrée n’a pas pu être établie : le certificat du serveur n’est pas \
             valable, ou il ne parle pas TLS 1.2.",
            "The encrypted connection could not be set up: the server’s certificate is not valid, or \
             it doesn’t speak TLS 1.2.",
        ),
        PollProblem::TooSlow => (
            "La source répond trop lentement.",
            "The source answers too slowly.",
        ),
        PollProblem::TooManyRedirects => (
            "La source renvoie plus de cinq fois ailleurs.",
            "The source leads elsewhere more than five times.",
        ),
        PollProblem::Redirect => (
            "La source renvoie nulle part, ou vers une adresse sans chiffrement.",
            "The source leads nowhere, or to an address without encryption.",
        ),
        PollProblem::Coding => (
            "La réponse est compressée d’une façon qui ne se lit pas ici.",
            "The answer is packed in a way that can’t be read here.",
        ),
        PollProblem::Broken => (
            "La réponse n’est pas du HTTP, ou s’est interrompue avant la fin.",
            "The answer is no HTTP, or broke off before its end.",
        ),
        PollProblem::Import => (
            "L’import s’est arrêté en chemin : son rapport dit où. Rien ne sera en double.",
            "The import ended on the way: its report says where. Nothing will be doubled.",
        ),
        PollProblem::Service => (
            "Le service n’a pas pu continuer ; la cause est dans son journal.",
            "The service could not go on; the cause is in its log.",
        ),
    };
    (french.to_owned(), english.to_owned())
}

fn of_port(port: u16) -> (String, String) {
    (
        format!("L’adresse, ou celle où elle mène, nomme le port {port}, d’un autre service."),
        format!("The address, or where it leads, names port {port}, which is for another service."),
    )
}

fn of_status(status: u16) -> (String, String) {
    (
        format!("La source a répondu par le statut HTTP {status}."),
        format!("The source answered with the HTTP status {status}."),
    )
}

#[cfg(test)]
mod tests {
    use domain::imports::ImportProblem;

    use super::*;

    #[test]
    fn every_code_is_in_the_contracts_list() {
        let content = [
            ImportProblem::NotAnExport,
            ImportProblem::Malformed { line: 1, column: 1 },
            ImportProblem::RecordTooLarge { position: 1 },
            ImportProblem::Unreadable,
        ];
        let content = content.map(|problem| PollProblem::Content { problem });
        let mut codes: Vec<_> = [
            PollProblem::Address,
            PollProblem::Port { port: 25 },
            PollProblem::NeedsHttps,
            PollProblem::PrivateTarget,
            PollProblem::UnknownHost,
            PollProblem::Unreachable,
            PollProblem::Tls,
            PollProblem::TooSlow,
            PollProblem::TooManyRedirects,
            PollProblem::Redirect,
            PollProblem::Status { status: 500 },
            PollProblem::TooLarge { bytes: 1 },
            PollProblem::Coding,
            PollProblem::Broken,
            PollProblem::Import,
            PollProblem::Service,
        ]
        .iter()
        .chain(&content)
        .map(problem_code)
        .collect();
        codes.sort_unstable();
        assert_eq!(codes, PROBLEM_CODES);
    }
}
