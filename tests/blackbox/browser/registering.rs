//! A citizen in a real browser: registers from a page of another origin, confirms by the mail that a real server
//! received, is reminded, cancels; the next in line is promoted. Then they take along what is held, and erase it.

use std::time::Duration;

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::App;
use harness::behind::texts;
use harness::browser::{Browser, browser};
use harness::engines::engines;
use harness::post_office::PostOffice;
use serde_json::json;
use thirtyfour::prelude::*;
use tokio::net::TcpListener;

use super::anybody::keeps_nobody_out;
use super::{LIMIT, another_site_at};

const ALMA: &str = "alma.kanari@courriel.example";

/// The page of a website that has nothing of ours but an address.
fn form(app: &App, date: &str, back: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"fr\"><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\">\
         <title>Une commune</title><form method=\"post\" action=\"{}/occurrences/{date}/registrations\">\
         <label>Nom <input name=\"name\"></label><label>Adresse <input name=\"email\"></label>\
         <input type=\"hidden\" name=\"return_to\" value=\"{back}\"><button>S'inscrire</button></form></html>",
        app.base
    )
}

async fn see(browser: &Browser, css: &str) -> WebElement {
    let found = browser.driver.query(By::Css(css));
    let found = found.wait(LIMIT, Duration::from_millis(50));
    let found = found.and_displayed().first().await;
    found.unwrap_or_else(|error| panic!("{css}: {error}"))
}

async fn type_into(browser: &Browser, css: &str, text: &str) {
    see(browser, css).await.send_keys(text).await.unwrap();
}

async fn click(browser: &Browser, css: &str) {
    see(browser, css).await.click().await.unwrap();
}

/// What the page says of the state, in the browser's language.
async fn says(browser: &Browser, words: &str) {
    for _ in 0..200 {
        // The page may be another one by now.
        if let Ok(status) = browser.driver.find(By::Css("[role=status]")).await
            && status.text().await.is_ok_and(|text| text.contains(words))
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{words:?} is not said");
}

async fn settled(app: &App) {
    for _ in 0..200 {
        let waiting = texts(app, "select kind from mails where state = 'waiting'");
        if waiting.await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("mails wait");
}

#[tokio::test]
async fn a_citizen_registers_from_another_site_confirms_is_reminded_cancels_and_goes() {
    let Some(browser) = browser().await else {
        return;
    };
    for engine in engines() {
        let post = PostOffice::open().await;
        let site = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", site.local_addr().unwrap());
        let app = App::start_with(engine, |raw| {
            raw.mail = post.url().parse().ok();
            raw.mail_from = "concertation@petr.example".parse().ok();
            raw.website_origins = origin.parse().ok();
            raw.rate_limits = "off".parse().ok();
        })
        .await;
        let officer = app.staff(Role::Officer).await;
        let body = json!({
            "title": "Atelier compost", "kind": "workshop", "visibility": "public",
            "occurrences": [{
                "local_start": "2026-12-10T18:00:00", "local_end": "2026-12-10T20:00:00", "capacity": 1,
            }],
        });
        let event = app.published(&officer, body).await;
        let date = event["occurrences"][0]["id"].as_str().unwrap();
        let back = format!("{origin}/merci");
        let thanks = "<!DOCTYPE html><html lang=\"fr\"><title>Merci</title><p id=\"thanks\">Merci";
        let pages = vec![
            ("/", form(&app, date, &back)),
            ("/merci", thanks.to_owned()),
        ];
        another_site_at(site, pages);

        browser.driver.goto(&origin).await.unwrap();
        type_into(&browser, "[name=name]", "Alma Kanari").await;
        type_into(&browser, "[name=email]", ALMA).await;
        click(&browser, "button").await;
        see(&browser, "#thanks").await;
        let there = browser.driver.current_url().await.unwrap();
        assert_eq!(there.as_str(), format!("{back}?registration=pending"));

        let taken = post.has_taken(1).await;
        let page = format!(
            "{}/registrations/{}",
            app.base,
            taken[0].behind("/registrations/")
        );
        browser.driver.goto(&page).await.unwrap();
        says(&browser, "A place is held for you").await;
        keeps_nobody_out(&browser, "registration").await;
        click(&browser, "form[action$='/confirm'] button").await;
        says(&browser, "Your registration is confirmed").await;
        // Somebody waits.
        app.advance(TimeDelta::milliseconds(1));
        let waiting = json!({ "name": "Basile", "email": "basile@courriel.example" });
        let waiting = app
            .post(&format!("/v1/occurrences/{date}/registrations"))
            .json(&waiting);
        assert_eq!(waiting.await.expect(201).body()["state"], "waitlisted");
        post.has_taken(3).await;
        settled(&app).await;

        app.advance(TimeDelta::days(15) + TimeDelta::hours(8) + TimeDelta::minutes(30));
        let taken = post.has_taken(4).await;
        assert_eq!(taken[3].to, ALMA);
        let subject = taken[3].message().subject().unwrap().to_owned();
        assert!(subject.starts_with("Rappel"), "{subject}");
        browser.driver.goto(&page).await.unwrap();
        click(&browser, "form[action$='/cancel'] button").await;
        says(&browser, "cancelled").await;
        let taken = post.has_taken(6).await;
        let offered = taken[4..]
            .iter()
            .find(|mail| mail.to.starts_with("basile"))
            .unwrap();
        let subject = offered.message().subject().unwrap().to_owned();
        assert!(subject.starts_with("Une place s'est libérée"), "{subject}");
        settled(&app).await;

        // They export, then erase.
        let door = format!("{}/sign-in", app.base);
        browser.driver.goto(&door).await.unwrap();
        keeps_nobody_out(&browser, "door").await;
        type_into(&browser, "[name=email]", ALMA).await;
        click(&browser, "button").await;
        says(&browser, "A mail is on its way").await;
        let taken = post.has_taken(7).await;
        let entrance = format!("{}/sign-in/{}", app.base, taken[6].behind("/sign-in/"));
        browser.driver.goto(&entrance).await.unwrap();
        click(&browser, "[value=show]").await;
        let list = see(&browser, "main ul").await.text().await.unwrap();
        assert!(
            list.contains("Atelier compost") && list.contains("cancelled"),
            "{list}"
        );
        keeps_nobody_out(&browser, "space").await;
        let alma = app.citizen(ALMA, "").await;
        let held = app.get("/v1/me/export").by(&alma).await.expect(200).body();
        assert_eq!(held["citizen"]["name"], "Alma Kanari");
        let entrance = format!("{}/sign-in/{}", app.base, app.link_for(ALMA, "").await);
        browser.driver.goto(&entrance).await.unwrap();
        keeps_nobody_out(&browser, "entrance").await;
        click(&browser, "[type=checkbox]").await;
        click(&browser, "[value=erase]").await;
        says(&browser, "Nothing here leads to you any more").await;
        app.get("/v1/me").by(&alma).await.expect(401);
        assert_eq!(browser.foreign_requests().await, Vec::<String>::new());
    }
    browser.close().await;
}
