//! Two people change one thing at once: one of them wins, the other is told, nothing is lost.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::http::{Call, Reply};
use serde_json::{Value, json};

use super::{etag, path, workshop};

const ROUNDS: usize = 12;

/// Two writes of the same version at once; gives the winner's answer and the event afterwards.
async fn race(app: &App, who: &Staff, event: &Value, calls: [Call; 2], won: [u16; 2]) -> usize {
    let [one, other] = calls;
    let (one, other) = tokio::join!(
        tokio::spawn(one.into_future()),
        tokio::spawn(other.into_future())
    );
    let replies = [one.unwrap(), other.unwrap()];
    let winners: Vec<_> = (0..2).filter(|i| replies[*i].status == won[*i]).collect();
    let [winner] = winners[..] else {
        panic!("{} and {}", replies[0].utf8(), replies[1].utf8());
    };
    let loser = &replies[1 - winner];
    if won[winner] == 204 {
        assert_eq!(loser.expect(404).problem(), "not-found");
        return winner;
    }
    assert_eq!(loser.expect(412).problem(), "precondition-failed");
    let now = app.get(&path(event)).by(who).await;
    assert_eq!(loser.header("etag"), now.expect(200).header("etag"));
    assert_eq!(replies[winner].body(), now.body());
    winner
}

#[tokio::test]
async fn of_two_changes_of_one_version_one_is_made() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for round in 0..ROUNDS {
            let event = app.published(&officer, workshop("Avant")).await;
            let (at, tag) = (path(&event), etag(&event));
            let title = |title: &str| {
                app.patch(&at)
                    .by(&officer)
                    .if_match(&tag)
                    .json(&json!({ "title": title }))
            };
            let transition = |name: &str| {
                let call = app
                    .post(&format!("{at}/{name}"))
                    .by(&officer)
                    .if_match(&tag);
                call.json(&json!({ "reason": "Salle indisponible." }))
            };
            let calls = match round % 4 {
                0 => [title("A"), title("B")],
                1 => [title("A"), transition("cancel")],
                2 => [transition("postpone"), transition("cancel")],
                _ => [transition("archive"), title("B")],
            };
            race(&app, &officer, &event, calls, [200, 200]).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_either_published_or_deleted() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for _ in 0..ROUNDS {
            let event = app.event(&officer, workshop("Brouillon")).await;
            let (at, tag) = (path(&event), etag(&event));
            let calls = [
                app.post(&format!("{at}/publish"))
                    .by(&officer)
                    .if_match(&tag),
                app.delete(&at).by(&officer).if_match(&tag),
            ];
            let winner = race(&app, &officer, &event, calls, [200, 204]).await;
            let seen = app.get(&at).await.status;
            assert_eq!(seen, if winner == 0 { 200 } else { 404 });
        }
    })
    .await;
}

#[tokio::test]
async fn a_date_and_its_event_are_changed_at_once_and_both_changes_are_seen_or_refused() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for _ in 0..ROUNDS {
            let event = app.published(&officer, workshop("Avant")).await;
            let at = path(&event);
            let date = &event["occurrences"][0];
            let date_at = format!("/v1/occurrences/{}", date["id"].as_str().unwrap());
            let cancel = app
                .post(&format!("{date_at}/cancel"))
                .by(&officer)
                .if_match(&etag(date));
            let cancel = cancel.json(&json!({ "reason": "Malade." }));
            let title = app.patch(&at).by(&officer).if_match(&etag(&event));
            let title = title.json(&json!({ "title": "Après" }));
            let (cancelled, titled) = tokio::join!(
                tokio::spawn(cancel.into_future()),
                tokio::spawn(title.into_future())
            );
            let (cancelled, titled): (Reply, Reply) = (cancelled.unwrap(), titled.unwrap());
            assert_eq!(cancelled.expect(200).body()["state"], "cancelled");
            let now = app.get(&at).by(&officer).await.expect(200).body();
            assert_eq!(now["occurrences"][0]["state"], "cancelled");
            if titled.status == 412 {
                assert_eq!(titled.problem(), "precondition-failed");
                assert_eq!(now["title"], "Avant");
            } else {
                assert_eq!(titled.expect(200).body()["title"], "Après");
                assert_eq!(now["title"], "Après");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_changes_of_one_date_one_is_made() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for _ in 0..ROUNDS {
            let event = app.published(&officer, workshop("Séance")).await;
            let date = &event["occurrences"][0];
            let at = format!("/v1/occurrences/{}", date["id"].as_str().unwrap());
            let post = |action: &str, body: Value| {
                app.post(&format!("{at}/{action}"))
                    .by(&officer)
                    .if_match(&etag(date))
                    .json(&body)
            };
            let moved =
                json!({ "local_start": "2027-04-01T10:00:00", "local_end": "2027-04-01T11:00:00" });
            let calls = [
                post("move", moved),
                post("cancel", json!({ "reason": "Malade." })),
            ];
            let [one, other] = calls.map(|call| tokio::spawn(call.into_future()));
            let mut statuses = [one.await.unwrap().status, other.await.unwrap().status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412]);
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_changes_of_one_account_one_is_made() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let officer = app.staff(Role::Officer).await;
        let at = format!("/v1/users/{}", officer.id);
        for round in 0..ROUNDS {
            let user = app.get(&at).by(&director).await.expect(200).body();
            let name = |name: String| {
                app.patch(&at)
                    .by(&director)
                    .if_match(&etag(&user))
                    .json(&json!({ "name": name }))
            };
            let calls = [name(format!("A{round}")), name(format!("B{round}"))];
            let [one, other] = calls.map(|call| tokio::spawn(call.into_future()));
            let replies = [one.await.unwrap(), other.await.unwrap()];
            let won = replies
                .iter()
                .find(|reply| reply.status == 200)
                .expect("a winner")
                .body();
            let lost = replies
                .iter()
                .find(|reply| reply.status == 412)
                .expect("a loser");
            let now = app.get(&at).by(&director).await;
            assert_eq!(now.expect(200).body(), won);
            assert_eq!(lost.header("etag"), now.header("etag"));
        }
    })
    .await;
}

#[tokio::test]
async fn eight_who_add_a_word_each_and_try_again_lose_none() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app.event(&officer, workshop("Séance")).await;
        let at = path(&event);
        let (app, officer) = (&app, &officer);
        let add = |word: String| {
            let at = at.clone();
            async move {
                loop {
                    let now = app.get(&at).by(officer).await.expect(200).body();
                    let mut tags = now["tags"].as_array().unwrap().clone();
                    tags.push(json!(word));
                    let patch = app.patch(&at).by(officer).if_match(&etag(&now));
                    let reply = patch.json(&json!({ "tags": tags })).await;
                    if reply.status != 412 {
                        return reply.expect(200).body();
                    }
                }
            }
        };
        let words = |n: usize| (0..n).map(|i| format!("mot{i}"));
        let all: Vec<_> = words(8).map(|word| Box::pin(add(word))).collect();
        let [a, b, c, d, e, f, g, h]: [_; 8] = all.try_into().ok().expect("eight");
        let _ = tokio::join!(a, b, c, d, e, f, g, h);
        let now = app.get(&at).by(officer).await.expect(200).body();
        let mut tags: Vec<_> = now["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t.as_str().unwrap())
            .collect();
        tags.sort_unstable();
        assert_eq!(tags, words(8).collect::<Vec<_>>());
        assert!(etag(&now).starts_with("\"v9-"), "{}", etag(&now));
    })
    .await;
}
