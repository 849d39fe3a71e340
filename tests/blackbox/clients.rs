//! Credentials of partners' software: issued by the director, good for one structure, ended at once.

mod issuing;
mod owning;
mod signing_in;

use harness::app::{App, Staff};
use harness::http::{Call, Reply};
use serde_json::{Value, json};

/// A structure that is active.
async fn structure(app: &App, director: &Staff, name: &str) -> String {
    let body = json!({ "name": name, "kind": "association" });
    let made = app.post("/v1/organisations").by(director).json(&body).await;
    let id = made.expect(201).text("id");
    turn(app, director, &id, "activate").await.expect(200);
    id
}

async fn turn(app: &App, by: &Staff, organisation: &str, action: &str) -> Reply {
    let path = format!("/v1/organisations/{organisation}/{action}");
    app.post(&path).by(by).if_match("*").await
}

fn issue(app: &App, by: &Staff, organisation: &str, body: &Value) -> Call {
    let path = format!("/v1/organisations/{organisation}/clients");
    app.post(&path).by(by).json(body)
}

async fn issued(app: &App, by: &Staff, organisation: &str, body: &Value) -> Value {
    issue(app, by, organisation, body).await.expect(201).body()
}

fn change(app: &App, by: &Staff, client: &Value, action: &str, body: &Value) -> Call {
    app.post(&format!("/v1/clients/{}/{action}", text(client, "id")))
        .by(by)
        .json(body)
}

fn revoke(app: &App, by: &Staff, client: &Value) -> Call {
    app.post(&format!("/v1/clients/{}/revoke", text(client, "id")))
        .by(by)
}

/// Asks for a token with what an issuing or a rotation showed.
async fn sign_in(app: &App, shown: &Value) -> Reply {
    app.sign_in_client(text(shown, "client_id"), text(shown, "client_secret"))
        .await
}

async fn signed_in(app: &App, shown: &Value) -> Staff {
    app.partner_with(text(shown, "client_id"), text(shown, "client_secret"))
        .await
}

async fn me(app: &App, by: &Staff) -> Reply {
    app.get("/v1/me").by(by).await
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}
