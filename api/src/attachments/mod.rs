//! Files of projects over HTTP: partners and the staff add them, whoever sees a project gets them. What they
//! hold lies in a folder, under their ids. Uses `demo` for its examples and their files, and `projects`.

mod content;
mod demonstration;
mod files;
mod orphans;
mod read;
mod sniff;
mod strip;
mod upload;
mod wire;
mod write;

use crate::http::operation::Endpoint;

pub(crate) use content::{SANDBOX, in_whichever_type, opened, saved_as};
pub use demonstration::lay as lay_files_of_demonstration;
pub(crate) use files::Files;
pub(crate) use orphans::collect as collect_orphans;
pub(crate) use upload::{Purpose, receive};
pub(crate) use write::{is_nobodys, placed, said};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    [read::endpoints(), write::endpoints(), content::endpoints()]
        .into_iter()
        .flatten()
        .collect()
}
