//! The pages that people see: anybody can read them, with any tool, on any screen.

use harness::browser::browser;
use serde_json::Value;

use crate::process::Served;

const AXE: &str = include_str!("../../data/axe-core/axe.min.js");

/// What axe finds on the page that is open, by the rules of WCAG 2.2 AA, which RGAA 4 is made of.
const LOOK: &str = "const done = arguments[0]; const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', \
    'wcag22aa', 'best-practice']; axe.run({ runOnly: tags }).then(found => done(found.violations.map(one => \
    one.id + ': ' + one.nodes.map(node => node.html).join(' | '))));";

#[tokio::test]
async fn the_page_of_a_structure_keeps_nobody_out() {
    let Some(browser) = browser().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &["--demo"]).await;
    let page = format!(
        "http://localhost:{}/organisations/les-ateliers-du-velo-demonstration",
        served.address.port()
    );
    let driver = &browser.driver;
    driver.goto(&page).await.unwrap();
    browser.screenshot("organisation").await;
    driver.execute(AXE, vec![]).await.unwrap();
    let found = driver.execute_async(LOOK, vec![]).await.unwrap();
    assert_eq!(found.json(), &Value::Array(vec![]));

    driver.set_window_rect(0, 0, 320, 800).await.unwrap();
    let narrow = serde_json::json!({
        "width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": true
    });
    let metrics = "Emulation.setDeviceMetricsOverride";
    driver.cdp().send_raw(metrics, narrow).await.unwrap();
    let width = "return document.documentElement.scrollWidth";
    let width = driver.execute(width, vec![]).await.unwrap();
    browser.screenshot("organisation-320").await;
    assert_eq!(width.json().as_u64(), Some(320), "it scrolls sideways");

    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    assert_eq!(browser.foreign_requests().await, Vec::<String>::new());
    browser.close().await;
    served.stop().await;
}
