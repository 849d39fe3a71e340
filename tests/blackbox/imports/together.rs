//! Records that are taken together in one write find what those before them did, and one that can't be
//! taken costs no other.

use domain::accounts::Role;
use harness::app::{App, on_each_database};
use serde_json::json;

use super::*;

const EVENING: &str = "2026-03-05T18:30:00 2026-03-05T20:00:00";

#[tokio::test]
async fn records_of_one_title_get_slugs_as_if_one_came_after_the_other() {
    on_each_database(|app: App| async move {
        let officer = app.staff(Role::Officer).await;
        let taken = json!({ "title": "x", "slug": "forum-3" });
        let made = app.post("/v1/events").by(&officer).json(&taken).await;
        made.expect(201);
        let titles = ["Forum", "Forum 4", "Forum", "Forum", "Forum", "Forum 2"];
        let records: Vec<_> = (1..)
            .zip(titles)
            .map(|(uid, title)| record(&format!("{uid}"), title, EVENING))
            .collect();
        let import = send_records(&app, &officer, "", &records).await;
        let mut slugs = Vec::new();
        for line in report(&app, &officer, &import).await {
            let slug = &event_of(&app, &officer, &line).await["slug"];
            slugs.push(slug.as_str().unwrap().to_owned());
        }
        let expected = [
            "forum",
            "forum-4",
            "forum-2",
            "forum-5",
            "forum-6",
            "forum-2-2",
        ];
        assert_eq!(slugs, expected);
    })
    .await;
}

#[tokio::test]
async fn a_title_that_many_have_is_numbered_on() {
    on_each_database(|app: App| async move {
        let officer = app.staff(Role::Officer).await;
        let records = |from: usize, to: usize| -> Vec<_> {
            let one = |uid| record(&format!("{uid}"), "Permanence", EVENING);
            (from..to).map(one).collect()
        };
        send_records(&app, &officer, "", &records(0, 40)).await;
        let import = send_records(&app, &officer, "", &records(40, 42)).await;
        assert_eq!(figures(&import), [2, 2, 2, 0, 0, 0]);
        let lines = report(&app, &officer, &import).await;
        for (line, slug) in lines.iter().zip(["permanence-41", "permanence-42"]) {
            assert_eq!(event_of(&app, &officer, line).await["slug"], slug);
        }
    })
    .await;
}

#[tokio::test]
async fn two_records_with_the_same_date_are_not_both_taken() {
    const TIMES: &str = "DTSTART:20260305T183000Z\nDTEND:20260305T200000Z";
    on_each_database(|app: App| async move {
        let officer = app.staff(Role::Officer).await;
        // One event as a calendar of this service tells it, and one of its dates told by itself.
        let own = "X-CONCERTATION-EVENT:0198c0a0-0000-7000-8000-000000000001";
        let file = ics::calendar(
            &[
                ics::entry("date@ici.example", "Atelier", &format!("{own}\n{TIMES}")),
                ics::entry("date@ici.example", "Atelier", TIMES),
                ics::entry("autre@ici.example", "Atelier", TIMES),
            ]
            .concat(),
        );
        let import = ics::send_calendar(&app, &officer, "", file).await;
        let outcomes = ics::outcomes(&app, &officer, &import).await;
        assert_eq!(outcomes, ["created", "refused known_elsewhere", "created"]);
        let lines = report(&app, &officer, &import).await;
        assert_eq!(lines[0]["event_id"], lines[1]["event_id"]);
        assert_ne!(lines[0]["event_id"], lines[2]["event_id"]);
    })
    .await;
}

#[tokio::test]
async fn new_known_and_wrong_records_are_told_in_their_order() {
    on_each_database(|app: App| async move {
        let officer = app.staff(Role::Officer).await;
        let old: Vec<_> = (0..20)
            .map(|uid| record(&format!("{uid}"), &format!("Atelier {uid}"), EVENING))
            .collect();
        send_records(&app, &officer, "?publish=true", &old).await;
        // Of four, one is as it was, one has another title, one is new, and one is wrong.
        let records: Vec<_> = (0..40)
            .map(|n| match n % 4 {
                0 => old[n / 2].clone(),
                1 => record(&format!("{}", n / 2 + 1), &format!("Balade {n}"), EVENING),
                2 => record(&format!("new-{n}"), &format!("Conférence {n}"), EVENING),
                _ => record(&format!("wrong-{n}"), "", EVENING),
            })
            .collect();
        let import = send_records(&app, &officer, "?publish=true", &records).await;
        assert_eq!(figures(&import), [40, 30, 10, 10, 10, 10]);
        let lines = report(&app, &officer, &import).await;
        let outcomes = ["unchanged", "updated", "created", "refused"];
        for (n, line) in lines.iter().enumerate() {
            assert_eq!(line["position"], n + 1);
            assert_eq!(line["outcome"], outcomes[n % 4], "{line}");
            if n % 4 != 3 {
                let event = event_of(&app, &officer, line).await;
                assert_eq!(event["title"], records[n]["fields"]["title"]);
                assert_eq!(event["state"], "published");
            }
        }
        // They are found by their new words, and no more by the old ones.
        for (word, count) in [("atelier", 10), ("balade", 10), ("conference", 10)] {
            let path = format!("/v1/events?q={word}&limit=200");
            assert_eq!(all(&app, &officer, &path).await.len(), count, "{word}");
        }
    })
    .await;
}
