//! Who follows, supports, helps and carries projects, what is counted of it, and who is told how they go.

mod counted;
mod own;
mod races;
mod staff;
mod told;
mod unsubscribe;

use api::config::RawSettings;
use chrono::TimeDelta;
use domain::accounts::Role;
use domain::citizens::{CitizenContent, CitizenSource, enter};
use domain::involvements::{Begin, InvolvementRole, begin};
use domain::kernel::{EmailAddress, Id, Line, MailLanguage};
use harness::app::{App, Staff};
use harness::behind::texts;
use harness::http::Reply;
use harness::post_office::PostOffice;
use persistence::{Act, Stop, StoreError, citizens, involvements, projects};
use serde_json::{Value, json};
use uuid::Uuid;

/// Mail to that server, and nobody who is too quick.
fn by(post: &PostOffice) -> impl Fn(&mut RawSettings) {
    let url = post.url();
    move |raw| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
        raw.rate_limits = "off".parse().ok();
    }
}

/// An officer, and the software of a holder with a project.
struct Cast {
    officer: Staff,
    partner: Staff,
}

async fn cast(app: &App) -> Cast {
    let director = app.staff(Role::Director).await;
    let officer = app.staff(Role::Officer).await;
    let (_, partner) = app.partner(&director, "Ateliers").await;
    Cast { officer, partner }
}

/// A project led there; its id.
async fn led(app: &App, cast: &Cast, way: &[&str]) -> String {
    let body = json!({
        "title": "Mille vélos", "summary": "En bref.", "description": "Tout au long.",
        "theme": "mobility", "commune_codes": ["54329"], "budget_cents": 1_000_000,
        "contact": { "email": "contact@velo.example" },
    });
    let made = app.post("/v1/projects").by(&cast.partner).json(&body).await;
    let id = made.expect(201).text("id");
    for action in way {
        let by = match *action {
            "accept" | "decline" => &cast.officer,
            _ => &cast.partner,
        };
        app.advance(TimeDelta::seconds(1));
        let path = format!("/v1/projects/{id}/{action}");
        let call = app.post(&path).by(by).if_match("*");
        call.json(&json!({ "reason": "Parce que." }))
            .await
            .expect(200);
    }
    id
}

/// One that is under way.
async fn under_way(app: &App, cast: &Cast) -> String {
    led(app, cast, &["submit", "accept", "start"]).await
}

/// A citizen becomes that, a millisecond after what was before.
async fn joins(app: &App, who: &Staff, project: &str, role: &str) -> Reply {
    app.advance(TimeDelta::milliseconds(1));
    let body = json!({ "project_id": project, "role": role });
    app.post("/v1/me/involvements").by(who).json(&body).await
}

async fn joined(app: &App, who: &Staff, project: &str, role: &str) -> Value {
    joins(app, who, project, role).await.expect(201).body()
}

/// What the staff does with one.
async fn turned(app: &App, by: &Staff, one: &Value, action: &str, body: Value) -> Reply {
    let id = one["id"].as_str().unwrap();
    app.advance(TimeDelta::milliseconds(1));
    let call = app.post(&format!("/v1/involvements/{id}/{action}")).by(by);
    match body.is_null() {
        true => call.empty().await,
        false => call.json(&body).await,
    }
}

/// The staff records that somebody takes part.
async fn recorded(app: &App, by: &Staff, project: &str, citizen: &str, role: &str) -> Reply {
    app.advance(TimeDelta::milliseconds(1));
    let body = json!({ "citizen_id": citizen, "role": role, "since": "2026-10-01" });
    let path = format!("/v1/projects/{project}/involvements");
    app.post(&path).by(by).json(&body).await
}

/// How a project goes is told; gives the update.
async fn goes(app: &App, cast: &Cast, project: &str, title: &str) -> Value {
    app.advance(TimeDelta::milliseconds(1));
    let body = json!({ "title": title, "text": "Le local est **trouvé**." });
    let path = format!("/v1/projects/{project}/updates");
    let told = app.post(&path).by(&cast.partner).json(&body).await;
    told.expect(201).body()
}

/// What became of the mails that tell how projects go, sorted, once nothing is left to do.
async fn outcomes(app: &App) -> Vec<String> {
    for _ in 0..900 {
        let open = texts(
            app,
            "select 'telling' from update_tellings union all \
             select state from mails where kind = 'project.news' and state = 'waiting'",
        );
        if open.await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let told = "select state || coalesce(' ' || problem, '') from mails \
                where kind = 'project.news' order by 1";
    texts(app, told).await
}

/// So many who follow a project, made behind the API's back.
async fn crowd(app: &App, project: &str, size: usize) {
    let project: Id<_> = Id::from_uuid(Uuid::parse_str(project).unwrap());
    let act = Act::system("test", Uuid::nil());
    let made = app.store.write(act, move |writing| {
        Box::pin(async move {
            let project = projects::load(writing, project).await?.expect("a project");
            for number in 0..size {
                let email = format!("p{number}@courriel.example");
                let content = CitizenContent {
                    name: Line::stored(format!("P{number}")),
                    email: Some(EmailAddress::parse(&email).expect("an address")),
                    telephone: None,
                    commune: None,
                    age_band: None,
                    language: MailLanguage::Fr,
                    interests: Vec::new(),
                };
                let (pseudonym, now) = (writing.new_pseudonym(), writing.now());
                let source = CitizenSource::Staff;
                let entered = enter(content, source, pseudonym, writing.ids(), now);
                citizens::save(writing, &entered).await?;
                let asked = Begin {
                    project: &project,
                    person: pseudonym,
                    role: InvolvementRole::Follower,
                    open: None,
                };
                let begun = begin(asked, writing.ids(), now).expect("a follower");
                involvements::save(writing, &begun, entered.after()).await?;
            }
            Ok::<_, Stop<StoreError>>(())
        })
    });
    made.await.expect("a crowd");
}

async fn no_faults(app: &App) {
    let faults = persistence::check_invariants(&app.store).await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
}
