//! Mail to holders and to the staff: who is written to when something happened, and when what could not be
//! sent is tried again. Uses `kernel`, `accounts` and `citizens`.

mod occasion;
mod sending;

pub use occasion::{Addressee, MailKind, Side, addressee, officers};
pub use sending::{Attempt, Mail, MailProblem, MailState, Recipient, Settled, settle};
