//! Whether anybody can read a page, with any tool, on any screen.

use harness::browser::Browser;
use serde_json::{Value, json};

const AXE: &str = include_str!("../../data/axe-core/axe.min.js");

/// What axe finds on the page that is open, by the rules of WCAG 2.2 AA, which RGAA 4 is made of.
const LOOK: &str = "const done = arguments[0]; const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', \
    'wcag22aa', 'best-practice']; axe.run({ runOnly: tags }).then(found => done(found.violations.map(one => \
    one.id + ': ' + one.nodes.map(node => node.html).join(' | '))));";

/// The page that is open keeps nobody out, and does not scroll sideways on the smallest screen. Looked at in
/// `{name}` and `{name}-320`.
pub(super) async fn keeps_nobody_out(browser: &Browser, name: &str) {
    let driver = &browser.driver;
    browser.screenshot(name).await;
    driver.execute(AXE, vec![]).await.unwrap();
    let found = driver.execute_async(LOOK, vec![]).await.unwrap();
    assert_eq!(found.json(), &Value::Array(vec![]), "{name}");

    let narrow = json!({ "width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": true });
    let metrics = "Emulation.setDeviceMetricsOverride";
    driver.cdp().send_raw(metrics, narrow).await.unwrap();
    let width = "return document.documentElement.scrollWidth";
    let width = driver.execute(width, vec![]).await.unwrap();
    browser.screenshot(&format!("{name}-320")).await;
    assert_eq!(width.json().as_u64(), Some(320), "{name} scrolls sideways");
    let usual = "Emulation.clearDeviceMetricsOverride";
    driver.cdp().send_raw(usual, json!({})).await.unwrap();
}
