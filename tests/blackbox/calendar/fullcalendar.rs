//! What FullCalendar sends, and what it needs to be sent.

use domain::accounts::Role;
use harness::app::{App, on_each_database};
use serde_json::json;

use super::readings::fullcalendar;
use crate::events::at;

async fn titles(app: &App, query: &str) -> Vec<String> {
    let reply = app
        .get(&format!("/v1/calendar.fullcalendar.json?{query}"))
        .await;
    let mut titles: Vec<_> = fullcalendar(&reply)
        .into_iter()
        .map(|one| one.title)
        .collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn a_month_is_the_month_of_the_place_wherever_the_browser_is() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let far = |from: &str, to: &str| {
            json!({ "local_start": from, "local_end": to, "time_zone": "America/Martinique" })
        };
        for (title, date) in [
            ("avant", at("2027-02-28", "22:00", "23:30")),
            ("premier", at("2027-03-01", "00:00", "01:00")),
            ("dernier", at("2027-03-31", "23:00", "23:59")),
            ("après", at("2027-04-01", "00:00", "01:00")),
            ("loin", far("2027-03-31T20:00:00", "2027-03-31T22:00:00")),
            ("de nuit ici", far("2027-02-28T20:00:00", "2027-02-28T22:00:00")),
        ] {
            let body = json!({ "title": title, "occurrences": [date] });
            app.published(&officer, body).await;
        }
        // What is in the month by the clock of its place, or by that of Paris.
        let month = ["de nuit ici", "dernier", "loin", "premier"];
        for (from, to, zone) in [
            // `local` in Paris: no zone is sent. Then a named zone, and the old spelling of a plus.
            ("2027-03-01T00:00:00%2B01:00", "2027-04-01T00:00:00%2B02:00", ""),
            ("2027-03-01T00:00:00+01:00", "2027-04-01T00:00:00+02:00", ""),
            ("2027-03-01T00:00:00", "2027-04-01T00:00:00", "&timeZone=Europe%2FParis"),
            ("2027-03-01", "2027-04-01", "&timeZone=America%2FMartinique"),
        ] {
            let query = format!("start={from}&end={to}{zone}&_=1792839");
            assert_eq!(titles(&app, &query).await, month, "{query}");
        }
        // Another clock's month holds the place's too; what is shown is cut by FullCalendar itself.
        for (offset, zone) in [("Z", "&timeZone=UTC"), ("%2B09:00", ""), ("-10:00", "")] {
            let query = format!("start=2027-03-01T00:00:00{offset}&end=2027-04-01T00:00:00{offset}{zone}");
            let told = titles(&app, &query).await;
            assert!(month[1..].iter().all(|title| told.contains(&(*title).to_owned())), "{query}: {told:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn whole_days_and_nights_across_the_clock_change_are_told_as_people_say_them() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let span = |from: &str, to: &str| json!({ "local_start": from, "local_end": to });
        let body = json!({ "title": "Fête", "occurrences": [
            span("2027-03-06T00:00:00", "2027-03-07T00:00:00"),
            span("2027-03-13T00:00:00", "2027-03-15T00:00:00"),
            span("2027-03-27T22:00:00", "2027-03-28T04:00:00"),
        ]});
        app.published(&officer, body).await;
        let reply = app
            .get("/v1/calendar.fullcalendar.json?start=2027-03-01&end=2027-04-01")
            .await;
        let body = reply.expect(200).body();
        let shown: Vec<_> = body
            .as_array()
            .unwrap()
            .iter()
            .map(|row| json!([row["start"], row["end"], row["allDay"]]))
            .collect();
        assert_eq!(
            shown,
            [
                json!(["2027-03-06", "2027-03-07", true]),
                json!(["2027-03-13", "2027-03-15", true]),
                json!(["2027-03-27T22:00:00", "2027-03-28T04:00:00", false]),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn too_long_a_window_is_refused_with_what_to_do() {
    on_each_database(|app| async move {
        let ask = |query: &str| {
            let call = app.get(&format!("/v1/calendar.fullcalendar.json?{query}"));
            call.header("Accept-Language", "en")
        };
        ask("start=2027-01-01&end=2027-04-11").await.expect(200);
        // A hundred days by the clock, one hour less in all.
        ask("start=2027-01-01T00:00:00%2B01:00&end=2027-04-11T00:00:00%2B02:00")
            .await
            .expect(200);
        let year = ask("start=2027-01-01&end=2028-01-01").await;
        assert_eq!(year.expect(422).problem(), "invalid");
        assert_eq!(year.faults(), ["end window_too_long"]);
        assert_eq!(
            year.body()["errors"][0]["detail"],
            "The window is at most 100 days: ask for it in parts."
        );
        assert_eq!(year.header("access-control-allow-origin"), "*");
        ask("").await.expect(200);
        ask("start=2027-01-01").await.expect(200);
        ask("end=2027-01-01").await.expect(200);
        let wrong = ask("start=2027-01-02&end=2027-01-01&kind=x").await;
        assert_eq!(
            wrong.expect(422).faults(),
            ["end ends_before_start", "kind unknown_value"]
        );
    })
    .await;
}
