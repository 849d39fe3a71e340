//! Webhooks as they are kept: made, changed, paused, tried out, replayed, deleted; and whose they are.

use chrono::TimeDelta;
use harness::app::{on_each_database, on_each_database_with};
use harness::receiver::{Receiver, Said};
use serde_json::json;

use super::*;

const URL: &str = "https://partenaire.example/concertation";

#[tokio::test]
async fn it_is_made_with_a_secret_that_is_shown_once_and_read_again() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let body = json!({ "url": URL, "types": PUBLISHED, "description": "Site" });
        let ask = || {
            let call = app.post("/v1/webhooks").by(&officer).json(&body);
            call.header("Idempotency-Key", "one")
        };
        let reply = ask().await;
        let made = reply.expect(201).body();
        let id = made["id"].as_str().unwrap();
        let secret = made["secret"].as_str().unwrap();
        assert!(secret.starts_with("whsec_"));
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::STANDARD;
        let bytes = bytes.decode(secret.trim_start_matches("whsec_")).unwrap();
        assert_eq!(bytes.len(), 32);
        assert_eq!(reply.header("location"), format!("/v1/webhooks/{id}"));
        assert_eq!(reply.header("etag"), made["etag"]);
        assert_eq!(
            made,
            json!({
                "id": id, "url": URL, "types": PUBLISHED, "description": "Site",
                "state": "active", "secret": secret, "created_at": "2026-11-24T09:00:00Z",
                "updated_at": "2026-11-24T09:00:00Z", "etag": made["etag"],
            })
        );
        assert_eq!(ask().await.expect(201).body(), made);
        let mut shown = made.clone();
        shown.as_object_mut().unwrap().remove("secret");
        assert_eq!(read(&app, &officer, &made).await, shown);
        let list = app.get("/v1/webhooks?count=true").by(&officer).await;
        let list = list.expect(200).body();
        assert_eq!(
            (&list["data"], &list["page"]["total"]),
            (&json!([shown]), &json!(1))
        );
        // The secret lies nowhere in the clear.
        let plain = String::from_utf8_lossy(&bytes).into_owned();
        for table in ["webhooks", "idempotency_keys", "audit_entries", "outbox"] {
            let all = harness::behind::everything_in(&app, table).await;
            assert!(!all.contains(secret) && !all.contains(&plain), "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_fault_is_told_at_once() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let ask = |body: Value| app.post("/v1/webhooks").by(&officer).json(&body);
        let wrong = json!({ "url": "ftp://x.example/", "types": [], "description": " " });
        let faults = ["/description required", "/types too_few", "/url malformed"];
        assert_eq!(ask(wrong).await.expect(422).faults(), faults);
        let types = ["event.published", "event.burnt"];
        let wrong = json!({ "url": URL, "types": types, "state": "paused" });
        let reply = ask(wrong).await;
        let faults = ["/state unknown_field", "/types/1 unknown_value"];
        assert_eq!(reply.expect(422).faults(), faults);
        for (url, fault) in [
            ("https://127.0.0.1/", "private_target"),
            ("https://[::1]/", "private_target"),
            ("https://[::ffff:10.0.0.1]/", "private_target"),
            ("https://169.254.169.254/latest", "private_target"),
            ("https://0x7f.1/", "private_target"),
            ("http://partenaire.example/", "needs_https"),
            ("https://name:word@partenaire.example/", "malformed"),
            ("https://partenaire.example:25/", "port_refused"),
        ] {
            let reply = ask(json!({ "url": url, "types": PUBLISHED })).await;
            assert_eq!(
                reply.expect(422).faults(),
                [format!("/url {fault}")],
                "{url}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() {
    on_each_database(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        // The name is public as far as it says itself; what it leads to is looked at when it is called.
        let port = receiver
            .url()
            .rsplit(':')
            .next()
            .unwrap()
            .replace("/hook", "");
        let url = format!("https://localhost:{port}/hook");
        let hook = webhook(&app, &officer, &url, PUBLISHED).await;
        published(&app, &officer, "Atelier").await;
        let failed = |told: &[Value]| told.len() == 1 && attempts(&told[0]).len() == 1;
        let told = until(&app, &officer, &hook, failed).await;
        assert_eq!(attempts(&told[0])[0]["error"], "private_target");
        let tried = turn(&app, &officer, &hook, "test").await.expect(200).body();
        assert_eq!(tried["attempts"][0]["error"], "private_target");
        assert_eq!(receiver.told().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn it_is_changed_with_its_tag_and_told_at_its_new_address() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, URL, PUBLISHED).await;
        let url = json!({ "url": receiver.url() });
        let patch = || app.patch(&path(&hook)).by(&officer);
        patch().json(&url).await.expect(428);
        patch().if_match("\"v9-x\"").json(&url).await.expect(412);
        let etag = hook["etag"].as_str().unwrap();
        let changed = patch().if_match(etag).json(&url).await.expect(200).body();
        assert_eq!(changed["url"], receiver.url());
        assert!(changed["secret"].is_null());
        let same = patch().if_match("*").json(&url).await.expect(200).body();
        assert_eq!(same, changed);
        let wrong = patch().if_match("*").json(&json!({ "types": null })).await;
        assert_eq!(wrong.expect(422).faults(), ["/types type"]);
        published(&app, &officer, "Atelier").await;
        let told = receiver.told_times(1).await;
        assert!(is_signed_by(&told[0], hook["secret"].as_str().unwrap()));
        let gone = app.delete(&path(&hook)).by(&officer).if_match("*").await;
        gone.expect(204);
        app.get(&path(&hook)).by(&officer).await.expect(404);
        app.get(&format!("{}/deliveries", path(&hook)))
            .by(&officer)
            .await
            .expect(404);
    })
    .await;
}

#[tokio::test]
async fn while_it_is_paused_what_happens_waits_and_what_is_older_than_three_days_is_left() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        let paused = turn(&app, &officer, &hook, "pause")
            .await
            .expect(200)
            .body();
        assert_eq!(paused["paused"]["reason"], "asked");
        assert_eq!(
            turn(&app, &officer, &hook, "pause")
                .await
                .expect(409)
                .problem(),
            "wrong-state"
        );
        published(&app, &officer, "Un").await;
        until(&app, &officer, &hook, |told| told.len() == 1).await;
        let officer = later(&app, &officer, TimeDelta::days(2)).await;
        published(&app, &officer, "Deux").await;
        until(&app, &officer, &hook, |told| told.len() == 2).await;
        let officer = later(&app, &officer, TimeDelta::days(2)).await;
        let resumed = turn(&app, &officer, &hook, "resume")
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&resumed["state"], &resumed["paused"]),
            (&json!("active"), &Value::Null)
        );
        let told = |told: &[Value]| states(told) == ["delivered", "failed"];
        until(&app, &officer, &hook, told).await;
        assert_eq!(receiver.told().len(), 1);
        turn(&app, &officer, &hook, "resume").await.expect(409);
    })
    .await;
}

#[tokio::test]
async fn it_is_tried_out_at_once_paused_or_not() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        turn(&app, &officer, &hook, "pause").await.expect(200);
        let tried = turn(&app, &officer, &hook, "test").await.expect(200).body();
        assert_eq!(
            (&tried["state"], &tried["type"]),
            (&json!("delivered"), &json!("webhook.test"))
        );
        let told = receiver.told_times(1).await.remove(0);
        assert_eq!(told.json()["data"], json!({ "webhook_id": hook["id"] }));
        assert_eq!(told.id(), tried["id"]);
        assert!(is_signed_by(&told, hook["secret"].as_str().unwrap()));
        receiver.says(|_| Said::status(410).with_body("Non"));
        let tried = turn(&app, &officer, &hook, "test").await.expect(200).body();
        assert_eq!(
            (&tried["state"], &tried["attempts"][0]["status"]),
            (&json!("failed"), &json!(410))
        );
        let told = deliveries(&app, &officer, &hook, "?type=webhook.test").await;
        assert_eq!(told.len(), 2);
        let again = json!({ "ids": [tried["id"]] });
        let reply = app.post(&format!("{}/replay", path(&hook))).by(&officer);
        assert_eq!(
            reply.json(&again).await.expect(422).faults(),
            ["/ids/0 unknown_delivery"]
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_tried_out_is_kept_though_whoever_asked_left() {
    let hasty = |raw: &mut RawSettings| {
        open(raw);
        raw.request_timeout = "1".parse().ok();
    };
    on_each_database_with(hasty, |app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        receiver.says(|_| Said::status(204).after(std::time::Duration::from_secs(2)));
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        turn(&app, &officer, &hook, "test").await.expect(503);
        let told = until(&app, &officer, &hook, |told| told.len() == 1).await;
        assert_eq!(
            (
                &told[0]["type"],
                &told[0]["state"],
                &told[0]["attempts"][0]["status"]
            ),
            (&json!("webhook.test"), &json!("delivered"), &json!(204))
        );
        assert_eq!(receiver.told().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_happened_since_is_told_again_and_to_a_webhook_that_is_younger() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        for title in ["Un", "Deux"] {
            published(&app, &officer, title).await;
            app.advance(TimeDelta::minutes(1));
        }
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        published(&app, &officer, "Trois").await;
        until(&app, &officer, &hook, all_delivered(1)).await;
        let replay = async |body: Value| {
            let call = app.post(&format!("{}/replay", path(&hook))).by(&officer);
            call.json(&body).await
        };
        let both = json!({ "ids": [], "since": "2026-11-24T09:00:30Z" });
        assert_eq!(replay(both).await.expect(422).faults(), ["/ids too_few"]);
        assert_eq!(
            replay(json!({})).await.expect(422).faults(),
            ["/ids required"]
        );
        let since = replay(json!({ "since": "2026-11-24T09:00:30Z" })).await;
        assert_eq!(since.expect(200).body(), json!({ "deliveries": 2 }));
        until(&app, &officer, &hook, all_delivered(2)).await;
        let calls = receiver.told_times(3).await;
        assert!(calls[1..].iter().any(|call| call.id() == calls[0].id()));
        let all = replay(json!({ "since": "2026-11-01T00:00:00Z" })).await;
        assert_eq!(all.expect(200).body(), json!({ "deliveries": 3 }));
        until(&app, &officer, &hook, all_delivered(3)).await;
    })
    .await;
}

#[tokio::test]
async fn a_partner_is_told_what_is_public_or_its_own_and_sees_its_own_webhooks() {
    on_each(|app| async move {
        let director = app.staff(Role::Director).await;
        let (garden, one) = app.partner(&director, "Jardins").await;
        let (_, other) = app.partner(&director, "Vélos").await;
        let [ours, theirs, staffs] = [
            Receiver::start().await,
            Receiver::start().await,
            Receiver::start().await,
        ];
        let types = [
            "event.published",
            "organisation.updated",
            "organisation.suspended",
        ];
        let hook = webhook(&app, &one, &ours.url(), &types).await;
        assert_eq!(hook["organisation_id"], garden);
        let others = webhook(&app, &other, &theirs.url(), &types).await;
        let all = webhook(&app, &director, &staffs.url(), &types).await;
        let mut members = body_of_event("Réunion interne");
        members["visibility"] = json!("members");
        app.published(&director, members).await;
        published(&app, &director, "Fête").await;
        let pending = json!({ "name": "Une école", "kind": "school" });
        let pending = app.post("/v1/organisations").by(&director).json(&pending);
        let pending = pending.await.expect(201).text("id");
        let path_of = format!("/v1/organisations/{pending}");
        let patch = app.patch(&path_of).by(&director).if_match("*");
        patch.json(&json!({ "description": "x" })).await.expect(200);
        let told = until(&app, &director, &all, all_delivered(3)).await;
        assert_eq!(told.len(), 3);
        for (partner, hook) in [(&one, &hook), (&other, &others)] {
            let told = until(&app, partner, hook, all_delivered(1)).await;
            assert_eq!(told[0]["type"], "event.published");
        }
        assert_eq!((ours.told().len(), theirs.told().len()), (1, 1));
        // Another's is not there, whatever is asked of it.
        let list = app.get("/v1/webhooks").by(&other).await.expect(200).body();
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        assert_eq!(list["data"][0]["id"], others["id"]);
        app.get(&path(&hook)).by(&other).await.expect(404);
        app.get(&format!("{}/deliveries", path(&hook)))
            .by(&other)
            .await
            .expect(404);
        for how in ["pause", "resume", "rotate-secret", "test"] {
            turn(&app, &other, &hook, how).await.expect(404);
        }
        let replay = app.post(&format!("{}/replay", path(&hook))).by(&other);
        let since = json!({ "since": "2026-11-01T00:00:00Z" });
        replay.json(&since).await.expect(404);
        let patch = app.patch(&path(&hook)).by(&other).if_match("*");
        patch.json(&json!({ "types": PUBLISHED })).await.expect(404);
        let gone = app.delete(&path(&hook)).by(&other).if_match("*").await;
        gone.expect(404);
        assert_eq!(read(&app, &one, &hook).await["state"], "active");
        // Replaying tells a partner no more than it may know.
        let replay = app.post(&format!("{}/replay", path(&hook))).by(&one);
        let replay = replay.json(&since).await;
        assert_eq!(replay.expect(200).body(), json!({ "deliveries": 1 }));
        let list = app
            .get("/v1/webhooks")
            .by(&director)
            .await
            .expect(200)
            .body();
        assert_eq!(list["data"].as_array().unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn who_is_shut_out_is_told_nothing_and_who_is_another_keeps_their_webhooks() {
    on_each(|app| async move {
        let director = app.staff(Role::Director).await;
        let (garden, gardener) = app.partner(&director, "Jardins").await;
        let (bikes, cyclist) = app.partner(&director, "Vélos").await;
        let receiver = Receiver::start().await;
        let of_garden = webhook(&app, &gardener, &receiver.url(), PUBLISHED).await;
        let of_bikes = webhook(&app, &cyclist, &receiver.url(), PUBLISHED).await;
        let suspend = app.post(&format!("/v1/organisations/{bikes}/suspend"));
        let suspended = suspend.by(&director).if_match("*").empty().await;
        suspended.expect(200);
        published(&app, &director, "Un").await;
        until(&app, &director, &of_garden, all_delivered(1)).await;
        assert_eq!(deliveries(&app, &director, &of_bikes, "").await.len(), 0);
        let activate = app.post(&format!("/v1/organisations/{bikes}/activate"));
        let activated = activate.by(&director).if_match("*").empty().await;
        activated.expect(200);
        let merge = app.post(&format!("/v1/organisations/{garden}/merge"));
        let merge = merge.by(&director).if_match("*");
        merge.json(&json!({ "into": bikes })).await.expect(200);
        let passed = read(&app, &director, &of_garden).await;
        assert_eq!(passed["organisation_id"], bikes);
        published(&app, &director, "Deux").await;
        until(&app, &director, &of_garden, all_delivered(2)).await;
        until(&app, &director, &of_bikes, all_delivered(1)).await;
    })
    .await;
}

#[tokio::test]
async fn a_structure_has_twenty_at_most_however_many_ask_at_once() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Jardins").await;
        let body = json!({ "url": URL, "types": PUBLISHED });
        let calls = (0..30).map(|_| app.post("/v1/webhooks").by(&partner).json(&body));
        let replies =
            futures_util::future::join_all(calls.map(std::future::IntoFuture::into_future)).await;
        let made = replies.iter().filter(|reply| reply.status == 201).count();
        assert_eq!(made, 20);
        let refused = replies.iter().find(|reply| reply.status != 201).unwrap();
        assert_eq!(refused.expect(409).problem(), "conflict");
        let list = app.get("/v1/webhooks?count=true").by(&partner).await;
        let list = list.expect(200).body();
        assert_eq!(list["page"]["total"], 20);
        app.delete(&path(&list["data"][0]))
            .by(&partner)
            .if_match("*")
            .await
            .expect(204);
        webhook(&app, &partner, URL, PUBLISHED).await;
        // The staff has as many as it needs.
        for _ in 0..21 {
            webhook(&app, &director, URL, PUBLISHED).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_replayed_while_it_is_paused_is_told_when_it_is_resumed() {
    on_each(|app| async move {
        let (officer, receiver) = officer_and_receiver(&app).await;
        let hook = webhook(&app, &officer, &receiver.url(), PUBLISHED).await;
        published(&app, &officer, "Un").await;
        until(&app, &officer, &hook, all_delivered(1)).await;
        let officer = later(&app, &officer, TimeDelta::days(5)).await;
        turn(&app, &officer, &hook, "pause").await.expect(200);
        let replay = app.post(&format!("{}/replay", path(&hook))).by(&officer);
        let since = json!({ "since": "2026-11-01T00:00:00Z" });
        let replayed = replay.json(&since).await.expect(200).body();
        assert_eq!(replayed, json!({ "deliveries": 1 }));
        turn(&app, &officer, &hook, "resume").await.expect(200);
        until(&app, &officer, &hook, all_delivered(1)).await;
        let calls = receiver.told_times(2).await;
        assert_eq!(calls[0].id(), calls[1].id());
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_one_that_is_shut_out_waits_until_it_is_a_partner_again() {
    on_each(|app| async move {
        let director = app.staff(Role::Director).await;
        let (garden, gardener) = app.partner(&director, "Jardins").await;
        let receiver = Receiver::start().await;
        receiver.says(|_| Said::status(500));
        let hook = webhook(&app, &gardener, &receiver.url(), PUBLISHED).await;
        published(&app, &director, "Un").await;
        receiver.told_times(1).await;
        until(&app, &director, &hook, |told| {
            told.iter().any(|one| !attempts(one).is_empty())
        })
        .await;
        let turned = |how: &str| app.post(&format!("/v1/organisations/{garden}/{how}"));
        let suspend = turned("suspend").by(&director).if_match("*").empty().await;
        suspend.expect(200);
        receiver.says(|_| Said::status(204));
        app.advance(TimeDelta::seconds(20));
        // Another's call shows that there was time for it.
        let other = webhook(&app, &director, &receiver.url(), PUBLISHED).await;
        published(&app, &director, "Deux").await;
        until(&app, &director, &other, all_delivered(1)).await;
        let told = deliveries(&app, &director, &hook, "").await;
        assert_eq!(states(&told), ["pending"]);
        let activate = turned("activate").by(&director).if_match("*").empty().await;
        activate.expect(200);
        until(&app, &director, &hook, all_delivered(1)).await;
    })
    .await;
}

#[tokio::test]
async fn the_one_that_stays_is_told_that_the_other_was_merged() {
    on_each(|app| async move {
        let director = app.staff(Role::Director).await;
        let (garden, gardener) = app.partner(&director, "Jardins").await;
        let (bikes, cyclist) = app.partner(&director, "Vélos").await;
        let (_, stranger) = app.partner(&director, "Ruches").await;
        let receiver = Receiver::start().await;
        let merged: &[&str] = &["organisation.merged"];
        let mut hooks = Vec::new();
        for by in [&gardener, &cyclist, &stranger, &director] {
            hooks.push(webhook(&app, by, &receiver.url(), merged).await);
        }
        let merge = app
            .post(&format!("/v1/organisations/{garden}/merge"))
            .by(&director);
        let merge = merge.if_match("*").json(&json!({ "into": bikes }));
        merge.await.expect(200);
        for hook in [&hooks[0], &hooks[1], &hooks[3]] {
            until(&app, &director, hook, all_delivered(1)).await;
        }
        assert_eq!(deliveries(&app, &director, &hooks[2], "").await.len(), 0);
    })
    .await;
}
