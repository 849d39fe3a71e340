//! A headless Chromium, driven through chromedriver: pages are tested as a person meets them. It
//! reaches nothing but this machine, keeps nothing, and few run at once.

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use thirtyfour::common::capabilities::chrome::ChromeCapabilities;
use thirtyfour::{ChromiumLikeCapabilities as _, LoggingPrefsLogLevel, WebDriver};
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use crate::process::{Launch, Process};
use crate::programs::{on_path, skipped, target_directory};

/// Browsers that may run at once: more of them only make each other time out.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Names resolve to nothing except this machine's: no test depends on the network, and no page can
/// quietly come to need it.
const SWITCHES: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1600",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

const START_LIMIT: Duration = Duration::from_secs(30);

/// A browser with one page. Call [`Browser::close`] at the end; a test that fails before it is
/// cleaned up after all the same.
pub struct Browser {
    /// The session: where to go, what to click, what is seen.
    pub driver: WebDriver,
    // In this order: the place is free only after the programs have ended.
    _chromedriver: Process,
    _place: SemaphorePermit<'static>,
}

/// Starts a browser. `None`, after a line on the error output, where Chromium or chromedriver is not
/// installed; a panic there when `CI=true`.
pub async fn browser() -> Option<Browser> {
    let Some((chromium, chromedriver)) = installed() else {
        static TOLD: Once = Once::new();
        TOLD.call_once(|| {
            skipped(
                "browser tests",
                "chromium or chromedriver not found on PATH",
            )
        });
        return None;
    };
    let place = PLACES.acquire().await.expect("the places are never closed");
    // Port 0: it takes a free one and says which.
    let mut process = Launch::program(chromedriver, ["--port=0"]).start();
    let said = process
        .line(START_LIMIT, |line| port_in(line).is_some())
        .await;
    let port = port_in(&said).expect("the line was chosen for its port");

    let capabilities = capabilities(&chromium, process.directory());
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
        .await
        .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
    Some(Browser {
        driver,
        _chromedriver: process,
        _place: place,
    })
}

impl Browser {
    /// Ends the session in good order, then its programs.
    pub async fn close(self) {
        self.driver
            .clone()
            .quit()
            .await
            .expect("the browser ends when asked to");
    }

    /// Moves the visitor to another time zone, for the pages opened from now on.
    pub async fn travel(&self, zone: &str) {
        let to = serde_json::json!({ "timezoneId": zone });
        self.driver
            .cdp()
            .send_raw("Emulation.setTimezoneOverride", to)
            .await
            .expect("a zone that the browser knows");
    }

    /// Keeps a picture of what is seen, as `target/screenshots/{name}.png`, and returns its path.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let folder = target_directory().join("screenshots");
        std::fs::create_dir_all(&folder).expect("cargo's output folder can be written");
        let path = folder.join(format!("{name}.png"));
        self.driver
            .screenshot(&path)
            .await
            .expect("a page can be drawn");
        path
    }

    /// The addresses, outside this machine, that pages asked for since the last call, whether or not
    /// they could be reached.
    pub async fn foreign_requests(&self) -> Vec<String> {
        let log = self
            .driver
            .get_log("performance")
            .await
            .expect("the session keeps this log");
        log.iter()
            .filter_map(|entry| requested(&entry.message))
            .filter(|url| foreign(url))
            .collect()
    }

    /// The errors that the browser wrote in its console since the last call: scripts that failed,
    /// files not found, what the page's own policy refused.
    pub async fn console_errors(&self) -> Vec<String> {
        let log = self
            .driver
            .browser_log()
            .await
            .expect("the session keeps this log");
        log.into_iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message)
            .collect()
    }
}

impl Drop for Browser {
    /// After a failed test there is no executor to end the session with, and the driver's own last
    /// try waits two minutes for nothing: the programs are simply killed.
    fn drop(&mut self) {
        // An error only says that the session had ended already.
        let _ = self.driver.clone().leak();
    }
}

fn installed() -> Option<(PathBuf, PathBuf)> {
    let chromium = on_path(&["chromium", "chromium-browser", "google-chrome"])?;
    Some((chromium, on_path(&["chromedriver"])?))
}

/// Of `ChromeDriver was started successfully on port 40123.`
fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end_matches('.').parse().ok()
}

/// The profile lies in the driver's own folder, which goes with it.
fn capabilities(chromium: &Path, directory: &Path) -> ChromeCapabilities {
    let profile = format!("--user-data-dir={}", directory.join("profile").display());
    let mut wanted = ChromeCapabilities::new();
    let binary = chromium.to_str().expect("programs have plain names");
    wanted.set_binary(binary).expect("a path is a JSON text");
    for switch in SWITCHES.into_iter().chain([profile.as_str()]) {
        wanted.add_arg(switch).expect("a switch is a JSON text");
    }
    for log in ["performance", "browser"] {
        wanted
            .set_logging_prefs(log, LoggingPrefsLogLevel::All)
            .expect("a level is a JSON text");
    }
    wanted
}

/// The address of a request that an entry of the performance log tells of.
fn requested(message: &str) -> Option<String> {
    let entry: serde_json::Value = serde_json::from_str(message).ok()?;
    let event = &entry["message"];
    let url = match event["method"].as_str()? {
        "Network.requestWillBeSent" => &event["params"]["request"]["url"],
        "Network.webSocketCreated" => &event["params"]["url"],
        _ => return None,
    };
    url.as_str().map(str::to_owned)
}

fn foreign(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let leaves = matches!(url.scheme(), "http" | "https" | "ws" | "wss");
    leaves && !matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_says() {
        assert_eq!(
            port_in("ChromeDriver was started successfully on port 40123."),
            Some(40123)
        );
        assert_eq!(port_in("Starting ChromeDriver 156.0 on port 0"), None);
    }

    #[test]
    fn only_what_leaves_the_machine_is_foreign() {
        for url in [
            "https://fonts.example/a.css",
            "ws://example.org",
            "http://127.0.0.2/",
        ] {
            assert!(foreign(url), "{url}");
        }
        for url in [
            "http://127.0.0.1:8080/",
            "http://localhost/",
            "http://[::1]/",
            "data:,a",
            "",
        ] {
            assert!(!foreign(url), "{url}");
        }
    }
}
