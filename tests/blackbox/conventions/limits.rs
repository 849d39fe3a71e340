//! Rate limits: what is left is told, too much is refused, and a stranger's word on its address is
//! not believed.

use api::config::RawSettings;
use domain::accounts::Role;
use harness::app::App;
use harness::engines::Engine;
use harness::http::{Call, Reply};

/// Sends many at once and gives the answers.
async fn rush(count: usize, call: impl Fn(usize) -> Call) -> Vec<Reply> {
    let mut replies = Vec::new();
    let mut left = 0..count;
    loop {
        let some: Vec<_> = left
            .by_ref()
            .take(50)
            .map(|i| tokio::spawn(call(i).into_future()))
            .collect();
        if some.is_empty() {
            return replies;
        }
        for one in some {
            replies.push(one.await.expect("an answer"));
        }
    }
}

fn statuses(replies: &[Reply], status: u16) -> usize {
    replies
        .iter()
        .filter(|reply| reply.status == status)
        .count()
}

/// What `RateLimit` says is left.
fn remaining(reply: &Reply) -> u32 {
    let told = reply.header("ratelimit");
    let left = told
        .split(';')
        .find_map(|part| part.strip_prefix("r="))
        .expect("what is left");
    left.parse().expect("a number")
}

#[tokio::test]
async fn a_stranger_has_a_burst_and_is_then_told_to_wait() {
    let app = App::start(Engine::Sqlite).await;
    let first = app.get("/healthz").await;
    assert_eq!(
        first.expect(200).header("ratelimit-policy"),
        "\"anonymous\";q=500;w=10"
    );
    let before = remaining(&first);
    assert!((450..500).contains(&before), "{before}");
    // A word on where it comes from makes nobody another.
    let replies = rush(1_500, |i| {
        app.get("/healthz")
            .header("X-Forwarded-For", &format!("203.0.113.{}", i % 250))
    })
    .await;
    let (well, refused) = (statuses(&replies, 200), statuses(&replies, 429));
    assert_eq!(well + refused, 1_500);
    assert!(refused > 0 && well >= 499, "{well} {refused}");
    let refusal = replies
        .iter()
        .find(|reply| reply.status == 429)
        .expect("a refusal");
    assert_eq!(refusal.problem(), "too-many-requests");
    let wait: u64 = refusal.header("retry-after").parse().expect("seconds");
    assert!((1..=10).contains(&wait), "{wait}");
    assert_eq!(remaining(refusal), 0);
    assert_eq!(
        refusal.header("ratelimit-policy"),
        "\"anonymous\";q=500;w=10"
    );
    assert_eq!(refusal.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_token_has_a_bucket_of_its_own() {
    let app = App::start(Engine::Sqlite).await;
    let (officer, director) = (
        app.staff(Role::Officer).await,
        app.staff(Role::Director).await,
    );
    let first = app.get("/v1/me").by(&officer).await;
    assert_eq!(
        first.expect(200).header("ratelimit-policy"),
        "\"token\";q=2000;w=20"
    );
    let replies = rush(600, |_| app.get("/v1/communes/54329").by(&officer)).await;
    assert_eq!(statuses(&replies, 200), 600);
    let left = remaining(&app.get("/v1/me").by(&director).await);
    assert!(left >= 1_990, "{left}");
    // The bucket is the person's, not the token's.
    let again = app
        .sign_in("officer@petr.example", harness::app::PASSWORD)
        .await;
    let again = harness::app::Staff {
        token: again.expect(200).text("access_token"),
        ..officer
    };
    let left = remaining(&app.get("/v1/me").by(&again).await);
    assert!(left < 1_999, "{left}");
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_client_is_whom_it_names() {
    let trusting = |raw: &mut RawSettings| raw.trusted_proxies = "127.0.0.1".parse().ok();
    let app = App::start_with(Engine::Sqlite, trusting).await;
    let from = |address: &str| app.get("/healthz").header("X-Forwarded-For", address);
    // The last address that is no proxy's counts: what stands before it, the client wrote itself.
    let replies = rush(300, |i| {
        from(&format!("198.51.100.{}, 203.0.113.1, 127.0.0.1", i % 250))
    })
    .await;
    assert_eq!(statuses(&replies, 200), 300);
    let left = remaining(&from("203.0.113.1").await);
    assert!(left < 490, "{left}");
    assert_eq!(remaining(&from("203.0.113.2").await), 499);
    assert_eq!(remaining(&from("198.51.100.1").await), 499);
}

#[tokio::test]
async fn limits_can_be_turned_off_for_load_tests() {
    let off = |raw: &mut RawSettings| raw.rate_limits = "off".parse().ok();
    let app = App::start_with(Engine::Sqlite, off).await;
    let replies = rush(1_500, |_| app.get("/healthz")).await;
    assert_eq!(statuses(&replies, 200), 1_500);
    assert_eq!(replies[0].header("ratelimit"), "");
    assert_eq!(replies[0].header("ratelimit-policy"), "");
}
