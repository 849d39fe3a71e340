//! Mail to holders and to the staff. What is to be told waits in the database, without a text and without an
//! address; it is written when it is sent, from what is stored then, and leaves by one of three ways.

mod figures;
mod letter;
mod letters;
mod message;
mod post;
mod ready;
mod reminders;
mod sender;
mod way;

pub(crate) use post::{Post, release_claims};
