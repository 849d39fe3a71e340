//! The document as utoipa makes it from the handlers, with its head: title, servers, tags, security.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::path::{HttpMethod, PathItem};
use utoipa::openapi::security::{
    ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Password, Scopes, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, InfoBuilder, LicenseBuilder, OpenApiBuilder, PathsBuilder,
    RefOr, Schema, ServerBuilder,
};

use domain::accounts::{PARTNER_SCOPES, Role, Scope};
use domain::kernel::Vocabulary;

use crate::http::operation::{CITIZEN, Endpoint, PARTNER, STAFF};

/// A tag of the contract.
struct Tag {
    name: &'static str,
    description: &'static str,
}

/// The tags, in the order in which Swagger UI shows them.
const TAGS: &[Tag] = &[
    Tag {
        name: "Calendar",
        description: "What takes place, when and where: for websites, phones and neighbours",
    },
    Tag {
        name: "Events",
        description: "Events and their dates: made, published, cancelled, moved",
    },
    Tag {
        name: "Imports",
        description: "Events brought in from other agendas, record by record",
    },
    Tag {
        name: "Organisations",
        description: "Partner structures: associations, communes, schools, companies, services of the State",
    },
    Tag {
        name: "Clients",
        description: "Credentials of partners’ software",
    },
    Tag {
        name: "Projects",
        description: "Projects of partners: submitted, answered, followed to their end",
    },
    Tag {
        name: "Follow-up",
        description: "How projects go: updates, questions and answers, blockers, funding plans",
    },
    Tag {
        name: "Involvements",
        description: "Who follows, supports, helps and carries projects, and is told how they go",
    },
    Tag {
        name: "Registrations",
        description: "Who comes to which date: places, the waitlist, who was there",
    },
    Tag {
        name: "Participation",
        description: "Who took part in what: dated facts without names, headcounts, and the figures",
    },
    Tag {
        name: "Citizens",
        description: "The people of the territory, as far as the staff needs to know",
    },
    Tag {
        name: "Frameworks",
        description: "Plans that projects are part of, with their axes and actions",
    },
    Tag {
        name: "Webhooks",
        description: "What happens, told to an address of yours: signed, in order, until it is taken",
    },
    Tag {
        name: "Territory",
        description: "Communes and intercommunalities (official lists)",
    },
    Tag {
        name: "Sign-in",
        description: "Tokens: OAuth 2.0 for the staff and for partners’ software",
    },
    Tag {
        name: "Me",
        description: "Whoever the token stands for",
    },
    Tag {
        name: "Users",
        description: "Staff accounts",
    },
    Tag {
        name: "Audit",
        description: "Who did what: a chain that nothing can be taken from unseen",
    },
    Tag {
        name: "Service",
        description: "The contract itself, its problems explained, and how the service is",
    },
];

const DESCRIPTION: &str = "\
The open service by which a rural public body leads its citizen participation for the ecological \
transition.

Conventions that hold everywhere: JSON in `snake_case`; ids are UUIDv7; instants are RFC 3339 in UTC; \
lists come in pages (`page.next_cursor`, `Link`); every representation carries its `etag`, which a \
change sends back in `If-Match`; a creation may carry an `Idempotency-Key`; errors are problem \
documents (RFC 9457), each with an address that explains it, in French or English by \
`Accept-Language`. Within `/v1` nothing is taken away; answers may gain fields, and lists of words \
may gain words: take what you don't know as it is.";

pub(super) fn document(endpoints: &[Endpoint]) -> Value {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new();
    for endpoint in endpoints {
        let method = clone_method(&endpoint.method);
        paths = paths.path(
            &endpoint.path,
            PathItem::new(method, endpoint.documented.clone()),
        );
    }
    components = components.schemas_from_iter(schemas_of(endpoints));
    let components = components
        .security_scheme(STAFF, staff())
        .security_scheme(PARTNER, partner())
        .security_scheme(CITIZEN, citizen())
        .build();
    let tag = |tag: &Tag| {
        TagBuilder::new()
            .name(tag.name)
            .description(Some(tag.description))
            .build()
    };
    let info = InfoBuilder::new()
        .title("Concertation")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .contact(Some(
            ContactBuilder::new()
                .name(Some("The PETR that runs this service"))
                .build(),
        ))
        .license(Some(
            LicenseBuilder::new()
                .name("EUPL-1.2")
                .identifier(Some("EUPL-1.2"))
                .build(),
        ))
        .build();
    let openapi = OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new()
            .url("/")
            .description(Some("This server"))
            .build()]))
        .tags(Some(TAGS.iter().map(tag)))
        .paths(paths.build())
        .components(Some(components))
        .build();
    let document = serde_json::to_value(openapi);
    let mut document = document.expect("the document has string keys and serialises");
    staff_first(&mut document["components"]["securitySchemes"]);
    document
}

/// Who reads the documentation signs in there as the staff: theirs comes first, and nobody types a password where
/// a citizen's token goes.
fn staff_first(schemes: &mut Value) {
    if let Some(schemes) = schemes.as_object_mut()
        && let Some(citizen) = schemes.shift_remove(CITIZEN)
    {
        schemes.insert(CITIZEN.to_owned(), citizen);
    }
}

/// The schemas of all endpoints. Two different ones of one name would overwrite each other without a
/// word: that is a mistake in the code, found at the first start and by every test.
fn schemas_of(endpoints: &[Endpoint]) -> BTreeMap<String, RefOr<Schema>> {
    let mut all: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    for (name, schema) in endpoints
        .iter()
        .flat_map(|endpoint| endpoint.schemas.clone())
    {
        let other = all.insert(name.clone(), schema.clone());
        assert!(
            other.is_none_or(|other| same(&other, &schema)),
            "two wire types are called {name}: rename one"
        );
    }
    all
}

fn same(one: &RefOr<Schema>, other: &RefOr<Schema>) -> bool {
    serde_json::to_value(one).ok() == serde_json::to_value(other).ok()
}

fn staff() -> SecurityScheme {
    let scopes = || {
        let opened = Role::WORDS.iter().flat_map(|(role, _)| role.scopes());
        scopes(opened)
    };
    let password = Password::with_refresh_url("/oauth/token", scopes(), "/oauth/token");
    SecurityScheme::OAuth2(OAuth2::with_description(
        [Flow::Password(password)],
        "Sign in with a staff account: its e-mail address and password; the client is `swagger`, \
         without a secret.",
    ))
}

fn partner() -> SecurityScheme {
    let credentials = ClientCredentials::new("/oauth/token", scopes(PARTNER_SCOPES));
    SecurityScheme::OAuth2(OAuth2::with_description(
        [Flow::ClientCredentials(credentials)],
        "A partner’s software signs in with the `client_id` and the `client_secret` that the director \
         issued to its organisation, and acts for that organisation only.",
    ))
}

fn citizen() -> SecurityScheme {
    let said = "A citizen signs in without a password: `POST /v1/citizens/sign-in` sends a mail, whose code, or what \
                stands in its link, is exchanged at `POST /oauth/token` for a token that reaches only what is theirs.";
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(said));
    SecurityScheme::Http(bearer.build())
}

/// In the order of the vocabulary, each once.
fn scopes<'s>(opened: impl IntoIterator<Item = &'s Scope>) -> Scopes {
    let opened: Vec<_> = opened.into_iter().collect();
    let all = Scope::WORDS.iter();
    Scopes::from_iter(
        all.filter(|(scope, _)| opened.contains(&scope))
            .map(|(scope, word)| (*word, said_of(*scope))),
    )
}

fn said_of(scope: Scope) -> &'static str {
    match scope {
        Scope::EventsRead => "See drafts and what is not public",
        Scope::EventsWrite => "Make, change and publish events",
        Scope::ImportsWrite => "Bring events in from files",
        Scope::OrganisationsRead => "See structures that are not partners yet, or not any more",
        Scope::OrganisationsWrite => "Add, change, activate, suspend and merge structures",
        Scope::OrganisationsOwn => "Read and change one’s own structure",
        Scope::ClientsRead => "Read the credentials of partners, never their secrets",
        Scope::ClientsWrite => "Issue, rotate and revoke the credentials of partners",
        Scope::FrameworksWrite => "Make and change frameworks, their axes and actions",
        Scope::ProjectsRead => "See projects that are not public; a partner, its own",
        Scope::ProjectsWrite => "Submit and change projects; a partner, its own",
        Scope::ProjectsDecide => "Answer projects: ask for more, accept, decline",
        Scope::ProjectsFollow => "Follow projects: blockers, and what is found as funding",
        Scope::EventsPropose => "Propose events to the staff",
        Scope::WebhooksWrite => "Have what happens told to an address",
        Scope::CitizensRead => "Read what is known of citizens, and their registrations",
        Scope::CitizensWrite => "Write citizens down, register them, note who was there",
        Scope::CitizensOwn => "Read and change what is one’s own, as a citizen",
        Scope::ParticipationsRead => "Read who took part in what, without names, and the figures",
        Scope::UsersRead => "Read staff accounts",
        Scope::UsersWrite => "Make, change and disable staff accounts",
        Scope::AuditRead => "Read the audit trail",
    }
}

fn clone_method(method: &HttpMethod) -> HttpMethod {
    match method {
        HttpMethod::Post => HttpMethod::Post,
        HttpMethod::Put => HttpMethod::Put,
        HttpMethod::Patch => HttpMethod::Patch,
        HttpMethod::Delete => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}
