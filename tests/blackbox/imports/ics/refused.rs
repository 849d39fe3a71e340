//! Calendars that are refused whole, and records that are refused alone.

use super::*;

#[tokio::test]
async fn one_bad_entry_stops_no_other_and_its_faults_are_told_at_once() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let start = "DTSTART;TZID=Europe/Paris:20270304T183000\nDURATION:PT1H";
        let file = [
            entry("1", "Un", start),
            entry("2", "", "DTSTART:demain\nRRULE:FREQ=PARFOIS"),
            entry(
                "3",
                "Trois",
                &format!("{start}\nRRULE:FREQ=PARFOIS\nEXDATE:hier"),
            ),
            entry("4", "Quatre", start),
        ];
        let import = send_calendar(&app, &officer, "", calendar(&file.concat())).await;
        assert_eq!(figures(&import), [4, 2, 2, 0, 0, 2]);
        assert_eq!(
            outcomes(&app, &officer, &import).await,
            [
                "created",
                "refused malformed required",
                "refused malformed malformed",
                "created",
            ]
        );
        let lines = report(&app, &officer, &import).await;
        assert_eq!(
            [&lines[2]["position"], &lines[2]["source_id"]],
            [&json!(3), &json!("3")]
        );
        let errors = lines[2]["errors"].as_array().unwrap();
        let pointers: Vec<_> = errors.iter().map(|error| &error["pointer"]).collect();
        assert_eq!(pointers, ["/RRULE", "/EXDATE"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_calendar_is_refused_whole() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let whole = calendar(&entry("1", "Un", "DTSTART:20270304T183000Z"));
        let cut = whole[..whole.len() - 20].to_owned();
        for (file, status, problem) in [
            ("Bonjour".to_owned(), 422, "invalid"),
            ("<html></html>".to_owned(), 422, "invalid"),
            (cut, 400, "malformed-body"),
        ] {
            let post = app.post("/v1/imports").by(&officer);
            let reply = post.body("text/calendar", file.clone()).await;
            assert_eq!(reply.expect(status).problem(), problem, "{file}");
        }
        for path in ["/v1/imports?limit=200", "/v1/events?limit=200"] {
            assert_eq!(
                all(&app, &officer, path).await,
                Vec::<Value>::new(),
                "{path}"
            );
        }
        let empty = send_calendar(&app, &officer, "", calendar("")).await;
        assert_eq!(figures(&empty), [0, 0, 0, 0, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_date_that_is_here_already_is_never_doubled() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let draft = json!({ "title": "Café climat", "kind": "workshop", "occurrences": [{
            "local_start": "2027-03-04T18:30:00", "local_end": "2027-03-04T20:00:00",
        }] });
        let made = app.post("/v1/events").by(&officer).json(&draft).await;
        let made = made.expect(201).body();
        let id = made["id"].as_str().unwrap();
        let publish = app.post(&format!("/v1/events/{id}/publish")).by(&officer);
        publish
            .header("If-Match", "*")
            .json(&json!({}))
            .await
            .expect(200);
        let events = all(&app, &officer, "/v1/events?limit=200").await;

        let feed = app.get(&format!("/v1/events/{id}.ics")).await;
        let feed = feed.expect(200).utf8();
        let import = send_calendar(&app, &officer, "?publish=true", feed).await;
        assert_eq!(
            outcomes(&app, &officer, &import).await,
            ["refused known_elsewhere"]
        );
        let lines = report(&app, &officer, &import).await;
        assert_eq!(lines[0]["event_id"], id);
        assert_eq!(all(&app, &officer, "/v1/events?limit=200").await, events);
    })
    .await;
}

#[tokio::test]
async fn what_is_made_to_break_the_reader_costs_no_other_entry() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let start = "DTSTART:20270304T183000Z\nDTEND:20270304T193000Z";
        let hours = format!(
            "DTSTART:20270304T183000Z\nDURATION:PT{}",
            "100000000H".repeat(26_000)
        );
        let crossed = "<b><a href='https://agenda.example'></b>ici</a>";
        let file = [
            entry("1", "Un", start),
            entry("2", "Deux", &format!("{start}\nDESCRIPTION:{crossed}")),
            entry("3", "Trois", &hours),
            entry(
                "4\0",
                "Quatre\0",
                &format!("{start}\nDESCRIPTION:a\0b\nLOCATION:c\0d"),
            ),
            entry("5", "Cinq", start),
        ];
        let import = send_calendar(&app, &officer, "", calendar(&file.concat())).await;
        assert_eq!(import["state"], "done");
        assert_eq!(
            outcomes(&app, &officer, &import).await,
            [
                "created",
                "created",
                "refused malformed",
                "created",
                "created"
            ]
        );
    })
    .await;
}
