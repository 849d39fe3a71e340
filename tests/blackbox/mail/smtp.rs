//! The conversation with a server, and what becomes of mails when it goes wrong.

use chrono::TimeDelta;
use harness::app::{App, on_each_database_with};
use harness::behind::execute;
use harness::engines::{Engine, engines};

use super::*;

#[tokio::test]
async fn a_recipient_who_is_refused_holds_up_nobody_and_is_not_tried_again() {
    for engine in engines() {
        let post = PostOffice::open().await;
        post.says(
            "RCPT TO:<absent",
            "550 5.1.1 <absent@asso.example> nobody of that name",
        );
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        activated(&app, &officer, "Absent").await;
        until(&app, &["failed recipient_refused 1"]).await;
        activated(&app, &officer, "Present").await;
        let taken = post.has_taken(1).await;
        assert_eq!(taken[0].to, "present@asso.example");
        until(&app, &["failed recipient_refused 1", "sent 1"]).await;
    }
}

#[tokio::test]
async fn a_server_that_is_down_gets_its_mail_when_it_is_up_again() {
    for engine in engines() {
        let mut post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        post.close();
        activated(&app, &officer, "Jardins").await;
        until(&app, &["waiting unreachable 1"]).await;
        app.advance(TimeDelta::minutes(1));
        until(&app, &["waiting unreachable 2"]).await;
        post.reopen().await;
        app.advance(TimeDelta::minutes(5));
        post.has_taken(1).await;
        until(&app, &["sent 3"]).await;
    }
}

#[tokio::test]
async fn a_server_that_asks_for_patience_is_asked_later() {
    for engine in engines() {
        let post = PostOffice::open().await;
        post.says("RCPT", "451 4.7.1 greylisted");
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        activated(&app, &officer, "Jardins").await;
        until(&app, &["waiting server_busy 1"]).await;
        post.says("RCPT", "");
        post.says("MAIL", "550 5.7.1 who are you");
        app.advance(TimeDelta::minutes(1));
        // What is wrong with us says nothing of the mail.
        until(&app, &["waiting sender_refused 2"]).await;
        post.says("MAIL", "");
        app.advance(TimeDelta::minutes(5));
        until(&app, &["sent 3"]).await;
        assert_eq!(post.taken().len(), 1);
    }
}

#[tokio::test]
async fn one_that_can_t_be_written_or_read_yet_is_tried_later_and_holds_up_no_other() {
    for engine in engines() {
        let mut post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        post.close();
        for name in NAMES {
            activated(&app, &officer, name).await;
        }
        until(&app, &["waiting unreachable 1"; NAMES.len()]).await;
        // As a newer version would leave them: a structure's state, and what another mail is about.
        let bravo = "select id from organisations where name = 'Bravo'";
        let newer = "update organisations set state = 'dormant' where name = 'Alpha'";
        assert_eq!(execute(&app, newer).await, 1);
        let newer =
            format!("update mails set kind = 'organisation.renamed' where subject_id = ({bravo})");
        assert_eq!(execute(&app, &newer).await, 1);
        post.reopen().await;
        app.advance(TimeDelta::minutes(1));
        let sent = NAMES.len() - 2;
        let mut expected = vec!["sent 2"; sent];
        expected.extend(["waiting unreadable 2"; 2]);
        until(&app, &expected).await;
        assert_eq!(post.has_taken(sent).await.len(), sent);

        let mended = "update organisations set state = 'active' where name = 'Alpha'";
        execute(&app, mended).await;
        let mended = "update mails set kind = 'organisation.activated'";
        execute(&app, mended).await;
        app.advance(TimeDelta::minutes(5));
        expected.truncate(sent);
        expected.extend(["sent 3"; 2]);
        until(&app, &expected).await;
        let taken = post.has_taken(NAMES.len()).await;
        for name in ["Alpha", "Bravo"] {
            let to_them = taken.iter().filter(|taken| taken.to == contact_of(name));
            assert_eq!(to_them.count(), 1, "{name}");
        }
    }
}

#[tokio::test]
async fn to_a_server_that_does_not_encrypt_nothing_is_said() {
    let post = PostOffice::open().await;
    post.can("AUTH PLAIN LOGIN");
    let url = post.url_of("smtp", "petr:s3cret@");
    let settings = move |raw: &mut RawSettings| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
    };
    let app = App::start_with(Engine::Sqlite, settings).await;
    let officer = officer(&app).await;
    activated(&app, &officer, "Jardins").await;
    until(&app, &["waiting insecure 1"]).await;
    let heard = post.heard();
    let is_harmless = |line: &String| line.starts_with("EHLO ") || line == "QUIT";
    assert!(heard.iter().all(is_harmless), "{heard:?}");
}

#[tokio::test]
async fn a_relay_in_one_s_own_network_is_named_and_opens_nothing_to_partners() {
    let post = PostOffice::open().await;
    let url = post.url().replace("127.0.0.1", "localhost");
    let settings = move |raw: &mut RawSettings| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
    };
    let app = App::start_with(Engine::Sqlite, settings).await;
    let director = app.staff(Role::Director).await;
    activated(&app, &director, "Jardins").await;
    assert_eq!(post.has_taken(1).await[0].to, "jardins@asso.example");
    let (_, partner) = app.partner(&director, "Velo").await;
    let relay = post.url().replace("smtp+plain", "http");
    let hook = json!({ "url": format!("{relay}/"), "types": ["event.published"] });
    let refused = app.post("/v1/webhooks").by(&partner).json(&hook).await;
    assert_eq!(refused.expect(422).faults(), ["/url private_target"]);
}

#[tokio::test]
async fn a_user_signs_in_and_a_refused_one_waits_for_the_operator() {
    let post = PostOffice::open().await;
    post.can("AUTH PLAIN LOGIN");
    let url = post.url_of("smtp+plain", "petr:s3cret@");
    let settings = move |raw: &mut RawSettings| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
    };
    post.says("AUTH", "535 5.7.8 no");
    let app = App::start_with(Engine::Sqlite, settings).await;
    let officer = officer(&app).await;
    activated(&app, &officer, "Jardins").await;
    until(&app, &["waiting sender_refused 1"]).await;
    assert_eq!(post.taken().len(), 0);
    post.says("AUTH", "");
    app.advance(TimeDelta::minutes(1));
    until(&app, &["sent 2"]).await;
    let auth = post
        .heard()
        .into_iter()
        .find(|line| line.starts_with("AUTH PLAIN "));
    assert_eq!(auth.as_deref(), Some("AUTH PLAIN AHBldHIAczNjcmV0"));
}

#[tokio::test]
async fn many_mails_share_a_few_conversations_and_each_leaves_once() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        for name in NAMES {
            activated(&app, &officer, name).await;
        }
        let taken = post.has_taken(NAMES.len()).await;
        until(&app, &["sent 1"; NAMES.len()]).await;
        let mut to: Vec<_> = taken.iter().map(|taken| taken.to.clone()).collect();
        to.sort();
        to.dedup();
        assert_eq!((to.len(), post.taken().len()), (NAMES.len(), NAMES.len()));
        let conversations = post.conversations();
        assert!(conversations < NAMES.len(), "{conversations}");
    }
}

#[tokio::test]
async fn two_instances_send_each_mail_once() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let post = PostOffice::open().await;
    // Tokens of one are good for both.
    let settings = |raw: &mut RawSettings| {
        by(&post)(raw);
        raw.public_url = "https://c.example".parse().ok();
    };
    let app = App::start_with(Engine::Postgres, settings).await;
    let other = app.another_instance_with(&app.url, settings).await;
    let officer = officer(&app).await;
    for (number, name) in NAMES.iter().enumerate() {
        let at = if number % 2 == 0 { &app } else { &other };
        activated(at, &officer, name).await;
    }
    until(&app, &["sent 1"; NAMES.len()]).await;
    let mut ids: Vec<_> = post
        .taken()
        .iter()
        .map(|taken| taken.message().message_id().unwrap().to_owned())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), post.taken().len()), (NAMES.len(), NAMES.len()));
    other.stop().await;
}

#[tokio::test]
async fn what_is_not_to_be_sent_is_not_sent_later() {
    let off = |raw: &mut RawSettings| raw.mail = "off".parse().ok();
    on_each_database_with(off, |app| async move {
        let officer = officer(&app).await;
        activated(&app, &officer, "Jardins").await;
        until(&app, &["skipped off 1"]).await;
    })
    .await;
}
