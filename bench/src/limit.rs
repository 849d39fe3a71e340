//! The limit: a server of the same kind that knows one answer and gives it from memory. What it does a
//! second is the most that the service could do here.

use std::io::Write;
use std::path::PathBuf;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};

use crate::Outcome;

/// The one answer.
#[derive(clap::Args)]
pub(crate) struct Answer {
    #[arg(long)]
    pub(crate) status: u16,
    /// The file that holds its body, as it goes over the wire.
    #[arg(long)]
    pub(crate) body: PathBuf,
    #[arg(long)]
    pub(crate) content_type: String,
    #[arg(long)]
    pub(crate) content_encoding: Option<String>,
}

/// Serves, and says on the first line of its output where.
pub(crate) fn serve(answer: &Answer) -> Outcome<()> {
    let status = StatusCode::from_u16(answer.status)?;
    let body = Bytes::from(std::fs::read(&answer.body)?);
    let (kind, coding) = (answer.content_type.clone(), answer.content_encoding.clone());
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let (body, kind, coding) = (body.clone(), kind.clone(), coding.clone());
            let give = move || {
                let mut response = HttpResponse::build(status);
                if status != StatusCode::NOT_MODIFIED {
                    response.insert_header((header::CONTENT_TYPE, kind.as_str()));
                    if let Some(coding) = &coding {
                        response.insert_header((header::CONTENT_ENCODING, coding.as_str()));
                    }
                }
                let response = response.body(body.clone());
                async { response }
            };
            App::new().default_service(web::to(give))
        })
        .workers(1)
        .bind("127.0.0.1:0")?;
        let mut out = std::io::stdout();
        for address in server.addrs() {
            writeln!(out, "{address}")?;
        }
        out.flush()?;
        Ok(server.run().await?)
    })
}
