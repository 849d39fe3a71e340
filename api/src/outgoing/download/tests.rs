//! Downloads over loopback, from servers that answer what the test says.

mod encrypted;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::call::Connections;
use super::super::connect::Resolver;
use super::super::guard::Guard;
use super::super::{Limits, Outgoing, public_authorities, tls};
use super::*;
use crate::config::Network;

/// A server: path to answer, byte for byte, and what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: &[(&str, Vec<u8>)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let of_us = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace("{us}", &address.to_string());
            match std::str::from_utf8(bytes) {
                Ok(_) => text.into_bytes(),
                Err(_) => bytes.to_owned(),
            }
        };
        let answers: HashMap<String, Vec<u8>> = answers
            .iter()
            .map(|(path, bytes)| ((*path).to_owned(), of_us(bytes)))
            .collect();
        let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = vec![0; 8192];
                let read = stream.read(&mut head).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                heard.lock().unwrap().push(head);
                let Some(answer) = answers.get(&path).cloned() else {
                    continue;
                };
                tokio::spawn(async move {
                    let _ = stream.write_all(&answer).await;
                    if path.starts_with("/slow") {
                        tokio::time::sleep(Duration::from_secs(60)).await;
                    }
                });
            }
        });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn client(opened: &[&str]) -> Outgoing {
    let networks: Vec<_> = opened
        .iter()
        .map(|text| Network::parse(text).unwrap())
        .collect();
    Outgoing {
        guard: Guard::new(&networks),
        resolver: Resolver::of_the_system(),
        tls: tls(public_authorities()),
        user_agent: "Concertation/test (+https://petr.example)".to_owned(),
        limits: Limits {
            connect: Duration::from_secs(3),
            idle: Duration::from_millis(300),
            total: Duration::from_secs(2),
            bytes: 100_000,
        },
        connections: Connections::default(),
    }
}

fn file() -> File {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("concertation-download-{}-{number}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let mut options = File::options();
    let file = options.read(true).write(true).create_new(true).open(&path);
    std::fs::remove_file(path).unwrap();
    file.unwrap()
}

async fn get(client: &Outgoing, url: &str) -> Result<Got, OutgoingError> {
    get_if(client, url, &Validators::default()).await
}

async fn get_if(client: &Outgoing, url: &str, known: &Validators) -> Result<Got, OutgoingError> {
    let url = Url::parse(url).unwrap();
    client.download(&url, "text/calendar", known, file()).await
}

fn body(got: Got) -> String {
    let Got::New { mut file, .. } = got else {
        panic!("nothing new");
    };
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    text
}

/// What went wrong, as it is called.
async fn refusal(client: &Outgoing, url: &str) -> String {
    get(client, url).await.unwrap_err().to_string()
}

fn ok(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn to(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

fn gzip(of: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(of).unwrap();
    let packed = packed.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    [head.into_bytes(), packed].concat()
}

#[tokio::test]
async fn a_document_comes_with_its_digest_and_validators() {
    let answer =
        b"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nLast-Modified: Tue, 24 Nov 2026 09:00:00 GMT\r\n\
        Content-Length: 5\r\n\r\nhello";
    let server = Server::start(&[("/agenda?x=1", answer.to_vec())]).await;
    let got = get(&client(&["127.0.0.1"]), &server.url("/agenda?x=1#part")).await;
    let Got::New {
        digest, validators, ..
    } = got.as_ref().unwrap()
    else {
        panic!("nothing new");
    };
    use sha2::Digest;
    assert_eq!(*digest, <[u8; 32]>::from(sha2::Sha256::digest("hello")));
    let known = Validators {
        etag: Some("\"a\"".to_owned()),
        last_modified: Some("Tue, 24 Nov 2026 09:00:00 GMT".to_owned()),
    };
    assert_eq!(*validators, known);
    assert_eq!(body(got.unwrap()), "hello");
    let head = format!(
        "GET /agenda?x=1 HTTP/1.1\r\nhost: {}\r\nuser-agent: Concertation/test \
         (+https://petr.example)\r\naccept: text/calendar\r\naccept-encoding: gzip\r\n\
         connection: close\r\n\r\n",
        server.address
    );
    assert_eq!(server.asked(), [head]);
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let same = b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec();
    let server = Server::start(&[("/", same)]).await;
    let client = client(&["127.0.0.1"]);
    let known = Validators {
        etag: Some("\"a\"".to_owned()),
        last_modified: None,
    };
    let got = get_if(&client, &server.url("/"), &known).await;
    assert!(matches!(got, Ok(Got::Unchanged)), "{got:?}");
    assert!(server.asked()[0].contains("if-none-match: \"a\"\r\n"));
    // Nobody asked for it.
    assert_eq!(refusal(&client, &server.url("/")).await, "status 304");
}

#[tokio::test]
async fn redirects_are_followed_five_times_and_each_is_checked() {
    let server = Server::start(&[
        ("/5", to("/4")),
        ("/4", to("http://{us}/3")),
        ("/3", to("2")),
        ("/2", to("//{us}/1")),
        ("/1", to("/0")),
        ("/0", ok("there")),
        ("/6", to("/5")),
        ("/loop", to("/loop")),
        ("/inside", to("http://127.0.0.2/secret")),
        ("/metadata", to("http://169.254.169.254/")),
        ("/local", to("http://[::1]/")),
        ("/file", to("file:///etc/passwd")),
        ("/name", to("http://us:secret@{us}/0")),
        ("/nowhere", b"HTTP/1.1 301 Moved\r\n\r\n".to_vec()),
        ("/public", to("http://1.1.1.1/")),
        ("/port", to("https://1.1.1.1:25/")),
    ])
    .await;
    let client = client(&["127.0.0.1"]);
    assert_eq!(
        body(get(&client, &server.url("/5")).await.unwrap()),
        "there"
    );
    for (path, said) in [
        ("/6", "too many redirects"),
        ("/loop", "too many redirects"),
        ("/inside", "an address that is not public"),
        ("/metadata", "an address that is not public"),
        ("/local", "an address that is not public"),
        ("/file", "not an address that is asked"),
        ("/name", "not an address that is asked"),
        ("/nowhere", "a redirect that is not followed"),
        ("/public", "http is for opened targets only"),
        ("/port", "port 25 is for another service"),
    ] {
        assert_eq!(refusal(&client, &server.url(path)).await, said, "{path}");
    }
}

#[test]
fn no_redirect_leaves_the_encryption() {
    let response = |to: &str| {
        let url = Url::parse("https://agenda.example/").unwrap();
        leads(&url, to).map(String::from)
    };
    assert!(response("http://agenda.example/").is_err());
    assert_eq!(response("/a").unwrap(), "https://agenda.example/a");
    assert_eq!(
        response("https://other.example/").unwrap(),
        "https://other.example/"
    );
}

#[tokio::test]
async fn names_are_checked_as_they_are_resolved() {
    let server = Server::start(&[("/", ok("there"))]).await;
    let url = format!("http://localhost:{}/", server.address.port());
    // With something opened, or a name without encryption is not even resolved.
    let closed = client(&["192.0.2.1"]);
    assert_eq!(
        refusal(&closed, &url).await,
        "an address that is not public"
    );
    assert_eq!(
        body(get(&client(&["127.0.0.1"]), &url).await.unwrap()),
        "there"
    );
    let https = url.replace("http:", "https:");
    assert_eq!(
        refusal(&client(&[]), &https).await,
        "an address that is not public"
    );
    assert_eq!(server.asked().len(), 1);
}

/// A name whose addresses change with each question.
fn changing(answers: &'static [&'static [&'static str]], count: Arc<AtomicUsize>) -> Resolver {
    Resolver::of(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let answer = answers[number.min(answers.len() - 1)];
        let addresses: Vec<IpAddr> = answer.iter().map(|text| text.parse().unwrap()).collect();
        Box::pin(async move { Ok(addresses) })
    })
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_resolved_once_a_connection() {
    let server = Server::start(&[("/", ok("there")), ("/again", to("/"))]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let answers: &[&[&str]] = &[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1"]];
    let rebinding = Outgoing {
        resolver: changing(answers, asked.clone()),
        ..client(&["127.0.0.1"])
    };
    let url = |path: &str| format!("http://rebinding.example:{}{path}", server.address.port());
    // The one answer that was checked is the one connected to, though the next is another.
    assert_eq!(body(get(&rebinding, &url("/")).await.unwrap()), "there");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(
        refusal(&rebinding, &url("/")).await,
        "an address that is not public"
    );
    // A redirect to the same name is another connection, whose answer is checked anew.
    asked.store(0, Ordering::SeqCst);
    assert_eq!(
        refusal(&rebinding, &url("/again")).await,
        "an address that is not public"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn of_several_addresses_only_those_that_may_are_connected_to() {
    let server = Server::start(&[("/", ok("there"))]).await;
    let answers: &[&[&str]] = &[&["::1", "10.0.0.1", "169.254.169.254", "127.0.0.1"]];
    let mixed = Outgoing {
        resolver: changing(answers, Arc::default()),
        ..client(&["127.0.0.1"])
    };
    let url = format!("http://mixed.example:{}/", server.address.port());
    assert_eq!(body(get(&mixed, &url).await.unwrap()), "there");
    let none = Outgoing {
        resolver: changing(&[&[]], Arc::default()),
        ..client(&["127.0.0.1"])
    };
    assert_eq!(refusal(&none, &url).await, "unknown host");
}

#[tokio::test]
async fn a_packed_body_is_unpacked_and_a_bomb_is_not() {
    let server = Server::start(&[
        ("/packed", gzip(b"there")),
        ("/bomb", gzip(&vec![0; 20_000_000])),
        (
            "/other",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx".to_vec(),
        ),
        (
            "/wrong",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello".to_vec(),
        ),
    ])
    .await;
    let client = client(&["127.0.0.1"]);
    assert_eq!(
        body(get(&client, &server.url("/packed")).await.unwrap()),
        "there"
    );
    for (path, said) in [
        ("/bomb", "more than 100000 bytes"),
        ("/other", "a coding that can't be read"),
        ("/wrong", "a coding that can't be read"),
    ] {
        assert_eq!(refusal(&client, &server.url(path)).await, said, "{path}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_cut_off_announced_or_not() {
    let long = "x".repeat(100_001);
    let unannounced = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{long}");
    let server = Server::start(&[
        ("/announced", ok(&long)),
        ("/unannounced", unannounced.into_bytes()),
        ("/just", ok(&long[1..])),
        (
            "/head",
            format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", long.repeat(10)).into_bytes(),
        ),
    ])
    .await;
    let client = client(&["127.0.0.1"]);
    assert_eq!(
        body(get(&client, &server.url("/just")).await.unwrap()).len(),
        100_000
    );
    for path in ["/announced", "/unannounced"] {
        assert_eq!(
            refusal(&client, &server.url(path)).await,
            "more than 100000 bytes"
        );
    }
    let head = get(&client, &server.url("/head")).await;
    assert!(matches!(head, Err(OutgoingError::Broken(_))), "{head:?}");
}

#[tokio::test]
async fn silence_and_dripping_end() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello".to_vec();
    let cut = half.clone();
    let server = Server::start(&[("/slow", vec![]), ("/slow/half", half), ("/cut", cut)]).await;
    let client = client(&["127.0.0.1"]);
    for path in ["/slow", "/slow/half"] {
        assert_eq!(
            refusal(&client, &server.url(path)).await,
            "too slow",
            "{path}"
        );
    }
    let cut = get(&client, &server.url("/cut")).await;
    assert!(matches!(cut, Err(OutgoingError::Broken(_))), "{cut:?}");
    // A byte now and then is no silence: the whole has its time too.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dripping = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    assert_eq!(refusal(&client, &dripping).await, "too slow");
}

#[tokio::test]
async fn other_answers_are_told_apart() {
    let server = Server::start(&[
        (
            "/500",
            b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n".to_vec(),
        ),
        (
            "/404",
            b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n".to_vec(),
        ),
        (
            "/206",
            b"HTTP/1.1 206 Part\r\nContent-Length: 1\r\n\r\nx".to_vec(),
        ),
        ("/smtp", b"220 mail.example ESMTP\r\n".to_vec()),
    ])
    .await;
    let client = client(&["127.0.0.1"]);
    for status in ["500", "404", "206"] {
        let url = server.url(&format!("/{status}"));
        assert_eq!(refusal(&client, &url).await, format!("status {status}"));
    }
    let smtp = get(&client, &server.url("/smtp")).await;
    assert!(matches!(smtp, Err(OutgoingError::Broken(_))), "{smtp:?}");
    let https = server.url("/500").replace("http:", "https:");
    let plain = get(&client, &https).await;
    assert!(matches!(plain, Err(OutgoingError::Tls(_))), "{plain:?}");
    let gone = get(&client, "http://127.0.0.1:1/").await;
    assert!(
        matches!(gone, Err(OutgoingError::Unreachable(_))),
        "{gone:?}"
    );
}
