//! What an operator sees of a running service: its log, its health, its figures.

use super::*;

#[tokio::test]
async fn every_log_line_is_json_and_bears_the_request_id_and_nothing_secret() {
    let folder = tempfile::tempdir().unwrap();
    create_user(folder.path(), "officer@petr.example", "officer", &[]).await;
    let served = Served::begin(folder.path(), &["--log", "debug"]).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    let mut answered = Vec::new();
    for (path, status) in [
        ("/v1/events?q=canary-7f3&limit=1", 200),
        ("/v1/me?canary-7f3=1", 422),
        ("/canary-7f3?canary-7f3", 404),
        ("/v1/events/canary-7f3", 404),
    ] {
        let reply = served.get(path).by(&officer).await;
        let id = reply.expect(status).header("x-request-id");
        if status != 200 {
            assert_eq!(reply.text("instance"), format!("urn:uuid:{id}"));
        }
        answered.push((id, status));
    }
    let given = "01a05b8d-9300-7000-8a36-ed8212f372a7";
    let reply = served.get("/healthz").header("X-Request-Id", given).await;
    assert_eq!(reply.expect(200).header("x-request-id"), given);
    answered.push((given.to_owned(), 200));
    served
        .sign_in("officer@petr.example", "canary-7f3")
        .await
        .expect(400);
    let process = served.stop().await;

    let parsed = |line: &String| {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    };
    let lines: Vec<Value> = process.stderr().iter().map(parsed).collect();
    for (id, status) in answered {
        let of_it: Vec<_> = lines
            .iter()
            .filter(|line| line["message"] == "answered" && line["span"]["id"] == *id)
            .map(|line| &line["status"])
            .collect();
        assert_eq!(of_it, [&json!(status)], "{id}");
    }
    let said = all_said(&process);
    for secret in [
        "canary-7f3",
        &officer.token,
        &officer.refresh_token,
        STRONG_PASSWORD,
    ] {
        assert!(!said.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_pretty_log_greets_with_the_addresses_the_documentation_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = serve(folder.path(), &["--log-format", "pretty"]).start();
    process.line(LIMIT, |line| line.contains("serving")).await;
    let stderr = process.stderr();
    let addresses: Vec<_> = stderr
        .iter()
        .filter(|line| line.starts_with("  http://localhost:"))
        .map(|line| {
            line.split_whitespace()
                .next()
                .unwrap()
                .splitn(4, '/')
                .nth(3)
                .unwrap()
        })
        .collect();
    assert_eq!(addresses, ["docs", "v1/calendar", "v1/calendar.ics"]);
}

#[tokio::test]
async fn metrics_are_prometheus_text_and_count_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &[]).await;
    let count = async |labels: &str| {
        let reply = served.get("/metrics").await;
        assert_eq!(
            reply.expect(200).header("content-type"),
            "text/plain; version=0.0.4; charset=utf-8"
        );
        let text = reply.utf8();
        let samples = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut found = 0.0;
        for sample in samples {
            let (series, value) = sample.rsplit_once(' ').unwrap();
            let value: f64 = value
                .parse()
                .unwrap_or_else(|error| panic!("{error}: {sample}"));
            let name = series.split('{').next().unwrap();
            assert!(
                name.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
                "{sample}"
            );
            if series == format!("http_requests_total{{{labels}}}") {
                found = value;
            }
        }
        found
    };
    let labels = r#"method="GET",route="/v1/events/{event}",status="404""#;
    assert_eq!(count(labels).await, 0.0);
    for slug in ["un", "deux", "trois"] {
        served.get(&format!("/v1/events/{slug}")).await.expect(404);
    }
    assert_eq!(count(labels).await, 3.0);
    // Strangers' paths and methods name no series of their own.
    served.get("/canary-7f3").await.expect(404);
    served.call("CANARY", "/healthz").await.expect(405);
    let text = served.get("/metrics").await.utf8().to_lowercase();
    assert!(!text.contains("canary"), "{text}");
    served.stop().await;
}
