//! Mail: who is written to, in which words, and that it arrives once whatever happens on the way.

mod encrypted;
mod folder;
mod letters;
mod projects;
mod smtp;
mod webhooks;

use api::config::RawSettings;
use domain::accounts::Role;
use harness::app::{App, Staff};
use harness::behind::texts;
use harness::post_office::{PostOffice, Taken};
use serde_json::{Value, json};

/// Mail to that server.
fn by(post: &PostOffice) -> impl Fn(&mut RawSettings) {
    let url = post.url();
    move |raw| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
    }
}

/// Names of which none is taken for another.
pub(crate) const NAMES: [&str; 26] = [
    "Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett",
    "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango",
    "Uniform", "Victor", "Whiskey", "Xray", "Yankee", "Zulu",
];

pub(crate) fn contact_of(name: &str) -> String {
    format!("{}@asso.example", name.to_lowercase())
}

/// Makes a structure, with the address of its contact, and activates it: that is told by mail.
async fn activated(app: &App, officer: &Staff, name: &str) -> Value {
    let body = json!({
        "name": name, "kind": "association", "commune_code": "54329",
        "contact": { "email": contact_of(name) },
    });
    let made = app.post("/v1/organisations").by(officer).json(&body).await;
    let made = made.expect(201).body();
    turned(app, officer, &made, "activate", json!({})).await
}

async fn turned(app: &App, by: &Staff, organisation: &Value, action: &str, body: Value) -> Value {
    let path = format!(
        "/v1/organisations/{}/{action}",
        organisation["id"].as_str().unwrap()
    );
    let turned = app.post(&path).by(by).if_match("*").json(&body).await;
    turned.expect(200).body()
}

/// What became of the mails, sorted: state, problem, how often tried.
async fn outcomes(app: &App) -> Vec<String> {
    let told = "select state || coalesce(' ' || problem, '') || ' ' || attempts from mails \
                order by 1";
    texts(app, told).await
}

/// Waits until it is so.
async fn until(app: &App, expected: &[&str]) {
    let mut now = Vec::new();
    for _ in 0..200 {
        now = outcomes(app).await;
        if now == expected {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("it never came: {now:?}, and not {expected:?}");
}

/// The address that people use.
fn home(app: &App) -> String {
    app.base.replace("127.0.0.1", "localhost")
}

/// Where a letter leads: the links of its page, and what a reader of mail would make links of in its text, but
/// for what it quotes.
fn links(taken: &Taken) -> Vec<String> {
    let message = taken.message();
    let (text, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
    let until =
        |ends: &'static [char]| move |rest: &str| rest.split(ends).next().unwrap().to_owned();
    let own = text.lines().filter(|line| !line.starts_with('>'));
    let own: Vec<&str> = own.collect();
    let own = own.join("\n");
    let named = own.match_indices("http").map(|(at, _)| &own[at..]);
    let named = named.map(until(&[' ', '\n', ')']));
    let led = html.split("href=\"").skip(1).map(until(&['"']));
    let mut links: Vec<String> = named.chain(led).collect();
    links.sort();
    links.dedup();
    links
}

/// Whether a browser without a token is shown something at every link of these; a redirect is followed.
async fn all_open(app: &App, taken: &[Taken]) {
    for one in taken {
        for link in links(one) {
            let mut reply = app.get(&link).await;
            if reply.status == 302 {
                reply = app.get(&reply.header("location")).await;
            }
            assert_eq!(
                reply.status,
                200,
                "{link}: {}",
                String::from_utf8_lossy(&one.raw)
            );
        }
    }
}

async fn officer(app: &App) -> Staff {
    app.staff(Role::Officer).await
}
