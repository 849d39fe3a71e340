//! Clients that send slowly, or without end.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

#[tokio::test]
async fn idle_and_slow_clients_keep_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &[]).await;
    let mut slow = Vec::new();
    for number in 0..300 {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        if number % 2 == 0 {
            stream
                .write_all(b"POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Le")
                .await
                .unwrap();
        }
        slow.push(stream);
    }
    let started = std::time::Instant::now();
    for _ in 0..20 {
        served.get("/v1/calendar").await.expect(200);
    }
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    // Half a head is not waited for.
    let mut rest = String::new();
    let cut = tokio::time::timeout(LIMIT, slow[0].read_to_string(&mut rest)).await;
    cut.expect("the connection is closed").unwrap();
    assert!(
        rest.is_empty() || rest.starts_with("HTTP/1.1 408 "),
        "{rest}"
    );
    served.stop().await;
}

#[tokio::test]
async fn a_body_without_end_is_cut_at_a_mebibyte() {
    let folder = tempfile::tempdir().unwrap();
    create_user(folder.path(), "officer@petr.example", "officer", &[]).await;
    let served = Served::begin(folder.path(), &[]).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    let (mut from, mut to) = TcpStream::connect(served.address)
        .await
        .unwrap()
        .into_split();
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        officer.token
    );
    let endless = tokio::spawn(async move {
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        to.write_all(head.as_bytes()).await.unwrap();
        let mut sent = 0_u64;
        while to.write_all(chunk.as_bytes()).await.is_ok() {
            sent += 0x10000;
        }
        sent
    });
    let mut answer = vec![0; 32];
    from.read_exact(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

    // What still comes is thrown away for a moment, so that the answer is read; then nobody listens.
    let sent = tokio::time::timeout(Duration::from_secs(15), endless).await;
    assert!(sent.expect("the connection is closed").unwrap() > 1 << 20);
    served.get("/healthz").await.expect(200);
    served.stop().await;
}
