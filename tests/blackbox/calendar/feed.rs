//! The feeds as subscribers read them.

use chrono::{DateTime, Utc};
use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::{Value, json};

use super::reader::entries;
use crate::events::{at, id, patch, path};

const YEAR: &str = "start=2027-01-01&end=2027-12-31";

fn instant(of: &Value) -> DateTime<Utc> {
    of.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_feed_tells_what_the_calendar_tells_to_the_second() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let long = "🌻 Fête de la récup’ ; ateliers, débats\\rencontres 🌻 ".repeat(3);
        let body = json!({
            "title": long.trim(), "summary": "Une ligne ;\nune autre, encore.",
            "place": { "name": "Salle des fêtes", "address": "1, place de la Mairie", "commune_code": "54329",
                "latitude": 48.5921, "longitude": 6.4961 },
            "tags": ["climat", "eau, air"], "price_note": "Gratuit",
            "organiser_name": "PETR \"du\" Pays", "contact": { "email": "accueil@petr.example" },
            "occurrences": [
                at("2027-01-07", "18:30", "20:30"), at("2027-03-28", "01:00", "05:00"),
                at("2027-03-28", "02:30", "05:30"), at("2027-06-30", "23:30", "23:45"),
                at("2027-10-31", "02:30", "02:45"), at("2027-10-31", "02:50", "02:10"),
                { "local_start": "2027-03-12T09:00:00", "local_end": "2027-03-14T17:00:00", "time_zone": "America/New_York" },
                { "local_start": "2027-05-01T10:00:00", "local_end": "2027-05-01T11:00:00", "time_zone": "UTC" },
            ],
        });
        let event = app.published(&officer, body).await;
        let online = json!({
            "title": "En ligne", "online_url": "https://visio.petr.example/salle?a=1,2;b",
            "occurrences": [at("2027-04-01", "12:00", "13:00")],
        });
        let online = app.published(&officer, online).await;
        let rows = app.get(&format!("/v1/calendar?{YEAR}")).await.expect(200).body();
        let rows = rows["data"].as_array().unwrap();
        let feed = entries(&app.get(&format!("/v1/calendar.ics?{YEAR}")).await);
        assert_eq!((rows.len(), feed.len()), (9, 9));
        for row in rows {
            let entry = &feed[id(row)];
            assert_eq!(entry.instant("DTSTART"), instant(&row["starts_at"]));
            assert_eq!(entry.instant("DTEND"), instant(&row["ends_at"]));
            assert_eq!(entry.get("SUMMARY"), row["title"]);
            assert_eq!(entry.get("STATUS"), "CONFIRMED");
            assert_eq!(entry.get("URL"), row["url"]);
            assert!(entry.get("DESCRIPTION").ends_with(row["url"].as_str().unwrap()));
            assert_eq!(entry.instant("LAST-MODIFIED"), instant(&row["updated_at"]));
            let local = row["local_start"].as_str().unwrap().replace(['-', ':'], "");
            let is_plain = !row["starts_at"].as_str().unwrap().starts_with("2027-10-31T00")
                && row["local_start"] != "2027-03-28T02:30:00"
                && row["time_zone"] != "UTC";
            if is_plain {
                assert_eq!((entry.zone("DTSTART"), entry.get("DTSTART")), (row["time_zone"].as_str().unwrap(), local.as_str()));
                assert_eq!(entry.zone("DTEND"), row["time_zone"]);
            } else {
                // What a reader could take for another instant is told in UTC.
                assert!(entry.get("DTSTART").ends_with('Z') && entry.get("DTEND").ends_with('Z'));
            }
        }
        let first = &feed[id(&event["occurrences"][0])];
        assert_eq!(first.get("LOCATION"), "Salle des fêtes, 1, place de la Mairie, Lunéville");
        assert_eq!(first.get("GEO"), "48.592100;6.496100");
        assert_eq!(first.get("ORGANIZER"), "mailto:accueil@petr.example");
        assert_eq!(
            first.get("DESCRIPTION"),
            format!("Une ligne ;\nune autre, encore.\n\nGratuit\n\n{}", event["url"].as_str().unwrap())
        );
        let far = &feed[id(&online["occurrences"][0])];
        assert_eq!(far.get("LOCATION"), "https://visio.petr.example/salle?a=1,2;b");
        assert!(far.get("DESCRIPTION").contains("https://visio.petr.example/salle?a=1,2;b"));

        // One event's own feed, by its id and by its slug, tells the same of its dates.
        for name in [id(&event), event["slug"].as_str().unwrap()] {
            let own = entries(&app.get(&format!("/v1/events/{name}.ics")).await);
            assert_eq!(own.len(), 8);
            assert!(own.iter().all(|(uid, entry)| feed[uid] == *entry));
        }
        for nothing in ["0198c0a0-0000-7000-8000-00000000dead", "rien", "Pas%00un"] {
            let reply = app.get(&format!("/v1/events/{nothing}.ics")).await;
            assert_eq!(reply.expect(404).problem(), "not-found");
        }
    })
    .await;
}

#[tokio::test]
async fn a_feed_is_kept_by_its_tag_and_ignores_what_it_does_not_know() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dates = json!([at("2027-03-25", "18:30", "20:30")]);
        let body = json!({ "title": "Un", "kind": "visit", "occurrences": dates });
        let event = app.published(&officer, body).await;
        app.published(&officer, json!({ "title": "Deux", "occurrences": dates }))
            .await;
        for feed in [
            "/v1/calendar.ics".to_owned(),
            format!("{}.ics", path(&event)),
        ] {
            let first = app.get(&feed).await;
            let tag = first.expect(200).header("etag");
            assert_eq!(first.header("cache-control"), "public, max-age=300");
            assert_eq!(first.header("access-control-allow-origin"), "*");
            let again = app.get(&feed).header("If-None-Match", &tag).await;
            assert_eq!(again.expect(304).header("etag"), tag);
            assert_eq!(again.header("cache-control"), "public, max-age=300");
            assert_eq!(again.bytes, b"");
            let stranger = app
                .get(&format!("{feed}?utm_source=x&_=1&timeZone=UTC"))
                .await;
            assert_eq!(stranger.expect(200).bytes, first.bytes);
            assert_eq!(stranger.header("etag"), tag);
            let thunderbird = app
                .get(&feed)
                .header("Accept", "text/calendar,text/plain;q=0.8,*/*;q=0.5");
            assert_eq!(thunderbird.await.expect(200).bytes, first.bytes);
            let head = app.call("HEAD", &feed).await;
            assert_eq!(
                (head.expect(200).header("etag"), head.bytes.len()),
                (tag.clone(), 0)
            );
            patch(
                &app,
                &officer,
                &event,
                json!({ "title": format!("Trois {feed}") }),
            )
            .await
            .expect(200);
            let changed = app.get(&feed).header("If-None-Match", &tag).await;
            assert!(changed.expect(200).utf8().contains("SUMMARY:Trois"));
            let private = app.get(&feed).by(&officer).await;
            assert_eq!(
                private.expect(200).header("cache-control"),
                "private, no-store"
            );
        }
        assert_eq!(
            entries(&app.get("/v1/calendar.ics?kind=visit").await).len(),
            1
        );
        assert_eq!(entries(&app.get("/v1/calendar.ics?q=deux").await).len(), 1);
        let wrong = app.get("/v1/calendar.ics?kind=concert&x=y").await;
        assert_eq!(wrong.expect(422).faults(), ["kind unknown_value"]);
        let wrong = app
            .get("/v1/calendar.ics?start=2027-03-02&end=2027-03-01")
            .await;
        assert_eq!(wrong.expect(422).problem(), "invalid");
    })
    .await;
}

#[tokio::test]
async fn what_left_the_public_view_is_told_as_cancelled_and_nothing_more() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let secret = json!({
            "title": "Confidentiel", "summary": "Mot secret.", "visibility": "staff", "tags": ["secret"],
            "occurrences": [at("2027-03-25", "18:30", "20:30")],
        });
        let never = app.published(&officer, secret).await;
        let body = json!({
            "title": "Visible", "summary": "Résumé visible.", "tags": ["climat"], "online_url": "https://visio.petr.example/x",
            "place": { "name": "Mairie", "commune_code": "54329", "latitude": 48.5, "longitude": 6.5 },
            "contact": { "email": "accueil@petr.example" },
            "occurrences": [at("2027-03-25", "18:30", "20:30"), at("2027-04-01", "18:30", "20:30")],
        });
        let event = app.published(&officer, body).await;
        let uid = id(&event["occurrences"][0]);
        let feed = format!("/v1/calendar.ics?{YEAR}");
        let before = entries(&app.get(&feed).await);
        assert_eq!(before.len(), 2);
        assert_eq!(before[uid].get("SUMMARY"), "Visible");

        let hide = json!({ "visibility": "members", "summary": "Le mot de passe est sésame." });
        patch(&app, &officer, &event, hide).await.expect(200);
        let reply = app.get(&feed).await;
        let after = entries(&reply);
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
        for (uid, entry) in &after {
            let names: Vec<_> = entry.values.keys().map(String::as_str).collect();
            let told = [
                "CREATED", "DTEND", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "SEQUENCE", "STATUS",
                "SUMMARY", "UID", "X-CONCERTATION-EVENT",
            ];
            assert_eq!(names, told);
            assert_eq!(entry.get("STATUS"), "CANCELLED");
            assert_eq!(entry.get("SUMMARY"), "Événement retiré de l’agenda");
            assert_eq!(entry.get("DTSTART"), before[uid].get("DTSTART"));
            assert!(entry.sequence() > before[uid].sequence());
        }
        for word in ["Visible", "visible", "Mairie", "climat", "accueil@", "sésame", "visio", "Confidentiel", "secret"] {
            assert!(!reply.utf8().contains(word), "{word}");
        }
        // A filter tells nothing of what is said now: whatever it asks, the answer is one.
        for filter in ["q=sesame", "q=zzz", "tag=climat", "kind=visit", "commune=54329"] {
            let filtered = entries(&app.get(&format!("{feed}&{filter}")).await);
            assert_eq!(filtered, after, "{filter}");
        }
        let list = app.get(&format!("/v1/calendar?{YEAR}")).await.expect(200).body();
        assert_eq!(list["data"], json!([]));
        assert_eq!(app.get(&format!("{}.ics", path(&event))).await.expect(404).problem(), "not-found");
        let staff = entries(&app.get(&feed).by(&officer).await);
        assert_eq!(staff.len(), 3);
        assert_eq!(staff[uid].get("SUMMARY"), "Visible");
        assert_eq!(staff[id(&never["occurrences"][0])].get("SUMMARY"), "Confidentiel");

        // Back in the view it is on again, and subscribers take it.
        patch(&app, &officer, &event, json!({ "visibility": "public" })).await.expect(200);
        let back = entries(&app.get(&feed).await);
        assert_eq!(back[uid].get("STATUS"), "CONFIRMED");
        assert!(back[uid].sequence() > after[uid].sequence());
    })
    .await;
}

#[tokio::test]
async fn more_dates_than_a_feed_holds_are_refused_and_not_cut() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let mut last = Value::Null;
        for n in 0..5 {
            let dates: Vec<_> = (0..1_000)
                .map(|i| {
                    at(
                        &format!("2027-{:02}-{:02}", 1 + i / 100, 1 + i % 25),
                        &format!("{:02}:{:02}", 8 + n, i / 25 % 4),
                        "23:00",
                    )
                })
                .collect();
            let body = json!({ "title": format!("Mille {n}"), "occurrences": dates });
            last = app.published(&officer, body).await;
        }
        let feed = format!("/v1/calendar.ics?{YEAR}");
        assert_eq!(entries(&app.get(&feed).await).len(), 5_000);
        let body =
            json!({ "title": "Une de trop", "occurrences": [at("2027-03-25", "18:30", "20:30")] });
        app.published(&officer, body).await;
        let reply = app.get(&feed).header("Accept-Language", "en").await;
        assert_eq!(reply.expect(422).problem(), "invalid");
        assert_eq!(reply.faults(), ["end window_too_long"]);
        let detail = reply.body()["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(detail.starts_with("More than 5000 dates"), "{detail}");
        let half = app
            .get("/v1/calendar.ics?start=2027-01-01&end=2027-02-01")
            .await;
        assert_eq!(entries(&half).len(), 500);
        assert_eq!(
            entries(&app.get(&format!("{}.ics", path(&last))).await).len(),
            1_000
        );
    })
    .await;
}
