//! Projects as a table.

use std::collections::BTreeMap;

use harness::app::on_each_database;

use super::*;
use crate::calendar::readings;

/// Titles that a spreadsheet would take for formulas, or that break a table put together without care.
const NASTY: [&str; 6] = [
    "=cmd|'/c calc'!A0",
    "+33 3 83 00 00 00",
    "-1+1 & \"gras\"; fin, suite",
    "@SUM(A1:A9)",
    "'déjà",
    "👩‍🌾 Récup’",
];

/// The rows, each with its cells by the names of their columns.
async fn rows(app: &App, by: Option<&Staff>, query: &str) -> Vec<BTreeMap<String, String>> {
    let call = app.get(&format!("/v1/projects.csv?{query}"));
    let reply = match by {
        Some(by) => call.by(by).await,
        None => call.await,
    };
    readings::table(reply.expect(200))
}

#[tokio::test]
async fn no_cell_is_a_formula_and_the_columns_are_those_of_its_schema() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        for title in NASTY {
            let body = with(
                project(title),
                json!({ "summary": title, "reference": title }),
            );
            let project = made(&app, &cast.partner, &body).await;
            turn(&app, &cast.partner, &project, "submit")
                .await
                .expect(200);
            turn(&app, &cast.officer, &project, "accept")
                .await
                .expect(200);
        }
        let table = rows(&app, None, "").await;
        let mut told: Vec<_> = table.iter().map(|row| row["title"].as_str()).collect();
        told.sort_unstable();
        let mut expected = NASTY.map(|title| match title.chars().next() {
            Some('=' | '+' | '-' | '@' | '\'') => format!("'{title}"),
            _ => title.to_owned(),
        });
        expected.sort_unstable();
        assert_eq!(told, expected);
        for row in &table {
            for (name, cell) in row {
                let is_number = cell.parse::<f64>().is_ok();
                assert!(
                    is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{name}: {cell}"
                );
            }
            assert_eq!(
                ["state", "commune_names", "theme"].map(|name| row[name].as_str()),
                ["accepted", "Lunéville", "mobility"]
            );
        }
        let schema = app
            .get("/v1/projects.csv-schema.json")
            .await
            .expect(200)
            .body();
        let fields = schema["fields"].as_array().unwrap().iter();
        let mut fields: Vec<_> = fields
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        fields.sort_unstable();
        let columns: Vec<_> = table[0].keys().map(String::as_str).collect();
        assert_eq!(columns, fields);
    })
    .await;
}

#[tokio::test]
async fn each_reads_what_they_see_by_its_title() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let shown = led(&app, &cast, "Écran", &["submit", "accept"]).await;
        led(&app, &cast, "Atelier", &["submit", "accept"]).await;
        led(&app, &cast, "Brouillon", &[]).await;
        let hidden = json!({ "visibility": "hidden", "internal_note": "canary" });
        let secret = led(&app, &cast, "Caché", &["submit", "accept"]).await;
        patch(&app, &cast.officer, &secret, &hidden)
            .await
            .expect(200);
        let titles = |rows: Vec<BTreeMap<String, String>>| {
            assert!(!json!(rows).to_string().contains("canary"));
            let titles = rows.iter().map(|row| row["title"].as_str().to_owned());
            titles.collect::<Vec<_>>()
        };
        assert_eq!(titles(rows(&app, None, "").await), ["Atelier", "Écran"]);
        let all = ["Atelier", "Brouillon", "Caché", "Écran"];
        for by in [&cast.partner, &cast.officer] {
            assert_eq!(titles(rows(&app, Some(by), "").await), all);
        }
        assert_eq!(
            titles(rows(&app, None, "q=ecran&inconnu=1").await),
            ["Écran"]
        );
        let since = shown["updated_at"].as_str().unwrap();
        let later = rows(&app, None, &format!("updated_since={since}&state=accepted")).await;
        assert_eq!(titles(later), ["Atelier", "Écran"]);
    })
    .await;
}
