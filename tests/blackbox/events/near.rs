//! What is near a point: by the haversine formula as it is written in books, on both databases.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::behind;
use harness::databases::master_key;
use persistence::{DatabaseUrl, Schema, Store, StoreOptions};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::{at, titles};

type Point = (f64, f64);

/// Kilometres between two points.
fn distance(one: Point, other: Point) -> f64 {
    let (a, b) = (one.0.to_radians(), other.0.to_radians());
    let wide = (other.1 - one.1).to_radians();
    let half = ((b - a) / 2.0).sin().powi(2) + a.cos() * b.cos() * (wide / 2.0).sin().powi(2);
    2.0 * 6_371.008_8 * half.sqrt().asin()
}

async fn place(app: &App, by: &Staff, title: &str, point: Point) {
    let body = json!({ "title": title, "occurrences": [at("2027-03-25", "18:30", "20:30")],
        "place": { "name": "Là", "latitude": point.0, "longitude": point.1 } });
    app.published(by, body).await;
}

fn sorted(list: &Value) -> Vec<String> {
    let mut found = titles(list);
    found.sort();
    found
}

async fn near(app: &App, point: Point, km: f64) -> Vec<String> {
    let query = format!("near={},{}&within_km={km}&limit=200", point.0, point.1);
    let list = app
        .get(&format!("/v1/events?{query}"))
        .await
        .expect(200)
        .body();
    sorted(&list)
}

#[tokio::test]
async fn what_is_near_is_what_the_formula_says() {
    let mut runner = TestRunner::deterministic();
    let around = (-1.2..1.2_f64, -1.8..1.8_f64);
    let mut centres: Vec<Point> = vec![
        (48.5921, 6.4961),
        (-21.1, 55.5),
        (0.0, 0.0),
        (79.9, 20.0),
        (-16.8, 179.95),
    ];
    centres.push((-16.8, -179.9));
    let mut points = Vec::new();
    for (n, centre) in centres.iter().enumerate() {
        for m in 0..14 {
            let (north, east) = around.new_tree(&mut runner).expect("a point").current();
            // Half of them close by.
            let scale = if m % 2 == 0 { 1.0 } else { 0.08 };
            let mut longitude = centre.1 + east * scale;
            if longitude > 180.0 {
                longitude -= 360.0
            }
            if longitude < -180.0 {
                longitude += 360.0
            }
            points.push((
                format!("p{n}-{m:02}"),
                (centre.0 + north * scale, longitude),
            ));
        }
    }
    let (centres, points) = (&centres, &points);
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for (title, point) in points {
            place(&app, &officer, title, *point).await;
        }
        app.published(
            &officer,
            json!({ "title": "nulle part",
            "occurrences": [at("2027-03-25", "18:30", "20:30")] }),
        )
        .await;
        let mut found_any = 0;
        for centre in centres {
            for km in [0.1, 5.0, 10.0, 50.0, 100.0] {
                let mut expected: Vec<_> = points
                    .iter()
                    .filter(|(_, point)| distance(*centre, *point) <= km)
                    .map(|(title, _)| title.clone())
                    .collect();
                expected.sort();
                found_any += expected.len();
                assert_eq!(near(&app, *centre, km).await, expected, "{centre:?} {km}");
            }
        }
        assert!(found_any > 100, "{found_any}");

        // Nearly at the edge, on either side of it; ten kilometres are what nobody says.
        let here = (47.0, 2.0);
        let north = |km: f64| (here.0 + (km / 6_371.008_8).to_degrees(), here.1);
        place(&app, &officer, "dedans", north(9.999_99)).await;
        place(&app, &officer, "dehors", north(10.000_01)).await;
        let usual = app.get("/v1/events?near=47.0,2.0").await.expect(200).body();
        assert_eq!(titles(&usual), ["dedans"]);
        let calendar = app
            .get("/v1/calendar?near=47,%202&start=2027-03-01&end=2027-04-01")
            .await;
        assert_eq!(titles(&calendar.expect(200).body()), ["dedans"]);
    })
    .await;
}

#[tokio::test]
async fn a_point_that_is_none_is_refused_by_name() {
    on_each_database(|app| async move {
        for (query, faults) in [
            ("near=48", vec!["near malformed"]),
            ("near=48,x", vec!["near malformed"]),
            ("near=48,6,7", vec!["near malformed"]),
            ("near=nan,6", vec!["near out_of_range"]),
            ("near=48,inf", vec!["near out_of_range"]),
            ("near=91,6", vec!["near out_of_range"]),
            ("near=48,181", vec!["near out_of_range"]),
            ("within_km=500", vec!["within_km out_of_range"]),
            ("near=48,6&within_km=0", vec!["within_km out_of_range"]),
            ("near=48,6&within_km=101", vec!["within_km out_of_range"]),
            ("near=48,6&within_km=-1", vec!["within_km out_of_range"]),
            ("near=48,6&within_km=loin", vec!["within_km malformed"]),
            ("near=48,6&within_km=", vec!["within_km malformed"]),
            (
                "near=x&within_km=y",
                vec!["near malformed", "within_km malformed"],
            ),
        ] {
            for path in ["/v1/events", "/v1/calendar", "/v1/calendar.ics"] {
                let reply = app.get(&format!("{path}?{query}")).await;
                assert_eq!(reply.expect(422).problem(), "invalid", "{query}");
                assert_eq!(reply.faults(), faults, "{path} {query}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn events_are_found_by_who_holds_them() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for (title, organiser) in [
            ("a", json!("Maison de l’Énergie")),
            ("b", json!("PETR du Pays, Terres & Eaux")),
            ("c", Value::Null),
            ("d", json!("?!")),
        ] {
            let mut body =
                json!({ "title": title, "occurrences": [at("2027-03-25", "18:30", "20:30")] });
            if !organiser.is_null() {
                body["organiser_name"] = organiser;
            }
            app.published(&officer, body).await;
        }
        for (asked, found) in [
            ("maison de l'energie", vec!["a"]),
            ("MAISON DE L’ÉNERGIE", vec!["a"]),
            ("maison", vec![]),
            ("petr du pays, terres et eaux", vec![]),
            ("PETR du Pays, Terres & Eaux", vec!["b"]),
            (
                "maison de l energie,petr du pays terres eaux",
                vec!["a", "b"],
            ),
            ("personne", vec![]),
        ] {
            let list = app.get("/v1/events").query(&[("organiser", asked)]).await;
            assert_eq!(sorted(&list.expect(200).body()), found, "{asked}");
        }
        // A new name takes the old one's place.
        let list = app
            .get("/v1/events?organiser=maison%20de%20l%20energie")
            .await
            .body();
        super::patch(
            &app,
            &officer,
            &list["data"][0],
            json!({ "organiser_name": "Autre" }),
        )
        .await
        .expect(200);
        for (asked, found) in [("maison de l energie", vec![]), ("autre", vec!["a"])] {
            let list = app.get("/v1/events").query(&[("organiser", asked)]).await;
            assert_eq!(sorted(&list.expect(200).body()), found, "{asked}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_stored_before_is_found_by_its_organiser_too() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for (title, organiser) in [("a", "Cœur d’Été"), ("b", "Cœur d’Été"), ("c", "?!")]
        {
            let dates = json!([at("2027-03-25", "18:30", "20:30")]);
            let body = json!({ "title": title, "organiser_name": organiser, "occurrences": dates });
            app.published(&officer, body).await;
        }
        let asked = "/v1/events?organiser=coeur%20d%20ete";
        let before = app.get(asked).await.expect(200).body();
        assert_eq!(sorted(&before), ["a", "b"]);
        let all = "select term from event_terms order by term";
        let terms = behind::texts(&app, all).await;

        // As the database was before that step.
        for sql in [
            "delete from event_terms where field = 'organiser'",
            "drop index events_latitude",
            "delete from seaql_migrations where version like '%organisers'",
        ] {
            behind::execute(&app, sql).await;
        }
        let none = app.get(asked).await.expect(200).body();
        assert_eq!(none["data"], json!([]));
        let url = match app.url.strip_prefix("sqlite:") {
            Some(path) => DatabaseUrl::Sqlite(path.into()),
            None => DatabaseUrl::Postgres(app.url.clone()),
        };
        let options = StoreOptions {
            url,
            read_url: None,
            master_key_file: master_key(),
            clock: app.clock.clone(),
            schema: Schema::Migrate,
        };
        Store::open(options)
            .await
            .expect("a database brought up to date")
            .close()
            .await;
        assert_eq!(behind::texts(&app, all).await, terms);
        let after = app.get(asked).await.expect(200).body();
        assert_eq!(sorted(&after), ["a", "b"]);
    })
    .await;
}
