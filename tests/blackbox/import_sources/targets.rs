//! Where a poll is not led: names that resolve to the inside, whatever is opened beside them.

use harness::outside::{Answer, Outside};

use super::*;

async fn said(app: &App, officer: &Staff, url: &str) -> Value {
    let made = source(app, officer, url).await;
    let polled = poll(app, officer, &made).await.expect(200).body();
    polled["problem"]["code"].clone()
}

#[tokio::test]
async fn a_name_of_the_inside_is_refused_when_nothing_is_opened() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says("/", Answer::ok(export("Atelier")));
        let url = format!("https://localhost:{}/", city.port());
        assert_eq!(said(&app, &officer, &url).await, "private_target");
        assert_eq!(city.asked(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_name_of_the_inside_is_refused_when_something_else_is_opened() {
    let other = |raw: &mut api::config::RawSettings| {
        raw.allowed_targets = "127.0.0.2, 192.168.7.0/24".parse().ok();
    };
    on_each_database_with(other, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says("/", Answer::ok(export("Atelier")));
        let url = format!("http://localhost:{}/", city.port());
        assert_eq!(said(&app, &officer, &url).await, "private_target");
        let literal = json!({ "name": "Agenda", "url": city.url("/") });
        let reply = create(&app, &officer, &literal).await;
        assert_eq!(reply.expect(422).faults(), ["/url private_target"]);
        assert_eq!(city.asked(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_name_is_reached_whose_address_is_opened() {
    let opened = |raw: &mut api::config::RawSettings| {
        raw.allowed_targets = "127.0.0.0/8".parse().ok();
    };
    on_each_database_with(opened, |app| async move {
        let officer = app.staff(Role::Officer).await;
        let city = Outside::start().await;
        city.says("/", Answer::ok(export("Atelier")));
        let url = format!("http://localhost:{}/", city.port());
        let made = source(&app, &officer, &url).await;
        let polled = poll(&app, &officer, &made).await.expect(200).body();
        assert_eq!(polled["last_outcome"], "done", "{polled}");
    })
    .await;
}
