//! Webhooks: who is told of what, signed, in order, until it is taken.

mod kept;
mod order;
mod told;

use api::config::RawSettings;
use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::{App, PASSWORD, Staff, on_each_database_with};
use harness::http::Reply;
use harness::receiver::{Receiver, Told};
use serde_json::{Value, json};

/// Calls over loopback are opened.
fn open(raw: &mut RawSettings) {
    raw.allowed_targets = "127.0.0.1".parse().ok();
}

/// The test on each database, calls over loopback being opened.
async fn on_each<F, Fut>(test: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = ()>,
{
    on_each_database_with(open, test).await;
}

/// A webhook at that address for some types.
async fn webhook(app: &App, by: &Staff, url: &str, types: &[&str]) -> Value {
    let body = json!({ "url": url, "types": types });
    let made = app.post("/v1/webhooks").by(by).json(&body).await;
    made.expect(201).body()
}

const PUBLISHED: &[&str] = &["event.published"];
const ALL_OF_EVENTS: &[&str] = &[
    "event.published",
    "event.updated",
    "event.cancelled",
    "event.postponed",
    "event.archived",
    "occurrence.cancelled",
    "occurrence.postponed",
    "occurrence.moved",
];

fn path(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap())
}

async fn read(app: &App, by: &Staff, webhook: &Value) -> Value {
    app.get(&path(webhook)).by(by).await.expect(200).body()
}

async fn turn(app: &App, by: &Staff, webhook: &Value, how: &str) -> Reply {
    app.post(&format!("{}/{how}", path(webhook)))
        .by(by)
        .empty()
        .await
}

/// What it was told, the newest first.
async fn deliveries(app: &App, by: &Staff, webhook: &Value, query: &str) -> Vec<Value> {
    let list = app.get(&format!("{}/deliveries{query}", path(webhook)));
    let list = list.by(by).await.expect(200).body();
    list["data"].as_array().unwrap().clone()
}

/// Waits until what it was told is as wanted, and says it.
async fn until(
    app: &App,
    by: &Staff,
    webhook: &Value,
    wanted: impl Fn(&[Value]) -> bool,
) -> Vec<Value> {
    let looked = async {
        loop {
            let told = deliveries(app, by, webhook, "?limit=200").await;
            if wanted(&told) {
                return told;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(60), looked).await;
    match waited {
        Ok(told) => told,
        Err(_) => panic!("{:#?}", deliveries(app, by, webhook, "").await),
    }
}

fn states(told: &[Value]) -> Vec<&str> {
    told.iter()
        .map(|one| one["state"].as_str().unwrap())
        .collect()
}

/// Whether all of so many were taken.
fn all_delivered(count: usize) -> impl Fn(&[Value]) -> bool {
    move |told| told.len() == count && states(told).iter().all(|state| *state == "delivered")
}

fn attempts(delivery: &Value) -> &Vec<Value> {
    delivery["attempts"].as_array().unwrap()
}

fn body_of_event(title: &str) -> Value {
    json!({ "title": title, "occurrences": [{
        "local_start": "2027-03-25T18:30:00", "local_end": "2027-03-25T20:30:00",
    }] })
}

async fn published(app: &App, by: &Staff, title: &str) -> Value {
    app.published(by, body_of_event(title)).await
}

/// A moment later, so that the ids of what is told tell their order.
async fn renamed(app: &App, by: &Staff, event: &Value, title: &str) {
    app.advance(TimeDelta::milliseconds(2));
    let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
    let patch = app.patch(&path).by(by).if_match("*");
    patch.json(&json!({ "title": title })).await.expect(200);
}

/// The same officer after a while; tokens don't live that long.
async fn later(app: &App, by: &Staff, while_: TimeDelta) -> Staff {
    app.advance(while_);
    let reply = app.sign_in("officer@petr.example", PASSWORD).await;
    reply.expect(200);
    Staff {
        token: reply.text("access_token"),
        refresh_token: reply.text("refresh_token"),
        ..by.clone()
    }
}

fn kinds(told: &[Told]) -> Vec<String> {
    told.iter().map(Told::kind).collect()
}

/// Checks a call's signature by a stock library, at the moment it says it was made.
fn is_signed_by(told: &Told, secret: &str) -> bool {
    let library = standardwebhooks::Webhook::new(secret).unwrap();
    let seconds = told.header("webhook-timestamp").parse().unwrap();
    let expected = library.sign(told.id(), seconds, &told.body).unwrap();
    let mut signatures = told.header("webhook-signature").split(' ');
    signatures.any(|signature| signature == expected)
}

async fn officer_and_receiver(app: &App) -> (Staff, Receiver) {
    (app.staff(Role::Officer).await, Receiver::start().await)
}
