//! Finding projects: page by page, and one by its id, its slug or its holder's reference.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::frameworks::{Action, Axis};
use domain::kernel::{Id, InseeCode, Vocabulary};
use domain::organisations::{Organisation, View};
use domain::projects::{Project, ProjectState, Theme};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::rows;
use crate::entities::projects::{Column, Entity, Model};
use crate::entities::{project_parts, project_terms};
use crate::near::Near;
use crate::page::{Direction, Listed, Part, found_among, rows_of, total_of};
use crate::slugs::Whose;
use crate::store::{Engine, Index, Snapshot, StoreError, dialect};

/// Which projects. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectFilter {
    /// In one of these states.
    pub states: Vec<ProjectState>,
    /// About one of these.
    pub themes: Vec<Theme>,
    /// In one of these communes.
    pub communes: Option<Vec<InseeCode>>,
    /// Part of one of these axes.
    pub axes: Vec<Id<Axis>>,
    /// Part of one of these actions.
    pub actions: Vec<Id<Action>>,
    /// Held by one of these.
    pub holders: Vec<Id<Organisation>>,
    /// Of one of these references.
    pub references: Vec<String>,
    /// Whose references those are, where only one's may be looked for.
    pub references_of: Option<Id<Organisation>>,
    /// Near a point.
    pub near: Option<Near>,
    /// Whose text holds all these stems; the last may go on.
    pub words: Vec<String>,
    /// Waiting for an answer since before then.
    pub waiting_before: Option<DateTime<Utc>>,
    /// Changed then or later; what left the view meanwhile is given as gone.
    pub updated_since: Option<DateTime<Utc>>,
}

/// By what a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectOrder {
    /// The last change.
    UpdatedAt,
    /// The last handing in; the making, for what was never handed in.
    SubmittedAt,
    /// The title, whatever its accents and its case.
    Title,
}

/// A page of projects and how many there are, when that is asked.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    view: View,
    filter: &ProjectFilter,
    (order, direction): (ProjectOrder, Direction),
    part: Part,
) -> Result<(Vec<Listed<Project>>, Option<u64>), StoreError> {
    let matching = filter.condition(snapshot.engine());
    let wanted = match filter.updated_since {
        None => visible(view).add(matching.clone()),
        // What doesn't match may have matched before the change: a mirror is told that it is gone.
        Some(since) => Condition::all()
            .add(Condition::any().add(visible(view)).add(gone(view)))
            .add(Column::UpdatedAt.gte(since)),
    };
    let query = Entity::find().filter(wanted);
    let (rows, total) = match order {
        ProjectOrder::UpdatedAt => {
            let columns = (Column::UpdatedAt, Column::Id);
            rows_of(snapshot, query, columns, direction, part).await?
        }
        ProjectOrder::SubmittedAt => {
            let columns = (Column::QueuedAt, Column::Id);
            rows_of(snapshot, query, columns, direction, part).await?
        }
        ProjectOrder::Title => by_title(snapshot, query, direction, part).await?,
    };
    let kept: Option<HashSet<Uuid>> = match filter.updated_since {
        None => None,
        Some(_) => {
            let ids = rows.iter().map(|row| row.id).collect();
            let query = Entity::find().filter(matching);
            Some(found_among(snapshot, query, Column::Id, ids).await?)
        }
    };
    let listed = rows.into_iter().map(|row| {
        let project = rows::project(row)?;
        let id = project.id;
        let matches = kept.as_ref().is_none_or(|kept| kept.contains(&id.uuid()));
        Ok(if matches && project.seen_by(view).is_some() {
            Listed::There(Box::new(project))
        } else {
            Listed::Gone {
                id,
                updated_at: project.updated_at,
            }
        })
    });
    Ok((listed.collect::<Result<_, StoreError>>()?, total))
}

/// Those projects by their titles, at most so many, without their descriptions: for tables, which hold many.
///
/// # Errors
/// The database can't be reached.
pub async fn table(
    snapshot: &Snapshot,
    view: View,
    filter: &ProjectFilter,
    most: u64,
) -> Result<Vec<Project>, StoreError> {
    let columns = Column::iter().filter(|column| !matches!(column, Column::Description));
    let since = filter.updated_since;
    let changed = since.map(|since| Column::UpdatedAt.gte(since));
    let wanted = visible(view).add(filter.condition(snapshot.engine()));
    let rows = Entity::find()
        .select_only()
        .columns(columns)
        .expr_as(Expr::value(None::<String>), Column::Description)
        .filter(wanted.add_option(changed))
        .order_by_asc(Column::FoldedTitle)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(&snapshot.tx)
        .await?;
    rows.into_iter().map(rows::project).collect()
}

/// A page behind a row has what comes behind that row's title as it is now.
async fn by_title(
    snapshot: &Snapshot,
    query: Select<Entity>,
    direction: Direction,
    part: Part,
) -> Result<(Vec<Model>, Option<u64>), StoreError> {
    let total = total_of(snapshot, &query, part.total).await?;
    let beyond = part.after.map(|(_, last)| {
        let its_title = Query::select()
            .column(Column::FoldedTitle)
            .from(Entity)
            .and_where(Column::Id.eq(last))
            .to_owned();
        let its_title = SimpleExpr::SubQuery(None, Box::new(its_title.into()));
        let title = Expr::col(Column::FoldedTitle);
        let (further, next) = match direction {
            Direction::Ascending => (title.clone().gt(its_title.clone()), Column::Id.gt(last)),
            Direction::Descending => (title.clone().lt(its_title.clone()), Column::Id.lt(last)),
        };
        let same = Condition::all().add(title.eq(its_title)).add(next);
        Condition::any().add(further).add(same)
    });
    let rows = query
        .filter(Condition::all().add_option(beyond))
        .order_by(Column::FoldedTitle, direction.into())
        .order_by(Column::Id, direction.into())
        .limit(part.limit)
        .all(&snapshot.tx)
        .await?;
    Ok((rows, total))
}

/// A project found by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The project.
    pub project: Project,
    /// Whether it was asked for by a slug that it doesn't have any more.
    pub by_old_slug: bool,
}

/// The project of that id or slug, if the view sees it.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    view: View,
    name: &str,
) -> Result<Option<Found>, StoreError> {
    let (id, is_id) = match Uuid::try_parse(name) {
        Ok(id) => (Some(id), true),
        Err(_) => (Whose::Projects.holder(&snapshot.tx, name).await?, false),
    };
    let Some(id) = id else { return Ok(None) };
    let row = Entity::find_by_id(id).one(&snapshot.tx).await?;
    let Some(project) = row.map(rows::project).transpose()? else {
        return Ok(None);
    };
    let by_old_slug = !is_id && project.slug.as_str() != name;
    let is_seen = project.seen_by(view).is_some();
    Ok(is_seen.then_some(Found {
        project,
        by_old_slug,
    }))
}

/// The project of that holder which has that reference.
///
/// # Errors
/// The database can't be reached.
pub async fn find_by_reference(
    snapshot: &Snapshot,
    organisation: Id<Organisation>,
    reference: &str,
) -> Result<Option<Project>, StoreError> {
    let row = Entity::find()
        .filter(Column::OrganisationId.eq(organisation.uuid()))
        .filter(Column::Reference.eq(reference))
        .filter(Column::DeletedAt.is_null())
        .one(&snapshot.tx)
        .await?;
    row.map(rows::project).transpose()
}

/// Those that wait for an answer since before then, the longest waiting first.
///
/// # Errors
/// The database can't be reached.
pub async fn overdue(
    snapshot: &Snapshot,
    waiting_before: DateTime<Utc>,
    part: Part,
) -> Result<Vec<Project>, StoreError> {
    let filter = ProjectFilter {
        waiting_before: Some(waiting_before),
        ..ProjectFilter::default()
    };
    let condition = visible(View::Staff).add(filter.condition(snapshot.engine()));
    let query = Entity::find().filter(condition);
    let columns = (Column::QueuedAt, Column::Id);
    let (rows, _) = rows_of(snapshot, query, columns, Direction::Ascending, part).await?;
    rows.into_iter().map(rows::project).collect()
}

/// What the view sees now.
fn visible(view: View) -> Condition {
    let there = Condition::all().add(Column::DeletedAt.is_null());
    match view {
        View::Staff => there,
        View::Public => there.add(Column::IsPublic.eq(true)),
        View::Own(own) => there.add(
            Condition::any()
                .add(Column::IsPublic.eq(true))
                .add(Column::OrganisationId.eq(own.uuid())),
        ),
    }
}

/// What the view saw once and doesn't see now.
fn gone(view: View) -> Condition {
    let seen_once = match view {
        View::Staff => Condition::all(),
        View::Public => Condition::all().add(Column::WasPublic.eq(true)),
        View::Own(own) => Condition::any()
            .add(Column::WasPublic.eq(true))
            .add(Column::OrganisationId.eq(own.uuid())),
    };
    Condition::all().add(seen_once).add(visible(view).not())
}

impl ProjectFilter {
    /// The condition, without the view and without `updated_since`.
    fn condition(&self, engine: Engine) -> Condition {
        let states: Vec<_> = self.states.iter().map(|state| state.word()).collect();
        let themes: Vec<_> = self.themes.iter().map(|theme| theme.word()).collect();
        let communes = self.communes.as_ref();
        let communes = communes.map(|codes| codes.iter().map(ToString::to_string).collect());
        let axes: Vec<_> = self.axes.iter().map(|id| id.uuid()).collect();
        let actions: Vec<_> = self.actions.iter().map(|id| id.uuid()).collect();
        let holders: Vec<_> = self.holders.iter().map(|id| id.uuid()).collect();
        let references = &self.references;
        let references_of = self.references_of.filter(|_| !references.is_empty());
        let references_of = references_of.map(|own| Column::OrganisationId.eq(own.uuid()));
        let near = self
            .near
            .map(|near| near.condition(Column::Latitude, Column::Longitude));
        let words = &self.words;
        let waiting = self.waiting_before.map(|before| {
            Condition::all()
                .add(Column::State.eq(ProjectState::Submitted.word()))
                .add(Column::SubmittedAt.lt(before))
        });
        Condition::all()
            .add_option((!states.is_empty()).then(|| Column::State.is_in(states)))
            .add_option((!themes.is_empty()).then(|| Column::Theme.is_in(themes)))
            .add_option(communes.map(in_communes))
            .add_option((!axes.is_empty()).then(|| has_part(axes)))
            .add_option((!actions.is_empty()).then(|| has_part(actions)))
            .add_option((!holders.is_empty()).then(|| Column::OrganisationId.is_in(holders)))
            .add_option((!references.is_empty()).then(|| Column::Reference.is_in(references)))
            .add_option(references_of)
            .add_option(near)
            .add_option(
                (!words.is_empty()).then(|| dialect::holds_words(engine, Index::Projects, words)),
            )
            .add_option(waiting)
    }
}

fn in_communes(codes: Vec<String>) -> SimpleExpr {
    let with_it = Query::select()
        .column(project_terms::Column::ProjectId)
        .from(project_terms::Entity)
        .and_where(project_terms::Column::Field.eq("commune"))
        .and_where(project_terms::Column::Term.is_in(codes))
        .to_owned();
    Column::Id.in_subquery(with_it)
}

fn has_part(parts: Vec<Uuid>) -> SimpleExpr {
    let with_it = Query::select()
        .column(project_parts::Column::ProjectId)
        .from(project_parts::Entity)
        .and_where(project_parts::Column::PartId.is_in(parts))
        .to_owned();
    Column::Id.in_subquery(with_it)
}
