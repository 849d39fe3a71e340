//! Mail of a process that is killed, or asked to stop, while a server is taking it.

use std::collections::BTreeMap;

use harness::engines::engines;
use harness::post_office::PostOffice;

use super::*;
use crate::mail::{NAMES, contact_of};

/// So many conversations are had with a server at once.
const CONVERSATIONS: usize = 4;

/// A service in that folder whose mail goes there, and somebody who has given cause for much of it.
async fn begin(folder: &Path, post: &PostOffice, flags: &[&str]) -> Served {
    create_user(folder, "officer@petr.example", "officer", flags).await;
    let served = again(folder, post, flags).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    for name in NAMES {
        let body =
            json!({ "name": name, "kind": "other", "contact": { "email": contact_of(name) } });
        let made = served
            .call("POST", "/v1/organisations")
            .by(&officer)
            .json(&body)
            .await;
        let made = made.expect(201).body();
        let path = format!(
            "/v1/organisations/{}/activate",
            made["id"].as_str().unwrap()
        );
        let turned = served
            .call("POST", &path)
            .by(&officer)
            .if_match("*")
            .empty()
            .await;
        turned.expect(200);
    }
    served
}

async fn again(folder: &Path, post: &PostOffice, flags: &[&str]) -> Served {
    let url = post.url();
    let mail = [
        "--mail",
        &url,
        "--mail-from",
        "concertation@petr.example",
        "--log",
        "debug",
    ];
    Served::begin(folder, &[&mail[..], flags].concat()).await
}

/// How often each mail was taken, by its id.
fn times_taken(post: &PostOffice) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for taken in post.taken() {
        let id = taken.message().message_id().unwrap().to_owned();
        *times.entry(id).or_insert(0) += 1;
    }
    times
}

fn says_nobody_s_address(process: &Process) {
    let said = all_said(process);
    assert!(!said.contains("asso.example"), "{said}");
    assert!(!said.contains("Foxtrot"), "{said}");
}

#[tokio::test]
async fn after_a_kill_in_the_middle_every_mail_arrives_and_hardly_any_twice() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        let post = PostOffice::open().await;
        post.wait();
        let mut served = begin(folder.path(), &post, &strs(&flags)).await;
        post.let_go(7);
        post.has_taken(7).await;
        served.process.kill();
        served.process.exit(LIMIT).await;
        says_nobody_s_address(&served.process);
        if let [_, url] = flags.as_slice() {
            // The lease runs out: another instance may have been at it.
            let ran_out = "update mails set next_attempt_at = now() where claimed_by is not null";
            execute(url, ran_out).await;
        }
        post.let_go(2 * NAMES.len());
        let served = again(folder.path(), &post, &strs(&flags)).await;
        let all = || async {
            while times_taken(&post).len() < NAMES.len() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(LIMIT, all()).await.unwrap();
        served.stop().await;
        let times = times_taken(&post);
        assert_eq!(times.len(), NAMES.len());
        let doubles: usize = times.values().map(|times| times - 1).sum();
        // Those that the server had in hand, and one whose taking was not yet known.
        assert!(doubles <= 2 * CONVERSATIONS, "{engine}: {times:?}");
    }
}

#[tokio::test]
async fn who_is_asked_to_stop_leaves_no_mail_half_told() {
    let folder = tempfile::tempdir().unwrap();
    let post = PostOffice::open().await;
    post.wait();
    let mut served = begin(folder.path(), &post, &[]).await;
    post.let_go(5);
    post.has_taken(5).await;
    post.has_heard("DATA", 6).await;
    served.process.terminate();
    served
        .process
        .line(LIMIT, |line| line.contains("draining"))
        .await;
    post.let_go(2 * NAMES.len());
    assert_eq!(served.process.exit(LIMIT).await.code(), Some(0));
    let served = again(folder.path(), &post, &[]).await;
    post.has_taken(NAMES.len()).await;
    served.stop().await;
    let times = times_taken(&post);
    assert_eq!(times.len(), NAMES.len());
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}
