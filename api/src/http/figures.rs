//! How many requests a resource had and how long they took, as the metrics tell it. A worker has its
//! own for each resource, so that nothing is looked up by its labels at each request.

use std::cell::{OnceCell, RefCell};
use std::time::Instant;

use actix_web::http::{Method, StatusCode};
use metrics::{Counter, Histogram};

/// The figures of a resource.
pub(super) struct Figures {
    pub(super) route: &'static str,
    /// Not there before the first request: what was never asked for has no series.
    seconds: OnceCell<Histogram>,
    kept: OnceCell<Counter>,
    answers: RefCell<Vec<(&'static str, StatusCode, Counter)>>,
}

impl Figures {
    pub(super) fn of(route: &'static str) -> Self {
        Self {
            route,
            seconds: OnceCell::new(),
            kept: OnceCell::new(),
            answers: RefCell::default(),
        }
    }

    /// An answer was given.
    pub(super) fn count(&self, method: &Method, status: StatusCode, started: Instant) {
        let method = known_method(method);
        let mut answers = self.answers.borrow_mut();
        let known = answers
            .iter()
            .find(|(of, with, _)| *of == method && *with == status);
        match known {
            Some((_, _, counter)) => counter.increment(1),
            None => {
                let counter = metrics::counter!("http_requests_total", "method" => method,
                    "route" => self.route, "status" => status.as_u16().to_string());
                counter.increment(1);
                answers.push((method, status, counter));
            }
        }
        self.seconds
            .get_or_init(
                || metrics::histogram!("http_request_duration_seconds", "route" => self.route),
            )
            .record(started.elapsed().as_secs_f64());
    }

    /// It was one of those that are kept.
    pub(super) fn count_kept(&self) {
        self.kept
            .get_or_init(|| metrics::counter!("http_kept_answers_total"))
            .increment(1);
    }
}

/// A stranger's method names no new time series.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
