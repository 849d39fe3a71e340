//! Calls and replies that read like sentences.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use reqwest::header::{HeaderMap, HeaderName};
use serde::Serialize;
use serde_json::Value;

use crate::app::Staff;

/// A call that is being put together; awaiting it sends it.
pub struct Call {
    request: reqwest::RequestBuilder,
}

/// A call to a whole address, for a service in a process of its own.
///
/// # Panics
/// When the method is none.
#[must_use]
pub fn call(method: &str, url: &str) -> Call {
    let method = method.parse().expect("a method");
    Call::new(crate::app::client().request(method, url))
}

impl Call {
    pub(crate) fn new(request: reqwest::RequestBuilder) -> Self {
        Self { request }
    }

    /// With somebody's token.
    #[must_use]
    pub fn by(self, staff: &Staff) -> Self {
        Self {
            request: self.request.bearer_auth(&staff.token),
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self {
            request: self.request.header(name, value),
        }
    }

    /// With `If-Match`.
    #[must_use]
    pub fn if_match(self, etag: &str) -> Self {
        self.header("If-Match", etag)
    }

    /// With query parameters.
    #[must_use]
    pub fn query(self, pairs: &[(&str, &str)]) -> Self {
        Self {
            request: self.request.query(pairs),
        }
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &impl Serialize) -> Self {
        Self {
            request: self.request.json(body),
        }
    }

    /// With a form.
    #[must_use]
    pub fn form(self, pairs: &[(&str, &str)]) -> Self {
        Self {
            request: self.request.form(pairs),
        }
    }

    /// With a body of any type.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        Self {
            request: self.request.header("Content-Type", content_type).body(body),
        }
    }

    /// With a multipart form.
    #[must_use]
    pub fn multipart(self, form: reqwest::multipart::Form) -> Self {
        Self {
            request: self.request.multipart(form),
        }
    }

    /// Sends it; `None` when nobody answers, or not to the end.
    pub async fn answer(self) -> Option<Reply> {
        let response = self.request.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.ok()?.to_vec();
        Some(Reply {
            status,
            headers,
            bytes,
        })
    }

    /// Without a body.
    #[must_use]
    pub fn empty(self) -> Self {
        self
    }
}

impl IntoFuture for Call {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.answer().await.expect("a whole answer") })
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as it came, coded or not.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The reply, if its status is that one.
    ///
    /// # Panics
    /// When it is another, with the body that says why.
    #[track_caller]
    pub fn expect(&self, status: u16) -> &Self {
        let said = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status, status, "{said}");
        self
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    #[must_use]
    pub fn body(&self) -> Value {
        let said = String::from_utf8_lossy(&self.bytes);
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {said}"))
    }

    /// The body as text.
    #[must_use]
    pub fn utf8(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A text at the top of the body.
    #[track_caller]
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        self.body()[field].as_str().unwrap_or_default().to_owned()
    }

    /// A header; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    }

    /// The problem, checked to be one: its type's last part.
    ///
    /// # Panics
    /// When the reply is no problem document.
    #[track_caller]
    #[must_use]
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.utf8()
        );
        let body = self.body();
        assert_eq!(body["status"], self.status);
        let kind = body["type"].as_str().unwrap_or_default();
        kind.strip_prefix("/problems/").unwrap_or(kind).to_owned()
    }

    /// The faults of a problem, as `place code`, sorted.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let body = self.body();
        let one = |error: &Value| {
            let place = error["pointer"].as_str().or(error["parameter"].as_str());
            format!(
                "{} {}",
                place.unwrap_or("?"),
                error["code"].as_str().unwrap_or("?")
            )
        };
        let mut faults: Vec<_> = body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(one)
            .collect();
        faults.sort();
        faults
    }
}
