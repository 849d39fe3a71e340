//! What whoever asks sees of what belongs to a project.

use domain::projects::Project;
use persistence::{Snapshot, View};

use crate::http::{Kind, Problem, Request};
use crate::projects::{find_in, view_of};

/// The project that the path names, in the view in which whoever asks sees it.
pub(super) async fn seen(
    request: &Request,
    snapshot: &Snapshot,
) -> Result<(Project, View), Problem> {
    let asked = view_of(request);
    let found = find_in(snapshot, asked, &request.path("project")).await?;
    let view = found.project.seen_by(asked).unwrap_or(View::Public);
    Ok((found.project, view))
}

/// In which view whoever asks sees what belongs to a project.
pub(super) fn view_into(request: &Request, project: &Project) -> Result<View, Problem> {
    let view = project.seen_by(view_of(request));
    view.ok_or_else(|| Problem::new(Kind::NotFound))
}
