//! What every endpoint shares: how a request is taken, how an answer is given, what a refusal is.
//! Knows no feature.

pub(crate) mod answer;
pub(crate) mod body;
mod coding;
pub(crate) mod csv;
pub(crate) mod cursor;
pub(crate) mod etag;
pub(crate) mod faults;
mod figures;
pub(crate) mod gate;
mod headers;
pub(crate) mod kept;
pub(crate) mod language;
pub(crate) mod limits;
pub(crate) mod markdown;
pub(crate) mod merge_patch;
mod near;
pub(crate) mod operation;
pub(crate) mod page;
pub(crate) mod problem;
pub(crate) mod query;
pub(crate) mod range;
pub(crate) mod request;
pub(crate) mod room;
pub(crate) mod shapes;
mod shortcuts;
mod unread;
pub(crate) mod upload;
pub(crate) mod vocabulary;
pub(crate) mod writing;

pub(crate) use answer::Answer;
pub(crate) use problem::{Kind, Problem};
pub(crate) use request::Request;
pub(crate) use shortcuts::Shortcuts;
