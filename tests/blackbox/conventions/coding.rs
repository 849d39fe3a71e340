//! Content codings: the body is the same, whichever the client takes.

use std::io::Read;

use domain::accounts::Role;
use harness::app::{App, on_each_database};
use harness::engines::Engine;
use serde_json::Value;

use super::{path, workshop};

fn decoded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match coding {
        "br" => {
            let mut bytes = bytes;
            brotli::BrotliDecompress(&mut bytes, &mut plain).expect("brotli");
        }
        "gzip" => {
            flate2::read::GzDecoder::new(bytes)
                .read_to_end(&mut plain)
                .expect("gzip");
        }
        "zstd" => plain = zstd::bulk::decompress(bytes, 10 << 20).expect("zstd"),
        _ => plain = bytes.to_vec(),
    }
    plain
}

#[tokio::test]
async fn a_coded_body_is_the_body() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for day in 1..9 {
            let _ = app
                .published(&officer, workshop(&format!("Séance {day}")))
                .await;
        }
        for at in [
            "/v1/events",
            "/v1/calendar?start=2027-01-01&end=2027-12-01",
            "/v1/calendar.ics",
            "/openapi.json",
            "/docs/swagger-ui.css",
        ] {
            let plain = app.get(at).await;
            assert_eq!(plain.expect(200).header("content-encoding"), "", "{at}");
            for coding in ["br", "gzip", "zstd"] {
                let coded = app.get(at).header("Accept-Encoding", coding).await;
                assert_eq!(coded.expect(200).header("content-encoding"), coding, "{at}");
                assert!(coded.bytes.len() < plain.bytes.len(), "{at}");
                assert_eq!(decoded(coding, &coded.bytes), plain.bytes, "{at}");
                assert_eq!(
                    coded.header("content-length"),
                    coded.bytes.len().to_string()
                );
                assert_eq!(coded.header("content-type"), plain.header("content-type"));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_client_chooses_and_a_small_body_is_left_alone() {
    let app = App::start(Engine::Sqlite).await;
    for (accepted, coding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("gzip;q=0.2, zstd;q=0.8", "zstd"),
        ("br;q=0, *;q=0.1", "zstd"),
        ("br;q=0, gzip;q=0, zstd;q=0", ""),
        ("identity, gzip;q=0.5", ""),
        ("deflate", ""),
        ("*;q=0", ""),
        ("GZIP", "gzip"),
        (";;,=q", ""),
    ] {
        let reply = app
            .get("/openapi.json")
            .header("Accept-Encoding", accepted)
            .await;
        assert_eq!(
            reply.expect(200).header("content-encoding"),
            coding,
            "{accepted}"
        );
        let plain: Value = serde_json::from_slice(&decoded(coding, &reply.bytes)).expect("JSON");
        assert_eq!(plain["openapi"].as_str().map(|v| &v[..3]), Some("3.1"));
        let small = app
            .get("/healthz")
            .header("Accept-Encoding", accepted)
            .await;
        assert_eq!(small.expect(200).header("content-encoding"), "");
    }
}

#[tokio::test]
async fn a_coded_answer_to_a_write_is_read_back() {
    let app = App::start(Engine::Sqlite).await;
    let officer = app.staff(Role::Officer).await;
    let mut body = workshop("Séance");
    body["description"] = serde_json::json!("Un café, puis le tour des actions. ".repeat(60));
    let call = app
        .post("/v1/events")
        .by(&officer)
        .header("Accept-Encoding", "br")
        .json(&body);
    let made = call.await;
    assert_eq!(made.expect(201).header("content-encoding"), "br");
    let shown: Value = serde_json::from_slice(&decoded("br", &made.bytes)).expect("JSON");
    assert_eq!(
        app.get(&path(&shown)).by(&officer).await.expect(200).body(),
        shown
    );
}
