//! Who asks: whose project they write to, and what they see of what belongs to a project.

use actix_web::http::StatusCode;
use domain::kernel::Id;
use domain::organisations::Organisation;
use domain::projects::{Project, Side};
use persistence::{Answer as Kept, Snapshot, Stop, View, Writing, projects};
use serde::Serialize;

use crate::http::answer::to_json;
use crate::http::etag::Tag;
use crate::http::{Kind, Problem, Request};
use crate::projects::{find_in, view_of};

/// Whoever writes: that they may at all, the operation's scopes say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer {
    /// Whose software it is, when it is a partner's.
    partner: Option<Id<Organisation>>,
}

impl Writer {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            partner: request.organisation(),
        }
    }

    pub(super) fn side(self) -> Side {
        match self.partner {
            Some(_) => Side::Holder,
            None => Side::Petr,
        }
    }

    /// What they see of what they wrote.
    pub(super) fn view(self) -> View {
        self.partner.map_or(View::Staff, View::Own)
    }

    /// Whether a project is theirs to write to; of another's a partner is told nothing.
    pub(super) fn writes(self, project: &Project) -> Result<(), Problem> {
        match self.partner {
            Some(own) if own != project.organisation => Err(Problem::new(Kind::NotFound)),
            _ => Ok(()),
        }
    }

    /// The project of that id, if it is there and theirs; it stays as it is until the write is done.
    pub(super) async fn project(
        self,
        writing: &Writing,
        id: Id<Project>,
    ) -> Result<Project, Stop<Problem>> {
        let project = projects::load(writing, id).await?;
        let project = project.ok_or_else(|| Problem::new(Kind::NotFound))?;
        self.writes(&project)?;
        Ok(project)
    }

    /// What was found by its id, if its project is theirs.
    pub(super) fn own<T>(self, found: Option<(T, Project)>) -> Result<(T, Project), Problem> {
        let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
        self.writes(&found.1)?;
        Ok(found)
    }
}

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

/// The answer to a creation, as it is kept for the same key.
pub(super) fn made(location: String, tag: &Tag, shown: &impl Serialize) -> Kept {
    Kept {
        status: StatusCode::CREATED.as_u16(),
        location: Some(location),
        etag: Some(tag.quoted(None)),
        body: to_json(shown),
        person: None,
    }
}
