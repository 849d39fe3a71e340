//! Questions and their answers, saved and found.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::follow_up::Whose;
use domain::follow_up::questions::{
    Question, QuestionContent, QuestionFact, QuestionVisibility, entry_of,
};
use domain::kernel::{Change, Id, Prose, Vocabulary};
use domain::organisations::View;
use domain::projects::{Project, Side};
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::place::{count, found, locked, write};
use crate::audit;
use crate::entities::project_questions::{ActiveModel, Column, Entity, Model};
use crate::page::{Direction, Listed, Part, found_among, rows_of};
use crate::projects::timeline;
use crate::store::{Snapshot, StoreError, Writing};
use crate::values::word;

/// Which questions. What is empty or absent doesn't narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuestionFilter {
    /// Answered by the side that was asked, or not.
    pub is_answered: Option<bool>,
    /// Asked by one of these.
    pub by: Vec<Side>,
    /// Changed then or later; what left the view meanwhile is given as gone.
    pub updated_since: Option<DateTime<Utc>>,
}

/// Saves a question that was asked, changed, answered or withdrawn.
///
/// # Errors
/// The database can't be reached.
pub async fn save(
    writing: &mut Writing,
    change: &Change<Question, QuestionFact>,
) -> Result<(), StoreError> {
    let question = change.after();
    let row = row(question);
    let id = question.id.uuid();
    write(writing, row, change.before().is_none()).await?;
    if question.deleted_at.is_some() {
        timeline::forget(writing, id).await?;
    } else if change
        .before()
        .is_some_and(|before| before.is_public() != question.is_public())
    {
        timeline::show(writing, id, question.is_public()).await?;
    }
    let told = entry_of(change, writing.ids());
    timeline::append(writing, told.into_iter().collect()).await?;
    audit::record(writing, change).await
}

/// The question of that id with its project, which is locked until the change is written.
///
/// # Errors
/// The database can't be reached.
pub async fn load(
    writing: &Writing,
    id: Id<Question>,
) -> Result<Option<(Question, Project)>, StoreError> {
    let found = locked::<Entity>(writing, id.uuid(), |row| row.project_id).await?;
    there(found)
}

/// The question of that id with its project.
///
/// # Errors
/// The database can't be reached.
pub async fn find(
    snapshot: &Snapshot,
    id: Id<Question>,
) -> Result<Option<(Question, Project)>, StoreError> {
    let found = found::<Entity>(snapshot, id.uuid(), |row| row.project_id).await?;
    there(found)
}

fn there(found: Option<(Model, Project)>) -> Result<Option<(Question, Project)>, StoreError> {
    let found = found.filter(|(row, _)| row.deleted_at.is_none());
    let read = found.map(|(row, project)| Ok((question(row, Whose::of(&project))?, project)));
    read.transpose()
}

/// How many questions a project has.
///
/// # Errors
/// The database can't be reached.
pub async fn count_of(writing: &Writing, project: Id<Project>) -> Result<u64, StoreError> {
    let own = Column::ProjectId.eq(project.uuid());
    count::<Entity>(writing, own.and(Column::DeletedAt.is_null())).await
}

/// A page of a project's questions that the view sees, the oldest first, and how many there are, when that is
/// asked; or of those changed since a moment, in the order of their changes.
///
/// # Errors
/// The database can't be reached.
pub async fn list(
    snapshot: &Snapshot,
    project: &Project,
    view: View,
    filter: &QuestionFilter,
    part: Part,
) -> Result<(Vec<Listed<Question>>, Option<u64>), StoreError> {
    let is_inside = view.sees_all_of(project.organisation);
    let all = Entity::find().filter(Column::ProjectId.eq(project.id.uuid()));
    let matching = visible(is_inside).add(filter.condition());
    let (rows, total) = match filter.updated_since {
        None => {
            let query = all.filter(matching.clone());
            let columns = (Column::CreatedAt, Column::Id);
            rows_of(snapshot, query, columns, Direction::Ascending, part).await?
        }
        // What doesn't match may have matched before the change: a mirror is told that it is gone.
        Some(since) => {
            let known = (!is_inside).then(|| Column::WasPublic.eq(true));
            let query = all.filter(Column::UpdatedAt.gte(since));
            let query = query.filter(Condition::all().add_option(known));
            let columns = (Column::UpdatedAt, Column::Id);
            rows_of(snapshot, query, columns, Direction::Ascending, part).await?
        }
    };
    let kept: Option<HashSet<Uuid>> = match filter.updated_since {
        None => None,
        Some(_) => {
            let ids = rows.iter().map(|row| row.id).collect();
            Some(found_among(snapshot, Entity::find().filter(matching), Column::Id, ids).await?)
        }
    };
    let whose = Whose::of(project);
    let listed = rows.into_iter().map(|row| {
        Ok(
            match kept.as_ref().is_none_or(|kept| kept.contains(&row.id)) {
                true => Listed::There(Box::new(question(row, whose)?)),
                false => Listed::Gone {
                    id: Id::from_uuid(row.id),
                    updated_at: row.updated_at,
                },
            },
        )
    });
    Ok((listed.collect::<Result<_, StoreError>>()?, total))
}

/// What somebody inside sees, or somebody outside.
fn visible(is_inside: bool) -> Condition {
    let public = QuestionVisibility::Public.word();
    Condition::all()
        .add(Column::DeletedAt.is_null())
        .add_option((!is_inside).then(|| Column::Visibility.eq(public)))
}

impl QuestionFilter {
    /// The condition, without the view and without `updated_since`.
    fn condition(&self) -> Condition {
        let answered = self.is_answered.map(|is_answered| match is_answered {
            true => Column::AnsweredAt.is_not_null(),
            false => Column::AnsweredAt.is_null(),
        });
        let by = self.by.iter().map(|side| side.word());
        let by = (!self.by.is_empty()).then(|| Column::Side.is_in(by));
        Condition::all().add_option(answered).add_option(by)
    }
}

fn row(question: &Question) -> ActiveModel {
    let content = &question.content;
    ActiveModel {
        id: Set(question.id.uuid()),
        project_id: Set(question.whose.project.uuid()),
        content: Set(content.text.as_str().to_owned()),
        visibility: Set(content.visibility.word().to_owned()),
        side: Set(question.by.word().to_owned()),
        answers: Set(serde_json::to_value(&question.answers)
            .expect("values of the domain have no key that is no text")),
        answered_at: Set(question.answered_at()),
        was_public: Set(question.was_public),
        deleted_at: Set(question.deleted_at),
        version: Set(question.version),
        created_at: Set(question.created_at),
        updated_at: Set(question.updated_at),
    }
}

pub(crate) fn question(row: Model, whose: Whose) -> Result<Question, StoreError> {
    let answers = serde_json::from_value(row.answers);
    Ok(Question {
        id: Id::from_uuid(row.id),
        whose,
        content: QuestionContent {
            text: Prose::stored(row.content),
            visibility: word(&row.visibility)?,
        },
        by: word(&row.side)?,
        answers: answers.map_err(|error| StoreError::Unreadable(error.to_string()))?,
        was_public: row.was_public,
        deleted_at: row.deleted_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
