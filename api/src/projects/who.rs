//! Who asks: what they see of projects, and what they may do with them.

use domain::accounts::Scope;
use domain::kernel::Id;
use domain::organisations::Organisation;
use domain::projects::{Project, Rights, Side};
use persistence::{Stop, View, Writing, projects};

use crate::http::{Kind, Problem, Request};

/// Whoever asks, for a write that may outlive the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    /// Whose software it is, when it is a partner's.
    pub(crate) partner: Option<Id<Organisation>>,
    /// What they may do.
    pub(crate) rights: Rights,
}

impl Who {
    pub(crate) fn of(request: &Request) -> Self {
        let partner = request.organisation();
        let rights = match partner {
            Some(_) => Rights {
                side: Side::Holder,
                writes: request.own(Scope::ProjectsWrite).is_some(),
                decides: false,
            },
            None => Rights {
                side: Side::Petr,
                writes: request.may(Scope::ProjectsWrite),
                decides: request.may(Scope::ProjectsDecide),
            },
        };
        Self { partner, rights }
    }

    /// What whoever wrote a project sees of it.
    pub(crate) fn view(self) -> View {
        self.partner.map_or(View::Staff, View::Own)
    }

    /// On which side they write.
    pub(crate) fn side(self) -> Side {
        self.rights.side
    }

    /// The project of that id, if it is there and theirs; it stays as it is until the write is done.
    pub(crate) async fn project(
        self,
        writing: &Writing,
        id: Id<Project>,
    ) -> Result<Project, Stop<Problem>> {
        let project = projects::load(writing, id).await?;
        let project = project.ok_or_else(|| Problem::new(Kind::NotFound))?;
        self.writes(&project)?;
        Ok(project)
    }

    /// What was found with its project, if that is theirs.
    pub(crate) fn own<T>(self, found: Option<(T, Project)>) -> Result<(T, Project), Problem> {
        let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
        self.writes(&found.1)?;
        Ok(found)
    }

    /// Whether a project is theirs to write; of another's a partner is told nothing.
    pub(crate) fn writes(self, project: &Project) -> Result<(), Problem> {
        match self.partner {
            Some(own) if own != project.organisation => Err(Problem::new(Kind::NotFound)),
            _ => Ok(()),
        }
    }
}

/// What whoever asks sees of projects.
pub(crate) fn view_of(request: &Request) -> View {
    match request.own(Scope::ProjectsRead) {
        Some(own) => View::Own(own),
        None if request.may(Scope::ProjectsRead) => View::Staff,
        None => View::Public,
    }
}
