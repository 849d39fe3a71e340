//! Lists of events: narrowed, ordered, page by page.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use serde_json::{Value, json};

use super::{at, titles, turn};

async fn ask(app: &App, by: Option<&Staff>, query: &str) -> Vec<String> {
    let call = app.get(&format!("/v1/events?{query}"));
    let call = if let Some(staff) = by {
        call.by(staff)
    } else {
        call
    };
    let mut found = titles(&call.await.expect(200).body());
    found.sort();
    found
}

async fn five(app: &App, officer: &Staff) {
    let place = |code: &str| json!({ "commune_code": code });
    let events = [
        json!({ "title": "A", "kind": "workshop", "audiences": ["high_school", "agents"],
            "tags": ["Économie circulaire"], "place": place("54329"),
            "accessibility": ["wheelchair", "hearing_loop"] }),
        json!({ "title": "B", "kind": "visit", "audiences": ["agents"], "tags": ["climat"],
            "place": place("54395"), "accessibility": ["wheelchair"] }),
        json!({ "title": "C", "kind": "workshop", "tags": ["Climat", "eau"],
            "accessibility": ["wheelchair", "hearing_loop", "visual"] }),
        json!({ "title": "D", "kind": "consultation", "visibility": "staff", "tags": ["climat"] }),
        json!({ "title": "E", "kind": "workshop" }),
    ];
    for (n, mut event) in events.into_iter().enumerate() {
        event["occurrences"] = json!([at(&format!("2027-03-{}", 20 + n), "18:30", "20:30")]);
        let event = app.event(officer, event).await;
        if event["title"] != "E" {
            turn(app, officer, &event, "publish", json!({}))
                .await
                .expect(200);
        }
        if event["title"] == "C" {
            turn(
                app,
                officer,
                &event,
                "cancel",
                json!({ "reason": "Voilà." }),
            )
            .await
            .expect(200);
        }
    }
}

#[tokio::test]
async fn a_list_is_narrowed_by_what_is_asked() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        five(&app, &officer).await;
        for (query, public, staff) in [
            ("", "ABC", "ABCDE"),
            ("kind=workshop", "AC", "ACE"),
            ("kind=workshop,visit", "ABC", "ABCE"),
            ("kind=training", "", ""),
            ("audience=agents", "AB", "AB"),
            ("audience=general_public,high_school", "AC", "ACDE"),
            ("commune=54329", "A", "A"),
            ("commune=54329,54395", "AB", "AB"),
            ("epci=200070324", "A", "A"),
            ("epci=200070324&commune=54395", "AB", "AB"),
            ("tag=climat", "BC", "BCD"),
            ("tag=CLIMÂT", "BC", "BCD"),
            ("tag=economie%20CIRCULAIRE", "A", "A"),
            ("tag=eau,%C3%89conomie-circulaire", "AC", "AC"),
            ("tag=economie", "", ""),
            ("accessibility=wheelchair", "ABC", "ABC"),
            ("accessibility=wheelchair,hearing_loop", "AC", "AC"),
            ("accessibility=hearing_loop,visual,wheelchair", "C", "C"),
            ("state=cancelled", "C", "C"),
            ("state=published,cancelled", "ABC", "ABCD"),
            ("visibility=staff", "", "D"),
            ("visibility=public", "ABC", "ABCE"),
            (
                "kind=workshop&tag=climat&accessibility=visual&state=cancelled",
                "C",
                "C",
            ),
            ("kind=workshop&tag=climat&state=published", "", ""),
        ] {
            let letters = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
            assert_eq!(
                ask(&app, None, query).await,
                letters(public),
                "the public: {query}"
            );
            assert_eq!(
                ask(&app, Some(&officer), query).await,
                letters(staff),
                "the staff: {query}"
            );
        }
        let calendar =
            app.get("/v1/calendar?start=2027-03-01&end=2027-04-01&tag=climat&kind=visit");
        assert_eq!(titles(&calendar.await.expect(200).body()), ["B"]);
    })
    .await;
}

#[tokio::test]
async fn a_filter_that_can_not_be_is_refused_by_name() {
    on_each_database(|app| async move {
        for (query, fault) in [
            ("kind=concert", "kind unknown_value"),
            ("audience=x", "audience unknown_value"),
            ("accessibility=x", "accessibility unknown_value"),
            ("state=x", "state unknown_value"),
            ("state=draft", "state unknown_value"),
            ("visibility=x", "visibility unknown_value"),
            ("commune=5432", "commune malformed"),
            ("epci=123456789", "epci malformed"),
            ("sort=title", "sort unknown_value"),
            ("limit=0", "limit out_of_range"),
            ("limit=201", "limit out_of_range"),
            ("limit=ten", "limit malformed"),
            ("cursor=x", "cursor cursor_invalid"),
            ("count=yes", "count malformed"),
            ("updated_since=hier", "updated_since malformed"),
            ("knid=workshop", "knid unknown_parameter"),
            ("kind=visit&kind=workshop", "kind duplicate"),
        ] {
            let reply = app.get(&format!("/v1/events?{query}")).await;
            assert_eq!(reply.expect(422).problem(), "invalid", "{query}");
            assert_eq!(reply.faults(), [fault], "{query}");
        }
        let long = "a".repeat(201);
        let reply = app
            .get(&format!("/v1/events?q={long}&kind=x&limit=0"))
            .await;
        assert_eq!(
            reply.expect(422).faults(),
            ["kind unknown_value", "limit out_of_range", "q too_long"]
        );
    })
    .await;
}

/// All rows of a list, page by page.
async fn walk(app: &App, path: &str) -> Vec<Value> {
    let (mut rows, mut next) = (Vec::new(), path.to_owned());
    loop {
        let reply = app.get(&next).await;
        let body = reply.expect(200).body();
        rows.extend(body["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = body["page"]["next_cursor"].as_str() else {
            assert!(!reply.header("link").contains("rel=\"next\""));
            return rows;
        };
        next = format!("{path}&cursor={cursor}");
        assert!(
            reply
                .header("link")
                .contains(&format!("cursor={cursor}>; rel=\"next\""))
        );
    }
}

#[tokio::test]
async fn a_list_is_ordered_either_way_and_its_pages_lose_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for n in 0..23_u32 {
            // Some start at one moment, all were made at few.
            let day = format!("2027-03-{:02}", 10 + n * 7 % 5);
            let kind = if n % 2 == 0 { "workshop" } else { "visit" };
            let body = json!({ "title": format!("n{n}"), "kind": kind, "occurrences": [
                at("2027-04-09", "10:00", "11:00"), at(&day, "18:30", "20:30"),
            ]});
            app.published(&officer, body).await;
            if n % 6 == 0 {
                app.advance(chrono::TimeDelta::seconds(1));
            }
        }
        for field in ["starts_at", "updated_at", "created_at"] {
            for filter in ["", "&kind=workshop", "&kind=visit&q=n"] {
                let up = walk(&app, &format!("/v1/events?sort={field}&limit=4{filter}")).await;
                let mut down =
                    walk(&app, &format!("/v1/events?sort=-{field}&limit=3{filter}")).await;
                down.reverse();
                assert_eq!(up, down, "{field}{filter}");
                let whole = app.get(&format!(
                    "/v1/events?sort={field}&limit=200&count=true{filter}"
                ));
                let whole = whole.await.expect(200).body();
                assert_eq!(whole["data"], json!(up), "{field}{filter}");
                assert_eq!(whole["page"]["total"], up.len());
                let moments: Vec<_> = up
                    .iter()
                    .map(|e| {
                        if field == "starts_at" {
                            &e["occurrences"][0]
                        } else {
                            e
                        }
                    })
                    .map(|one| one[field].as_str().unwrap().to_owned())
                    .collect();
                assert!(moments.is_sorted(), "{field}: {moments:?}");
            }
        }
        let everything = walk(&app, "/v1/events?limit=5").await;
        assert_eq!(everything.len(), 23);

        // A cursor belongs to its filters and to its order.
        let page = app
            .get("/v1/events?limit=4&kind=workshop")
            .await
            .expect(200)
            .body();
        let cursor = page["page"]["next_cursor"].as_str().unwrap();
        for other in [
            "kind=visit",
            "kind=workshop&sort=-starts_at",
            "q=n&kind=workshop",
            "",
        ] {
            let reply = app
                .get(&format!("/v1/events?cursor={cursor}&{other}"))
                .await;
            assert_eq!(
                reply.expect(422).faults(),
                ["cursor cursor_invalid"],
                "{other}"
            );
        }
        let twisted = cursor.replacen(
            &cursor[4..5],
            if &cursor[4..5] == "A" { "B" } else { "A" },
            1,
        );
        let reply = app
            .get(&format!("/v1/events?kind=workshop&cursor={twisted}"))
            .await;
        assert_eq!(reply.expect(422).faults(), ["cursor cursor_invalid"]);
        let reply = app.get(&format!("/v1/calendar?cursor={cursor}")).await;
        assert_eq!(reply.expect(422).faults(), ["cursor cursor_invalid"]);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_asks_for_thousands_of_things_is_told_so_once() {
    on_each_database(|app| async move {
        let crowds = [
            ("x=1&".repeat(5_000), "x"),
            (["x=1&", "q=a&"].map(|one| one.repeat(5_000)).concat(), "x"),
            (format!("tag={}", "a,".repeat(5_000)), "tag"),
        ];
        for (query, name) in crowds {
            let reply = app.get(&format!("/v1/events?{query}")).await;
            assert_eq!(reply.expect(422).problem(), "invalid");
            let many = format!("{name} too_many");
            let told = reply.faults().into_iter().filter(|fault| *fault == many);
            assert_eq!(told.count(), 1, "{:?}", reply.faults());
            assert!(reply.bytes.len() < 20_000, "{}", reply.bytes.len());
        }
    })
    .await;
}
