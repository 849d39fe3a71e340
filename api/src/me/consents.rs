//! What a citizen consents to: by themselves, or told to the staff.

use chrono::{DateTime, Utc};
use domain::citizens::Citizen;
use domain::consents::{
    Consent as Stored, ConsentChannel, ConsentPurpose, ConsentRefusal, Say, decide,
};
use domain::kernel::{Check, FaultCode, Faults, Id, Line, Vocabulary};
use persistence::{Writing, citizens as people, consents as stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::demo::known;
use crate::http::language::Language;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::request::Caller;
use crate::http::vocabulary::word;
use crate::http::{Answer, Kind, Problem, Request};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_say, _, _>(say),
        Endpoint::of::<__path_list_of, _, _>(list_of),
        Endpoint::of::<__path_say_of, _, _>(say_of),
    ]
}

/// What somebody consents to, and what they said of it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "data": [{
        "purpose": "newsletter", "given": true, "text_version": "2026-12",
        "text": "I agree that the PETR writes to me…", "legal_basis": "consent",
        "history": [{
            "given": true, "text_version": "2026-12", "channel": "account", "recorded_at": "2026-11-28T08:00:00Z"
        }]
    }]
}))]
pub(crate) struct ConsentList {
    data: Vec<Consent>,
}

/// One purpose, and how it stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct Consent {
    #[schema(schema_with = word::<ConsentPurpose>)]
    purpose: ConsentPurpose,
    /// Whether it is consented to now.
    given: bool,
    /// The version of the text as it stands now: send it to consent.
    text_version: &'static str,
    /// The text, in the language of the answer.
    text: String,
    /// `consent` (GDPR, article 6.1.a): what else is done rests on the public interest, and asks for none.
    legal_basis: &'static str,
    /// What was said, the last first.
    history: Vec<ConsentSaid>,
}

/// A consent, or that it was taken back.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConsentSaid {
    given: bool,
    /// To which version of the text.
    text_version: String,
    #[schema(schema_with = word::<ConsentChannel>)]
    channel: ConsentChannel,
    /// Who consented for them: a parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    given_by: Option<String>,
    recorded_at: DateTime<Utc>,
}

/// A consent, or that it is taken back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "given": true, "text_version": "2026-12" }))]
pub(crate) struct ConsentInput {
    given: bool,
    /// Which text was read; needed to consent.
    #[schema(min_length = 1, max_length = 40)]
    text_version: Option<String>,
}

/// What somebody told the staff.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "given": true, "text_version": "2026-12" }))]
pub(crate) struct ConsentToldInput {
    given: bool,
    /// Which text was read, or read out; needed to consent.
    #[schema(min_length = 1, max_length = 40)]
    text_version: Option<String>,
    /// The parent who consents; needed for somebody under 15.
    #[schema(min_length = 1, max_length = 200)]
    given_by: Option<String>,
}

/// List one's consents
///
/// Each purpose with its text, whether it is consented to, and what was said of it. Registering asks for none of
/// them.
#[utoipa::path(
    get, path = "/v1/me/consents", tag = "Me", operation_id = "me_consents_list",
    security(("citizen" = ["citizens:own"])),
    responses((status = 200, description = "All purposes", body = ConsentList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let history = stored::history(&request.look().await?, request.citizen()?.pseudonym).await?;
    let shown = ConsentList::of(&history, request.language);
    Ok(Answer::json(&shown).tagged_by_content("own"))
}

/// Consent, or take it back
///
/// To the text as it stands now. To take it back is as easy, and asks for no text.
#[utoipa::path(
    put, path = "/v1/me/consents/{purpose}", tag = "Me", operation_id = "me_consents_set",
    security(("citizen" = ["citizens:own"])),
    params(("purpose" = String, Path, description = "To what", example = "newsletter")),
    request_body(content = ConsentInput),
    responses(
        (status = 200, description = "How they all stand now", body = ConsentList),
        (status = 409, description = "The text has another version now"),
    ),
)]
async fn say(request: Request) -> Result<Answer, Problem> {
    let purpose = purpose(&request)?;
    let (input, _) = request.body::<ConsentInput>().await?;
    let own = request.citizen()?.id;
    let said = Say {
        purpose,
        is_given: input.given,
        text_version: input.text_version,
        channel: ConsentChannel::Account,
        given_by: None,
    };
    kept(&request, own, said).await
}

/// List a citizen's consents
///
/// For the staff. The look is recorded.
#[utoipa::path(
    get, path = "/v1/citizens/{id}/consents", tag = "Citizens", operation_id = "citizens_consents_list",
    security(("oauth2" = ["citizens:read"])),
    params(("id" = String, Path, description = "Their id", example = json!(known::CITIZEN))),
    responses((status = 200, description = "All purposes", body = ConsentList)),
)]
async fn list_of(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let id: Id<Citizen> = request.path_id("id")?;
    let snapshot = request.look().await?;
    let missing = || Problem::new(Kind::NotFound);
    let citizen = people::find(&snapshot, id).await?.ok_or_else(missing)?;
    let subject = Some(citizen.pseudonym.uuid());
    request.note_reading("citizen", subject).await?;
    let history = stored::history(&snapshot, citizen.pseudonym).await?;
    let shown = ConsentList::of(&history, request.language);
    Ok(Answer::json(&shown).tagged_by_content("staff"))
}

/// Write down what a citizen consents to
///
/// What they told the staff, on paper or on the telephone. For somebody under 15 a parent consents, and it is
/// said who that is; without it the staff registers them for nothing.
#[utoipa::path(
    put, path = "/v1/citizens/{id}/consents/{purpose}", tag = "Citizens", operation_id = "citizens_consents_set",
    security(("oauth2" = ["citizens:write"])),
    params(
        ("id" = String, Path, description = "Their id", example = json!(known::CITIZEN)),
        ("purpose" = String, Path, description = "To what", example = "newsletter"),
    ),
    request_body(content = ConsentToldInput),
    responses(
        (status = 200, description = "How they all stand now", body = ConsentList),
        (status = 409, description = "The text has another version now"),
    ),
)]
async fn say_of(request: Request) -> Result<Answer, Problem> {
    let id: Id<Citizen> = request.path_id("id")?;
    let purpose = purpose(&request)?;
    let parse = |input: ConsentToldInput| {
        let mut check = Check::new();
        let given_by = check.maybe("/given_by", input.given_by, |name| Line::parse(&name));
        let said = given_by.map(|given_by| Say {
            purpose,
            is_given: input.given,
            text_version: input.text_version,
            channel: ConsentChannel::Staff,
            given_by,
        });
        check.done(said)
    };
    let (said, _) = request.parsed_body(parse).await?;
    kept(&request, id, said).await
}

/// What the path names; what is no purpose is nowhere.
fn purpose(request: &Request) -> Result<ConsentPurpose, Problem> {
    let purpose = ConsentPurpose::parse(&request.path("purpose"));
    purpose.map_err(|_| Problem::new(Kind::NotFound))
}

/// Keeps what was said; shows how all stand then.
async fn kept(request: &Request, id: Id<Citizen>, said: Say) -> Result<Answer, Problem> {
    let written = request.write(move |writing| {
        let said = said.clone();
        Box::pin(async move {
            let citizen = people::load(writing, id).await?.filter(Citizen::is_known);
            let citizen = citizen.ok_or_else(|| Problem::new(Kind::NotFound))?;
            decided(writing, &citizen, said).await?;
            Ok(citizen.pseudonym)
        })
    });
    let person = written.await?;
    if !matches!(request.caller, Caller::Citizen(_)) {
        request.note_reading("citizen", Some(person.uuid())).await?;
    }
    let history = stored::history(&request.look().await?, person).await?;
    let view = match &request.caller {
        Caller::Citizen(_) => "own",
        _ => "staff",
    };
    let shown = ConsentList::of(&history, request.language);
    Ok(Answer::json(&shown).tagged_by_content(view))
}

async fn decided(
    writing: &mut Writing,
    citizen: &Citizen,
    said: Say,
) -> Result<(), persistence::Stop<Problem>> {
    let last = stored::last(writing, citizen.pseudonym, said.purpose).await?;
    let (age, now) = (citizen.content.age_band, writing.now());
    let kept = decide(last.as_ref(), said, age, writing.ids(), now).map_err(refused)?;
    if let Some(consent) = kept {
        stored::save(writing, citizen.pseudonym, &consent).await?;
    }
    Ok(())
}

fn refused(refusal: ConsentRefusal) -> Problem {
    match refusal {
        ConsentRefusal::OtherText(purpose) => {
            let version = purpose.text().version;
            Problem::new(Kind::Conflict).with_detail(
                format!("On consent au texte tel qu'il est : text_version vaut {version}."),
                format!("One consents to the text as it stands: text_version is {version}."),
            )
        }
        ConsentRefusal::NobodySaid => Faults::one("/given_by", FaultCode::Required).into(),
        ConsentRefusal::ParentOnly => Faults::one("/given", FaultCode::PetrOnly).into(),
    }
}

impl ConsentList {
    pub(super) fn of(history: &[Stored], language: Language) -> Self {
        let purposes = ConsentPurpose::WORDS.iter().map(|(purpose, _)| *purpose);
        let data = purposes.map(|purpose| {
            let said: Vec<&Stored> = history
                .iter()
                .filter(|one| one.purpose == purpose)
                .collect();
            let text = purpose.text();
            Consent {
                purpose,
                given: said.first().is_some_and(|last| last.is_given),
                text_version: text.version,
                text: language.text(text.french, text.english),
                legal_basis: "consent",
                history: said.into_iter().map(ConsentSaid::of).collect(),
            }
        });
        Self {
            data: data.collect(),
        }
    }
}

impl ConsentSaid {
    fn of(said: &Stored) -> Self {
        Self {
            given: said.is_given,
            text_version: said.text_version.clone(),
            channel: said.channel,
            given_by: said.given_by.as_ref().map(ToString::to_string),
            recorded_at: said.recorded_at,
        }
    }
}
