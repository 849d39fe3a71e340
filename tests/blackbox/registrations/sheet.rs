//! The sheet to sign, as PDF: who is on it, for whom, and that all can read it.

use harness::app::on_each_database;
use harness::behind::texts;
use harness::pdf::Pdf;

use super::*;

/// Names that a typesetter could take for its own language, or has no letters for.
const NAMES: [&str; 7] = [
    "#panic(\"x\")",
    "$ x_1 $ *gras* `code` \\ <b> @moi",
    "] #eval(\"1\") [",
    "Zoé 🧑‍🌾 Müller",
    "محمد",
    "Иван",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
];

async fn named(app: &App, officer: &Staff, date: &str, name: &str, party_size: u32) {
    let path = format!("/v1/occurrences/{date}/registrations");
    let body = json!({ "name": name, "telephone": "06 00 00 00 51", "party_size": party_size });
    app.post(&path).by(officer).json(&body).await.expect(201);
}

async fn sheet(app: &App, officer: &Staff, date: &str) -> Reply {
    let path = format!("/v1/occurrences/{date}/attendance-sheet.pdf");
    let reply = app.get(&path).by(officer).await;
    reply.expect(200);
    reply
}

#[tokio::test]
async fn the_sheet_as_pdf_is_read_by_all_and_the_same_twice() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, None).await;
        for (name, party_size) in NAMES.into_iter().zip(1..) {
            named(&app, &officer, &date, name, party_size).await;
        }
        let reply = sheet(&app, &officer, &date).await;
        assert_eq!(reply.header("content-type"), "application/pdf");
        assert_eq!(reply.header("cache-control"), "private, no-store");
        assert_eq!(reply.header("content-language"), "fr");
        assert_eq!(
            reply.header("content-disposition"),
            "attachment; filename=\"emargement-2026-12-10.pdf\""
        );
        let pdf = Pdf::read(&reply.bytes);
        let text = pdf.pages().concat();
        for said in [
            "Feuille d'émargement",
            "Atelier compost",
            "10 décembre 2026",
            "Salle des fêtes",
            "Lunéville",
            "À quel titre",
            "Signature",
            "mission d'intérêt public",
            "état au ",
            "Page 1 / ",
            "Zoé □ Müller",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        let read = text.replace(['\n', '\u{200b}'], "");
        for name in NAMES.into_iter().filter(|name| !name.starts_with("Zoé")) {
            // What is written from the right stands in the file as it is seen.
            let seen: String = name.chars().rev().collect();
            let is_said = read.contains(name) || read.contains(&seen);
            assert!(is_said, "{name}: {text}");
        }
        assert!(!text.contains("06 00 00"), "no telephone");
        let outside = pdf.outside();
        for said in [
            "<pdfuaid:part>1</pdfuaid:part>",
            "/Lang(fr)",
            "/DisplayDocTitle true",
            "<dc:title>",
        ] {
            assert!(outside.contains(said), "{said}");
        }
        assert_eq!(outside.matches("/S/TH/").count(), 6);
        assert_eq!(outside.matches("/S/TR/").count(), 1 + NAMES.len() + 15);
        assert!(!outside.contains("Müller"), "names stand on the pages only");

        let again = sheet(&app, &officer, &date).await;
        assert!(again.bytes == reply.bytes, "the same to the byte");
        let readings = "select facts from audit_entries where facts like '%personal_data.read%'";
        assert_eq!(texts(&app, readings).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_head_of_the_table_is_on_each_page_with_its_number() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, None).await;
        named(&app, &officer, &date, "Émile Alt", 2).await;
        let path = format!("/v1/occurrences/{date}/attendance-sheet.pdf?blank_lines=60");
        let english = app.get(&path).header("Accept-Language", "en").by(&officer);
        let english = english.await;
        assert_eq!(english.expect(200).header("content-language"), "en");
        let pdf = Pdf::read(&english.bytes);
        let pages = pdf.pages();
        assert!(pages.len() > 1);
        for (page, at) in pages.iter().zip(1..) {
            let number = format!("{at} / {}", pages.len());
            assert!(page.contains(&number), "{number}: {page}");
            let has_lines = page.contains("Signature") && page.contains("Commune");
            assert!(has_lines || at == pages.len(), "{page}");
        }
        let text = pages.concat();
        assert!(text.contains("Sheet to sign") && text.contains("task of public interest"));
        assert!(text.contains("\n61\n"), "each line has its number");
        assert!(pdf.outside().contains("/Lang(en)"));
        let many = app.get(&path.replace("=60", "=201")).by(&officer).await;
        assert_eq!(many.expect(422).faults(), ["blank_lines out_of_range"]);
    })
    .await;
}

#[tokio::test]
async fn only_who_may_read_names_gets_the_sheet_as_pdf() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, None).await;
        let path = format!("/v1/occurrences/{date}/attendance-sheet.pdf");
        app.get(&path).await.expect(401);
        for role in [Role::Funder, Role::Referent] {
            let staff = app.staff(role).await;
            app.get(&path).by(&staff).await.expect(403);
        }
        let nowhere = path.replace(&date, "0198c0a0-0000-7000-8000-00000000ffff");
        app.get(&nowhere).by(&officer).await.expect(404);
        sheet(&app, &officer, &date).await;
    })
    .await;
}

#[tokio::test]
async fn many_sheets_at_once_all_come() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, None).await;
        named(&app, &officer, &date, "Émile Alt", 2).await;
        let first = sheet(&app, &officer, &date).await.bytes;
        let all = futures_util::future::join_all((0..4).map(|_| sheet(&app, &officer, &date)));
        for reply in all.await {
            assert!(reply.bytes == first);
        }
    })
    .await;
}
