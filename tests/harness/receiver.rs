//! A receiver of webhooks, over loopback: it answers what the test says, keeps its connections as servers
//! do, and keeps what it was told.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Longer than anything that is waited for, shorter than a test may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The most of a request.
const LARGEST: usize = 64 * 1024;

/// A call that was received.
#[derive(Debug, Clone)]
pub struct Told {
    /// The path that it was sent to.
    pub path: String,
    /// Its headers, their names in small letters.
    pub headers: HashMap<String, String>,
    /// Its body.
    pub body: Vec<u8>,
    /// On which connection it came, counted from one.
    pub connection: usize,
}

impl Told {
    /// A header; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Its `webhook-id`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap_or_default().to_owned()
    }
}

/// What is answered.
#[derive(Debug, Clone, Default)]
pub struct Said {
    status: u16,
    head: String,
    body: Vec<u8>,
    waits: Option<Duration>,
}

impl Said {
    /// That status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
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

    /// The same after a while.
    #[must_use]
    pub fn after(self, while_: Duration) -> Self {
        Self {
            waits: Some(while_),
            ..self
        }
    }
}

type Says = dyn Fn(&Told) -> Said + Send + Sync;

struct Shared {
    says: Mutex<Arc<Says>>,
    told: Mutex<Vec<Told>>,
    heard: Notify,
}

/// The receiver; it ends with the test.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: Option<JoinSet<()>>,
}

impl Receiver {
    /// One that takes everything.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn start() -> Self {
        let shared = Arc::new(Shared {
            says: Mutex::new(Arc::new(|_: &Told| Said::status(204))),
            told: Mutex::default(),
            heard: Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        Self {
            address,
            serving: Some(serve(listener, shared.clone())),
            shared,
        }
    }

    /// Where it is told.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Has it answer so from now on.
    pub fn says(&self, says: impl Fn(&Told) -> Said + Send + Sync + 'static) {
        let mut now = self
            .shared
            .says
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(says);
    }

    /// What it was told up to now.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        let told = self
            .shared
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        told.clone()
    }

    /// Waits until it was told so many times, and says what.
    ///
    /// # Panics
    /// When it takes too long.
    pub async fn told_times(&self, times: usize) -> Vec<Told> {
        let enough = async {
            loop {
                let heard = self.shared.heard.notified();
                if self.told().len() >= times {
                    return;
                }
                heard.await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, enough).await;
        let told = self.told();
        assert!(waited.is_ok(), "told {} times, not {times}", told.len());
        told
    }

    /// Nobody answers any more.
    pub fn goes_down(&mut self) {
        self.serving = None;
    }

    /// Answers again, at the same address.
    ///
    /// # Panics
    /// When somebody else took the port.
    pub async fn comes_up(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("its port");
        self.serving = Some(serve(listener, self.shared.clone()));
    }
}

fn serve(listener: TcpListener, shared: Arc<Shared>) -> JoinSet<()> {
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        let mut calls = JoinSet::new();
        let mut connection = 0;
        while let Ok((stream, _)) = listener.accept().await {
            connection += 1;
            calls.spawn(converse(stream, shared.clone(), connection));
        }
    });
    serving
}

async fn converse(mut stream: TcpStream, shared: Arc<Shared>, connection: usize) {
    let _ = stream.set_nodelay(true);
    let mut bytes = Vec::new();
    while let Some(told) = next(&mut stream, &mut bytes, connection).await {
        let says = shared
            .says
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let said = says(&told);
        shared
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(told);
        shared.heard.notify_waiters();
        if let Some(while_) = said.waits {
            tokio::time::sleep(while_).await;
        }
        let length = match said.status {
            204 => String::new(),
            _ => format!("Content-Length: {}\r\n", said.body.len()),
        };
        let mut answer = format!("HTTP/1.1 {} Said\r\n{}{length}\r\n", said.status, said.head);
        answer.push_str(&String::from_utf8_lossy(&said.body));
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The next request on a connection.
async fn next(stream: &mut TcpStream, bytes: &mut Vec<u8>, connection: usize) -> Option<Told> {
    let end = loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        match end {
            Some(end) => break end,
            None if bytes.len() > LARGEST => return None,
            None if stream.read_buf(bytes).await.ok()? == 0 => return None,
            None => {}
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    while bytes.len() < end + 4 + length {
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = bytes[end + 4..end + 4 + length].to_vec();
    bytes.drain(..end + 4 + length);
    Some(Told {
        path,
        headers,
        body,
        connection,
    })
}
