//! Full text: what a person types finds the same on both databases, and nothing breaks it.

use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::json;

use super::{at, titles};

#[tokio::test]
async fn what_people_type_finds_what_they_mean() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let dates = json!([at("2027-03-25", "18:30", "20:30")]);
        for event in [
            json!({ "title": "1", "summary": "Concert à l’Opéra : la mobilité électrique" }),
            json!({ "title": "2", "summary": "Les réunions publiques des associations",
                "tags": ["Vélo"] }),
            json!({ "title": "3", "description": "Une réunion publique NEAR the river, covid19",
                "place": { "name": "Salle Œcuménique", "commune_code": "54329" } }),
            json!({ "title": "4", "organiser_name": "Café des âges",
                "place": { "address": "12 rue de l'Église" } }),
            json!({ "title": "5", "summary": "Встреча 東京 straße 2027 3e" }),
        ] {
            let mut event = event;
            event["occurrences"] = dates.clone();
            app.published(&officer, event).await;
        }
        for (q, found) in [
            ("opera", "1"),
            ("l'opéra", "1"),
            ("l’Opéra", "1"),
            ("OPÉRA", "1"),
            ("d'opera", "1"),
            ("mobilite", "1"),
            ("mobilités", "1"),
            ("électriques", "1"),
            ("réunion", "23"),
            ("REUNIONS", "23"),
            ("réunion publique", "23"),
            ("publique réunion", "23"),
            ("réunion association", "2"),
            ("réunion opéra", ""),
            ("réuni", "23"),
            // The last word may go on, however far it is typed.
            ("mobilit", "1"),
            ("associati", "2"),
            ("réunion associati", "2"),
            ("associati réunion", ""),
            ("con", "1"),
            ("con réunion", ""),
            ("concert op", "1"),
            ("vélo", "2"),
            ("oecuménique", "3"),
            ("Lunéville", "3"),
            ("lunevil", "3"),
            ("eglise", "4"),
            ("12 rue", "4"),
            ("cafe ages", "4"),
            ("встреча", "5"),
            ("ВСТР", "5"),
            ("東京", "5"),
            ("STRASSE", "5"),
            ("2027", "5"),
            ("3e", "5"),
            ("covid19", "3"),
            ("covid", "3"),
            // Operators of either database are words, or nothing.
            ("NEAR", "3"),
            ("river NEAR the", "3"),
            ("opéra OR réunion", ""),
            ("opéra AND mobilité", ""),
            ("opéra NOT mobilité", ""),
            ("opéra & mobilité", "1"),
            ("opéra | réunion", ""),
            ("opéra -mobilité", "1"),
            ("!opéra", "1"),
            ("\"opéra\"", "1"),
            ("\"opéra", "1"),
            ("'opéra'", "1"),
            ("opéra';", "1"),
            ("opéra:*", "1"),
            ("op*", "1"),
            ("^opéra", "1"),
            ("stems:opéra", ""),
            ("(opéra", "1"),
            ("opéra)", "1"),
            ("{opéra}", "1"),
            ("\\opéra\\", "1"),
            ("opéra \u{0}", "1"),
            ("opé\u{0}ra", ""),
            ("opéra 🎉", "1"),
            ("opéra <-> mobilité", "1"),
            ("'; drop table events; --", ""),
            ("zzz", ""),
            // Without a word nothing is asked.
            ("", "12345"),
            ("   ", "12345"),
            ("'", "12345"),
            ("\"", "12345"),
            (";", "12345"),
            (":*", "12345"),
            ("\\", "12345"),
            ("*", "12345"),
            ("\u{0}", "12345"),
            ("🎉", "12345"),
            ("%", "12345"),
            ("_", "12345"),
        ] {
            let reply = app
                .get("/v1/events")
                .query(&[("q", q), ("sort", "created_at")])
                .await;
            let mut rows = titles(&reply.expect(200).body());
            rows.sort();
            assert_eq!(rows.concat(), found, "q={q:?}");
            let window = [("q", q), ("start", "2027-03-01"), ("end", "2027-04-01")];
            let mut rows = titles(
                &app.get("/v1/calendar")
                    .query(&window)
                    .await
                    .expect(200)
                    .body(),
            );
            rows.sort();
            assert_eq!(rows.concat(), found, "in the calendar, q={q:?}");
        }
        for bytes in [
            "%FF%FE",
            "%C3",
            "%00%00",
            "a%00b",
            "%ED%A0%80",
            "%F0%9F",
            "%",
        ] {
            app.get(&format!("/v1/events?q={bytes}&tag={bytes}"))
                .await
                .expect(200);
            app.get(&format!("/v1/calendar.ics?q={bytes}&tag={bytes}&x={bytes}"))
                .await
                .expect(200);
            app.get(&format!("/v1/communes?q={bytes}"))
                .await
                .expect(200);
        }
        let many = ["mot"; 60].join(" ");
        let reply = app
            .get("/v1/events")
            .query(&[("q", many.chars().take(200).collect::<String>().as_str())]);
        assert_eq!(
            titles(&reply.await.expect(200).body()),
            Vec::<String>::new()
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_of_the_text_changes_what_finds_it() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = app
            .event(
                &officer,
                json!({ "title": "Compostage", "tags": ["jardin"] }),
            )
            .await;
        let found = async |q: &str| {
            let reply = app.get("/v1/events").by(&officer).query(&[("q", q)]).await;
            titles(&reply.expect(200).body()).len()
        };
        assert_eq!((found("compostage").await, found("jardin").await), (1, 1));
        let change = json!({ "title": "Broyage", "tags": null });
        super::patch(&app, &officer, &event, change)
            .await
            .expect(200);
        assert_eq!((found("compostage").await, found("jardin").await), (0, 0));
        assert_eq!(found("broyage").await, 1);
        app.delete(&super::path(&event))
            .by(&officer)
            .if_match("*")
            .await
            .expect(204);
        assert_eq!(found("broyage").await, 0);
    })
    .await;
}
