//! Values that every feature speaks: ids, texts, addresses, codes, and the faults found in them.

mod change;
pub mod codes;
mod contact;
mod fault;
mod id;
mod local_time;
mod mail_language;
mod reason;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
mod value;
mod vocabulary;

pub use change::{Change, Fact};
pub use codes::{InseeCode, Rna, Siren, Siret};
pub use contact::Contact;
pub use fault::{Check, Fault, FaultCode, Faults};
pub use id::{Id, Ids};
pub use local_time::{DEFAULT_ZONE, Timing, day_of, parse_zone, to_micros};
pub use mail_language::MailLanguage;
pub use reason::Reason;
pub use value::{Coordinates, EmailAddress, Language, Line, Prose, Slug, Telephone, WebUrl};
pub use vocabulary::Vocabulary;
