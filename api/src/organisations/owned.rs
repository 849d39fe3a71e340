//! What a structure owns goes with it when it turns out to be another one.

use domain::clients;
use domain::kernel::{Id, Line};
use domain::organisations::Organisation;
use domain::projects;
use persistence::clients as stored_clients;
use persistence::projects as stored_projects;
use persistence::{StoreError, Writing, events, webhooks};

/// Gives all that the one owned to the other.
pub(super) async fn move_owned(
    writing: &mut Writing,
    gone: &Organisation,
    into: Id<Organisation>,
) -> Result<(), StoreError> {
    let (from, state) = (gone.id, gone.state);
    for client in stored_clients::load_of(writing, from).await? {
        let moved = clients::follow(client, state, into, writing.now());
        stored_clients::save(writing, &moved, None).await?;
    }
    let owned = stored_projects::load_of(writing, from).await?;
    let references = owned.iter().filter_map(|one| one.reference.as_ref());
    let references: Vec<&str> = references.map(Line::as_str).collect();
    let taken = stored_projects::load_by_references(writing, into, &references).await?;
    for project in owned {
        let reference = project.reference.as_ref();
        let is_taken = reference.is_some_and(|one| taken.contains_key(one.as_str()));
        let moved = projects::move_to(project, into, is_taken, writing.now());
        stored_projects::save(writing, &moved).await?;
    }
    events::move_proposals(writing, from, into).await?;
    webhooks::pass_on(writing, gone, into).await
}
