//! Registrations as they are received and sent.

use chrono::{DateTime, Utc};
use domain::citizens::{AgeBand, Citizen, CitizenContent};
use domain::kernel::{Check, FaultCode, Faults, Id, Line, MailLanguage, Prose};
use domain::registrations::{
    AttendanceRole, By, CancelledBecause, GivenAnswer, Registration as Stored, RegistrationChannel,
    RegistrationDetails, RegistrationSettings, RegistrationState, RegistrationTransition,
};
use persistence::registrations::Registered;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::citizens::CitizenInput;
use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::page::Page;
use crate::http::vocabulary::{word, words};

/// A registration as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Dominique Lambert", "email": "dominique.lambert@courriel.example", "party_size": 2
}))]
pub(crate) struct RegistrationInput {
    /// What whoever registers is called; needed, but for `citizen_id` and a citizen's token.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Where the confirmation goes; needed without a token.
    #[schema(min_length = 6, max_length = 254, format = "email")]
    email: Option<String>,
    #[schema(min_length = 3, max_length = 40)]
    telephone: Option<String>,
    /// Where they live, by the commune's INSEE code.
    #[schema(min_length = 5, max_length = 5)]
    commune_code: Option<String>,
    #[schema(schema_with = word::<AgeBand>)]
    age_band: Option<AgeBand>,
    /// In which language they are written to; French when absent.
    #[schema(schema_with = word::<MailLanguage>)]
    language: Option<MailLanguage>,
    /// How many they are, themselves included; 1 when absent.
    #[schema(minimum = 1, maximum = 1000)]
    party_size: Option<u32>,
    /// What they answer to the organiser's questions.
    #[schema(max_items = 10)]
    answers: Option<Vec<RegistrationAnswerInput>>,
    /// What they need to take part. Only who prepares the date reads it.
    #[schema(min_length = 1, max_length = 1000)]
    accessibility_needs: Option<String>,
    /// Who it is, where the staff registers somebody who is known.
    citizen_id: Option<Uuid>,
}

/// An answer to a question of the organiser.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "question": "Venez-vous à vélo ?", "answer": "Oui" }))]
pub(crate) struct RegistrationAnswerInput {
    /// The question, word for word.
    #[schema(min_length = 1, max_length = 200)]
    question: String,
    #[schema(min_length = 1, max_length = 1000)]
    answer: String,
}

/// What was sent, in the domain's words.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) citizen: Option<CitizenContent>,
    pub(super) citizen_id: Option<Id<Citizen>>,
    pub(super) party_size: u32,
    pub(super) details: RegistrationDetails,
}

/// A registration. Whoever has no token is told how far it is, and nothing of whose it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0198c0a0-0000-7000-8000-0000000000d1", "occurrence_id": "01a05b8d-9300-7001-9dbb-16392dbad21a",
    "event_id": "01a05b8d-9300-7000-8a36-ed8212f372a7", "party_size": 2, "state": "pending",
    "expires_at": "2026-11-28T08:30:00Z", "created_at": "2026-11-28T08:00:00Z",
    "updated_at": "2026-11-28T08:00:00Z", "etag": "\"v1-public-1f2e3d4c5b6a7988\""
}))]
pub(crate) struct Registration {
    id: Uuid,
    /// For which date.
    occurrence_id: Uuid,
    /// Of which event.
    event_id: Uuid,
    /// How many they are.
    party_size: u32,
    #[schema(schema_with = word::<RegistrationState>)]
    state: RegistrationState,
    /// Until when it may be confirmed, or the offered place be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<CancelledBecause>)]
    because: Option<CancelledBecause>,
    /// Whose it is; absent once they were erased. This and what follows are for the staff, and for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    citizen_id: Option<Uuid>,
    /// What they are called, or called themselves this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<String>,
    /// Whether the address was shown to be theirs, or the staff registered them.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<RegistrationChannel>)]
    channel: Option<RegistrationChannel>,
    /// As what they take part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = word::<AttendanceRole>)]
    role: Option<AttendanceRole>,
    /// How many of them were there.
    #[serde(skip_serializing_if = "Option::is_none")]
    present: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_in_at: Option<DateTime<Utc>>,
    /// What they answered to the organiser's questions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    answers: Vec<RegistrationAnswerInput>,
    /// What they need to take part.
    #[serde(skip_serializing_if = "Option::is_none")]
    accessibility_needs: Option<String>,
    /// What can be done with it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<RegistrationTransition>)]
    allowed_transitions: Option<Vec<RegistrationTransition>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// Send it in `If-Match` to act on this version only.
    etag: String,
}

/// A page of registrations.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "data": [], "page": { "limit": 50 } }))]
pub(crate) struct RegistrationList {
    data: Vec<Registration>,
    page: Page,
}

impl RegistrationInput {
    pub(super) fn parse(self, by: By) -> Result<Parsed, Faults> {
        let mut check = Check::new();
        let anybody = by == By::Anybody;
        if by != By::Staff && self.citizen_id.is_some() {
            check.fault("/citizen_id", FaultCode::PetrOnly);
        }
        if by == By::Person {
            return self.of_person(check);
        }
        if anybody && self.email.is_none() {
            check.fault("/email", FaultCode::Required);
        }
        if anybody && self.age_band == Some(AgeBand::Under15) {
            // A parent consents for them, to the staff.
            check.fault("/age_band", FaultCode::PetrOnly);
        }
        let is_named = self.name.is_some();
        let citizen = CitizenInput {
            name: self.name.unwrap_or_default(),
            email: self.email,
            telephone: self.telephone,
            commune_code: self.commune_code,
            age_band: self.age_band,
            language: self.language,
            interests: None,
        };
        let citizen = match (is_named, self.citizen_id) {
            (false, Some(_)) => Some(None),
            (false, None) => {
                check.fault("/name", FaultCode::Required);
                None
            }
            (true, _) => check.within("", citizen.parse()).map(Some),
        };
        let (answers, needs) = said(&mut check, self.answers, self.accessibility_needs);
        let (party_size, citizen_id) = (self.party_size.unwrap_or(1), self.citizen_id);
        let parsed = (|| {
            Some(Parsed {
                citizen: citizen?,
                citizen_id: citizen_id.map(Id::from_uuid),
                party_size,
                details: RegistrationDetails {
                    name: None,
                    answers: answers?,
                    accessibility_needs: needs?,
                },
            })
        })();
        check.done(parsed)
    }

    /// Of somebody who has signed in: what they are called and where they are reached is known, and set right at
    /// `/v1/me`.
    fn of_person(self, mut check: Check) -> Result<Parsed, Faults> {
        let known = [
            ("/name", self.name.is_some()),
            ("/email", self.email.is_some()),
            ("/telephone", self.telephone.is_some()),
            ("/commune_code", self.commune_code.is_some()),
            ("/age_band", self.age_band.is_some()),
            ("/language", self.language.is_some()),
        ];
        for (pointer, _) in known.into_iter().filter(|(_, is_given)| *is_given) {
            check.fault(pointer, FaultCode::KnownOfYou);
        }
        let (answers, needs) = said(&mut check, self.answers, self.accessibility_needs);
        let party_size = self.party_size.unwrap_or(1);
        let parsed = answers
            .zip(needs)
            .map(|(answers, accessibility_needs)| Parsed {
                citizen: None,
                citizen_id: None,
                party_size,
                details: RegistrationDetails {
                    name: None,
                    answers,
                    accessibility_needs,
                },
            });
        check.done(parsed)
    }
}

/// What somebody answers, and needs.
fn said(
    check: &mut Check,
    answers: Option<Vec<RegistrationAnswerInput>>,
    needs: Option<String>,
) -> (Option<Vec<GivenAnswer>>, Option<Option<Prose<1000>>>) {
    let most = RegistrationSettings::MOST_QUESTIONS;
    let answers = answers.unwrap_or_default();
    let answers = check.each("/answers", answers, most, RegistrationAnswerInput::parse);
    let needs = check.maybe("/accessibility_needs", needs, |needs| Prose::parse(&needs));
    (answers, needs)
}

impl RegistrationAnswerInput {
    fn parse(self) -> Result<GivenAnswer, Faults> {
        let mut check = Check::new();
        let question = check.at("/question", Line::parse(&self.question));
        let answer = check.at("/answer", Prose::parse(&self.answer));
        let answer = question.zip(answer);
        check.done(answer.map(|(question, answer)| GivenAnswer { question, answer }))
    }

    fn of(given: &GivenAnswer) -> Self {
        Self {
            question: given.question.to_string(),
            answer: given.answer.as_str().to_owned(),
        }
    }
}

impl Registration {
    /// What somebody without a token is told.
    pub(super) fn bare(registration: &Stored) -> (Self, Tag) {
        Self::without_person(registration).tagged(registration, "public")
    }

    /// What the staff sees, and the person.
    pub(crate) fn of(registered: &Registered) -> (Self, Tag) {
        let (registration, details) = (&registered.registration, &registered.details);
        let citizen = registered.citizen.as_ref();
        let content = citizen.map(|citizen| &citizen.content);
        let name = details
            .name
            .as_ref()
            .or(content.map(|content| &content.name));
        let email = content.and_then(|content| content.email.as_ref());
        let telephone = content.and_then(|content| content.telephone.as_ref());
        let known = citizen.filter(|citizen| citizen.is_known());
        let needs = details.accessibility_needs.as_ref();
        let shown = Self {
            citizen_id: known.map(|citizen| citizen.id.uuid()),
            name: name.map(ToString::to_string),
            email: email.map(|email| email.as_str().to_owned()),
            telephone: telephone.map(|number| number.as_str().to_owned()),
            confirmed: Some(registration.is_confirmed),
            channel: Some(registration.channel),
            role: Some(registration.role),
            present: registration.present,
            checked_in_at: registration.checked_in_at,
            answers: details
                .answers
                .iter()
                .map(RegistrationAnswerInput::of)
                .collect(),
            accessibility_needs: needs.map(|needs| needs.as_str().to_owned()),
            allowed_transitions: Some(registration.transitions()),
            ..Self::without_person(registration)
        };
        shown.tagged(registration, "staff")
    }

    fn without_person(registration: &Stored) -> Self {
        Self {
            id: registration.id.uuid(),
            occurrence_id: registration.occurrence.uuid(),
            event_id: registration.event.uuid(),
            party_size: registration.party_size,
            state: registration.state,
            expires_at: registration.expires_at,
            because: registration.because,
            citizen_id: None,
            name: None,
            email: None,
            telephone: None,
            confirmed: None,
            channel: None,
            role: None,
            present: None,
            checked_in_at: None,
            answers: Vec::new(),
            accessibility_needs: None,
            allowed_transitions: None,
            created_at: registration.created_at,
            updated_at: registration.updated_at,
            etag: String::new(),
        }
    }

    fn tagged(mut self, registration: &Stored, view: &str) -> (Self, Tag) {
        let tag = Tag::of_version(registration.version, view, &to_json(&self));
        self.etag = tag.quoted(None);
        (self, tag)
    }
}

/// Where a registration is.
pub(super) fn path_of(id: Id<Stored>) -> String {
    format!("/v1/registrations/{id}")
}

/// What is done with a registration, and by what it is proved that one may: a token of the staff needs none.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "123456" }))]
pub(crate) struct RegistrationProofInput {
    /// What stands in the link of the mail, behind `/registrations/`.
    #[schema(min_length = 1, max_length = 100)]
    pub(super) token: Option<String>,
    /// The code of the mail, six digits; five tries.
    #[schema(min_length = 1, max_length = 20)]
    pub(super) code: Option<String>,
}

/// Who was there.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "present": 1, "role": "citizen" }))]
pub(crate) struct CheckInInput {
    /// How many of the party; all of them when absent.
    #[schema(minimum = 1, maximum = 1000)]
    pub(super) present: Option<u32>,
    /// As what they take part; as it was when absent.
    #[schema(schema_with = word::<AttendanceRole>)]
    pub(super) role: Option<AttendanceRole>,
}
