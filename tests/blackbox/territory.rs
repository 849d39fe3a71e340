//! Communes and intercommunalities: found by what people type, walked through whole.

use std::collections::BTreeSet;

use harness::app::{App, on_each_database};
use harness::engines::Engine;
use serde_json::{Value, json};

async fn found(app: &App, query: &[(&str, &str)]) -> Vec<String> {
    let body = app
        .get("/v1/communes")
        .query(query)
        .await
        .expect(200)
        .body();
    let rows = body["data"].as_array().unwrap();
    rows.iter()
        .map(|row| row["code"].as_str().unwrap().to_owned())
        .collect()
}

/// All rows of a list, page by page.
async fn walk(app: &App, path: &str) -> Vec<Value> {
    let (mut rows, mut next) = (Vec::new(), path.to_owned());
    loop {
        let body = app.get(&next).await.expect(200).body();
        rows.extend(body["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = body["page"]["next_cursor"].as_str() else {
            return rows;
        };
        next = format!("{path}&cursor={cursor}");
    }
}

#[tokio::test]
async fn a_commune_is_found_however_its_name_is_typed() {
    on_each_database(|app| async move {
        for (q, first) in [
            ("luneville", "54329"),
            ("Lunéville", "54329"),
            ("LUNÉVILLE", "54329"),
            ("lunevi", "54329"),
            ("54300", "54329"),
            ("54329", "54329"),
            ("baccarat", "54039"),
            ("saint nicolas de port", "54483"),
            ("Saint-Nicolas-de-Port", "54483"),
            ("st nicolas de port", "54483"),
            ("St-Nicolas de Port", "54483"),
            ("st. nicolas-de-port", "54483"),
            ("nancy", "54395"),
        ] {
            let codes = found(&app, &[("q", q)]).await;
            assert_eq!(
                codes.first().map(String::as_str),
                Some(first),
                "{q}: {codes:?}"
            );
        }
        // Those that share a postal code or have it as their own, and nothing else.
        let sharing = app
            .get("/v1/communes?q=54300&limit=200")
            .await
            .expect(200)
            .body();
        for row in sharing["data"].as_array().unwrap() {
            let shares = row["postal_codes"]
                .as_array()
                .unwrap()
                .contains(&json!("54300"));
            assert!(shares || row["code"] == "54300", "{row}");
        }
        assert_eq!(found(&app, &[("q", "zzzzzz")]).await, Vec::<String>::new());
        let paris = found(&app, &[("q", "paris"), ("limit", "1")]).await;
        assert_eq!(paris, ["75056"]);
        let long = app
            .get("/v1/communes")
            .query(&[("q", &"a".repeat(101))])
            .await;
        assert_eq!(long.expect(422).faults(), ["q too_long"]);
    })
    .await;
}

#[tokio::test]
async fn a_commune_says_where_it_belongs() {
    on_each_database(|app| async move {
        let luneville = app.get("/v1/communes/54329").await.expect(200).body();
        let of = &app
            .get("/v1/intercommunalities/200070324")
            .await
            .expect(200)
            .body();
        assert_eq!(luneville["name"], "Lunéville");
        assert_eq!(luneville["postal_codes"], json!(["54300"]));
        assert_eq!(luneville["department_code"], "54");
        assert_eq!(luneville["epci"], "200070324");
        assert_eq!(luneville["epci_name"], of["name"]);
        assert_eq!(
            (&luneville["in_perimeter"], &of["in_perimeter"]),
            (&json!(true), &json!(true))
        );
        let nancy = app.get("/v1/communes/54395").await.expect(200).body();
        assert_eq!(nancy["in_perimeter"], false);
        assert_eq!(
            app.get("/v1/communes/2A004").await.expect(200).body()["name"],
            "Ajaccio"
        );
        // Unknown, or no code at all.
        for code in [
            "54999", "5432", "543290", "abcde", "2C001", "%00", "54329%20",
        ] {
            let reply = app.get(&format!("/v1/communes/{code}")).await;
            assert_eq!(reply.expect(404).problem(), "not-found", "{code}");
        }
        for siren in ["200070325", "123456782", "x", "%00"] {
            let reply = app.get(&format!("/v1/intercommunalities/{siren}")).await;
            assert_eq!(reply.expect(404).problem(), "not-found", "{siren}");
        }
    })
    .await;
}

#[tokio::test]
async fn all_of_france_is_walked_through_once() {
    // The lists lie in memory: the database has no part in them.
    let app = App::start(Engine::Sqlite).await;
    let rows = walk(&app, "/v1/communes?limit=200").await;
    assert_eq!(rows.len(), 34_969);
    let codes: Vec<_> = rows
        .iter()
        .map(|row| row["code"].as_str().unwrap())
        .collect();
    assert!(codes.is_sorted());
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 34_969);

    let inside = walk(&app, "/v1/communes?in_perimeter=true&limit=50").await;
    let expected: Vec<_> = rows
        .iter()
        .filter(|row| row["in_perimeter"] == true)
        .cloned()
        .collect();
    assert_eq!(inside, expected);
    let count = app
        .get("/v1/communes?in_perimeter=false&count=true&limit=1")
        .await
        .expect(200)
        .body();
    assert_eq!(count["page"]["total"], 34_969 - inside.len());
    assert_eq!(count["data"][0]["in_perimeter"], false);

    let of = |siren: &str| -> Vec<_> {
        rows.iter()
            .filter(|row| row["epci"] == siren)
            .cloned()
            .collect()
    };
    assert_eq!(
        walk(&app, "/v1/communes?epci=200070324&limit=7").await,
        of("200070324")
    );
    let both = walk(&app, "/v1/communes?epci=200070324,200067643&limit=9").await;
    assert_eq!(both.len(), of("200070324").len() + of("200067643").len());
    let within = found(&app, &[("q", "a"), ("epci", "200070324"), ("limit", "200")]).await;
    assert!(!within.is_empty());
    assert!(
        within
            .iter()
            .all(|code| of("200070324").iter().any(|row| row["code"] == *code))
    );

    let all = walk(&app, "/v1/intercommunalities?limit=200").await;
    assert_eq!(all.len(), 1_255);
    let sirens: Vec<_> = all
        .iter()
        .map(|row| row["siren"].as_str().unwrap())
        .collect();
    assert!(sirens.windows(2).all(|pair| pair[0] < pair[1]));
    let ours = walk(&app, "/v1/intercommunalities?in_perimeter=true").await;
    let ours: Vec<_> = ours
        .iter()
        .map(|row| row["siren"].as_str().unwrap())
        .collect();
    assert_eq!(ours, ["200067643", "200069433", "200070324", "245400759"]);
    let others = app
        .get("/v1/intercommunalities?in_perimeter=false&count=true&limit=1")
        .await;
    assert_eq!(others.expect(200).body()["page"]["total"], 1_251);
    let counted: u64 = all
        .iter()
        .filter(|row| ours.contains(&row["siren"].as_str().unwrap()))
        .map(|row| row["communes"].as_u64().unwrap())
        .sum();
    assert_eq!(usize::try_from(counted).unwrap(), inside.len());
    app.stop().await;
}

#[tokio::test]
async fn a_mirror_of_the_lists_polls_them_for_nothing() {
    on_each_database(|app| async move {
        for list in ["/v1/communes", "/v1/intercommunalities"] {
            let all = app
                .get(&format!(
                    "{list}?updated_since=2020-01-01&count=true&limit=200"
                ))
                .await;
            let all = all.expect(200).body();
            assert!(all["page"]["total"].as_u64().unwrap() > 1_000);
            let last = app
                .get(&format!("{list}?updated_since=2026-11-24"))
                .await
                .expect(200)
                .body();
            assert_eq!(last["data"], json!([]));
            let next = last["page"]["synced_until"].as_str().unwrap();
            let again = app
                .get(list)
                .query(&[("updated_since", next)])
                .await
                .expect(200)
                .body();
            assert_eq!(again, last);
        }
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_asked_is_refused_by_name() {
    on_each_database(|app| async move {
        for (query, fault) in [
            ("communes?in_perimeter=oui", "in_perimeter malformed"),
            ("communes?epci=12", "epci malformed"),
            ("communes?limit=201", "limit out_of_range"),
            ("communes?name=x", "name unknown_parameter"),
            ("communes?cursor=x", "cursor cursor_invalid"),
            ("intercommunalities?q=x", "q unknown_parameter"),
        ] {
            let reply = app.get(&format!("/v1/{query}")).await;
            assert_eq!(reply.expect(422).faults(), [fault], "{query}");
        }
    })
    .await;
}
