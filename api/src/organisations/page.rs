//! The page of a structure, for people.

use actix_web::http::{StatusCode, header};
use askama::Template;
use domain::kernel::{Contact, text};
use domain::organisations::{Organisation as Stored, OrganisationKind};
use domain::projects::{Project, ProjectState};
use domain::territory::Territory;
use persistence::events::{self, CalendarFilter, CalendarRow, EventFilter};
use persistence::projects::{self, ProjectFilter, ProjectOrder};
use persistence::{Direction, Listed, Part, Snapshot, StoreError, View};

use super::read::named;
use super::wire::{page_path_of, path_of};
use crate::events::wire::Place;
use crate::http::answer::Cache;
use crate::http::language::Language;
use crate::http::operation::Endpoint;
use crate::http::{Answer, Problem, Request, markdown};
use crate::pages::{self, Frame};

/// The most projects and dates that it shows.
const MOST_PROJECTS: usize = 200;
const MOST_DATES: u64 = 20;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of::<__path_page, _, _>(page)]
}

/// The page of a structure
///
/// For people: what everybody may know of a partner, its projects that were decided on, and the next events
/// that it holds. An older slug, and one that was merged, answer 308.
#[utoipa::path(
    get, path = "/organisations/{organisation}", tag = "Organisations", operation_id = "organisations_page",
    security(()),
    params(("organisation" = String, Path, description = "Its slug or its id", example = "les-ateliers-du-velo-demonstration")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html",
            example = json!("<!DOCTYPE html>")),
        (status = 308, description = "Its page is elsewhere: see `Location`"),
    ),
)]
async fn page(request: Request) -> Result<Answer, Problem> {
    let name = request.path("organisation");
    let snapshot = request.look().await?;
    let organisation = named(&snapshot, View::Public, &name).await?;
    if organisation.slug.as_str() != name {
        return Ok(Answer::empty(StatusCode::PERMANENT_REDIRECT)
            .with_cache(Cache::Revalidate)
            .with_header(header::LOCATION, page_path_of(&organisation)));
    }
    let now = request.app.store.clock().now();
    let projects = projects_of(&snapshot, &organisation).await?;
    let dates = dates_of(&snapshot, &organisation, now).await?;
    let frame = Frame {
        language: request.language,
        petr: &request.app.settings.petr_name,
    };
    let page = OrganisationPage::of(&organisation, projects, dates, frame);
    pages::answer(&page, request.language)
}

/// Its projects that everybody sees, the last changed first.
async fn projects_of(
    snapshot: &Snapshot,
    organisation: &Stored,
) -> Result<Vec<Project>, StoreError> {
    let filter = ProjectFilter {
        holders: vec![organisation.id],
        ..ProjectFilter::default()
    };
    let order = (ProjectOrder::UpdatedAt, Direction::Descending);
    let part = Part::first(MOST_PROJECTS as u64 + 1);
    let (listed, _) = projects::list(snapshot, View::Public, &filter, order, part).await?;
    let there = listed.into_iter().filter_map(|one| match one {
        Listed::There(project) => Some(*project),
        Listed::Gone { .. } => None,
    });
    Ok(there.collect())
}

/// The next dates of the events that are said to be held by one of its name.
async fn dates_of(
    snapshot: &Snapshot,
    organisation: &Stored,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<CalendarRow>, StoreError> {
    let filter = CalendarFilter {
        start: Some(now),
        events: EventFilter {
            organisers: vec![text::fold(organisation.content.name.as_str())],
            ..EventFilter::default()
        },
        ..CalendarFilter::default()
    };
    let part = Part::first(MOST_DATES);
    let (rows, _) = events::calendar(snapshot, View::Public, &filter, part).await?;
    Ok(rows)
}

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage<'p> {
    frame: Frame<'p>,
    name: &'p str,
    kind: String,
    commune: Option<&'static str>,
    /// HTML.
    description: String,
    facts: Vec<Said<'p>>,
    projects: Vec<ProjectShown>,
    more_projects: Option<String>,
    dates: Vec<DateShown>,
    data_path: String,
}

/// One thing that is known of it.
struct Said<'p> {
    what: String,
    text: String,
    link: Option<std::borrow::Cow<'p, str>>,
}

struct ProjectShown {
    slug: String,
    title: String,
    state: String,
    summary: Option<String>,
}

struct DateShown {
    title: String,
    when: String,
    place: Option<String>,
    trouble: Option<String>,
    calendar_path: String,
}

impl<'p> OrganisationPage<'p> {
    fn of(
        organisation: &'p Stored,
        projects: Vec<Project>,
        dates: Vec<CalendarRow>,
        frame: Frame<'p>,
    ) -> Self {
        let content = &organisation.content;
        let commune = content.commune_code.as_ref();
        let commune = commune.and_then(|code| Territory::official().commune(code));
        let description = content.description.as_ref();
        let is_cut = projects.len() > MOST_PROJECTS;
        let more = || frame.text("Il y en a d'autres.", "There are more.");
        let shown = projects.into_iter().take(MOST_PROJECTS);
        let language = frame.language;
        Self {
            name: content.name.as_str(),
            kind: kind(language, content.kind),
            commune: commune.map(|commune| commune.name),
            description: description
                .map_or_else(String::new, |text| markdown::to_html(text.as_str())),
            facts: facts(organisation, language),
            more_projects: is_cut.then(more),
            projects: shown.map(|one| ProjectShown::of(one, language)).collect(),
            dates: dates
                .into_iter()
                .map(|row| DateShown::of(&row, &frame))
                .collect(),
            data_path: path_of(organisation.id),
            frame,
        }
    }
}

/// Where it is found and whom to ask.
fn facts(organisation: &Stored, language: Language) -> Vec<Said<'_>> {
    let content = &organisation.content;
    let mut facts = Vec::new();
    if let Some(address) = &content.address {
        facts.push(Said {
            what: language.text("Adresse", "Address"),
            text: address.to_string(),
            link: None,
        });
    }
    if let Some(website) = &content.website {
        facts.push(Said {
            what: language.text("Site", "Website"),
            text: website.as_str().to_owned(),
            link: Some(website.as_str().into()),
        });
    }
    for contact in content.contact.iter().chain(&content.other_contacts) {
        facts.extend(ways_to(contact, language));
    }
    facts
}

fn ways_to(contact: &Contact, language: Language) -> Vec<Said<'_>> {
    let role = contact.role.as_ref().map(ToString::to_string);
    let what = role.unwrap_or_else(|| language.text("Contact", "Contact"));
    let email = contact.email.as_ref().map(|email| Said {
        what: what.clone(),
        text: email.as_str().to_owned(),
        link: Some(format!("mailto:{}", email.as_str()).into()),
    });
    let telephone = contact.telephone.as_ref().map(|telephone| Said {
        what: what.clone(),
        text: telephone.as_str().to_owned(),
        link: Some(format!("tel:{}", telephone.as_str().replace(' ', "")).into()),
    });
    email.into_iter().chain(telephone).collect()
}

impl ProjectShown {
    fn of(project: Project, language: Language) -> Self {
        let summary = project.content.summary.as_ref();
        Self {
            slug: project.slug.as_str().to_owned(),
            title: project.content.title.to_string(),
            state: state(language, project.state),
            summary: summary.map(|text| text.as_str().to_owned()),
        }
    }
}

impl DateShown {
    fn of(row: &CalendarRow, frame: &Frame<'_>) -> Self {
        use domain::events::OccurrenceState as State;
        let place = row.event.content.place.as_ref();
        Self {
            title: row.event.content.title.to_string(),
            when: frame.when(&row.occurrence.timing),
            place: place.map(|place| Place::of(place).line()),
            trouble: match row.occurrence.state {
                State::Scheduled => None,
                State::Cancelled => Some(frame.text("Annulé", "Cancelled")),
                State::Postponed => Some(frame.text("Reporté", "Postponed")),
            },
            calendar_path: format!("/v1/occurrences/{}.ics", row.occurrence.id),
        }
    }
}

fn kind(language: Language, kind: OrganisationKind) -> String {
    use OrganisationKind as Kind;
    let (french, english) = match kind {
        Kind::Association => ("Association", "Association"),
        Kind::Commune => ("Commune", "Commune"),
        Kind::Epci => ("Intercommunalité", "Intercommunality"),
        Kind::School => ("Établissement scolaire", "School"),
        Kind::Company => ("Entreprise", "Company"),
        Kind::StateService => ("Service de l'État", "State service"),
        Kind::Other => ("Structure", "Organisation"),
    };
    language.text(french, english)
}

fn state(language: Language, state: ProjectState) -> String {
    use ProjectState as State;
    let (french, english) = match state {
        State::Draft => ("En préparation", "In preparation"),
        State::Submitted => ("Déposé", "Submitted"),
        State::InformationRequested => ("Précisions demandées", "More information asked for"),
        State::Accepted => ("Accepté", "Accepted"),
        State::Declined => ("Non retenu", "Declined"),
        State::InProgress => ("En cours", "In progress"),
        State::OnHold => ("En pause", "On hold"),
        State::Completed => ("Terminé", "Completed"),
        State::Abandoned => ("Abandonné", "Abandoned"),
    };
    language.text(french, english)
}
