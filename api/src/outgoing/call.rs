//! A call: a body is sent, and the beginning of the answer kept. A redirect is an answer like another.
//! Connections are kept for the next call to the same place, for a while: then the name is asked for anew,
//! and what it leads to is checked anew.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;
use tokio::time::timeout_at;
use url::{Position, Url};

use super::Outgoing;
use super::error::OutgoingError;

/// The most that the head of an answer may take, about.
const LARGEST_HEAD: usize = 16 * 1024;
/// More of an answer's body is not read: the connection ends instead.
const MOST_READ: usize = 64 * 1024;
/// A connection waits for the next call for so long.
const LONGEST_IDLE: Duration = Duration::from_secs(15);
/// A connection is used for so long.
const LONGEST_USE: Duration = Duration::from_secs(60);
/// So many connections to one place wait.
const MOST_IDLE: usize = 64;

/// What is sent.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
    /// How long the whole may take.
    pub(crate) within: Duration,
    /// So much of the answer's body is kept.
    pub(crate) most_kept: usize,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A connection, which ends with it.
struct Kept {
    sender: SendRequest<Full<Bytes>>,
    _driver: JoinSet<()>,
    since: Instant,
    used: Instant,
}

/// Connections that wait for their next call, by where they lead.
#[derive(Default)]
pub(super) struct Connections(Mutex<HashMap<String, Vec<Kept>>>);

impl Connections {
    fn take(&self, place: &str) -> Option<Kept> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = all.get_mut(place)?;
        while let Some(kept) = idle.pop() {
            if kept.is_fresh() {
                return Some(kept);
            }
        }
        all.remove(place);
        None
    }

    fn keep(&self, place: &str, mut kept: Kept) {
        kept.used = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = all.entry(place.to_owned()).or_default();
        if idle.len() < MOST_IDLE {
            idle.push(kept);
        }
    }

    fn forget_old(&self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, idle| {
            idle.retain(Kept::is_fresh);
            !idle.is_empty()
        });
    }
}

impl Kept {
    fn is_fresh(&self) -> bool {
        !self.sender.is_closed()
            && self.used.elapsed() < LONGEST_IDLE
            && self.since.elapsed() < LONGEST_USE
    }
}

impl Outgoing {
    /// Makes a call by `POST`.
    ///
    /// # Errors
    /// It may not be made, or is not answered.
    pub(crate) async fn call(&self, url: &Url, call: &Call) -> Result<Called, OutgoingError> {
        let until = tokio::time::Instant::now() + call.within;
        // Also what is kept leads where the form of the address still allows it.
        self.guard.admit(url)?;
        let place = &url[..Position::BeforePath];
        let begun = timeout_at(until, self.begin(url, place, call)).await;
        let (response, mut kept) = begun.map_err(|_| OutgoingError::TooSlow)??;
        let (head, mut body) = response.into_parts();
        let mut called = Called {
            status: head.status.as_u16(),
            headers: head.headers,
            body: Vec::new(),
        };
        // The status says it all: a body that doesn't end changes nothing.
        let read = timeout_at(until, read(&mut body, &mut called.body, call.most_kept)).await;
        if read == Ok(true) && kept.sender.ready().await.is_ok() {
            self.connections.keep(place, kept);
        }
        Ok(called)
    }

    /// Ends the connections that waited for too long.
    pub(crate) fn forget_idle(&self) {
        self.connections.forget_old();
    }

    /// The head of the answer. A connection that was kept may have ended meanwhile: then there is a new one.
    async fn begin(
        &self,
        url: &Url,
        place: &str,
        call: &Call,
    ) -> Result<(Response<Incoming>, Kept), OutgoingError> {
        if let Some(mut kept) = self.connections.take(place)
            && let Ok(response) = kept.sender.send_request(self.post(url, call)?).await
        {
            return Ok((response, kept));
        }
        let mut kept = self.connected(url).await?;
        let response = kept.sender.send_request(self.post(url, call)?).await;
        Ok((response.map_err(broken)?, kept))
    }

    async fn connected(&self, url: &Url) -> Result<Kept, OutgoingError> {
        let wire = self.connect(url).await?;
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(LARGEST_HEAD)
            .handshake(TokioIo::new(wire))
            .await
            .map_err(broken)?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to a target broke");
            }
        });
        let now = Instant::now();
        Ok(Kept {
            sender,
            _driver: driver,
            since: now,
            used: now,
        })
    }

    fn post(&self, url: &Url, call: &Call) -> Result<Request<Full<Bytes>>, OutgoingError> {
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let mut request = Request::post(&url[Position::BeforePath..Position::AfterQuery])
            .header(header::HOST, host)
            .header(header::USER_AGENT, &self.user_agent);
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        request
            .body(Full::new(call.body.clone()))
            .map_err(|_| OutgoingError::Malformed)
    }

    /// Who asks, as it is told.
    pub(crate) fn user_agent(&self) -> &str {
        &self.user_agent
    }
}

fn broken(error: hyper::Error) -> OutgoingError {
    OutgoingError::Broken(error.to_string())
}

/// Keeps the beginning of a body; whether all of it was read.
async fn read(body: &mut Incoming, kept: &mut Vec<u8>, most_kept: usize) -> bool {
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        if let Some(data) = frame.data_ref() {
            bytes += data.len();
            let room = most_kept.saturating_sub(kept.len()).min(data.len());
            kept.extend_from_slice(&data[..room]);
        }
        if bytes > MOST_READ {
            return false;
        }
    }
    true
}
