//! Headers of every answer: caching, cross-origin reading, what browsers may do.

use domain::accounts::Role;
use harness::app::{App, on_each_database};
use harness::engines::Engine;
use harness::http::Reply;

use super::{path, workshop};

const PUBLIC: &str = "public, max-age=0, must-revalidate";

#[tokio::test]
async fn what_may_be_kept_and_who_may_read_it_is_told() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.published(&officer, workshop("Séance")).await;
        let calendar = "/v1/calendar?start=2027-01-01&end=2027-12-01";
        let own_feed = format!("{}.ics", path(&event));
        for (at, status, kept) in [
            ("/v1/events", 200, PUBLIC),
            (path(&event).as_str(), 200, PUBLIC),
            (calendar, 200, PUBLIC),
            ("/v1/communes?q=luneville", 200, PUBLIC),
            ("/openapi.json", 200, PUBLIC),
            ("/v1/calendar.ics", 200, "public, max-age=300"),
            (own_feed.as_str(), 200, "public, max-age=300"),
            ("/v1/events?nope=1", 422, "no-store"),
            ("/v1/events/nothing", 404, "no-store"),
        ] {
            let reply = app.get(at).header("Origin", "https://mairie.example").await;
            assert_eq!(reply.expect(status).header("cache-control"), kept, "{at}");
            assert_eq!(reply.header("access-control-allow-origin"), "*", "{at}");
            assert_eq!(reply.header("access-control-allow-credentials"), "", "{at}");
            assert!(
                reply
                    .header("access-control-expose-headers")
                    .contains("ETag, Link"),
                "{at}"
            );
            let vary = reply.header("vary");
            for name in ["Accept-Encoding", "Accept-Language", "Authorization"] {
                assert!(vary.contains(name), "{at}: {vary}");
            }
            let with_token = app.get(at).by(&officer).await;
            assert_eq!(
                with_token.expect(status).header("cache-control"),
                "private, no-store",
                "{at}"
            );
            assert_eq!(with_token.header("access-control-allow-origin"), "", "{at}");
        }
        let bad_token = app
            .get("/v1/events")
            .header("Authorization", "Bearer x")
            .await;
        assert_eq!(
            bad_token.expect(401).header("access-control-allow-origin"),
            ""
        );
        assert!(bad_token.header("www-authenticate").starts_with("Bearer "));
        let closed = app.get("/v1/users").await;
        assert_eq!(closed.expect(401).header("access-control-allow-origin"), "");
    })
    .await;
}

#[tokio::test]
async fn a_browser_may_ask_before_it_reads_what_is_public() {
    let app = App::start(Engine::Sqlite).await;
    let ask = |at: &str| {
        let call = app
            .call("OPTIONS", at)
            .header("Origin", "https://mairie.example");
        call.header("Access-Control-Request-Method", "GET")
    };
    let open = ask("/v1/events").await;
    assert_eq!(open.expect(204).header("access-control-allow-origin"), "*");
    assert_eq!(
        open.header("access-control-allow-methods"),
        "GET, HEAD, OPTIONS"
    );
    let allowed = open
        .header("access-control-allow-headers")
        .to_ascii_lowercase();
    assert!(
        allowed.contains("if-none-match") && !allowed.contains("authorization"),
        "{allowed}"
    );
    assert_eq!(open.header("access-control-allow-credentials"), "");
    assert!(!open.header("allow").is_empty());
    let closed = ask("/v1/users").await;
    assert_eq!(closed.expect(204).header("access-control-allow-origin"), "");
    assert_eq!(closed.header("allow"), "GET, POST, HEAD, OPTIONS");
}

fn assert_guarded(reply: &Reply, at: &str) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{at}");
    assert_eq!(reply.header("x-frame-options"), "DENY", "{at}");
    assert_eq!(reply.header("referrer-policy"), "no-referrer", "{at}");
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{at}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{at}: {policy}");
    assert!(
        !policy.contains("unsafe-eval") && !policy.contains("*"),
        "{at}: {policy}"
    );
    assert!(!reply.header("x-request-id").is_empty(), "{at}");
    assert_eq!(reply.header("server"), "", "{at}");
    assert_eq!(reply.header("x-powered-by"), "", "{at}");
}

#[tokio::test]
async fn every_answer_is_guarded() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    for (at, status) in [
        ("/", 302),
        ("/docs", 200),
        ("/docs/", 308),
        ("/docs/swagger-ui.css", 200),
        ("/docs/nothing.js", 404),
        ("/openapi.json", 200),
        ("/problems/invalid", 200),
        ("/healthz", 200),
        ("/metrics", 200),
        ("/v1/events", 200),
        ("/v1/events?nope=1", 422),
        ("/v1/users", 401),
        ("/v1/events/x/publish", 405),
        ("/nothing", 404),
    ] {
        let reply = app.get(at).await;
        assert_guarded(reply.expect(status), at);
        assert_eq!(
            reply.header("strict-transport-security"),
            "",
            "over plain HTTP it means nothing"
        );
    }
    let made = app
        .post("/v1/events")
        .by(&officer)
        .json(&workshop("Séance"))
        .await;
    assert_guarded(made.expect(201), "POST");
    assert_eq!(made.header("cache-control"), "private, no-store");
    let token = app
        .sign_in("officer@petr.example", harness::app::PASSWORD)
        .await;
    assert_guarded(token.expect(200), "/oauth/token");
    assert_eq!(token.header("cache-control"), "no-store");
    assert_eq!(token.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    let https =
        |raw: &mut api::config::RawSettings| raw.public_url = "https://petr.example".parse().ok();
    let app = App::start_with(Engine::Sqlite, https).await;
    let reply = app.get("/v1/events").await;
    let told = reply.expect(200).header("strict-transport-security");
    assert_eq!(told, "max-age=31536000; includeSubDomains");
    assert_eq!(
        reply.header("link"),
        "<https://petr.example/v1/events>; rel=\"first\""
    );
}
