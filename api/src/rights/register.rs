//! The register of processing activities (GDPR, article 30), as data and as a page for citizens: what the code
//! declares, and nothing beside it.

use askama::Template;
use domain::kernel::Vocabulary;
use domain::rights::{Kept, LegalBasis, Processing, Said};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer::Cache;
use crate::http::language::Language;
use crate::http::operation::Endpoint;
use crate::http::query::Query;
use crate::http::vocabulary::word;
use crate::http::{Answer, Problem, Request};
use crate::pages::{self, Frame};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_list, _, _>(list),
        Endpoint::of::<__path_page, _, _>(page),
    ]
}

/// The register of processing activities.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "controller": "PETR",
    "data": [{
        "activity": "mails", "name": "Mails", "purpose": "To tell people what concerns them.",
        "legal_basis": "public_interest", "people": "Citizens.", "data": "Address, text.",
        "recipients": "The PETR's mail server.",
        "kept": [{ "text": "A mail is removed, counted from when it was written.", "period": "P90D" }],
        "stored_in": ["mails"]
    }]
}))]
pub(crate) struct ProcessingActivityList {
    /// Who answers for it.
    controller: String,
    data: Vec<ProcessingActivity>,
}

/// Something that is done with personal data, for one purpose.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProcessingActivity {
    #[schema(schema_with = word::<Processing>)]
    activity: Processing,
    /// What it is called, in the language of the answer.
    name: String,
    /// What it is done for.
    purpose: String,
    #[schema(schema_with = word::<LegalBasis>)]
    legal_basis: LegalBasis,
    /// Of whom.
    people: String,
    /// Which data.
    data: String,
    /// Who is given them.
    recipients: String,
    /// How long each part of it is kept.
    kept: Vec<KeptFor>,
    /// The tables in which they lie.
    stored_in: Vec<&'static str>,
}

/// How long something is kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptFor {
    /// The rule, in the language of the answer.
    text: String,
    /// For how long, as a duration of ISO 8601: the one that the clock applies. Absent where something else ends
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<String>,
}

/// List the processing activities
///
/// The register of the GDPR's article 30, from the service's own declarations: the periods are those that its
/// clock applies.
#[utoipa::path(
    get, path = "/v1/processing-activities", tag = "Citizens", operation_id = "processing_activities_list",
    security(()),
    responses((status = 200, description = "All of them", body = ProcessingActivityList)),
)]
async fn list(request: Request) -> Result<Answer, Problem> {
    Query::strict(&request).done()?;
    let language = request.language;
    let activities = Processing::WORDS.iter();
    let data = activities.map(|(one, _)| ProcessingActivity::of(*one, language));
    let shown = ProcessingActivityList {
        controller: request.app.settings.petr_name.clone(),
        data: data.collect(),
    };
    Ok(Answer::json(&shown)
        .tagged_by_content(language.tag())
        .with_cache(Cache::Revalidate))
}

/// The page on personal data
///
/// For citizens: who holds their data, why, for how long, and what they may ask for.
#[utoipa::path(
    get, path = "/privacy", tag = "Citizens", operation_id = "privacy_page", security(()),
    responses((status = 200, description = "The page", body = String, content_type = "text/html",
        example = json!("<!DOCTYPE html>"))),
)]
async fn page(request: Request) -> Result<Answer, Problem> {
    let language = request.language;
    let activities = Processing::WORDS.iter();
    let activities = activities.map(|(one, _)| Activity::of(*one, language));
    let shown = PrivacyPage {
        frame: Frame {
            language,
            petr: &request.app.settings.petr_name,
        },
        activities: activities.collect(),
    };
    pages::answer(&shown, language)
}

fn text(language: Language, said: Said) -> String {
    language.text(said.french, said.english)
}

impl ProcessingActivity {
    fn of(activity: Processing, language: Language) -> Self {
        let declared = activity.declared();
        let kept = declared.kept.iter().map(|kept| match kept {
            Kept::ByTheClock(retention) => KeptFor {
                text: text(language, retention.rule()),
                period: Some(retention.period().iso()),
            },
            Kept::Until(said) => KeptFor {
                text: text(language, *said),
                period: None,
            },
        });
        Self {
            activity,
            name: text(language, declared.name),
            purpose: text(language, declared.purpose),
            legal_basis: declared.basis,
            people: text(language, declared.people),
            data: text(language, declared.data),
            recipients: text(language, declared.recipients),
            kept: kept.collect(),
            stored_in: declared.tables.to_vec(),
        }
    }
}

struct Activity {
    name: String,
    purpose: String,
    basis: String,
    people: String,
    data: String,
    recipients: String,
    kept: Vec<String>,
}

impl Activity {
    fn of(activity: Processing, language: Language) -> Self {
        let declared = activity.declared();
        let kept = declared.kept.iter().map(|kept| match kept {
            Kept::ByTheClock(retention) => {
                let (french, english) = retention.period().said();
                let period = language.text(&french, &english);
                let rule = text(language, retention.rule());
                language.text(&format!("{period} : {rule}"), &format!("{period}: {rule}"))
            }
            Kept::Until(said) => text(language, *said),
        });
        let basis = match declared.basis {
            LegalBasis::PublicInterest => {
                language.text("une mission d'intérêt public", "a task of public interest")
            }
            LegalBasis::Consent => language.text("votre consentement", "your consent"),
            LegalBasis::LegalObligation => {
                language.text("une obligation légale", "a legal obligation")
            }
        };
        Self {
            name: text(language, declared.name),
            purpose: text(language, declared.purpose),
            basis,
            people: text(language, declared.people),
            data: text(language, declared.data),
            recipients: text(language, declared.recipients),
            kept: kept.collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage<'p> {
    frame: Frame<'p>,
    activities: Vec<Activity>,
}
