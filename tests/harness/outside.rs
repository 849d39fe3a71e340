//! Somebody else's web server, over loopback: it answers what the test says, byte for byte, and keeps what
//! it was asked.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

/// The most that the head of a request is.
const LARGEST_HEAD: usize = 16 * 1024;

/// What a server answers.
#[derive(Debug, Clone)]
pub struct Answer {
    head: String,
    body: Vec<u8>,
    waits: bool,
}

impl Answer {
    /// A success with that body.
    #[must_use]
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::status(200).with_body(body)
    }

    /// That status, with nothing in it.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            head: format!("HTTP/1.1 {status} Said\r\n"),
            body: Vec::new(),
            waits: false,
        }
    }

    /// A redirect to there.
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::status(302).with("Location", to)
    }

    /// The same with a header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// The same with that body.
    #[must_use]
    pub fn with_body(self, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }

    /// The same, once the test lets it go.
    #[must_use]
    pub fn when_let_go(self) -> Self {
        Self {
            waits: true,
            ..self
        }
    }
}

/// What the test and the server share.
struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<String>>,
    heard: Notify,
    go: Semaphore,
}

/// The server; it ends with the test.
pub struct Outside {
    address: SocketAddr,
    shared: Arc<Shared>,
    _serving: JoinSet<()>,
}

impl Outside {
    /// A server that knows nothing yet: it answers 404.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::new(Shared {
            answers: Mutex::default(),
            asked: Mutex::default(),
            heard: Notify::new(),
            go: Semaphore::new(0),
        });
        let mut serving = JoinSet::new();
        let heard = shared.clone();
        serving.spawn(async move {
            let mut calls = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                calls.spawn(serve(stream, heard.clone()));
            }
        });
        Self {
            address,
            shared,
            _serving: serving,
        }
    }

    /// The address of a path there.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Has it answer that at the path from now on.
    pub fn says(&self, path: &str, answer: Answer) {
        let answers = self.shared.answers.lock();
        let mut answers = answers.unwrap_or_else(PoisonError::into_inner);
        answers.insert(path.to_owned(), answer);
    }

    /// What it was asked up to now: the heads of the requests.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        let asked = self.shared.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it was asked so many times.
    pub async fn asked_times(&self, times: usize) {
        loop {
            let heard = self.shared.heard.notified();
            if self.asked().len() >= times {
                return;
            }
            heard.await;
        }
    }

    /// Lets so many answers go that wait for it.
    pub fn let_go(&self, answers: usize) {
        self.shared.go.add_permits(answers);
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < LARGEST_HEAD {
        match stream.read_u8().await {
            // What begins like that is no HTTP: TLS, say.
            Ok(byte) if head.is_empty() && !byte.is_ascii_alphabetic() => return,
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let answer = {
        let answers = shared.answers.lock();
        let answers = answers.unwrap_or_else(PoisonError::into_inner);
        answers.get(&path).cloned()
    };
    let asked = shared.asked.lock();
    asked.unwrap_or_else(PoisonError::into_inner).push(head);
    shared.heard.notify_waiters();
    let answer = answer.unwrap_or_else(|| Answer::status(404));
    if answer.waits {
        match shared.go.acquire().await {
            Ok(permit) => permit.forget(),
            Err(_) => return,
        }
    }
    let length = answer.body.len();
    let head = format!(
        "{}Content-Length: {length}\r\nConnection: close\r\n\r\n",
        answer.head
    );
    // Whoever asked may have left: nothing is wrong with that here.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&answer.body).await;
    let _ = stream.flush().await;
}
