//! What people see: pages written by the server, in French, in English for those who ask for it. They load
//! nothing from elsewhere, run no script and keep no cookie.

mod english;
pub(crate) mod french;
pub(crate) mod span;

use std::sync::OnceLock;

use actix_web::http::header;
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::kernel::Timing;
use sha2::{Digest as _, Sha256};

use crate::http::answer::Cache;
use crate::http::language::Language;
use crate::http::{Answer, Problem};

/// The style of all pages; the template sets it into each.
pub(crate) const STYLE: &str = include_str!("../../templates/page.css");

/// For whom a page is written, and by whom.
pub(crate) struct Frame<'p> {
    /// In which language.
    pub(crate) language: Language,
    /// What the PETR is called.
    pub(crate) petr: &'p str,
}

impl Frame<'_> {
    /// The words in the page's language.
    pub(crate) fn text(&self, french: &str, english: &str) -> String {
        self.language.text(french, english)
    }

    /// When something takes place, by the clock of its place.
    pub(crate) fn when(&self, timing: &Timing) -> String {
        when(self.language, timing)
    }
}

/// When something takes place, by the clock of its place.
pub(crate) fn when(language: Language, timing: &Timing) -> String {
    language.pick(french::when as fn(&Timing) -> String, english::when)(timing)
}

/// The answer that a page is.
///
/// # Errors
/// The template can't be filled in.
pub(crate) fn answer(page: &impl Template, language: Language) -> Result<Answer, Problem> {
    let html = page.render().map_err(Problem::internal)?;
    Ok(Answer::of("text/html; charset=utf-8", html.into_bytes())
        .tagged_by_content(language.tag())
        .with_cache(Cache::Revalidate)
        .with_header(header::CONTENT_LANGUAGE, language.tag())
        .with_header(header::CONTENT_SECURITY_POLICY, policy()))
}

/// Nothing but our own style is taken in.
fn policy() -> &'static str {
    static POLICY: OnceLock<String> = OnceLock::new();
    POLICY.get_or_init(|| {
        let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'; \
             form-action 'self'"
        )
    })
}
