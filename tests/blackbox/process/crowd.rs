//! More clients than anybody asked for: thousands of open connections, bodies without end, answers that
//! nobody reads. Memory stays bounded and others are served. `CONCERTATION_TEST_CONNECTIONS` asks for
//! another number of connections; there are fewer where the system lets a process open fewer files.

use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::*;

/// What the tests and the service need beside the crowd.
const OTHER_FILES: usize = 2_000;

/// How many files a process may have open, by the system's soft limit.
fn open_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    soft.unwrap_or(1024)
}

/// The resident memory of a process, in kibibytes.
fn resident(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.expect("the kernel says so")
}

/// How many files a process has open.
fn files_of(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd"))
        .expect("it runs")
        .count()
}

/// Others are served meanwhile, and soon.
async fn assert_others_are_served(served: &Served) {
    for _ in 0..20 {
        let asked = Instant::now();
        served.get("/v1/calendar").await.expect(200);
        let took = asked.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
}

/// The process has let go of what the crowd held.
async fn assert_it_lets_go(served: &Served, files: usize) {
    let deadline = Instant::now() + LIMIT;
    while files_of(served.process.pid()) > files + 50 {
        assert!(Instant::now() < deadline, "connections stay open");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A client that is slow in one of four ways.
async fn slow_client(address: SocketAddr, number: usize) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    match number % 4 {
        0 => {}
        1 => {
            let head = b"POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Le";
            stream.write_all(head).await?;
        }
        2 => {
            let head = b"POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\
                         Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=";
            stream.write_all(head).await?;
        }
        _ => {
            let request = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
            stream.write_all(request).await?;
            let mut begun = [0; 12];
            stream.read_exact(&mut begun).await?;
            assert_eq!(&begun, b"HTTP/1.1 200");
        }
    }
    Ok(stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_slow_clients_cost_little_memory_and_keep_nobody_waiting() {
    const AT_ONCE: usize = 200;
    let wanted = times("CONCERTATION_TEST_CONNECTIONS", 10_000);
    let count = wanted.min(open_files().saturating_sub(OTHER_FILES));
    if count < wanted {
        eprintln!("{count} connections instead of {wanted}: see `ulimit -n`");
    }
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &["--rate-limits", "off"]).await;
    assert_others_are_served(&served).await;
    let pid = served.process.pid();
    let (memory, files) = (resident(pid), files_of(pid));

    let begun = Instant::now();
    let mut crowd = Vec::with_capacity(count);
    let mut joining: JoinSet<std::io::Result<TcpStream>> = JoinSet::new();
    for number in 0..count {
        if joining.len() == AT_ONCE {
            crowd.push(joining.join_next().await.unwrap().unwrap().unwrap());
        }
        joining.spawn(slow_client(served.address, number));
    }
    while let Some(joined) = joining.join_next().await {
        crowd.push(joined.unwrap().unwrap());
    }
    let took = begun.elapsed();
    let (open, grown) = (files_of(pid) - files, resident(pid).saturating_sub(memory));
    eprintln!("{count} clients in {took:?}: {open} open at the service, {grown} KiB more");
    assert_others_are_served(&served).await;
    assert!(open > count / 2, "{open} of {count} are open");
    assert!(grown < count * 24, "{grown} KiB for {count} clients");
    drop(crowd);
    assert_it_lets_go(&served, files).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_without_end_are_refused_and_memory_stays_bounded() {
    const CLIENTS: usize = 400;
    let folder = tempfile::tempdir().unwrap();
    create_user(folder.path(), "officer@petr.example", "officer", &[]).await;
    let served = Served::begin(folder.path(), &["--rate-limits", "off"]).await;
    let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
    let pid = served.process.pid();
    let (memory, files) = (resident(pid), files_of(pid));
    let mut crowd = JoinSet::new();
    for number in 0..CLIENTS {
        let head = match number % 2 {
            0 => format!(
                "POST /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\
                 Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
                officer.token
            ),
            _ => "POST /oauth/token HTTP/1.1\r\nHost: a\r\n\
                  Content-Type: application/x-www-form-urlencoded\r\n\
                  Transfer-Encoding: chunked\r\n\r\n"
                .to_owned(),
        };
        let address = served.address;
        crowd.spawn(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            let (mut from, mut to) = stream.into_split();
            to.write_all(head.as_bytes()).await.unwrap();
            let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
            let endless =
                tokio::spawn(async move { while to.write_all(chunk.as_bytes()).await.is_ok() {} });
            let mut begun = [0; 12];
            from.read_exact(&mut begun).await.unwrap();
            endless.await.unwrap();
            String::from_utf8_lossy(&begun).into_owned()
        });
    }
    let mut most = 0;
    let mut answers = Vec::new();
    while answers.len() < CLIENTS {
        let wait = tokio::time::timeout(Duration::from_millis(20), crowd.join_next());
        if let Ok(Some(answer)) = wait.await {
            answers.push(answer.unwrap());
        }
        most = most.max(resident(pid).saturating_sub(memory));
        if answers.len() < CLIENTS / 2 {
            served.get("/healthz").await.expect(200);
        }
    }
    eprintln!("{CLIENTS} bodies without end: {most} KiB more at most");
    for answer in answers {
        assert!(
            matches!(answer.as_str(), "HTTP/1.1 413" | "HTTP/1.1 503"),
            "{answer}"
        );
    }
    // Each may be of a mebibyte; all together have the room that there is for them.
    assert!(most < 300 * 1024, "{most} KiB for {CLIENTS} bodies");
    assert_it_lets_go(&served, files).await;
    assert_others_are_served(&served).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_nobody_reads_cost_little_memory() {
    const CLIENTS: usize = 100;
    const ASKED: usize = 4;
    let folder = tempfile::tempdir().unwrap();
    let served = Served::begin(folder.path(), &["--rate-limits", "off"]).await;
    // The longest that there is; asked for twice so that it is warm.
    let length = served.get("/openapi.json").await.expect(200).bytes.len();
    assert_others_are_served(&served).await;
    let pid = served.process.pid();
    let (memory, files) = (resident(pid), files_of(pid));
    let requests = "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n".repeat(ASKED);
    let mut crowd = Vec::new();
    for _ in 0..CLIENTS {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(requests.as_bytes()).await.unwrap();
        crowd.push(stream);
    }
    // What was asked first is answered first: then all that is to be held is held.
    served.get("/healthz").await.expect(200);
    assert_others_are_served(&served).await;
    let grown = resident(pid).saturating_sub(memory);
    eprintln!("{CLIENTS} × {ASKED} × {length} bytes unread: {grown} KiB more");
    assert!(grown < 128 * 1024, "{grown} KiB");
    drop(crowd);
    assert_it_lets_go(&served, files).await;
    served.stop().await;
}
