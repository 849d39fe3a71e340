//! The same calendar again: unchanged, changed, with a date less, moved or called off.

use super::*;

fn weekly(lines: &str) -> String {
    let rule = "DTSTART;TZID=Europe/Paris:20270304T183000\nDURATION:PT1H30M\n\
        RRULE:FREQ=WEEKLY;COUNT=3";
    entry("w@a.example", "Atelier", &format!("{rule}{lines}"))
}

#[tokio::test]
async fn the_same_calendar_again_changes_nothing() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for name in ["google", "outlook", "apple", "nextcloud", "thunderbird"] {
            let first = send_calendar(&app, &officer, "?publish=true", fixture(name)).await;
            let events = all(&app, &officer, "/v1/events?limit=200").await;
            let second = send_calendar(&app, &officer, "?publish=true", fixture(name)).await;
            let [records, timings, created, _, _, refused] = figures(&first);
            assert_eq!(
                figures(&second),
                [records, timings, 0, 0, created, refused],
                "{name}"
            );
            assert_eq!(all(&app, &officer, "/v1/events?limit=200").await, events);
        }
    })
    .await;
}

#[tokio::test]
async fn a_date_that_the_source_moves_or_cancels_is_moved_or_cancelled_here() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let first = calendar(&weekly(""));
        let import = send_calendar(&app, &officer, "?publish=true", first).await;
        let before = only_event(&app, &officer, &import).await;
        let moved = entry(
            "w@a.example",
            "Atelier",
            "RECURRENCE-ID;TZID=Europe/Paris:20270311T183000\n\
             DTSTART;TZID=Europe/Paris:20270312T190000\nDURATION:PT1H",
        );
        let off = entry(
            "w@a.example",
            "Atelier",
            "RECURRENCE-ID;TZID=Europe/Paris:20270318T183000\n\
             DTSTART;TZID=Europe/Paris:20270318T183000\nDURATION:PT1H30M\n\
             STATUS:CANCELLED\nCOMMENT:La salle est fermée.",
        );
        let file = calendar(&[weekly(""), moved, off].concat());
        let import = send_calendar(&app, &officer, "", file.clone()).await;
        assert_eq!(figures(&import), [1, 3, 0, 1, 0, 0]);
        let after = only_event(&app, &officer, &import).await;
        assert_eq!(
            dates(&after),
            [
                "2027-03-04T18:30 scheduled",
                "2027-03-12T19:00 scheduled",
                "2027-03-18T18:30 cancelled",
            ]
        );
        let date = |event: &Value, at: usize| event["occurrences"][at].clone();
        assert_eq!(
            date(&after, 1)["previous"]["local_start"],
            "2027-03-11T18:30:00"
        );
        assert_eq!(date(&after, 2)["reason"], "La salle est fermée.");
        for at in 0..3 {
            assert_eq!(date(&after, at)["id"], date(&before, at)["id"]);
        }
        let again = send_calendar(&app, &officer, "", file).await;
        assert_eq!(figures(&again), [1, 3, 0, 0, 1, 0]);
        assert_eq!(only_event(&app, &officer, &again).await, after);
    })
    .await;
}

#[tokio::test]
async fn a_date_that_the_source_leaves_out_is_cancelled_and_one_that_it_lost_stays() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let file = calendar(&weekly(""));
        send_calendar(&app, &officer, "?publish=true", file).await;
        let out = calendar(&weekly("\nEXDATE;TZID=Europe/Paris:20270311T183000"));
        let import = send_calendar(&app, &officer, "", out).await;
        assert_eq!(outcomes(&app, &officer, &import).await, ["updated"]);
        let event = only_event(&app, &officer, &import).await;
        let known = [
            "2027-03-04T18:30 scheduled",
            "2027-03-11T18:30 cancelled",
            "2027-03-18T18:30 scheduled",
        ];
        assert_eq!(dates(&event), known);
        assert_eq!(
            event["occurrences"][1]["reason"],
            "Annulé dans l’agenda d’origine."
        );
        let shorter = calendar(&weekly("").replace("COUNT=3", "COUNT=2"));
        let import = send_calendar(&app, &officer, "", shorter).await;
        assert_eq!(
            outcomes(&app, &officer, &import).await,
            ["updated date_kept"]
        );
        // The second is there again, so that it takes place; of the third nothing is said.
        let stands = known.map(|date| date.replace("cancelled", "scheduled"));
        assert_eq!(dates(&only_event(&app, &officer, &import).await), stands);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_the_source_cancels_is_cancelled() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let visit = |lines: &str| {
            let start = "DTSTART;TZID=Europe/Paris:20270304T183000\nDURATION:PT1H\n";
            calendar(&entry("v@a.example", "Visite", &format!("{start}{lines}")))
        };
        send_calendar(&app, &officer, "?publish=true", visit("SEQUENCE:0")).await;
        let import = send_calendar(&app, &officer, "", visit("STATUS:CANCELLED")).await;
        let event = only_event(&app, &officer, &import).await;
        assert_eq!([&event["state"], &event["slug"]], ["cancelled", "visite"]);
        assert_eq!(dates(&event), ["2027-03-04T18:30 cancelled"]);
        let feed = app
            .get("/v1/calendar.ics?start=2027-01-01&end=2028-01-01")
            .await;
        let feed = feed.expect(200).utf8();
        assert!(feed.contains("STATUS:CANCELLED\r\n"), "{feed}");
        assert!(feed.contains("UID:v@a.example\r\n"), "{feed}");

        // The same again leaves it alone; when the source takes it back, it stands again.
        let again = send_calendar(&app, &officer, "", visit("STATUS:CANCELLED")).await;
        assert_eq!(outcomes(&app, &officer, &again).await, ["unchanged"]);
        let back = visit("STATUS:CONFIRMED\nDESCRIPTION:Elle a lieu");
        let import = send_calendar(&app, &officer, "", back.clone()).await;
        assert_eq!(outcomes(&app, &officer, &import).await, ["updated"]);
        let stands = only_event(&app, &officer, &import).await;
        assert_eq!(
            [&stands["state"], &stands["id"]],
            [&json!("published"), &event["id"]]
        );
        assert_eq!(dates(&stands), ["2027-03-04T18:30 scheduled"]);
        assert_eq!(stands.get("reason"), None);
        let sequence = |event: &Value| event["occurrences"][0]["sequence"].as_i64();
        assert!(sequence(&stands) > sequence(&event), "{stands}");
        let feed = app.get("/v1/calendar.ics?start=2027-01-01&end=2028-01-01");
        let feed = feed.await.expect(200).utf8();
        assert!(feed.contains("STATUS:CONFIRMED\r\n"), "{feed}");
        let again = send_calendar(&app, &officer, "", back).await;
        assert_eq!(outcomes(&app, &officer, &again).await, ["unchanged"]);
        let off = send_calendar(&app, &officer, "", visit("STATUS:CANCELLED")).await;
        assert_eq!(only_event(&app, &officer, &off).await["state"], "cancelled");
    })
    .await;
}

#[tokio::test]
async fn an_event_that_the_staff_cancelled_stays_so_and_the_report_says_what_to_do() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let file = calendar(&weekly(""));
        let import = send_calendar(&app, &officer, "?publish=true", file).await;
        let event = only_event(&app, &officer, &import).await;
        // Even of what the source had called off itself, once the staff called all of it off.
        let one_off = calendar(&weekly("\nEXDATE;TZID=Europe/Paris:20270311T183000"));
        send_calendar(&app, &officer, "", one_off).await;
        let path = format!("/v1/events/{}/cancel", event["id"].as_str().unwrap());
        let cancel = app.post(&path).by(&officer).header("If-Match", "*");
        let cancel = cancel.json(&json!({ "reason": "Grève." })).await;
        let cancelled = dates(&cancel.expect(200).body());

        let same = send_calendar(&app, &officer, "", calendar(&weekly(""))).await;
        assert_eq!(
            outcomes(&app, &officer, &same).await,
            ["unchanged date_kept date_kept date_kept"]
        );
        let other = calendar(&weekly("\nDESCRIPTION:Si, si."));
        let other = send_calendar(&app, &officer, "?publish=true", other).await;
        assert_eq!(
            outcomes(&app, &officer, &other).await,
            ["refused wrong_state"]
        );
        let line = report(&app, &officer, &other).await.remove(0);
        let said = line["errors"][0]["detail"].as_str().unwrap();
        assert!(said.contains("/duplicate"), "{said}");
        let event = event_of(&app, &officer, &line).await;
        assert_eq!(event["state"], "cancelled");
        assert_eq!(dates(&event), cancelled);
    })
    .await;
}

#[tokio::test]
async fn what_the_staff_moved_cancelled_or_hid_stays_as_they_set_it() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let file = calendar(&weekly(""));
        let import = send_calendar(&app, &officer, "?publish=true", file).await;
        let event = only_event(&app, &officer, &import).await;
        let date = |at: usize| event["occurrences"][at]["id"].as_str().unwrap().to_owned();
        let transition = async |path: String, body: Value| {
            let call = app.post(&path).by(&officer).header("If-Match", "*");
            call.json(&body).await.expect(200).body()
        };
        let path = format!("/v1/occurrences/{}/move", date(0));
        transition(
            path,
            json!({ "local_start": "2027-03-05T10:00:00", "local_end": "2027-03-05T11:00:00" }),
        )
        .await;
        let path = format!("/v1/occurrences/{}/cancel", date(1));
        transition(path, json!({ "reason": "Grève." })).await;
        let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
        let hide = app.patch(&path).by(&officer).header("If-Match", "*");
        let hidden = hide.json(&json!({ "visibility": "staff" })).await;
        let before = dates(&hidden.expect(200).body());

        let file = calendar(&weekly("\nDESCRIPTION:Nouveau texte."));
        let import = send_calendar(&app, &officer, "", file).await;
        assert_eq!(
            outcomes(&app, &officer, &import).await,
            ["updated date_kept date_kept"]
        );
        let after = only_event(&app, &officer, &import).await;
        assert_eq!(dates(&after), before);
        assert_eq!(after["visibility"], "staff");
        assert_eq!(after["description"], "Nouveau texte.");
    })
    .await;
}

#[tokio::test]
async fn a_contact_that_may_be_a_person_comes_in_by_no_file_and_stays_where_the_staff_set_it() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let visit = |organiser: &str, text: &str| {
            let lines = format!(
                "X-CONCERTATION-EVENT:e1\nDTSTART;TZID=Europe/Paris:20270304T183000\nDURATION:PT1H\n\
                 DESCRIPTION:{text}\nORGANIZER;CN=Camille Weber:mailto:{organiser}"
            );
            calendar(&entry("v@a.example", "Visite", &lines))
        };
        let person = "camille.weber@ville.example";
        let import = send_calendar(&app, &officer, "?publish=true", visit(person, "Un.")).await;
        assert_eq!(
            outcomes(&app, &officer, &import).await,
            ["created organiser_set_aside"]
        );
        let event = only_event(&app, &officer, &import).await;
        let lines = report(&app, &officer, &import).await;
        let feed = app.get("/v1/calendar.ics?start=2027-03-01&end=2027-04-01");
        let seen = format!("{event} {lines:?} {}", feed.await.expect(200).utf8());
        assert!(!seen.to_lowercase().contains("camille"), "{seen}");

        // The staff knows whom it names: neither the same file nor a changed one takes that away.
        let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
        let contact = json!({ "email": person });
        let named = app.patch(&path).by(&officer).header("If-Match", "*");
        let named = named.json(&json!({ "contact": contact.clone() })).await;
        assert_eq!(named.expect(200).body()["contact"], contact);
        for (file, outcome) in [
            (visit(person, "Un."), "unchanged organiser_set_aside"),
            (visit("zoe.b@ville.example", "Deux."), "updated organiser_set_aside"),
        ] {
            let import = send_calendar(&app, &officer, "", file).await;
            assert_eq!(outcomes(&app, &officer, &import).await, [outcome]);
            let event = only_event(&app, &officer, &import).await;
            assert_eq!(event["contact"], contact);
        }
    })
    .await;
}
