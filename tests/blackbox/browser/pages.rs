//! The pages that people see: anybody can read them, with any tool, on any screen.

use harness::browser::browser;

use super::anybody::keeps_nobody_out;
use crate::process::Served;

#[tokio::test]
async fn the_pages_that_everybody_sees_keep_nobody_out() {
    let Some(browser) = browser().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &["--demo"]).await;
    for (name, path) in [
        (
            "organisation",
            "organisations/les-ateliers-du-velo-demonstration",
        ),
        ("privacy", "privacy"),
    ] {
        let page = format!("http://localhost:{}/{path}", served.address.port());
        browser.driver.goto(&page).await.unwrap();
        keeps_nobody_out(&browser, name).await;
    }
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    assert_eq!(browser.foreign_requests().await, Vec::<String>::new());
    browser.close().await;
    served.stop().await;
}
