//! How it ends when it is asked to: drained.

use std::time::Instant;

use harness::engines::engines;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// Far less than the 30 s that a request under way may take to finish.
const SOON: Duration = Duration::from_secs(10);

/// An upload that has begun: its head and half of its body are sent.
struct Upload {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Upload {
    async fn begin(served: &Served, staff: &Staff, title: &str) -> Self {
        let body = an_event(title).to_string().into_bytes();
        let head = format!(
            "POST /v1/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\
             Expect: 100-continue\r\n\r\n",
            served.address,
            staff.token,
            body.len()
        );
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (half, rest) = body.split_at(body.len() / 2);
        stream.write_all(head.as_bytes()).await.unwrap();
        // Only what a worker has taken is under way.
        let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
        let mut said = [0; 25];
        stream.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, go_on);
        stream.write_all(half).await.unwrap();
        Self {
            stream,
            rest: rest.to_vec(),
        }
    }

    /// Sends the rest byte by byte, for about two seconds, and reads the answer.
    async fn finish(mut self) -> String {
        let pause = Duration::from_secs(2) / u32::try_from(self.rest.len()).unwrap();
        for byte in self.rest {
            self.stream.write_all(&[byte]).await.unwrap();
            tokio::time::sleep(pause).await;
        }
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

async fn refuses_connections(served: &Served) {
    let deadline = Instant::now() + SOON;
    while TcpStream::connect(served.address).await.is_ok() {
        assert!(Instant::now() < deadline, "new connections are still taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn with_officer(engine: Engine, more: &[&str]) -> (tempfile::TempDir, Vec<String>, Served) {
    let folder = tempfile::tempdir().unwrap();
    let mut flags = database_flags(engine);
    create_user(
        folder.path(),
        "officer@petr.example",
        "officer",
        &strs(&flags),
    )
    .await;
    flags.extend(more.iter().map(|&flag| flag.to_owned()));
    let served = Served::begin(folder.path(), &strs(&flags)).await;
    (folder, flags, served)
}

#[tokio::test]
async fn a_request_under_way_finishes_while_new_ones_are_refused() {
    for engine in engines() {
        let (folder, flags, mut served) = with_officer(engine, &[]).await;
        let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
        let upload = Upload::begin(&served, &officer, "Envoyé lentement").await;
        // A second one on a connection of its own says that the first was taken up before.
        served.get("/healthz").await.expect(200);

        served.process.terminate();
        served
            .process
            .line(LIMIT, |line| line.contains("SIGTERM: draining"))
            .await;
        let (answer, ()) = tokio::join!(upload.finish(), refuses_connections(&served));
        assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
        assert_eq!(served.process.exit(SOON).await.code(), Some(0));

        let again = Served::begin(folder.path(), &strs(&flags)).await;
        let officer = again.staff("officer@petr.example", STRONG_PASSWORD).await;
        let kept = again
            .get("/v1/events")
            .by(&officer)
            .await
            .expect(200)
            .body();
        assert_eq!(kept["data"][0]["title"], "Envoyé lentement");
        again.stop().await;
    }
}

#[tokio::test]
async fn idle_connections_do_not_hold_the_stop_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::begin(folder.path(), &[]).await;
    let mut idle = TcpStream::connect(served.address).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", served.address);
    idle.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 15];
    idle.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    let silent = TcpStream::connect(served.address).await.unwrap();

    served.process.terminate();
    assert_eq!(served.process.exit(SOON).await.code(), Some(0));
    drop((idle, silent));
}

#[tokio::test]
async fn a_request_without_end_is_cut_off_in_the_end() {
    let (_folder, _, mut served) = with_officer(Engine::Sqlite, &["--shutdown-timeout", "1"]).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    let upload = Upload::begin(&served, &officer, "Sans fin").await;
    served.process.terminate();
    assert_eq!(served.process.exit(SOON).await.code(), Some(0));
    drop(upload);
}

#[tokio::test]
async fn a_second_signal_does_not_wait() {
    let (_folder, _, mut served) = with_officer(Engine::Sqlite, &[]).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    let upload = Upload::begin(&served, &officer, "Sans fin").await;
    served.get("/healthz").await.expect(200);
    served.process.terminate();
    served
        .process
        .line(LIMIT, |line| line.contains("SIGTERM: draining"))
        .await;
    served.process.signal("INT");
    assert_eq!(served.process.exit(SOON).await.code(), Some(1));
    let said = all_said(&served.process);
    assert!(said.contains("SIGINT again: stopped at once"), "{said}");
    drop(upload);
}
