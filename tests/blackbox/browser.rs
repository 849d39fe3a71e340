//! The documentation and the public data as people meet them: in a real browser, on the
//! demonstration, served by the real binary.

mod anybody;
mod fullcalendar;
mod guide;
mod pages;
mod projects;
mod registering;

use std::sync::Arc;
use std::time::Duration;

use harness::browser::{Browser, browser};
use thirtyfour::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::process::{DEMO_PASSWORD, Served};

const LIMIT: Duration = Duration::from_secs(30);

/// Swagger UI, open.
struct Docs {
    browser: Browser,
    base: String,
}

impl Docs {
    /// The thing on the page, once it is there.
    async fn see(&self, css: &str) -> WebElement {
        let found = self
            .browser
            .driver
            .query(By::Css(css))
            .wait(LIMIT, Duration::from_millis(50));
        found
            .and_displayed()
            .first()
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    async fn click(&self, css: &str) {
        let element = self.see(css).await;
        element.scroll_into_view().await.unwrap();
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    async fn type_into(&self, css: &str, text: &str) {
        let field = self.see(css).await;
        field.scroll_into_view().await.unwrap();
        // Select all and type over it, as a person does.
        field.send_keys(Key::Control + "a").await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    async fn text(&self, css: &str) -> String {
        self.see(css).await.text().await.unwrap()
    }

    /// The words of every such thing, in their order.
    async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.browser.driver.find_all(By::Css(css)).await.unwrap() {
            texts.push(element.text().await.unwrap());
        }
        texts
    }

    async fn open(&self) {
        self.browser
            .driver
            .goto(format!("{}/docs", self.base))
            .await
            .unwrap();
        self.see(".opblock-tag").await;
    }

    /// With an account of the demonstration.
    async fn sign_in(&self, email: &str) {
        self.click("button.btn.authorize").await;
        self.type_into("#oauth_username", email).await;
        self.type_into("#oauth_password", DEMO_PASSWORD).await;
        self.browser.screenshot("docs-2-authorize").await;
        self.click(".modal-ux .auth-btn-wrapper button.authorize")
            .await;
        self.see(".modal-ux .auth-btn-wrapper button[aria-label='Remove authorization']")
            .await;
        self.browser.screenshot("docs-3-authorized").await;
        self.click(".modal-ux .btn-done").await;
    }

    /// Opens an operation of a tag.
    async fn unfold(&self, tag: &str, operation: &str) -> String {
        let section = format!(".opblock-tag[data-tag='{tag}']");
        if self
            .see(&section)
            .await
            .attr("data-is-open")
            .await
            .unwrap()
            .as_deref()
            == Some("false")
        {
            self.click(&section).await;
        }
        let block = format!("[id$='-{operation}']");
        self.click(&format!("{block} .opblock-summary-control"))
            .await;
        self.see(&format!("{block} .execute")).await;
        block
    }

    /// Sends the request as it is filled in; the status and the text of the answer.
    async fn execute(&self, block: &str) -> (String, String) {
        self.click(&format!("{block} .execute")).await;
        let live = format!("{block} .live-responses-table .response");
        let status = self.text(&format!("{live} .response-col_status")).await;
        let body = self
            .text(&format!("{live} .response-col_description .highlight-code"))
            .await;
        (status.lines().next().unwrap_or_default().to_owned(), body)
    }
}

/// The value of a field as the page shows the JSON, its quotes with their backslashes included.
fn shown(body: &str, field: &str) -> String {
    let start = format!("\n  \"{field}\": \"");
    let (_, rest) = body
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {field} in {body}"));
    let line = rest.lines().next().unwrap();
    // The page puts the last brace on the last line.
    let value = line.trim_end_matches([',', '}']).strip_suffix('"');
    value
        .unwrap_or_else(|| panic!("{field} is no text: {line:?}"))
        .to_owned()
}

#[tokio::test]
async fn a_newcomer_signs_in_and_publishes_an_event_from_the_documentation() {
    let Some(browser) = browser().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &["--demo"]).await;
    let base = format!("http://localhost:{}", served.address.port());
    let docs = Docs { browser, base };

    docs.open().await;
    docs.browser.screenshot("docs-1-open").await;
    assert_eq!(
        docs.see("html")
            .await
            .attr("lang")
            .await
            .unwrap()
            .as_deref(),
        Some("fr")
    );
    let tags = docs.texts(".opblock-tag a span").await;
    for tag in ["Agenda", "Événements", "Territoire", "Connexion"] {
        assert!(
            tags.contains(&tag.to_owned()),
            "{tag} is not among {tags:?}"
        );
    }

    docs.sign_in("officer@petr.example").await;

    let me = docs.unfold("Moi", "me_get").await;
    let (status, body) = docs.execute(&me).await;
    docs.browser.screenshot("docs-4-me").await;
    assert_eq!(
        (status.as_str(), shown(&body, "email").as_str()),
        ("200", "officer@petr.example")
    );

    let create = docs.unfold("Événements", "events_create").await;
    let (status, body) = docs.execute(&create).await;
    docs.browser.screenshot("docs-5-created").await;
    assert_eq!(
        (status.as_str(), shown(&body, "state").as_str()),
        ("201", "draft"),
        "{body}"
    );

    let publish = docs.unfold("Événements", "events_publish").await;
    let field = |name: &str| format!("{publish} tr[data-param-name='{name}'] input");
    docs.type_into(&field("id"), &shown(&body, "id")).await;
    docs.type_into(&field("If-Match"), &shown(&body, "etag"))
        .await;
    let (status, body) = docs.execute(&publish).await;
    docs.browser.screenshot("docs-6-published").await;
    assert_eq!(
        (status.as_str(), shown(&body, "state").as_str()),
        ("200", "published"),
        "{body}"
    );

    // Who comes back is still signed in, without the password lying in the browser.
    let kept = docs
        .browser
        .driver
        .execute("return JSON.stringify(localStorage)", vec![])
        .await
        .unwrap();
    let kept: String = kept.convert().unwrap();
    assert!(kept.contains("access_token"), "{kept}");
    assert!(!kept.contains(DEMO_PASSWORD), "{kept}");
    docs.browser.driver.refresh().await.unwrap();
    let me = docs.unfold("Moi", "me_get").await;
    let (status, body) = docs.execute(&me).await;
    assert_eq!(
        (status.as_str(), shown(&body, "email").as_str()),
        ("200", "officer@petr.example")
    );

    assert_eq!(docs.browser.foreign_requests().await, Vec::<String>::new());
    assert_eq!(docs.browser.console_errors().await, Vec::<String>::new());
    docs.browser.close().await;
    served.stop().await;
}

/// Serves one page from an origin of its own; its address.
async fn page_of_another_site(html: String) -> String {
    another_site(vec![("/", html)]).await
}

/// Serves pages and scripts from an origin of its own, by their paths; the address of the first.
async fn another_site(files: Vec<(&'static str, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}{}", listener.local_addr().unwrap(), files[0].0);
    another_site_at(listener, files);
    address
}

/// The same where somebody listens already.
fn another_site_at(listener: TcpListener, files: Vec<(&'static str, String)>) {
    let files = Arc::new(files);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let files = Arc::clone(&files);
            tokio::spawn(async move {
                let mut request = [0; 4096];
                // A browser may open a connection and say nothing on it.
                let read = stream.read(&mut request).await.unwrap_or(0);
                if read > 0 {
                    let answer = file_asked_for(&files, &request[..read]);
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
}

/// The whole answer to a request; nothing, for what a browser asks for by itself.
fn file_asked_for(files: &[(&'static str, String)], request: &[u8]) -> String {
    let request = String::from_utf8_lossy(request);
    let path = request.split([' ', '?']).nth(1).unwrap_or_default();
    let Some((_, text)) = files.iter().find(|(name, _)| *name == path) else {
        return "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_owned();
    };
    let content_type = if path.ends_with(".js") {
        "text/javascript"
    } else {
        "text/html"
    };
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}; charset=utf-8\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{text}",
        text.len()
    )
}

#[tokio::test]
async fn any_website_shows_the_calendar_by_a_few_lines_of_script() {
    let Some(browser) = browser().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &["--demo"]).await;
    let html = format!(
        "<!DOCTYPE html><html lang=\"fr\"><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\">\
         <title>Une commune</title><h1>À venir</h1><ul></ul><script type=\"module\">\
         const from = 'http://localhost:{port}';\
         const calendar = await (await fetch(from + '/v1/calendar')).json();\
         for (const {{title, local_start}} of calendar.data)\
           document.querySelector('ul').append(Object.assign(document.createElement('li'),\
             {{textContent: title}}));\
         const refused = await fetch(from + '/v1/calendar?start=hier');\
         document.body.append(Object.assign(document.createElement('p'),\
           {{textContent: refused.status + ' ' + (await refused.json()).errors[0].parameter}}));\
         </script></html>",
        port = served.address.port()
    );
    browser
        .driver
        .goto(page_of_another_site(html).await)
        .await
        .unwrap();
    let said = browser
        .driver
        .query(By::Css("p"))
        .wait(LIMIT, Duration::from_millis(50));
    assert_eq!(
        said.first().await.unwrap().text().await.unwrap(),
        "422 start"
    );
    let mut titles = Vec::new();
    for item in browser.driver.find_all(By::Css("li")).await.unwrap() {
        titles.push(item.text().await.unwrap());
    }
    let titled = |title: &str| titles.iter().filter(|shown| *shown == title).count();
    assert_eq!(titled("Les mercredis de la réparation"), 10, "{titles:?}");
    browser.screenshot("another-site").await;
    assert_eq!(browser.foreign_requests().await, Vec::<String>::new());
    browser.close().await;
    served.stop().await;
}
