//! A download: asked for only if it changed, each redirect followed by hand and checked as the first
//! address was, the body taken to a file.

#[cfg(test)]
mod tests;

use std::fs::File;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::{Position, Url};

use super::Outgoing;
use super::error::OutgoingError;
use super::spool::{Coding, Spool};

/// So many redirects are followed.
const MOST_REDIRECTS: usize = 5;
/// The most that the head of an answer may take, about.
const LARGEST_HEAD: usize = 64 * 1024;
/// The longest validator that is kept.
const LONGEST_VALIDATOR: usize = 1024;

/// What tells one version of a document from the next, in its server's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Validators {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Got {
    /// It is as it was.
    Unchanged,
    /// All of it, in the file, with SHA-256 of what that holds.
    New {
        file: File,
        digest: [u8; 32],
        validators: Validators,
    },
}

/// An answer under way; the connection goes with it.
struct Answer {
    response: Response<Incoming>,
    _connection: JoinSet<()>,
}

impl Outgoing {
    /// Takes what stands at the address into the file, unless it is what it was.
    ///
    /// # Errors
    /// It may not be asked, or gives nothing that can be used.
    pub(crate) async fn download(
        &self,
        url: &Url,
        accept: &'static str,
        known: &Validators,
        into: File,
    ) -> Result<Got, OutgoingError> {
        let work = async {
            let answer = self.follow(url, accept, known).await?;
            if answer.response.status() == StatusCode::NOT_MODIFIED {
                return Ok(Got::Unchanged);
            }
            self.keep(answer, into).await
        };
        timeout(self.limits.total, work)
            .await
            .map_err(|_| OutgoingError::TooSlow)?
    }

    /// The answer at the end of the redirects: a success, or that nothing changed.
    async fn follow(
        &self,
        url: &Url,
        accept: &'static str,
        known: &Validators,
    ) -> Result<Answer, OutgoingError> {
        let mut url = url.clone();
        let mut hops = 0;
        loop {
            let answer = self
                .ask(request(&url, accept, known, &self.user_agent)?, &url)
                .await?;
            let status = answer.response.status();
            let is_conditional = *known != Validators::default();
            match status.as_u16() {
                200 => return Ok(answer),
                304 if is_conditional => return Ok(answer),
                301 | 302 | 303 | 307 | 308 => {
                    hops += 1;
                    if hops > MOST_REDIRECTS {
                        return Err(OutgoingError::TooManyRedirects);
                    }
                    url = next(&url, &answer.response)?;
                }
                other => return Err(OutgoingError::Status(other)),
            }
        }
    }

    async fn ask(
        &self,
        request: Request<Empty<Bytes>>,
        url: &Url,
    ) -> Result<Answer, OutgoingError> {
        let wire = self.connect(url).await?;
        let exchange = async {
            let broken = |error: hyper::Error| OutgoingError::Broken(error.to_string());
            let (mut sender, connection) = http1::Builder::new()
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
            let response = sender.send_request(request).await.map_err(broken)?;
            Ok(Answer {
                response,
                _connection: driver,
            })
        };
        timeout(self.limits.idle, exchange)
            .await
            .map_err(|_| OutgoingError::TooSlow)?
    }

    async fn keep(&self, mut answer: Answer, into: File) -> Result<Got, OutgoingError> {
        let most = self.limits.bytes;
        let coding = Coding::of(text(&answer.response, &header::CONTENT_ENCODING))?;
        let said = text(&answer.response, &header::CONTENT_LENGTH);
        if said.is_some_and(|said| said.parse().is_ok_and(|bytes: u64| bytes > most)) {
            return Err(OutgoingError::TooLarge(most));
        }
        let validator = |name| {
            let given = text(&answer.response, &name).map(str::to_owned);
            given.filter(|text| text.len() <= LONGEST_VALIDATOR)
        };
        let validators = Validators {
            etag: validator(header::ETAG),
            last_modified: validator(header::LAST_MODIFIED),
        };
        let mut spool = Spool::new(into, coding, most);
        loop {
            let frame = timeout(self.limits.idle, answer.response.body_mut().frame());
            let frame = match frame.await.map_err(|_| OutgoingError::TooSlow)? {
                None => break,
                Some(frame) => frame.map_err(|error| OutgoingError::Broken(error.to_string()))?,
            };
            if let Some(bytes) = frame.data_ref() {
                spool.take(bytes).await?;
            }
        }
        let (file, digest) = spool.done().await?;
        Ok(Got::New {
            file,
            digest,
            validators,
        })
    }
}

/// Nothing of ours goes along but who asks.
fn request(
    url: &Url,
    accept: &'static str,
    known: &Validators,
    user_agent: &str,
) -> Result<Request<Empty<Bytes>>, OutgoingError> {
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let mut request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(header::HOST, host)
        .header(header::USER_AGENT, user_agent)
        .header(header::ACCEPT, accept)
        .header(header::ACCEPT_ENCODING, "gzip")
        .header(header::CONNECTION, "close");
    let conditions = [
        (header::IF_NONE_MATCH, &known.etag),
        (header::IF_MODIFIED_SINCE, &known.last_modified),
    ];
    for (name, value) in conditions {
        let value = value
            .as_deref()
            .and_then(|text| HeaderValue::from_str(text).ok());
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request
        .body(Empty::new())
        .map_err(|_| OutgoingError::Malformed)
}

/// Where a redirect leads. It is checked like any address when it is asked; here, that it does not leave
/// the encryption.
fn next(url: &Url, response: &Response<Incoming>) -> Result<Url, OutgoingError> {
    let location = text(response, &header::LOCATION).ok_or(OutgoingError::Redirect)?;
    leads(url, location)
}

fn leads(url: &Url, location: &str) -> Result<Url, OutgoingError> {
    let next = url.join(location).map_err(|_| OutgoingError::Redirect)?;
    if url.scheme() == "https" && next.scheme() != "https" {
        return Err(OutgoingError::Redirect);
    }
    Ok(next)
}

fn text<'r>(response: &'r Response<Incoming>, name: &HeaderName) -> Option<&'r str> {
    response
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
}
