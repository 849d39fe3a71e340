//! The closed list of problems: what each is called, its status, and its texts in both languages.

/// The closed list of problems. A kind's name never changes; it is the `type` that programs compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    NotFound,
    MethodNotAllowed,
    Unauthorized,
    TooManyRequests,
    Forbidden,
    PayloadTooLarge,
    UnsupportedMediaType,
    RangeNotSatisfiable,
    MalformedBody,
    Invalid,
    IdempotencyKeyReused,
    IdempotencyInProgress,
    Erased,
    PreconditionRequired,
    PreconditionFailed,
    WrongState,
    Conflict,
    RuleBroken,
    NotStored,
    Unavailable,
    StorageFull,
    Timeout,
    Internal,
}

/// What is said of a kind, everywhere.
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// The last part of its address, and its name in the contract.
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    /// French, English.
    pub(crate) title: (&'static str, &'static str),
    /// What it means and what to do next; French, English.
    pub(crate) explanation: (&'static str, &'static str),
}

/// All of them.
pub(crate) const TABLE: &[Entry] = &[
    Entry {
        kind: Kind::NotFound,
        name: "not-found",
        status: 404,
        title: ("Introuvable", "Not found"),
        explanation: (
            "Rien ne se trouve à cette adresse, ou rien que vous puissiez voir. Vérifiez \
             l’identifiant ; pour ce qui n’est pas public, connectez-vous avec un compte qui y a \
             accès.",
            "There is nothing at this address, or nothing that you may see. Check the id; for what \
             is not public, sign in with an account that may see it.",
        ),
    },
    Entry {
        kind: Kind::MethodNotAllowed,
        name: "method-not-allowed",
        status: 405,
        title: ("Méthode non permise", "Method not allowed"),
        explanation: (
            "Cette adresse existe, mais pas avec cette méthode : l’en-tête Allow donne celles \
             qu’elle accepte.",
            "This address exists, but not with this method: the Allow header lists those it takes.",
        ),
    },
    Entry {
        kind: Kind::Unauthorized,
        name: "unauthorized",
        status: 401,
        title: ("Identification nécessaire", "Authentication needed"),
        explanation: (
            "Il manque un jeton d’accès valide. Demandez-en un à /oauth/token et envoyez-le dans \
             l’en-tête Authorization: Bearer. Un jeton vit quinze minutes ; il cesse aussitôt \
             quand il est révoqué ou que le compte est désactivé.",
            "A valid access token is missing. Ask /oauth/token for one and send it in the header \
             Authorization: Bearer. A token lives for fifteen minutes; it ends at once when it is \
             revoked or the account is disabled.",
        ),
    },
    Entry {
        kind: Kind::TooManyRequests,
        name: "too-many-requests",
        status: 429,
        title: ("Trop de requêtes", "Too many requests"),
        explanation: (
            "Attendez le nombre de secondes de l’en-tête Retry-After, puis reprenez. Les en-têtes \
             RateLimit disent ce qui reste.",
            "Wait for the number of seconds in the Retry-After header, then go on. The RateLimit \
             headers say what is left.",
        ),
    },
    Entry {
        kind: Kind::Forbidden,
        name: "forbidden",
        status: 403,
        title: ("Non autorisé", "Forbidden"),
        explanation: (
            "Votre rôle ne permet pas cette opération. Le contrat dit quelle portée elle demande ; \
             une directrice peut changer les rôles d’un compte.",
            "Your role doesn't allow this operation. The contract says which scope it asks for; a \
             director can change an account's roles.",
        ),
    },
    Entry {
        kind: Kind::PayloadTooLarge,
        name: "payload-too-large",
        status: 413,
        title: ("Corps trop volumineux", "Body too large"),
        explanation: (
            "Le corps dépasse la limite de cette opération (1 Mio ; fichiers des projets : 20 Mio ; imports : 512 Mio). \
             Découpez l’envoi.",
            "The body is over the limit of this operation (1 MiB; files of projects: 20 MiB; imports: 512 MiB). Send it in \
             parts.",
        ),
    },
    Entry {
        kind: Kind::UnsupportedMediaType,
        name: "unsupported-media-type",
        status: 415,
        title: (
            "Type de contenu non pris en charge",
            "Unsupported media type",
        ),
        explanation: (
            "Envoyez le corps dans un des types que le contrat donne pour cette opération, sans \
             Content-Encoding.",
            "Send the body in one of the types that the contract lists for this operation, without \
             Content-Encoding.",
        ),
    },
    Entry {
        kind: Kind::RangeNotSatisfiable,
        name: "range-not-satisfiable",
        status: 416,
        title: ("Partie inexistante", "No such part"),
        explanation: (
            "L’en-tête Range demande une partie au-delà de la fin : Content-Range donne la longueur. \
             Demandez une partie qui existe, ou le tout sans Range.",
            "The Range header asks for a part beyond the end: Content-Range gives the length. Ask for a \
             part that there is, or for the whole without Range.",
        ),
    },
    Entry {
        kind: Kind::MalformedBody,
        name: "malformed-body",
        status: 400,
        title: ("Corps illisible", "Unreadable body"),
        explanation: (
            "Le corps n’est pas du JSON valide : le détail donne la ligne et la colonne.",
            "The body is not valid JSON: the detail gives the line and the column.",
        ),
    },
    Entry {
        kind: Kind::Invalid,
        name: "invalid",
        status: 422,
        title: ("Données non valides", "Invalid data"),
        explanation: (
            "Une ou plusieurs valeurs ne conviennent pas. La liste errors les donne toutes, chacune \
             avec sa place (pointer ou parameter) et son code.",
            "One or more values are wrong. The list errors gives them all, each with its place \
             (pointer or parameter) and its code.",
        ),
    },
    Entry {
        kind: Kind::IdempotencyKeyReused,
        name: "idempotency-key-reused",
        status: 422,
        title: (
            "Clé d’idempotence déjà employée",
            "Idempotency key already used",
        ),
        explanation: (
            "Cette clé a servi à une autre requête dans les 24 heures. Prenez une clé nouvelle pour \
             chaque chose nouvelle.",
            "This key came with another request within 24 hours. Take a new key for each new thing.",
        ),
    },
    Entry {
        kind: Kind::IdempotencyInProgress,
        name: "idempotency-in-progress",
        status: 409,
        title: (
            "Première requête encore en cours",
            "First request still running",
        ),
        explanation: (
            "La première requête avec cette clé n’est pas finie. Réessayez après le délai de \
             Retry-After : vous aurez sa réponse.",
            "The first request with this key has not finished. Try again after Retry-After: you \
             will get its answer.",
        ),
    },
    Entry {
        kind: Kind::Erased,
        name: "erased",
        status: 410,
        title: ("Effacé", "Erased"),
        explanation: (
            "La réponse gardée sous cette clé parlait d’une personne effacée depuis. Elle n’est \
             pas rejouée.",
            "The answer kept under this key spoke of a person who was erased since. It is not done \
             again.",
        ),
    },
    Entry {
        kind: Kind::PreconditionRequired,
        name: "precondition-required",
        status: 428,
        title: ("If-Match nécessaire", "If-Match needed"),
        explanation: (
            "Pour que personne n’efface le travail d’un autre, envoyez dans If-Match l’etag de la \
             version que vous avez lue, ou * pour dire « quelle que soit la version ».",
            "So that nobody undoes another's work, send in If-Match the etag of the version that \
             you read, or * to say “whatever the version”.",
        ),
    },
    Entry {
        kind: Kind::PreconditionFailed,
        name: "precondition-failed",
        status: 412,
        title: ("Modifié entre-temps", "Changed meanwhile"),
        explanation: (
            "L’objet a changé depuis que vous l’avez lu ; rien n’a été écrit. Relisez-le, reportez \
             vos changements et envoyez l’etag nouveau (en-tête ETag de cette réponse).",
            "The object changed since you read it; nothing was written. Read it again, make your \
             changes anew and send the new etag (header ETag of this answer).",
        ),
    },
    Entry {
        kind: Kind::WrongState,
        name: "wrong-state",
        status: 409,
        title: ("Impossible dans cet état", "Not possible in this state"),
        explanation: (
            "L’objet n’est pas dans un état qui le permette. Le champ allowed_transitions dit ce \
             qui est possible.",
            "The object is not in a state that allows it. The field allowed_transitions says what \
             is possible.",
        ),
    },
    Entry {
        kind: Kind::Conflict,
        name: "conflict",
        status: 409,
        title: ("Conflit", "Conflict"),
        explanation: (
            "La demande se heurte à une règle sur l’état présent : le détail dit laquelle.",
            "The request meets a rule about the present state: the detail says which.",
        ),
    },
    Entry {
        kind: Kind::RuleBroken,
        name: "rule-broken",
        status: 422,
        title: ("Règle non respectée", "Rule broken"),
        explanation: (
            "Les valeurs sont bien formées, mais une règle les refuse dans cet état. La liste \
             errors donne la place et le code de chacune.",
            "The values are well formed, but a rule refuses them in this state. The list errors \
             gives the place and the code of each.",
        ),
    },
    Entry {
        kind: Kind::NotStored,
        name: "not-stored",
        status: 424,
        title: ("Non enregistré", "Not stored"),
        explanation: (
            "Rien à reprocher à cet élément : un autre du même lot est refusé, et le lot est à prendre en \
             entier ou pas du tout (atomic). Corrigez l’autre et renvoyez le lot.",
            "Nothing is wrong with this item: another one of the same batch is refused, and the batch is to \
             be stored whole or not at all (atomic). Mend the other one and send the batch again.",
        ),
    },
    Entry {
        kind: Kind::Unavailable,
        name: "unavailable",
        status: 503,
        title: ("Momentanément indisponible", "Temporarily unavailable"),
        explanation: (
            "La base de données est occupée ou ne répond pas. Rien n’a été écrit. Réessayez après \
             Retry-After.",
            "The database is busy or doesn't answer. Nothing was written. Try again after \
             Retry-After.",
        ),
    },
    Entry {
        kind: Kind::StorageFull,
        name: "storage-full",
        status: 507,
        title: ("Plus de place", "No room left"),
        explanation: (
            "Il ne reste plus de place pour écrire ; la lecture continue. Prévenez l’exploitant.",
            "There is no room left to write; reading goes on. Tell the operator.",
        ),
    },
    Entry {
        kind: Kind::Timeout,
        name: "timeout",
        status: 503,
        title: ("Trop long", "Too long"),
        explanation: (
            "La requête a dépassé le temps permis et a été interrompue. Réduisez-la, ou réessayez \
             après Retry-After.",
            "The request took longer than is allowed and was stopped. Ask for less, or try again \
             after Retry-After.",
        ),
    },
    Entry {
        kind: Kind::Internal,
        name: "internal",
        status: 500,
        title: ("Erreur interne", "Internal error"),
        explanation: (
            "Le service a rencontré une erreur imprévue, qui est dans son journal sous le numéro \
             donné dans instance. Donnez-le à l’exploitant.",
            "The service met an unforeseen error; it is in its log under the number given in \
             instance. Give it to the operator.",
        ),
    },
];

impl Kind {
    pub(crate) fn entry(self) -> &'static Entry {
        TABLE
            .iter()
            .find(|entry| entry.kind == self)
            .expect("the table has every kind: a test says so")
    }
}
