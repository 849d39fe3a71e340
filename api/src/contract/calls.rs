//! What a webhook is sent, in the document's `webhooks`: each type with the body of its call; and the closed
//! lists that webhooks speak in.

use domain::kernel::Vocabulary;
use domain::webhooks::{AttemptError, DeliveryState, PauseReason, TEST, WebhookState, WebhookType};
use serde_json::{Map, Value, json};

use super::shared::add_vocabulary as add;

/// Adds the calls, and the schemas of their bodies.
pub(super) fn add_calls(document: &mut Value, schemas: &mut Map<String, Value>) {
    add_vocabularies(schemas);
    let mut calls = Map::new();
    for (kind, word) in WebhookType::WORDS {
        let (summary, body) = said_of(*kind);
        calls.insert((*word).to_owned(), call(word, summary, body));
    }
    let test = call(TEST, "The webhook is tried out", Body::Test);
    calls.insert(TEST.to_owned(), test);
    document["webhooks"] = Value::Object(calls);
    for body in [
        Body::Event,
        Body::Occurrence,
        Body::Organisation,
        Body::Project,
        Body::Update,
        Body::Question,
        Body::Blocker,
        Body::Funding,
        Body::Test,
    ] {
        schemas.insert(body.name().to_owned(), body.schema());
    }
}

/// The closed lists that webhooks speak in.
fn add_vocabularies(schemas: &mut Map<String, Value>) {
    add::<WebhookType>(schemas, "Something that a webhook can be told of");
    add::<WebhookState>(
        schemas,
        "Whether a webhook is told: `active`, it is; `paused`, what happens waits",
    );
    add::<PauseReason>(
        schemas,
        "Why a webhook is paused: `asked`, its owner wants it so; `gone`, it answered 410; `failing`, for \
         three days no call came through",
    );
    add::<DeliveryState>(
        schemas,
        "How far a delivery is: `pending`, it waits for its turn, its next attempt, or the webhook to be \
         resumed; `delivered`, it was taken; `failed`, it was given up",
    );
    add::<AttemptError>(
        schemas,
        "Why a call failed: `status`, the answer is no success; `redirect`, which is not followed; \
         `timeout`; `unreachable`; `unknown_host`; `private_target`, the name leads to an address that is \
         not public; `needs_https`; `port_refused`; `tls`, the encryption; `broken`, the answer is no HTTP \
         or broke off",
    );
}

/// What is sent about things of one kind.
#[derive(Clone, Copy)]
enum Body {
    Event,
    Occurrence,
    Organisation,
    Project,
    Update,
    Question,
    Blocker,
    Funding,
    Test,
}

fn said_of(kind: WebhookType) -> (&'static str, Body) {
    use Body::{Blocker, Event, Funding, Occurrence, Organisation, Project, Question, Update};
    match kind {
        WebhookType::EventProposed => ("A partner proposed an event", Event),
        WebhookType::EventDeclined => ("A proposed event was not taken", Event),
        WebhookType::EventPublished => ("An event entered the calendar", Event),
        WebhookType::EventUpdated => ("A published event says something else, or its dates", Event),
        WebhookType::EventCancelled => ("An event does not take place", Event),
        WebhookType::EventPostponed => ("An event takes place later", Event),
        WebhookType::EventArchived => ("An event was filed", Event),
        WebhookType::OccurrenceCancelled => ("One date does not take place", Occurrence),
        WebhookType::OccurrencePostponed => ("One date takes place later", Occurrence),
        WebhookType::OccurrenceMoved => ("One date takes place at another time", Occurrence),
        WebhookType::OrganisationCreated => ("A structure was added", Organisation),
        WebhookType::OrganisationUpdated => ("What is known of a structure changed", Organisation),
        WebhookType::OrganisationActivated => ("A structure is a partner", Organisation),
        WebhookType::OrganisationSuspended => ("A structure was suspended", Organisation),
        WebhookType::OrganisationMerged => {
            ("A structure turned out to be another one", Organisation)
        }
        WebhookType::OrganisationAbsorbed => {
            ("Another structure turned out to be this one", Organisation)
        }
        WebhookType::ProjectSubmitted => ("A project was submitted", Project),
        WebhookType::ProjectInformationRequested => {
            ("Something is to be added to a project", Project)
        }
        WebhookType::ProjectAccepted => ("A project was accepted", Project),
        WebhookType::ProjectDeclined => ("A project was declined", Project),
        WebhookType::ProjectStarted => ("A project began", Project),
        WebhookType::ProjectHeld => ("A project rests", Project),
        WebhookType::ProjectResumed => ("A project goes on", Project),
        WebhookType::ProjectCompleted => ("A project is done", Project),
        WebhookType::ProjectAbandoned => ("A project was given up", Project),
        WebhookType::ProjectUpdated => ("What is said of a project changed", Project),
        WebhookType::ProjectMoved => ("A project is another structure's now", Project),
        WebhookType::ProjectUpdatePosted => ("Somebody told how a project goes", Update),
        WebhookType::QuestionAsked => ("Somebody asked something about a project", Question),
        WebhookType::QuestionAnswered => ("Somebody answered a question", Question),
        WebhookType::BlockerOpened => ("Something stands in a project's way", Blocker),
        WebhookType::BlockerResolved => ("Something is out of a project's way", Blocker),
        WebhookType::BlockerReopened => ("Something is in a project's way again", Blocker),
        WebhookType::FundingSought => ("A source was asked for money", Funding),
        WebhookType::FundingGranted => (
            "A source gives money, all that was sought or a part",
            Funding,
        ),
        WebhookType::FundingRefused => ("A source gives no money", Funding),
    }
}

const ID: &str = "0198c0a0-0000-7000-8000-000000000061";

impl Body {
    /// The name of its schema.
    fn name(self) -> &'static str {
        match self {
            Self::Event => "EventCall",
            Self::Occurrence => "OccurrenceCall",
            Self::Organisation => "OrganisationCall",
            Self::Project => "ProjectCall",
            Self::Update => "ProjectUpdateCall",
            Self::Question => "QuestionCall",
            Self::Blocker => "BlockerCall",
            Self::Funding => "FundingCall",
            Self::Test => "TestCall",
        }
    }

    /// Its ids, each with what it is.
    fn ids(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Event => &[("event_id", "Which event")],
            Self::Occurrence => &[
                ("event_id", "Which event"),
                ("occurrence_id", "Which of its dates"),
            ],
            Self::Organisation => &[("organisation_id", "Which structure")],
            Self::Project => &[
                ("project_id", "Which project"),
                ("organisation_id", "Whose it is"),
            ],
            Self::Update => &[
                ("project_id", "Which project"),
                ("update_id", "Which update"),
            ],
            Self::Question => &[
                ("project_id", "Which project"),
                ("question_id", "Which question"),
            ],
            Self::Blocker => &[
                ("project_id", "Which project"),
                ("blocker_id", "Which blocker"),
            ],
            Self::Funding => &[
                ("project_id", "Which project"),
                ("funding_id", "Which line of its funding plan"),
            ],
            Self::Test => &[("webhook_id", "Which webhook")],
        }
    }

    fn schema(self) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for (name, what) in self.ids() {
            let id = json!({ "type": "string", "format": "uuid", "description": what });
            properties.insert((*name).to_owned(), id);
            required.push(*name);
        }
        if let Some(state) = self.state() {
            properties.insert("state".to_owned(), state);
            required.push("state");
        }
        let types: Vec<_> = match self {
            Self::Test => vec![TEST],
            _ => self.types().collect(),
        };
        json!({
            "type": "object",
            "description": "What a webhook is sent: which thing, and how it is now. What more there is to know is read at its address.",
            "required": ["type", "timestamp", "data"],
            "properties": {
                "type": { "type": "string", "enum": types, "description": "What happened" },
                "timestamp": { "type": "string", "format": "date-time", "description": "When it happened" },
                "data": { "type": "object", "description": "Ids and states, never a name", "required": required, "properties": properties },
            },
            "example": self.example(),
        })
    }

    fn types(self) -> impl Iterator<Item = &'static str> {
        let name = self.name();
        let is_of = move |(kind, _): &&(WebhookType, &str)| said_of(*kind).1.name() == name;
        WebhookType::WORDS
            .iter()
            .filter(is_of)
            .map(|(_, word)| *word)
    }

    /// How the thing is, which a word tells.
    fn state(self) -> Option<Value> {
        let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        match self {
            Self::Event | Self::Occurrence => Some(reference("EventState")),
            Self::Organisation => Some(reference("OrganisationState")),
            Self::Project => Some(reference("ProjectState")),
            Self::Blocker => Some(reference("BlockerState")),
            Self::Funding => Some(reference("FundingState")),
            Self::Update | Self::Question | Self::Test => None,
        }
    }

    fn example(self) -> Value {
        let first = match self {
            Self::Test => TEST,
            _ => self.types().next().unwrap_or_default(),
        };
        self.example_of(first)
    }

    fn example_of(self, word: &str) -> Value {
        let ids = self.ids().iter();
        let mut data: Map<String, Value> = ids
            .map(|(name, _)| ((*name).to_owned(), ID.into()))
            .collect();
        let state = match self {
            Self::Event | Self::Occurrence => Some("published"),
            Self::Organisation => Some("active"),
            Self::Project => Some("submitted"),
            Self::Blocker => Some("open"),
            Self::Funding => Some("sought"),
            Self::Update | Self::Question | Self::Test => None,
        };
        if let Some(state) = state {
            data.insert("state".to_owned(), state.into());
        }
        json!({ "type": word, "timestamp": "2026-11-24T08:00:00Z", "data": data })
    }
}

fn call(word: &str, summary: &str, body: Body) -> Value {
    let header = |name: &str, description: &str, example: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": description,
            "schema": { "type": "string" }, "example": example,
        })
    };
    let schema = format!("#/components/schemas/{}", body.name());
    json!({ "post": {
        "operationId": format!("told_{}", word.replace('.', "_")),
        "summary": summary,
        "description": "Sent to the webhooks that are told of this type, as Standard Webhooks has it: check the signature before you believe it.",
        "tags": ["Webhooks"],
        "security": [{}],
        "parameters": [
            header("webhook-id", "The id of what is told: the same when it is told again", ID),
            header("webhook-timestamp", "When this call was made, in seconds since 1970", "1795507200"),
            header("webhook-signature", "`v1,` and HMAC-SHA256 in base64 of `{webhook-id}.{webhook-timestamp}.{body}`, one for each secret that counts, separated by spaces", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ],
        "requestBody": {
            "required": true,
            "content": { "application/json": {
                "schema": { "$ref": schema },
                "example": body.example_of(word),
            } },
        },
        "responses": {
            "2XX": { "description": "It was taken" },
            "410": { "description": "Nobody is there any more: the webhook is paused" },
            "default": { "description": "It is told again later" },
        },
    } })
}
