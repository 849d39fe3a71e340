//! A link and a code by mail, from a real SMTP server: once, for a short time, for whoever reads the mails.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use harness::app::on_each_database;
use harness::behind::texts;
use harness::engines::engines;
use harness::http::Reply;
use harness::people::MAIL_GRANT;
use serde_json::{Value, json};

use super::*;

const ALMA: &str = "alma@courriel.example";

/// Asks for a mail.
async fn ask(app: &App, email: &str, name: Option<&str>) -> Reply {
    let mut body = json!({ "email": email });
    if let Some(name) = name {
        body["name"] = json!(name);
    }
    app.post("/v1/citizens/sign-in").json(&body).await
}

/// Tries a code.
async fn by_code(app: &App, asked: &Value, code: &str) -> Reply {
    let challenge = asked["challenge"].as_str().unwrap();
    let form = [
        ("grant_type", MAIL_GRANT),
        ("challenge", challenge),
        ("code", code),
    ];
    app.post("/oauth/token").form(&form).await
}

async fn by_link(app: &App, token: &str) -> Reply {
    let form = [("grant_type", MAIL_GRANT), ("token", token)];
    app.post("/oauth/token").form(&form).await
}

#[track_caller]
fn assert_void(reply: &Reply) {
    assert_eq!(reply.expect(400).text("error"), "invalid_grant");
}

async fn who(app: &App, token: &str) -> Value {
    let staff = Staff {
        id: String::new(),
        token: token.to_owned(),
        refresh_token: String::new(),
    };
    app.get("/v1/me").by(&staff).await.expect(200).body()
}

#[tokio::test]
async fn the_code_and_the_link_let_somebody_in_once_between_them() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let asked = ask(&app, ALMA, Some("Alma")).await.expect(202).body();
        let taken = post.has_taken(1).await;
        assert_eq!(taken[0].to, ALMA);
        let (code, token) = (taken[0].code(), taken[0].behind("/sign-in/"));
        let signed_in = by_code(&app, &asked, &format!("{} {}", &code[..3], &code[3..])).await;
        signed_in.expect(200);
        assert_eq!(signed_in.text("scope"), "citizens:own");
        let me = who(&app, &signed_in.text("access_token")).await;
        assert_eq!(
            (&me["kind"], &me["name"]),
            (&json!("citizen"), &json!("Alma"))
        );
        assert_void(&by_code(&app, &asked, &code).await);
        assert_void(&by_link(&app, &token).await);

        // The next time nobody needs to say their name, and it is the same person.
        app.advance(TimeDelta::seconds(1));
        ask(&app, &ALMA.to_uppercase(), None).await.expect(202);
        let taken = post.has_taken(2).await;
        let again = by_link(&app, &taken[1].behind("/sign-in/")).await;
        assert_eq!(
            who(&app, &again.expect(200).text("access_token")).await["id"],
            me["id"]
        );

        // What renews it does so once, as for the staff.
        let refresh = again.text("refresh_token");
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.as_str()),
        ];
        let renewed = app.post("/oauth/token").form(&form).await;
        let token = renewed.expect(200).text("access_token");
        assert_eq!(who(&app, &token).await["id"], me["id"]);
        assert_void(&app.post("/oauth/token").form(&form).await);
        let ended = app
            .get("/v1/me")
            .header("Authorization", &format!("Bearer {token}"));
        ended.await.expect(401);
    }
}

#[tokio::test]
async fn a_code_has_five_tries_and_is_bound_to_its_challenge_and_both_end() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let alma = ask(&app, ALMA, Some("Alma")).await.expect(202).body();
        let other = ask(&app, "basile@courriel.example", Some("Basile")).await;
        let other = other.expect(202).body();
        let taken = post.has_taken(2).await;
        let of = |name: &str| taken.iter().find(|mail| mail.to.starts_with(name)).unwrap();
        let (code, others) = (of("alma").code(), of("basile").code());
        assert_ne!(code, others);
        for _ in 0..5 {
            assert_void(&by_code(&app, &alma, &others).await);
        }
        assert_void(&by_code(&app, &alma, &code).await);
        // The link was never guessed at.
        by_link(&app, &of("alma").behind("/sign-in/"))
            .await
            .expect(200);
        app.advance(TimeDelta::minutes(15));
        assert_void(&by_code(&app, &other, &others).await);
        assert_void(&by_link(&app, &of("basile").behind("/sign-in/")).await);
        // A registration's link is no way in.
        let officer = officer(&app).await;
        let date = date_on(&app, &officer, "2026-12-10").await;
        let body = json!({ "name": "Chloé", "email": "chloe@courriel.example" });
        let path = format!("/v1/occurrences/{date}/registrations");
        app.post(&path).json(&body).await.expect(201);
        let taken = post.has_taken(3).await;
        assert_void(&by_link(&app, &taken[2].behind("/registrations/")).await);
        let way_in = of("alma").behind("/sign-in/");
        app.get(&format!("/registrations/{way_in}"))
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn nobody_learns_whether_an_address_is_known() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        // The mail of a link that was used meanwhile is not sent.
        app.citizen(ALMA, "Alma").await;
        let shape = |reply: &Reply| {
            let body = reply.expect(202).body();
            let names: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
            (names, reply.header("cache-control"), reply.bytes.len())
        };
        let known = ask(&app, ALMA, None).await;
        let unknown = ask(&app, "nobody@courriel.example", None).await;
        assert_eq!(shape(&known), shape(&unknown));
        let taken = post.has_taken(2).await;
        let of = |name: &str| taken.iter().find(|mail| mail.to.starts_with(name)).unwrap();
        assert!(of("alma").text().contains("/sign-in/"));
        assert!(
            !of("nobody").text().contains("/sign-in/"),
            "there is nobody to let in"
        );

        // In the same time: medians of many, taken in turn.
        let mut times = [Vec::new(), Vec::new()];
        for turn in 0..40 {
            app.advance(TimeDelta::minutes(61));
            for (which, times) in times.iter_mut().enumerate() {
                let email = match which {
                    0 => ALMA.to_owned(),
                    _ => format!("nobody{turn}@courriel.example"),
                };
                let started = Instant::now();
                ask(&app, &email, None).await.expect(202);
                times.push(started.elapsed());
            }
        }
        let median = |times: &mut Vec<Duration>| {
            times.sort();
            times[times.len() / 2].as_secs_f64()
        };
        let [known, unknown] = &mut times;
        let (known, unknown) = (median(known), median(unknown));
        assert!(
            (0.5..2.0).contains(&(known / unknown)),
            "{known} {unknown} on {engine}"
        );
    }
}

#[tokio::test]
async fn an_address_is_sent_five_in_an_hour_however_many_ask_at_once() {
    for engine in engines() {
        let app = App::start_with(engine, |raw| raw.rate_limits = "off".parse().ok()).await;
        let asked = (0..20).map(|_| ask(&app, ALMA, None));
        let replies = futures_util::future::join_all(asked).await;
        let made = replies.iter().filter(|reply| reply.status == 202).count();
        assert_eq!(made, 5, "on {engine}");
        let refused = replies.iter().find(|reply| reply.status != 202).unwrap();
        assert_eq!(refused.expect(429).header("retry-after"), "3600");
        app.advance(TimeDelta::minutes(61));
        ask(&app, ALMA, None).await.expect(202);
    }
}

#[tokio::test]
async fn a_link_is_used_once_however_many_use_it_at_once() {
    for engine in engines() {
        let app = App::start_with(engine, |raw| raw.rate_limits = "off".parse().ok()).await;
        let token = app.link_for(ALMA, "Alma").await;
        let used = (0..8).map(|_| by_link(&app, &token));
        let replies = futures_util::future::join_all(used).await;
        let let_in = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!(let_in, 1, "on {engine}");
    }
}

#[tokio::test]
async fn the_page_of_a_link_changes_nothing_until_a_button_does() {
    for engine in engines() {
        let app = App::start(engine).await;
        let officer = officer(&app).await;
        let date = date_on(&app, &officer, "2026-12-10").await;
        let citizen = app.citizen(ALMA, "Alma").await;
        let path = format!("/v1/occurrences/{date}/registrations");
        app.post(&path)
            .by(&citizen)
            .json(&json!({}))
            .await
            .expect(201);
        let page = format!("/sign-in/{}", app.link_for(ALMA, "Alma").await);
        for _ in 0..2 {
            let shown = app.get(&page).await;
            assert!(shown.expect(200).utf8().contains("Voir mes inscriptions"));
            assert_eq!(shown.header("cache-control"), "no-store");
            assert_eq!(shown.header("referrer-policy"), "no-referrer");
            assert_eq!(shown.header("set-cookie"), "");
        }
        app.get(&page[..page.len() - 1]).await.expect(404);
        app.post(&page).form(&[("do", "dance")]).await.expect(422);
        let space = app.post(&page).form(&[("do", "show")]).await;
        let space = space.expect(200).utf8();
        assert!(
            space.contains("Atelier compost") && space.contains("inscrit·e"),
            "{space}"
        );
        app.post(&page).form(&[("do", "show")]).await.expect(409);
        assert!(
            app.get(&page)
                .await
                .expect(200)
                .utf8()
                .contains("trop vieux")
        );

        let page = format!("/sign-in/{}", app.link_for(ALMA, "Alma").await);
        let file = app.post(&page).form(&[("do", "export")]).await;
        assert!(
            file.expect(200)
                .header("content-disposition")
                .starts_with("attachment")
        );
        assert_eq!(file.body()["citizen"]["name"], "Alma");
        let page = format!("/sign-in/{}", app.link_for(ALMA, "Alma").await);
        app.post(&page).form(&[("do", "erase")]).await.expect(200);
        app.get("/v1/me").by(&citizen).await.expect(401);
    }
}

#[tokio::test]
async fn whoever_was_written_down_or_only_typed_the_address_is_known_by_it_now() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let body = json!({ "name": "Alma", "email": ALMA, "commune_code": "54329" });
        let known = app.post("/v1/citizens").by(&officer).json(&body).await;
        let known = known.expect(201).body();
        ask(&app, ALMA, Some("Somebody")).await.expect(202);
        let taken = post.has_taken(1).await;
        let signed_in = by_link(&app, &taken[0].behind("/sign-in/")).await;
        let me = who(&app, &signed_in.expect(200).text("access_token")).await;
        assert_eq!((&me["id"], &me["name"]), (&known["id"], &json!("Alma")));

        let date = date_on(&app, &officer, "2026-12-10").await;
        let body = json!({ "name": "Basile", "email": "basile@courriel.example" });
        let path = format!("/v1/occurrences/{date}/registrations");
        app.post(&path).json(&body).await.expect(201);
        post.has_taken(2).await;
        ask(&app, "basile@courriel.example", None).await.expect(202);
        let taken = post.has_taken(3).await;
        let signed_in = by_link(&app, &taken[2].behind("/sign-in/")).await;
        let me = who(&app, &signed_in.expect(200).text("access_token")).await;
        assert_eq!(me["name"], "Basile");
    }
}

#[tokio::test]
async fn a_link_is_asked_for_on_a_page_that_says_nothing_of_whom_we_know() {
    on_each_database(|app| async move {
        app.citizen("alma@courriel.example", "Alma").await;
        let page = app.get("/sign-in").await.expect(200).utf8();
        assert!(
            page.contains("<form method=\"post\" action=\"/sign-in\">"),
            "{page}"
        );
        let ask = |email: &'static str| app.call("POST", "/sign-in").form(&[("email", email)]);
        let known = ask("alma@courriel.example").await.expect(200).utf8();
        let unknown = ask(" nobody@courriel.example ").await.expect(200).utf8();
        assert_eq!(known, unknown);
        assert!(known.contains("Un message est en route"), "{known}");
        let asked =
            "select cast(count(*) as text) from sign_in_challenges where network_key is not null";
        let before: i64 = texts(&app, asked).await[0].parse().unwrap();
        let wrong = ask("nobody").await.expect(422).body();
        assert_eq!(wrong["errors"][0]["pointer"], "/email", "{wrong}");
        ask("").await.expect(422);
        let after: i64 = texts(&app, asked).await[0].parse().unwrap();
        assert_eq!(before, after);
        // As often as without the page.
        for _ in 0..4 {
            ask("nobody@courriel.example").await.expect(200);
        }
        ask("nobody@courriel.example").await.expect(429);
    })
    .await;
}
