//! Telling those who want to hear how a project goes. The write of an update leaves a word of it and no more, however
//! many they are; then they are told some at a time. How far that is and the mails of those who were told are
//! committed together, so that whoever goes on where another one died tells nobody twice and misses nobody.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::follow_up::updates::Update;
use domain::involvements::InvolvementState;
use domain::kernel::Vocabulary;
use domain::mail::MailKind;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::citizens;
use crate::entities::involvements::{Column, Entity};
use crate::entities::{project_updates, projects, update_tellings};
use crate::mail;
use crate::store::{STORY, Snapshot, StoreError, Writing};

/// Leaves word of an update that was just told.
pub(crate) async fn announce(writing: &Writing, update: &Update) -> Result<(), StoreError> {
    if writing.act().operation == STORY {
        return Ok(());
    }
    let row = update_tellings::ActiveModel {
        update_id: Set(update.id.uuid()),
        project_id: Set(update.whose.project.uuid()),
        told_up_to: Set(None),
        created_at: Set(update.created_at),
    };
    update_tellings::Entity::insert(row)
        .exec_without_returning(writing.db())
        .await?;
    Ok(())
}

/// Whether there is anything to tell: then it is worth a write.
///
/// # Errors
/// The database can't be reached.
pub async fn any_to_tell(snapshot: &Snapshot) -> Result<bool, StoreError> {
    let first: Option<Uuid> = update_tellings::Entity::find()
        .select_only()
        .column(update_tellings::Column::UpdateId)
        .limit(1)
        .into_tuple()
        .one(&snapshot.tx)
        .await?;
    Ok(first.is_some())
}

/// Tells the next of those who want to hear of the earliest update, so many at most; says whether there may be more.
/// What was removed, or is not public any more, is told to nobody.
///
/// # Errors
/// The database can't be reached, or others were before us for too long.
pub async fn tell_some(writing: &mut Writing, most: u64) -> Result<bool, StoreError> {
    // Nobody turns out to be somebody else, or is erased, while it is looked who they are.
    citizens::line_up(writing).await?;
    let telling = update_tellings::Entity::find()
        .order_by_asc(update_tellings::Column::CreatedAt)
        .order_by_asc(update_tellings::Column::UpdateId)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(writing.db())
        .await?;
    let Some(telling) = telling else {
        return Ok(false);
    };
    let page = match still_to_tell(writing, &telling).await? {
        Some(version) => {
            let page = next_of(writing, &telling, most).await?;
            tell(writing, (telling.update_id, version), &page).await?;
            page
        }
        None => Vec::new(),
    };
    let is_last = (page.len() as u64) < most;
    match page.last().filter(|_| !is_last) {
        Some(last) => {
            let last = Some(*last);
            let mut row = telling.into_active_model();
            row.told_up_to = Set(last);
            row.update_without_returning(writing.db()).await?;
        }
        None => {
            update_tellings::Entity::delete_by_id(telling.update_id)
                .exec(writing.db())
                .await?;
        }
    }
    Ok(true)
}

/// The version of the update, if it is still to be told.
async fn still_to_tell(
    writing: &Writing,
    telling: &update_tellings::Model,
) -> Result<Option<i64>, StoreError> {
    let update = project_updates::Entity::find_by_id(telling.update_id)
        .filter(project_updates::Column::DeletedAt.is_null())
        .one(writing.db())
        .await?;
    let project = projects::Entity::find_by_id(telling.project_id)
        .filter(projects::Column::IsPublic.eq(true))
        .one(writing.db())
        .await?;
    Ok(update.zip(project).map(|(update, _)| update.version))
}

/// The next who want to hear of it, and did when it was told, by their pseudonyms.
async fn next_of(
    writing: &Writing,
    telling: &update_tellings::Model,
    most: u64,
) -> Result<Vec<Uuid>, StoreError> {
    let mut query = Entity::find()
        .select_only()
        .distinct()
        .column(Column::Person)
        .filter(Column::ProjectId.eq(telling.project_id))
        .filter(Column::State.eq(InvolvementState::Active.word()))
        .filter(Column::IsTold.eq(true))
        .filter(Column::CreatedAt.lte(telling.created_at));
    if let Some(last) = telling.told_up_to {
        query = query.filter(Column::Person.gt(last));
    }
    let page = query
        .order_by_asc(Column::Person)
        .limit(most)
        .into_tuple()
        .all(writing.db())
        .await?;
    Ok(page)
}

/// Posts a mail to each of these people who was not told of it, under whichever name.
async fn tell(writing: &mut Writing, update: (Uuid, i64), page: &[Uuid]) -> Result<(), StoreError> {
    let identities = citizens::identities_of(writing.db(), page).await?;
    let mut people = BTreeSet::new();
    // Who turned out to be one may have been told before that, by the name that they had.
    let mut names: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for one in page {
        let Some(identity) = identities.get(one) else {
            people.insert(*one);
            continue;
        };
        let kept = identity.kept.uuid();
        if people.insert(kept) {
            names.insert(kept, citizens::all_of(writing.db(), *one).await?);
        }
    }
    let all: Vec<Uuid> = names.values().flatten().copied().collect();
    let told = mail::told_already(writing, MailKind::ProjectNews, update.0, &all).await?;
    let told: HashSet<Uuid> = told.into_iter().collect();
    people.retain(|person| {
        let theirs = names.get(person).into_iter().flatten();
        !theirs.clone().any(|name| told.contains(name))
    });
    let people: Vec<Uuid> = people.into_iter().collect();
    mail::tell_citizens(writing, MailKind::ProjectNews, update, &people).await
}
