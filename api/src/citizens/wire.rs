//! Citizens as they are received and sent.

use chrono::{DateTime, Utc};
use domain::citizens::{AgeBand, Citizen as Stored, CitizenContent, CitizenSource, DoubleReason};
use domain::kernel::{Check, EmailAddress, Faults, Id, Line, MailLanguage, Telephone};
use domain::projects::Theme;
use domain::territory::Territory;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::demo::known;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::{word, words};

/// The most subjects somebody is interested in: all there are.
const MOST_INTERESTS: usize = 20;

/// A citizen as they are sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Camille Renard", "email": "camille.renard@courriel.example", "telephone": "06 12 34 56 78",
    "commune_code": "54329", "age_band": "40_64", "language": "fr", "interests": ["mobility", "water"]
}))]
pub(crate) struct CitizenInput {
    /// What they are called.
    #[schema(min_length = 1, max_length = 200)]
    pub(crate) name: String,
    /// Where they are written to. Who has neither an address nor a number is not counted as a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 6, max_length = 254, format = "email")]
    pub(crate) email: Option<String>,
    /// Where they are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 40)]
    pub(crate) telephone: Option<String>,
    /// Where they live: the commune, by its INSEE code; find it at `/v1/communes?q=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 5, max_length = 5)]
    pub(crate) commune_code: Option<String>,
    /// How old they are, roughly.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<AgeBand>)]
    pub(crate) age_band: Option<AgeBand>,
    /// In which language they are written to; French when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<MailLanguage>)]
    pub(crate) language: Option<MailLanguage>,
    /// What they want to hear about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<Theme>)]
    pub(crate) interests: Option<Vec<Theme>>,
}

/// A citizen, as the staff sees them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000c1", "name": "Camille Renard",
    "email": "camille.renard@courriel.example", "telephone": "06 12 34 56 78",
    "commune_code": "54329", "commune_name": "Lunéville", "age_band": "40_64", "language": "fr",
    "interests": ["mobility", "water"], "source": "staff", "is_identified": true,
    "created_at": "2026-11-28T08:00:00Z", "updated_at": "2026-11-28T08:00:00Z",
    "etag": "\"v1-staff-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Citizen {
    id: Uuid,
    /// What they are called.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<String>,
    /// Where they live, by the commune's INSEE code.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_code: Option<String>,
    /// What that commune is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    commune_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<AgeBand>)]
    age_band: Option<AgeBand>,
    #[schema(schema_with = word::<MailLanguage>)]
    language: MailLanguage,
    /// What they want to hear about.
    #[schema(schema_with = words::<Theme>)]
    interests: Vec<Theme>,
    /// `own` who came by themselves, `staff` whom the staff wrote down.
    #[schema(schema_with = word::<CitizenSource>)]
    source: CitizenSource,
    /// When they showed that the e-mail address is theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<DateTime<Utc>>,
    /// Whether they count as a person where citizens are counted: they can be reached.
    is_identified: bool,
    /// Who they turned out to be: the citizen of that id is kept, and this one stands in no list. That is taken back
    /// at `POST /v1/citizens/{id}/unmerge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<Uuid>,
    /// Since when their data are kept and not used: they stand in no list, are not written to, and are registered for
    /// nothing new.
    #[serde(skip_serializing_if = "Option::is_none")]
    restricted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to change what is known of them.
    etag: String,
}

/// A page of citizens.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct CitizenList {
    data: Vec<Citizen>,
    page: Page,
}

/// Whom is searched for: what is said must all fit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "q": "renard" }))]
pub(crate) struct CitizenSearchInput {
    /// Words of the name, or parts of them, whatever the accents and the case.
    #[schema(min_length = 1, max_length = 200)]
    pub(super) q: Option<String>,
    /// The e-mail address, whole.
    #[schema(min_length = 6, max_length = 254)]
    pub(super) email: Option<String>,
    /// The telephone number, however it is written.
    #[schema(min_length = 3, max_length = 40)]
    pub(super) telephone: Option<String>,
}

/// Into whom a citizen is merged.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "into": known::CITIZEN }))]
pub(crate) struct CitizenMergeInput {
    /// The id of the one who stays.
    pub(super) into: Uuid,
}

/// From whom a citizen is somebody else.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": known::CITIZEN }))]
pub(crate) struct CitizenDistinctionInput {
    /// The id of the other one.
    pub(super) from: Uuid,
}

/// Those who were merged into a citizen.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [] }))]
pub(crate) struct CitizenMerged {
    /// Who came first before the others.
    pub(super) data: Vec<Citizen>,
}

/// A page of those who may be somebody who was there before.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct CitizenLikelyList {
    data: Vec<CitizenLikely>,
    page: Page,
}

/// Somebody, and those who were there before and may be the same person.
#[derive(Serialize, ToSchema)]
pub(crate) struct CitizenLikely {
    /// Who came later.
    pub(super) citizen: Citizen,
    /// Who may be the same person, who came first before the others; 20 at most.
    pub(super) doubles: Vec<CitizenDouble>,
}

/// Those who may be the same person as one.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [] }))]
pub(crate) struct CitizenDoubles {
    /// The oldest first.
    pub(super) data: Vec<CitizenDouble>,
}

/// Somebody who may be the same person.
#[derive(Serialize, ToSchema)]
pub(crate) struct CitizenDouble {
    pub(super) citizen: Citizen,
    /// Why: the strongest reason first.
    #[schema(schema_with = words::<DoubleReason>)]
    pub(super) reasons: Vec<DoubleReason>,
}

impl CitizenInput {
    /// What would have to be sent for the citizen as they are.
    pub(crate) fn of(citizen: &Stored) -> Self {
        let content = &citizen.content;
        Self {
            name: content.name.to_string(),
            email: content
                .email
                .as_ref()
                .map(|email| email.as_str().to_owned()),
            telephone: content
                .telephone
                .as_ref()
                .map(|number| number.as_str().to_owned()),
            commune_code: content.commune.map(|code| code.to_string()),
            age_band: content.age_band,
            language: Some(content.language),
            interests: Some(content.interests.clone()),
        }
    }

    pub(crate) fn parse(self) -> Result<CitizenContent, Faults> {
        let mut check = Check::new();
        let name = check.at("/name", Line::parse(&self.name));
        let email = check.maybe("/email", self.email, |email| EmailAddress::parse(&email));
        let telephone = check.maybe("/telephone", self.telephone, |number| {
            Telephone::parse(&number)
        });
        let commune = check.maybe("/commune_code", self.commune_code, |code| {
            Territory::official().code(&code)
        });
        let interests = self.interests.unwrap_or_default();
        let interests = check.distinct("/interests", interests, MOST_INTERESTS);
        let (age_band, language) = (self.age_band, self.language.unwrap_or_default());
        let content = (|| {
            Some(CitizenContent {
                name: name?,
                email: email?,
                telephone: telephone?,
                commune: commune?,
                age_band,
                language,
                interests: interests?,
            })
        })();
        check.done(content)
    }
}

impl Citizen {
    /// The citizen as the staff sees them, with their tag.
    pub(crate) fn of(citizen: &Stored) -> (Self, Tag) {
        Self::known_as(citizen, None)
    }

    /// The same of somebody who may have turned out to be somebody else.
    pub(super) fn known_as(citizen: &Stored, kept: Option<Id<Stored>>) -> (Self, Tag) {
        let content = &citizen.content;
        let commune = content.commune.as_ref();
        let commune = commune.and_then(|code| Territory::official().commune(code));
        let mut shown = Self {
            id: citizen.id.uuid(),
            name: content.name.to_string(),
            email: content
                .email
                .as_ref()
                .map(|email| email.as_str().to_owned()),
            telephone: content
                .telephone
                .as_ref()
                .map(|number| number.as_str().to_owned()),
            commune_code: content.commune.map(|code| code.to_string()),
            commune_name: commune.map(|commune| commune.name.to_owned()),
            age_band: content.age_band,
            language: content.language,
            interests: content.interests.clone(),
            source: citizen.source,
            confirmed_at: citizen.confirmed_at,
            is_identified: citizen.is_identified(),
            merged_into: kept.map(Id::uuid),
            restricted_at: citizen.restricted_at,
            created_at: citizen.created_at,
            updated_at: citizen.updated_at,
            etag: String::new(),
        };
        let tag = Tag::of_version(citizen.version, "staff", &to_json(&shown));
        shown.etag = tag.quoted(None);
        (shown, tag)
    }
}

impl CitizenList {
    /// All that there is, at most so many.
    pub(super) fn whole(data: Vec<Citizen>, limit: u64) -> Self {
        let page = Page {
            limit,
            next_cursor: None,
            total: None,
            synced_until: None,
        };
        Self { data, page }
    }
}

/// What a change of them is made against.
pub(crate) fn tag_of(citizen: &Stored) -> Tag {
    Citizen::of(citizen).1
}

/// Where a citizen is.
pub(super) fn path_of(id: Id<Stored>) -> String {
    format!("/v1/citizens/{id}")
}
