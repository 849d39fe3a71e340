//! What a structure owns goes with it when it turns out to be another one.

use domain::clients;
use domain::kernel::Id;
use domain::organisations::Organisation;
use persistence::clients as stored_clients;
use persistence::{StoreError, Writing, events, webhooks};

/// Gives all that the one owns to the other.
pub(super) async fn move_owned(
    writing: &mut Writing,
    from: Id<Organisation>,
    into: Id<Organisation>,
) -> Result<(), StoreError> {
    for client in stored_clients::load_of(writing, from).await? {
        let moved = clients::follow(client, into, writing.now());
        stored_clients::save(writing, &moved, None).await?;
    }
    events::move_proposals(writing, from, into).await?;
    webhooks::pass_on(writing, from, into).await
}
