//! Webhooks: who is told of what by a call to their own address, when a call is made again, and when an
//! address is given up. Uses `kernel` and `organisations`.

mod decide;
mod delivery;
mod retry;
mod told;
mod webhook;

pub use decide::{
    AlreadySo, MOST_WEBHOOKS, TooMany, create, delete, edit, follow, pause, resume, rotate, stop,
};
pub use delivery::{Address, Attempt, AttemptError, Delivery, DeliveryState, Subject};
pub use retry::{Answered, Next, RESUMED, TRIES, next};
pub use told::{TEST, WebhookType};
pub use webhook::{
    MOST_KEPT_ATTEMPTS, Pause, PauseReason, ROTATION, Webhook, WebhookContent, WebhookFact,
    WebhookState,
};
