//! How the service is: for those who run it.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::operation::Endpoint;
use crate::http::{Answer, Kind, Problem, Request};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of::<__path_healthz, _, _>(healthz),
        Endpoint::of::<__path_readyz, _, _>(readyz),
        Endpoint::of::<__path_metrics_text, _, _>(metrics_text),
    ]
}

/// How the service is.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "status": "ok" }))]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the process runs
///
/// It says nothing of the database: a supervisor restarts what doesn't answer here.
#[utoipa::path(
    get, path = "/healthz", tag = "Service", operation_id = "service_health", security(()),
    responses((status = 200, description = "It runs", body = Health)),
)]
async fn healthz(_: Request) -> Result<Answer, Problem> {
    Ok(Answer::json(&Health { status: "ok" }))
}

/// Whether the service can serve
///
/// The database answers, and its schema is the one of this version.
#[utoipa::path(
    get, path = "/readyz", tag = "Service", operation_id = "service_ready", security(()),
    responses((status = 200, description = "It can", body = Health)),
)]
async fn readyz(request: Request) -> Result<Answer, Problem> {
    match request.app.store.ready().await {
        Ok(()) => Ok(Answer::json(&Health { status: "ok" })),
        Err(error) => Err(Problem {
            cause: Some(error.to_string()),
            ..Problem::new(Kind::Unavailable).retry_after(2)
        }),
    }
}

/// Figures of the running service
///
/// In Prometheus' text format; no personal data.
#[utoipa::path(
    get, path = "/metrics", tag = "Service", operation_id = "service_metrics", security(()),
    responses((status = 200, description = "The figures", body = String, content_type = "text/plain",
        example = json!("http_requests_total{method=\"GET\",route=\"/v1/calendar\",status=\"200\"} 1"))),
)]
async fn metrics_text(_: Request) -> Result<Answer, Problem> {
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    Ok(Answer::of(
        "text/plain; version=0.0.4; charset=utf-8",
        text.into_bytes(),
    ))
}

/// The recorder of this process, installed at its first use.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || match PrometheusBuilder::new().install_recorder() {
        Ok(handle) => Some(handle),
        Err(error) => {
            tracing::warn!(%error, "there will be no metrics");
            None
        }
    };
    RECORDER.get_or_init(install).as_ref()
}
