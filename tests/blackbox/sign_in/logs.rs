//! The real binary at its most talkative: neither secrets nor whoever has an account are in its log.

use std::time::Duration;

use harness::app::Staff;
use harness::http::{Call, call};
use harness::process::Launch;
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_secs(60);
const EMAIL: &str = "canary-director@petr.example";
const PASSWORD: &str = "le canari chante sous la pluie";

#[tokio::test]
async fn no_secret_and_nobody_s_name_goes_into_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let create = [
        "user",
        "create",
        "--email",
        EMAIL,
        "--role",
        "director",
        "--password-stdin",
    ];
    let create = Launch::concertation([&create[..], &["--log", "debug"]].concat());
    let create = create
        .directory(folder.path())
        .input(format!("{PASSWORD}\n"));
    assert!(create.run(LIMIT).await.status.success());
    let serve = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--log",
        "debug",
        "--log-format",
        "json",
    ];
    let mut process = Launch::concertation(serve).directory(folder.path()).start();
    let line = process
        .line(LIMIT, |line| line.contains(r#""message":"serving""#))
        .await;
    let said: Value = serde_json::from_str(&line).unwrap();
    let base = format!("http://{}", said["address"].as_str().unwrap());
    let post = |path: &str| -> Call { call("POST", &format!("{base}{path}")) };

    let form = [
        ("grant_type", "password"),
        ("username", EMAIL),
        ("password", PASSWORD),
    ];
    let reply = post("/oauth/token").form(&form).await;
    let director = Staff {
        id: String::new(),
        token: reply.expect(200).text("access_token"),
        refresh_token: reply.text("refresh_token"),
    };
    // Made by several at once, so that all but one meet the unique address.
    let body =
        json!({ "email": "canary@petr.example", "name": "Canari Dupont", "roles": ["officer"] });
    let calls: Vec<_> = (0..6)
        .map(|_| tokio::spawn(post("/v1/users").by(&director).json(&body).into_future()))
        .collect();
    let mut initial = String::new();
    for call in calls {
        let reply = call.await.unwrap();
        if reply.status == 201 {
            initial = reply.text("initial_password");
        }
    }
    assert_ne!(initial, "");
    // What can't be used is quoted nowhere either.
    for wrong in [
        json!({ "email": "canary-bad", "name": "Canari Dupont", "roles": ["officer"] }),
        json!({ "email": EMAIL, "name": 7, "roles": ["canary-role"], "password": "canary-short" }),
        json!({ "canary-field": "canary-value" }),
    ] {
        post("/v1/users")
            .by(&director)
            .json(&wrong)
            .await
            .expect(422);
    }
    let change = json!({ "current_password": "canary-wrong", "new_password": "canary-fresh-2031" });
    post("/v1/me/password")
        .by(&director)
        .json(&change)
        .await
        .expect(409);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &director.refresh_token),
    ];
    let next = post("/oauth/token").form(&form).await;
    post("/oauth/token").form(&form).await.expect(400);
    process.terminate();
    process.exit(LIMIT).await;

    let log = [process.stdout(), process.stderr()].concat().join("\n");
    assert!(log.contains(r#""message":"answered""#), "{log}");
    let (access, refresh) = (next.text("access_token"), next.text("refresh_token"));
    for secret in [
        "canary",
        "Canari",
        "canari",
        "argon2id",
        &initial,
        &director.token,
        &director.refresh_token,
        &access,
        &refresh,
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}
