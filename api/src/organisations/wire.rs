//! Structures as they are received and sent.

use chrono::{DateTime, Utc};
use domain::kernel::{Check, Faults, Id, Line, MailLanguage, Prose, Rna, Siret, Slug, WebUrl};
use domain::organisations::{
    MAX_OTHER_CONTACTS, Organisation as Stored, OrganisationContent, OrganisationKind,
    OrganisationState, OrganisationTransition,
};
use domain::territory::Territory;
use persistence::View;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::demo::known;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::shapes::{Contact, ContactInput, Tombstone, view_name};
use crate::http::vocabulary::{word, words};

/// A structure as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Compagnons du compost",
    "kind": "association",
    "rna": "W543009876",
    "address": "12 rue du Moulin",
    "commune_code": "54329",
    "description": "Du compost partagé, au pied des immeubles.",
    "website": "https://compost.example/",
    "contact": { "role": "Secrétariat", "email": "contact@compost.example" }
}))]
pub(crate) struct OrganisationInput {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Its name in addresses; made of its name when absent, and kept when that changes. An old one still
    /// leads to it. The staff gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    slug: Option<String>,
    #[schema(schema_with = word::<OrganisationKind>)]
    kind: OrganisationKind,
    /// Its establishment's number: fourteen digits, with or without spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 14, max_length = 20)]
    siret: Option<String>,
    /// An association's number in the national directory: `W` and nine digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 10, max_length = 10)]
    rna: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    address: Option<String>,
    /// Where it sits: the commune, by its INSEE code; find it at `/v1/communes?q=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 5)]
    commune_code: Option<String>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 5000)]
    description: Option<String>,
    /// Its own site.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 2000)]
    website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactInput>,
    /// Whom else to ask, for what. Letters go to `contact`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    other_contacts: Option<Vec<ContactInput>>,
    /// In which language it is written to; French when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<MailLanguage>)]
    language: Option<MailLanguage>,
    /// The ids of those that are called nearly the same and are others, as the refusal listed them in
    /// `candidates`. What was confirmed once is not asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    confirm_distinct_from: Option<Vec<Uuid>>,
}

/// What was sent, in the domain's words.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) slug: Option<Slug>,
    pub(super) content: OrganisationContent,
    pub(super) confirmed: Vec<Id<Stored>>,
}

/// Into which one a structure is merged.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "into": known::ORGANISATION }))]
pub(crate) struct OrganisationMergeInput {
    /// The id of the one that stays.
    pub(super) into: Uuid,
}

/// A partner structure.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-000000000060", "slug": "compagnons-du-compost",
    "name": "Compagnons du compost",
    "kind": "association", "rna": "W543009876", "address": "12 rue du Moulin",
    "commune_code": "54329", "commune_name": "Lunéville",
    "description": "Du compost partagé, au pied des immeubles.",
    "website": "https://compost.example/",
    "contact": { "role": "Secrétariat", "email": "contact@compost.example" },
    "state": "active",
    "url": "https://concertation.petr.example/v1/organisations/0198c0a0-0000-7000-8000-000000000060",
    "page_url": "https://concertation.petr.example/organisations/compagnons-du-compost",
    "created_at": "2026-11-24T08:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
    "etag": "\"v2-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Organisation {
    id: Uuid,
    /// Its name in addresses.
    slug: String,
    /// What it is called.
    name: String,
    #[schema(schema_with = word::<OrganisationKind>)]
    kind: OrganisationKind,
    /// Its establishment's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    siret: Option<String>,
    /// Its number as an association.
    #[serde(skip_serializing_if = "Option::is_none")]
    rna: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Where it sits, by the commune's INSEE code.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_code: Option<String>,
    /// What that commune is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_name: Option<String>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Its own site.
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    /// Whom else to ask, for what.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_contacts: Vec<Contact>,
    /// In which language it is written to; itself and the staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<MailLanguage>)]
    language: Option<MailLanguage>,
    #[schema(schema_with = word::<OrganisationState>)]
    state: OrganisationState,
    /// Why it is in that state.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What only the staff reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_note: Option<String>,
    /// Those that resemble it and are known to be others; the staff sees them.
    #[serde(skip_serializing_if = "Option::is_none")]
    distinct_from: Option<Vec<Uuid>>,
    /// What can be done with it now; the staff sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<OrganisationTransition>)]
    allowed_transitions: Option<Vec<OrganisationTransition>>,
    /// Its address.
    url: String,
    /// Its page for everybody, while everybody may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    page_url: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change the structure.
    etag: String,
}

/// A page of structures.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct OrganisationList {
    data: Vec<OrganisationRow>,
    page: Page,
}

/// A structure, or what is left of one.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum OrganisationRow {
    There(Box<Organisation>),
    Gone(Tombstone),
}

impl OrganisationInput {
    /// What would have to be sent for the structure as it is.
    pub(super) fn of(organisation: &Stored) -> Self {
        let content = &organisation.content;
        Self {
            name: content.name.to_string(),
            slug: Some(organisation.slug.as_str().to_owned()),
            kind: content.kind,
            siret: content.siret.map(|siret| siret.to_string()),
            rna: content.rna.map(|rna| rna.to_string()),
            address: content.address.as_ref().map(ToString::to_string),
            commune_code: content.commune_code.map(|code| code.to_string()),
            description: content.description.as_ref().map(|d| d.as_str().to_owned()),
            website: content.website.as_ref().map(|url| url.as_str().to_owned()),
            contact: content.contact.as_ref().map(ContactInput::of),
            other_contacts: Some(
                content
                    .other_contacts
                    .iter()
                    .map(ContactInput::of)
                    .collect(),
            ),
            language: Some(content.language),
            // What was confirmed is known, and said once.
            confirm_distinct_from: None,
        }
    }

    pub(super) fn parse(self) -> Result<Parsed, Faults> {
        let mut check = Check::new();
        let name = check.at("/name", Line::parse(&self.name));
        let slug = check.maybe("/slug", self.slug, |slug| Slug::parse(&slug));
        let siret = check.maybe("/siret", self.siret, |text| Siret::parse(&text));
        let rna = check.maybe("/rna", self.rna, |text| Rna::parse(&text));
        let address = check.maybe("/address", self.address, |text| Line::parse(&text));
        let commune_code = check.maybe("/commune_code", self.commune_code, |text| {
            Territory::official().code(&text)
        });
        let description = check.maybe("/description", self.description, |text| Prose::parse(&text));
        let website = check.maybe("/website", self.website, |text| WebUrl::parse(&text));
        let contact = check.maybe_within("/contact", self.contact, ContactInput::parse);
        let others = self.other_contacts.unwrap_or_default();
        let parse = ContactInput::parse;
        let others = check.each("/other_contacts", others, MAX_OTHER_CONTACTS, parse);
        let kind = self.kind;
        let language = self.language.unwrap_or_default();
        let confirmed = self.confirm_distinct_from.unwrap_or_default();
        let parsed = (|| {
            Some(Parsed {
                slug: slug?,
                content: OrganisationContent {
                    name: name?,
                    kind,
                    siret: siret?,
                    rna: rna?,
                    address: address?,
                    commune_code: commune_code?,
                    description: description?,
                    website: website?,
                    contact: contact?,
                    other_contacts: others?,
                    language,
                },
                confirmed: confirmed.into_iter().map(Id::from_uuid).collect(),
            })
        })();
        check.done(parsed)
    }
}

impl Organisation {
    /// The structure as a view shows it, with its tag.
    pub(super) fn of(organisation: &Stored, view: View, base: &str) -> (Self, Tag) {
        let (content, why) = (&organisation.content, &organisation.reason);
        let commune = content.commune_code.as_ref();
        let commune = commune.and_then(|code| Territory::official().commune(code));
        let staff = view == View::Staff;
        let view = if view.sees_all_of(organisation.id) {
            view
        } else {
            View::Public
        };
        let internal_note = why.internal_note.as_ref().filter(|_| staff);
        let distinct_from = organisation.distinct_from.iter().map(|id| id.uuid());
        let mut shown = Self {
            id: organisation.id.uuid(),
            slug: organisation.slug.as_str().to_owned(),
            name: content.name.to_string(),
            kind: content.kind,
            siret: content.siret.map(|siret| siret.to_string()),
            rna: content.rna.map(|rna| rna.to_string()),
            address: content.address.as_ref().map(ToString::to_string),
            commune_code: content.commune_code.map(|code| code.to_string()),
            commune_name: commune.map(|commune| commune.name.to_owned()),
            description: content.description.as_ref().map(|d| d.as_str().to_owned()),
            website: content.website.as_ref().map(|url| url.as_str().to_owned()),
            contact: content.contact.as_ref().map(Contact::of),
            other_contacts: content.other_contacts.iter().map(Contact::of).collect(),
            language: (view != View::Public).then_some(content.language),
            state: organisation.state,
            reason: why.reason.as_ref().map(|text| text.as_str().to_owned()),
            note: why.note.as_ref().map(|text| text.as_str().to_owned()),
            internal_note: internal_note.map(|text| text.as_str().to_owned()),
            distinct_from: staff.then(|| distinct_from.collect()),
            allowed_transitions: staff.then(|| organisation.state.transitions()),
            url: url_of(organisation.id, base),
            page_url: organisation
                .is_public()
                .then(|| format!("{base}{}", page_path_of(organisation))),
            created_at: organisation.created_at,
            updated_at: organisation.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(organisation.version, view_name(view), &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

/// Where a structure is.
pub(super) fn path_of(id: Id<Stored>) -> String {
    format!("/v1/organisations/{id}")
}

/// Where its page for everybody is.
pub(super) fn page_path_of(organisation: &Stored) -> String {
    format!("/organisations/{}", organisation.slug.as_str())
}

/// Its whole address.
pub(super) fn url_of(id: Id<Stored>, base: &str) -> String {
    format!("{base}{}", path_of(id))
}
