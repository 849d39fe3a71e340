//! Who was there, noted of many at once: by lists, tables and codes; the sheet that is signed.

use harness::app::on_each_database;
use harness::behind::texts;
use harness::engines::engines;

use super::attendance::{evening, facts};
use super::*;

async fn listed(app: &App, officer: &Staff, date: &str, entries: Value) -> Reply {
    let path = format!("/v1/occurrences/{date}/attendance");
    let body = json!({ "entries": entries });
    app.post(&path).by(officer).json(&body).await
}

async fn as_table(app: &App, officer: &Staff, date: &str, table: String) -> Reply {
    let path = format!("/v1/occurrences/{date}/attendance");
    app.post(&path).by(officer).body("text/csv", table).await
}

async fn closed(app: &App, officer: &Staff, date: &str) -> Reply {
    let path = format!("/v1/occurrences/{date}/close-attendance");
    app.post(&path).by(officer).empty().await
}

#[tokio::test]
async fn a_list_is_noted_whole_or_not_at_all_and_again_without_harm() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(4)).await;
        let alma = registered(&app, &officer, &date, "Alma", 2).await;
        let basile = registered(&app, &officer, &date, "Basile", 1).await;
        let chloe = registered(&app, &officer, &date, "Chloe", 1).await;
        let denis = registered(&app, &officer, &date, "Denis", 1).await;
        let there = |one: &Value| json!({ "registration_id": one["id"], "state": "attended" });
        let missed = |one: &Value| json!({ "registration_id": one["id"], "state": "no_show" });
        let early = listed(&app, &officer, &date, json!([there(&alma)])).await;
        assert_eq!(early.expect(409).problem(), "wrong-state");
        let officer = evening(&app).await;
        let wrong = json!([
            there(&alma),
            { "registration_id": date, "state": "attended" },
            { "registration_id": basile["id"], "state": "attended", "present": 2 },
            missed(&denis),
            missed(&alma),
        ]);
        let wrong = listed(&app, &officer, &date, wrong).await;
        let expected = [
            "/entries/1/registration_id unknown_registration",
            "/entries/2/present party_too_large",
            "/entries/3/state wrong_state",
            "/entries/4 duplicate",
        ];
        assert_eq!(wrong.expect(422).faults(), expected);
        let shape = json!([{ "registration_id": alma["id"], "state": "no_show", "present": 1 }]);
        let shape = listed(&app, &officer, &date, shape).await;
        assert_eq!(shape.expect(422).faults(), ["/entries/0/present needs"]);
        assert_eq!(facts(&app, &officer, &date).await, Vec::<String>::new());

        let many = listed(&app, &officer, &date, json!(vec![there(&alma); 501])).await;
        assert_eq!(many.expect(422).faults(), ["/entries too_many"]);
        let mut list = json!([there(&alma), missed(&basile), there(&denis)]);
        list[0]["role"] = json!("member");
        let noted = listed(&app, &officer, &date, list.clone()).await;
        let noted = noted.expect(200).body();
        let expected =
            json!({ "attended": 2, "present": 3, "no_show": 1, "unnoted": 1, "changed": 3 });
        assert_eq!(noted["counts"], expected);
        assert_eq!(noted["data"][0]["role"], "member");
        assert!(!noted.to_string().contains("Alma"), "nobody is named");
        let trail = "select facts from audit_entries where facts like '%registration.checked_in%'";
        let before = texts(&app, trail).await;
        let again = listed(&app, &officer, &date, list).await.expect(200).body();
        assert_eq!(again["counts"]["changed"], 0);
        assert_eq!(again["data"][1]["changed"], false);
        assert_eq!(texts(&app, trail).await, before);
        assert_eq!(before.len(), 2);
        let expected = ["attendance 1", "companions 1", "attendance 1"];
        assert_eq!(facts(&app, &officer, &date).await, expected);
        // It was the other way round.
        let other = json!([missed(&alma), there(&basile)]);
        let other = listed(&app, &officer, &date, other).await;
        assert_eq!(other.expect(200).body()["counts"]["changed"], 2);
        let expected = ["attendance 1", "attendance 1"];
        assert_eq!(facts(&app, &officer, &date).await, expected);

        let done = closed(&app, &officer, &date).await.expect(200).body();
        let expected =
            json!({ "attended": 2, "present": 2, "no_show": 2, "unnoted": 0, "changed": 1 });
        assert_eq!(done, expected);
        let again = closed(&app, &officer, &date).await.expect(200).body();
        assert_eq!(again["changed"], 0);
        let expected = [
            "Alma no_show",
            "Basile attended",
            "Chloe no_show",
            "Denis attended",
        ];
        assert_eq!(states(&app, &officer, &date).await, expected);
        assert_eq!(chloe["state"], "confirmed");
    })
    .await;
}

#[tokio::test]
async fn a_list_is_not_closed_before_the_date_begins() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, None).await;
        registered(&app, &officer, &date, "Alma", 2).await;
        let early = closed(&app, &officer, &date).await;
        assert_eq!(early.expect(409).problem(), "wrong-state");
        let nowhere = closed(&app, &officer, "0198c0a0-0000-7000-8000-000000000001").await;
        nowhere.expect(404);
    })
    .await;
}

#[tokio::test]
async fn a_table_goes_out_and_comes_back_with_who_was_there() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(9)).await;
        registered(&app, &officer, &date, "Alma", 2).await;
        registered(&app, &officer, &date, "Basile", 1).await;
        let formula = json!({ "name": "=cmd()", "telephone": "+33 6 00 00 00 41" });
        let path = format!("/v1/occurrences/{date}/registrations");
        let made = app.post(&path).by(&officer).json(&formula).await;
        made.expect(201);
        let officer = evening(&app).await;
        let table = app.get(&format!("{path}.csv")).by(&officer).await;
        assert_eq!(
            table.expect(200).header("cache-control"),
            "private, no-store"
        );
        let text = table.utf8();
        assert!(text.contains(",'=cmd(),") && text.contains("alma@courriel.example"));
        let director = app.staff(Role::Director).await;
        let trail = app.get("/v1/audit-entries").by(&director).await.utf8();
        assert!(trail.contains("personal_data.read"), "{trail}");
        // A spreadsheet saves it with semicolons, its first two rows filled in.
        let filled = text.replace(',', ";");
        let filled = filled.replacen(";confirmed;;", ";attended;1;", 1).replacen(
            ";confirmed;;",
            ";no_show;;",
            1,
        );
        let noted = as_table(&app, &officer, &date, filled)
            .await
            .expect(200)
            .body();
        let expected =
            json!({ "attended": 1, "present": 1, "no_show": 1, "unnoted": 1, "changed": 2 });
        assert_eq!(noted["counts"], expected);
        let wrong = "code,state\n000000,attended\n,no_show\n1,here\n".to_owned();
        let wrong = as_table(&app, &officer, &date, wrong).await;
        let expected = [
            "/entries/1/registration_id required",
            "/entries/2/state unknown_value",
        ];
        assert_eq!(wrong.expect(422).faults(), expected);
        let wrong = "code;state\nabcdef;attended\n".to_owned();
        let wrong = as_table(&app, &officer, &date, wrong).await;
        assert_eq!(wrong.expect(422).faults(), ["/entries/0/code wrong_code"]);
        let broken = app.post(&format!("/v1/occurrences/{date}/attendance"));
        let broken = broken.by(&officer).body("text/csv", vec![0xff_u8, 0xfe]);
        broken.await.expect(400);
    })
    .await;
}

#[tokio::test]
async fn whoever_brings_a_code_or_a_qr_code_is_checked_in() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, None).await;
        let mut brought = Vec::new();
        for (mails, name) in [(1, "Alma"), (3, "Basile")] {
            let made = register(&app, &date, name, 2).await.expect(201).body();
            let taken = post.has_taken(mails).await;
            let (code, link) = (code(&taken[mails - 1]), link(&taken[mails - 1]));
            let page = format!("/registrations/{link}");
            let shown = app.get(&page).await.expect(200).utf8();
            assert!(!shown.contains("<svg"), "nothing is shown at the door yet");
            let pressed = app.post(&format!("{page}/confirm")).empty().await;
            pressed.expect(303);
            post.has_taken(mails + 1).await;
            let shown = app.get(&page).await.expect(200).utf8();
            assert!(shown.contains("<svg") && !shown.contains("<?xml"));
            let grouped = format!("{} {}", &code[..3], &code[3..]);
            assert!(shown.contains(&grouped), "{shown}");
            brought.push((made, code, link));
        }
        let officer = evening(&app).await;
        let path = format!("/v1/occurrences/{date}/check-in");
        let bring = async |body: Value| app.post(&path).by(&officer).json(&body).await;
        let (alma, code, _) = &brought[0];
        let there = bring(json!({ "code": code, "present": 1 })).await;
        let there = there.expect(200).body();
        assert_eq!(
            (&there["id"], &there["state"], &there["present"]),
            (&alma["id"], &json!("attended"), &json!(1))
        );
        let (basile, code, link) = &brought[1];
        let whole = format!("{}/registrations/{link}", app.url);
        for token in [link, &whole] {
            let there = bring(json!({ "token": token, "role": "member" })).await;
            let there = there.expect(200).body();
            assert_eq!(
                (&there["id"], &there["role"]),
                (&basile["id"], &json!("member"))
            );
        }
        for (body, fault) in [
            (json!({ "code": "abcdef" }), "/code wrong_code"),
            (
                json!({ "token": "nonsense" }),
                "/token unknown_registration",
            ),
            (json!({ "token": link, "code": code }), "/code duplicate"),
            (json!({}), "/code required"),
        ] {
            assert_eq!(bring(body).await.expect(422).faults(), [fault]);
        }
        // A link for another date opens no door of this one.
        let other = date_for(&app, &officer, None).await;
        let elsewhere = app.post(&format!("/v1/occurrences/{other}/check-in"));
        let elsewhere = elsewhere.by(&officer).json(&json!({ "token": link })).await;
        assert_eq!(
            elsewhere.expect(422).faults(),
            ["/token unknown_registration"]
        );
        let list = format!("code,state,present\n{code},attended,2\n");
        let list = as_table(&app, &officer, &date, list)
            .await
            .expect(200)
            .body();
        assert_eq!(list["counts"]["present"], 3);
        let page = app.get(&format!("/registrations/{link}")).await;
        assert!(!page.expect(200).utf8().contains("<svg"), "they are in");
    }
}

#[tokio::test]
async fn the_sheet_names_all_who_have_a_place_and_is_a_reading() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(3)).await;
        let zoe = json!({ "name": "Zoé <b>", "telephone": "06 00 00 00 52", "party_size": 2 });
        let path = format!("/v1/occurrences/{date}/registrations");
        app.post(&path).by(&officer).json(&zoe).await.expect(201);
        let body =
            json!({ "name": "Émile Alt", "telephone": "06 00 00 00 51", "commune_code": "54329" });
        app.post(&path).by(&officer).json(&body).await.expect(201);
        registered(&app, &officer, &date, "Wartet", 1).await;
        let path = format!("/v1/occurrences/{date}/attendance-sheet");
        let sheet = app
            .get(&path)
            .query(&[("blank_lines", "3")])
            .by(&officer)
            .await;
        assert_eq!(
            sheet.expect(200).header("cache-control"),
            "private, no-store"
        );
        assert_eq!(sheet.header("content-language"), "fr");
        let html = sheet.utf8();
        for said in [
            "Atelier compost",
            "10 décembre 2026",
            "Salle des fêtes",
            "Lunéville",
            "mission d&#39;intérêt public",
            "Zoé &#60;b&#62;",
        ] {
            assert!(html.contains(said), "{said}: {html}");
        }
        assert!(html.find("Émile") < html.find("Zoé"), "by their names");
        assert!(!html.contains("Wartet") && !html.contains("courriel.example"));
        assert_eq!(html.matches("<tr>").count(), 1 + 2 + 3);
        let readings = "select facts from audit_entries where facts like '%personal_data.read%'";
        assert_eq!(texts(&app, readings).await.len(), 1);
        let english = app
            .get(&path)
            .header("Accept-Language", "en")
            .by(&officer)
            .await;
        assert!(
            english
                .expect(200)
                .utf8()
                .contains("task of public interest")
        );
        let many = app
            .get(&path)
            .query(&[("blank_lines", "201")])
            .by(&officer)
            .await;
        assert_eq!(many.expect(422).faults(), ["blank_lines out_of_range"]);
        let referent = app.staff(Role::Referent).await;
        app.get(&path).by(&referent).await.expect(403);
    })
    .await;
}
