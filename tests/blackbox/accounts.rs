//! Accounts of the staff: made, listed, changed, shut; and one's own.

use domain::accounts::Role;
use harness::app::{App, PASSWORD, Staff, on_each_database};
use harness::behind::{everything_in, execute, texts};
use harness::http::{Call, Reply};
use serde_json::{Value, json};

const STRONG: &str = "une tortue verte au marché";

fn camille() -> Value {
    json!({ "email": "Camille@PETR.example", "name": "Camille Canari", "roles": ["officer"] })
}

fn create(app: &App, by: &Staff, body: &Value) -> Call {
    app.post("/v1/users").by(by).json(body)
}

fn patch(app: &App, by: &Staff, id: &str, body: &Value) -> Call {
    app.patch(&format!("/v1/users/{id}"))
        .by(by)
        .if_match("*")
        .json(body)
}

fn disable(app: &App, by: &Staff, id: &str) -> Call {
    app.post(&format!("/v1/users/{id}/disable")).by(by)
}

/// The addresses of a list.
#[track_caller]
fn emails(reply: &Reply) -> Vec<String> {
    let body = reply.expect(200).body();
    let email = |user: &Value| user["email"].as_str().unwrap().to_owned();
    body["data"].as_array().unwrap().iter().map(email).collect()
}

#[tokio::test]
async fn an_account_is_made_and_signs_in_with_the_password_that_is_shown_once() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let reply = create(&app, &director, &camille()).await;
        let made = reply.expect(201).body();
        let id = made["id"].as_str().unwrap();
        assert_eq!(reply.header("location"), format!("/v1/users/{id}"));
        assert_eq!(reply.header("etag"), made["etag"]);
        assert_eq!(reply.header("cache-control"), "private, no-store");
        let initial = made["initial_password"].as_str().unwrap();
        assert_eq!(
            made,
            json!({
                "id": id, "email": "Camille@petr.example", "name": "Camille Canari",
                "roles": ["officer"], "language": "fr", "state": "active",
                "initial_password": initial,
                "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
                "etag": made["etag"],
            })
        );
        app.sign_in("camille@petr.EXAMPLE", initial)
            .await
            .expect(200);
        app.sign_in("camille@petr.example", PASSWORD)
            .await
            .expect(400);

        let mut read = app
            .get(&format!("/v1/users/{id}"))
            .by(&director)
            .await
            .expect(200)
            .body();
        read["initial_password"] = json!(initial);
        assert_eq!(read, made);
        // With a password of one's own none is made up, nor shown.
        let body = json!({
            "email": "zoe@petr.example", "name": "Zoé", "roles": ["funder", "referent"],
            "password": STRONG,
        });
        let zoe = create(&app, &director, &body).await.expect(201).body();
        assert_eq!(zoe["roles"], json!(["referent", "funder"]));
        assert!(zoe.get("initial_password").is_none() && zoe.get("password").is_none());
        app.sign_in("zoe@petr.example", STRONG).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_creation_shows_the_same_password_which_is_stored_encrypted() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let key = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let call = |body: &Value| create(&app, &director, body).header("Idempotency-Key", key);
        let first = call(&camille()).await;
        let initial = first.expect(201).text("initial_password");
        let again = call(&camille()).await;
        assert_eq!(again.expect(201).bytes, first.bytes);
        for name in ["location", "etag"] {
            assert_eq!(again.header(name), first.header(name));
        }
        let other = json!({ "email": "b@petr.example", "name": "B", "roles": ["officer"] });
        assert_eq!(
            call(&other).await.expect(422).problem(),
            "idempotency-key-reused"
        );
        // The key is the director's, not the token's.
        let renewed = app.sign_in("director@petr.example", PASSWORD).await;
        let renewed = Staff {
            token: renewed.text("access_token"),
            ..director.clone()
        };
        let again = create(&app, &renewed, &camille())
            .header("Idempotency-Key", key)
            .await;
        assert_eq!(again.expect(201).bytes, first.bytes);

        let kept = everything_in(&app, "idempotency_keys").await;
        assert!(kept.contains(key), "the table was looked through");
        for personal in [initial.as_str(), "Canari", "amille@", "example"] {
            assert!(
                !kept.contains(personal),
                "{personal} is kept in the clear: {kept}"
            );
        }
        app.sign_in("camille@petr.example", &initial)
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn an_address_belongs_to_one_account() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let taken = json!({ "email": "OFFICER@Petr.Example", "name": "X", "roles": ["funder"] });
        let refused = create(&app, &director, &taken).await;
        assert_eq!(refused.expect(409).problem(), "conflict");
        assert_eq!(refused.faults(), ["/email already_used"]);
        let refused = patch(
            &app,
            &director,
            &director.id,
            &json!({ "email": "OFFICER@petr.example" }),
        );
        assert_eq!(refused.await.expect(409).problem(), "conflict");
        // One's own in another spelling is free.
        let spelt = json!({ "email": "Officer@petr.example" });
        let reply = patch(&app, &director, &officer.id, &spelt).await;
        assert_eq!(reply.expect(200).text("email"), "Officer@petr.example");
    })
    .await;
}

#[tokio::test]
async fn of_many_who_take_one_address_at_once_one_gets_it() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let calls: Vec<_> = (0..12)
            .map(|_| tokio::spawn(create(&app, &director, &camille()).into_future()))
            .collect();
        let mut statuses = vec![];
        for call in calls {
            statuses.push(call.await.unwrap().status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![201], vec![409; 11]].concat());
        let listed = app.get("/v1/users?role=officer").by(&director).await;
        assert_eq!(emails(&listed), ["Camille@petr.example"]);
    })
    .await;
}

#[tokio::test]
async fn accounts_are_listed_by_state_role_and_last_change() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let step = chrono::TimeDelta::minutes(1);
        app.advance(step);
        let officer = app.staff(Role::Officer).await;
        app.advance(step);
        app.staff(Role::Referent).await;
        app.staff_named("both@petr.example", &[Role::Officer, Role::Funder])
            .await;
        let list = |query: &str| app.get(&format!("/v1/users?{query}")).by(&director);
        let (d, o) = ("director@petr.example", "officer@petr.example");
        let (r, b) = ("referent@petr.example", "both@petr.example");
        let all = list("count=true").await;
        assert_eq!(all.body()["page"]["total"], 4);
        let mut listed = emails(&all);
        listed[2..].sort();
        assert_eq!(listed, [d, o, b, r]);
        assert_eq!(emails(&list("role=officer").await), [o, b]);
        assert_eq!(emails(&list("role=director").await), [d]);
        assert_eq!(emails(&list("role=referent&state=active").await), [r]);
        disable(&app, &director, &officer.id).await.expect(200);
        assert_eq!(emails(&list("state=disabled").await), [o]);
        assert_eq!(emails(&list("state=active&role=officer").await), [b]);
        let since = list("updated_since=2026-11-24T09:02:00Z").await;
        let mut changed = emails(&since);
        changed.sort();
        assert_eq!(changed, [b, o, r]);
        assert!(since.body()["page"]["synced_until"].is_string());
        // Page by page it is the same, and one cursor is for one question.
        let (mut cursor, mut seen) = (String::new(), vec![]);
        loop {
            let page = list(&format!("limit=1{cursor}")).await;
            seen.extend(emails(&page));
            match page.body()["page"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, emails(&list("").await));
        let other = list(&format!("state=active&limit=1{cursor}")).await;
        assert_eq!(other.expect(422).faults(), ["cursor cursor_invalid"]);
        let wrong = list("state=gone&role=king&rôle=x").await;
        assert_eq!(wrong.expect(422).faults().len(), 3);
        // No answer bears a password or a hash.
        assert!(!all.utf8().contains("password") && !all.utf8().contains("argon2"));
    })
    .await;
}

#[tokio::test]
async fn only_directors_look_after_accounts() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let path = format!("/v1/users/{}", director.id);
        let shut = format!("{path}/disable");
        let open = format!("{path}/enable");
        for role in [Role::Officer, Role::Referent, Role::Funder] {
            let other = app.staff(role).await;
            for call in [
                app.get("/v1/users"),
                app.get(&path),
                app.post("/v1/users").json(&camille()),
                app.patch(&path).if_match("*").json(&json!({ "name": "X" })),
                app.post(&shut),
                app.post(&open),
                app.get("/v1/audit-entries"),
            ] {
                assert_eq!(call.by(&other).await.expect(403).problem(), "forbidden");
            }
        }
        for call in [
            app.get("/v1/users"),
            app.get(&path),
            app.post("/v1/users").json(&camille()),
            app.patch(&path).if_match("*").json(&json!({ "name": "X" })),
            app.post(&shut),
            app.post(&open),
            app.get("/v1/audit-entries"),
            app.get("/v1/me"),
            app.post("/v1/me/password").json(&json!({})),
        ] {
            assert_eq!(call.await.expect(401).problem(), "unauthorized");
        }
        let me = app.get("/v1/me").by(&director).await.expect(200).body();
        assert_eq!(me["name"], "director@petr.example", "nothing was changed");
    })
    .await;
}

#[tokio::test]
async fn an_account_is_changed_field_by_field() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let path = format!("/v1/users/{}", officer.id);
        let read = app.get(&path).by(&director).await.expect(200).body();
        let etag = read["etag"].as_str().unwrap();
        app.advance(chrono::TimeDelta::minutes(1));
        let change = |etag: &str, body: Value| app.patch(&path).by(&director).if_match(etag).json(&body);
        let named = change(etag, json!({ "name": "Officière" })).await.expect(200).body();
        let mut expected = read.clone();
        expected["name"] = json!("Officière");
        expected["updated_at"] = json!("2026-11-24T09:01:00Z");
        expected["etag"] = named["etag"].clone();
        assert_eq!(named, expected);
        assert_ne!(named["etag"], read["etag"]);

        let stale = change(etag, json!({ "name": "Autre" })).await;
        assert_eq!(stale.expect(412).problem(), "precondition-failed");
        assert_eq!(stale.header("etag"), named["etag"]);
        let without = app.patch(&path).by(&director).json(&json!({ "name": "Autre" })).await;
        assert_eq!(without.expect(428).problem(), "precondition-required");
        let same = change("*", json!({ "name": "Officière" })).await.expect(200).body();
        assert_eq!(same, named, "what changes nothing writes nothing");

        let roles = json!({ "email": "new@petr.example", "roles": ["funder", "officer"] });
        let changed = change("*", roles).await.expect(200).body();
        assert_eq!(changed["roles"], json!(["officer", "funder"]));
        app.sign_in("new@petr.example", PASSWORD).await.expect(200);
        app.sign_in("officer@petr.example", PASSWORD).await.expect(400);
        let refused = change("*", json!({
            "email": null, "name": "", "roles": [], "password": "azertyuiopqs", "state": "disabled",
        }));
        let faults = refused.await.expect(422).faults();
        assert_eq!(faults.len(), 4, "{faults:?}");
        for body in [
            json!({ "name": null }),
            json!({ "password": null }),
            json!({ "roles": null }),
            json!({ "language": null }),
        ] {
            assert_eq!(change("*", body.clone()).await.expect(422).problem(), "invalid", "{body}");
        }
        let weak = change("*", json!({ "password": "azertyuiopqs" })).await;
        assert_eq!(weak.expect(422).faults(), ["/password weak_password"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_account_is_not_found() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let body = json!({ "name": "X" });
        for id in ["01a05b8d-9300-7000-8a36-ed8212f372a7", "nobody", "..%2Fme"] {
            let path = format!("/v1/users/{id}");
            for call in [
                app.get(&path),
                app.patch(&path).if_match("*").json(&body),
                app.post(&format!("{path}/disable")),
                app.post(&format!("{path}/enable")),
            ] {
                assert_eq!(
                    call.by(&director).await.expect(404).problem(),
                    "not-found",
                    "{id}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn weak_passwords_are_refused() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        for weak in [
            "azertyuiopqs",
            "aaaaaaaaaaaaaa",
            "MotDePasse2026!",
            "concertation1",
        ] {
            let mut body = camille();
            body["password"] = json!(weak);
            let refused = create(&app, &director, &body).await;
            assert_eq!(
                refused.expect(422).faults(),
                ["/password weak_password"],
                "{weak}"
            );
            let body = json!({ "current_password": PASSWORD, "new_password": weak });
            let refused = app.post("/v1/me/password").by(&director).json(&body).await;
            assert_eq!(
                refused.expect(422).faults(),
                ["/new_password weak_password"],
                "{weak}"
            );
        }
        let mut short = camille();
        short["password"] = json!("court");
        assert_eq!(
            create(&app, &director, &short).await.expect(422).faults(),
            ["/password too_short"]
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_shuts_themselves_out_nor_the_last_director() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let own = disable(&app, &director, &director.id).await;
        assert_eq!(own.expect(409).problem(), "conflict");
        let role = json!({ "roles": ["officer"] });
        let last = patch(&app, &director, &director.id, &role).await;
        assert_eq!(last.expect(409).problem(), "conflict");
        // A director who is out is none to count on.
        let body = json!({ "roles": ["director", "officer"] });
        patch(&app, &director, &officer.id, &body).await.expect(200);
        disable(&app, &director, &officer.id).await.expect(200);
        let again = disable(&app, &director, &officer.id).await;
        assert_eq!(again.expect(409).problem(), "conflict");
        let last = patch(&app, &director, &director.id, &role).await;
        assert_eq!(last.expect(409).problem(), "conflict");
        let enable = format!("/v1/users/{}/enable", officer.id);
        let enabled = app.post(&enable).by(&director).await;
        assert_eq!(enabled.expect(200).text("state"), "active");
        assert_eq!(
            app.post(&enable).by(&director).await.expect(409).problem(),
            "conflict"
        );
        patch(&app, &director, &director.id, &role)
            .await
            .expect(200);
        let listed = app.get("/v1/users").by(&director).await;
        assert_eq!(listed.expect(403).problem(), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn of_two_directors_who_shut_each_other_out_at_once_one_stays() {
    on_each_database(|app| async move {
        for round in 0..5 {
            for is_by_role in [false, true] {
                let name = |who: &str| format!("{who}{round}{is_by_role}@petr.example");
                let one = app.staff_named(&name("one"), &[Role::Director]).await;
                let two = app.staff_named(&name("two"), &[Role::Director]).await;
                let call = |by: &Staff, whom: &Staff| match is_by_role {
                    true => patch(&app, by, &whom.id, &json!({ "roles": ["funder"] })),
                    false => disable(&app, by, &whom.id),
                };
                let first = tokio::spawn(call(&one, &two).into_future());
                let second = tokio::spawn(call(&two, &one).into_future());
                let mut statuses = [first.await.unwrap().status, second.await.unwrap().status];
                statuses.sort_unstable();
                // The second was let in before the first was done, or not any more.
                assert_eq!(statuses[0], 200);
                assert!([401, 403, 409].contains(&statuses[1]), "{statuses:?}");
                let left = "select email from users where state = 'active' and \
                            cast(roles as text) like '%director%'";
                assert_eq!(texts(&app, left).await.len(), 1);
                // Out of the way of the next two, which no caller could do.
                execute(&app, "update users set state = 'disabled'").await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn one_changes_one_s_own_password_by_the_old_one() {
    on_each_database(|app| async move {
        let funder = app.staff(Role::Funder).await;
        let change = |current: &str, fresh: &str| {
            let body = json!({ "current_password": current, "new_password": fresh });
            app.post("/v1/me/password").by(&funder).json(&body)
        };
        let wrong = change("une autre phrase de passe", STRONG).await;
        assert_eq!(wrong.expect(409).problem(), "conflict");
        app.sign_in("funder@petr.example", STRONG).await.expect(400);
        assert_eq!(change(PASSWORD, STRONG).await.status, 204);
        app.sign_in("funder@petr.example", STRONG).await.expect(200);
        assert_eq!(change(PASSWORD, PASSWORD).await.status, 409);
        let me = app.get("/v1/me").by(&funder).await.expect(200).body();
        assert_eq!(
            me,
            json!({
                "kind": "user", "id": funder.id, "email": "funder@petr.example",
                "name": "funder@petr.example", "roles": ["funder"], "language": "fr",
                "scopes": ["participations:read"],
            })
        );
    })
    .await;
}
