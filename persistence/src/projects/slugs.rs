//! The slugs of projects.

use domain::kernel::{Id, Slug};
use domain::projects::Project;

use crate::slugs::{self, FreeSlugs, Whose};
use crate::store::{StoreError, Writing};

/// The first slug of that beginning which no project has or had.
///
/// # Errors
/// The database can't be reached.
pub async fn free_slug(writing: &Writing, wanted: Slug) -> Result<Slug, StoreError> {
    slugs::free(writing, Whose::Projects, wanted).await
}

/// Slugs for several projects of one write.
///
/// # Errors
/// The database can't be reached.
pub async fn free_slugs(writing: &Writing, wanted: &[Slug]) -> Result<FreeSlugs, StoreError> {
    FreeSlugs::look(writing, Whose::Projects, wanted).await
}

/// Whether another project has that slug, or had it.
///
/// # Errors
/// The database can't be reached.
pub async fn is_slug_taken(
    writing: &Writing,
    slug: &Slug,
    but: Option<Id<Project>>,
) -> Result<bool, StoreError> {
    Whose::Projects
        .is_taken(writing, slug, but.map(Id::uuid))
        .await
}
