//! The officer answers partners' projects in Swagger UI, by the examples as they stand.

use harness::browser::browser;

use super::{Docs, shown};
use crate::process::Served;

#[tokio::test]
async fn the_officer_asks_accepts_and_declines_in_the_documentation() {
    let Some(browser) = browser().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &["--demo"]).await;
    let base = format!("http://localhost:{}", served.address.port());
    let docs = Docs { browser, base };
    docs.open().await;
    docs.sign_in("officer@petr.example").await;
    let answers = [
        ("projects_request_information", "information_requested"),
        ("projects_accept", "accepted"),
        ("projects_decline", "declined"),
    ];
    for (operation, state) in answers {
        let block = docs.unfold("Projets", operation).await;
        let (status, body) = docs.execute(&block).await;
        docs.browser.screenshot(&format!("docs-{operation}")).await;
        assert_eq!(
            (status.as_str(), shown(&body, "state").as_str()),
            ("200", state),
            "{body}"
        );
    }
    assert_eq!(docs.browser.console_errors().await, Vec::<String>::new());
    docs.browser.close().await;
    served.stop().await;
}
