//! The slugs of structures.

use domain::kernel::{Id, Slug};
use domain::organisations::Organisation;

use crate::slugs::{self, Whose};
use crate::store::{StoreError, Writing};

/// The first slug of that beginning which no structure has or had.
///
/// # Errors
/// The database can't be reached.
pub async fn free_slug(writing: &Writing, wanted: Slug) -> Result<Slug, StoreError> {
    slugs::free(writing, Whose::Organisations, wanted).await
}

/// Whether another structure has that slug, or had it.
///
/// # Errors
/// The database can't be reached.
pub async fn is_slug_taken(
    writing: &Writing,
    slug: &Slug,
    but: Option<Id<Organisation>>,
) -> Result<bool, StoreError> {
    Whose::Organisations
        .is_taken(writing, slug, but.map(Id::uuid))
        .await
}
