//! Posting: part of the write that causes a mail, so that none is lost and none tells what never was.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::accounts::{Role, User};
use domain::kernel::{Id, Vocabulary};
use domain::mail::{Addressee, MailKind, MailState, Recipient, Side, addressee, officers};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::rows::recipient_columns;
use crate::entities::{mails, users};
use crate::store::{Actor, STORY, StoreError, Writing, bulk};
use crate::values::word;

/// What a mail is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    /// Which thing.
    pub(crate) id: Uuid,
    /// Its version after what happened.
    pub(crate) version: i64,
    /// Whether it is somebody's beside the PETR.
    pub(crate) has_holder: bool,
    /// Which citizen it is about, if it is about one.
    pub(crate) citizen: Option<Uuid>,
}

/// Posts the mails that a fact causes, if any.
pub(crate) async fn post(
    writing: &mut Writing,
    fact: &str,
    about: About,
) -> Result<(), StoreError> {
    if writing.act().operation == STORY {
        return Ok(());
    }
    let by = side(writing.actor());
    let Some((kind, addressee)) = addressee(fact, by, about.has_holder) else {
        return Ok(());
    };
    let recipients = match addressee {
        Addressee::Holder => vec![Recipient::Holder],
        Addressee::Officers => {
            let own = writing.actor().id();
            let officers = known_officers(writing).await?;
            // Nobody is told what they did themselves.
            let others = officers.into_iter().filter(|id| Some(id.uuid()) != own);
            others.map(Recipient::User).collect()
        }
        Addressee::Citizen => {
            let citizen = about.citizen.map(Id::from_uuid);
            citizen.map(Recipient::Citizen).into_iter().collect()
        }
    };
    for recipient in recipients {
        let mail = waiting(writing, kind, about, recipient);
        writing.later().post(mail);
    }
    Ok(())
}

/// Posts the officers' mails about what has waited too long for an answer; a day's once, whichever instances
/// do it and however often.
///
/// # Errors
/// The database can't be reached.
pub async fn remind_of_overdue(writing: &mut Writing, day: NaiveDate) -> Result<(), StoreError> {
    let kind = MailKind::ProjectsOverdue;
    let about = About {
        id: Uuid::nil(),
        version: 0,
        has_holder: false,
        citizen: None,
    };
    let mut mails = Vec::new();
    for officer in known_officers(writing).await? {
        let mail = mails::Model {
            once: Some(format!("{} {day} {officer}", kind.word())),
            ..waiting(writing, kind, about, Recipient::User(officer))
        };
        mails.push(mail.into_active_model());
    }
    let told_already = OnConflict::column(mails::Column::Once)
        .do_nothing()
        .to_owned();
    bulk::insert(writing.db(), mails, Some(&told_already)).await
}

/// Posts a mail about something to each of these citizens who was not told of it, whichever instances do it and
/// however often.
pub(crate) async fn tell_citizens(
    writing: &mut Writing,
    kind: MailKind,
    (subject, version): (Uuid, i64),
    people: &[Uuid],
) -> Result<(), StoreError> {
    let mut mails = Vec::with_capacity(people.len());
    for person in people {
        let about = About {
            id: subject,
            version,
            has_holder: false,
            citizen: Some(*person),
        };
        let recipient = Recipient::Citizen(Id::from_uuid(*person));
        let mail = mails::Model {
            once: Some(once_for(kind, subject, *person)),
            ..waiting(writing, kind, about, recipient)
        };
        mails.push(mail.into_active_model());
    }
    let told_already = OnConflict::column(mails::Column::Once)
        .do_nothing()
        .to_owned();
    bulk::insert(writing.db(), mails, Some(&told_already)).await
}

/// Who of these was told of something so.
pub(crate) async fn told_already(
    writing: &Writing,
    kind: MailKind,
    subject: Uuid,
    people: &[Uuid],
) -> Result<Vec<Uuid>, StoreError> {
    let mut told = Vec::new();
    for some in people.chunks(bulk::MOST_NAMED) {
        let by_name: HashMap<String, Uuid> = some
            .iter()
            .map(|one| (once_for(kind, subject, *one), *one))
            .collect();
        let found: Vec<Option<String>> = mails::Entity::find()
            .select_only()
            .column(mails::Column::Once)
            .filter(mails::Column::Once.is_in(by_name.keys()))
            .into_tuple()
            .all(writing.db())
            .await?;
        let found = found.into_iter().flatten();
        told.extend(found.filter_map(|once| by_name.get(&once).copied()));
    }
    Ok(told)
}

/// What must not be told twice to one person.
fn once_for(kind: MailKind, subject: Uuid, person: Uuid) -> String {
    format!("{} {subject} {person}", kind.word())
}

/// Makes the mails to one pseudonym those to another: it turned out to be the same person, and what was written
/// to them is theirs, to be erased with them.
pub(crate) async fn move_to_citizen(
    writing: &Writing,
    from: Uuid,
    to: Uuid,
) -> Result<(), StoreError> {
    mails::Entity::update_many()
        .col_expr(mails::Column::Person, Expr::value(Some(to)))
        .filter(mails::Column::Person.eq(from))
        .exec(writing.db())
        .await?;
    Ok(())
}

/// Posts a mail to a citizen about something of theirs, which no fact of it causes.
pub(crate) fn to_citizen(
    writing: &mut Writing,
    kind: MailKind,
    (subject, version): (Uuid, i64),
    citizen: Uuid,
) {
    if writing.act().operation == STORY {
        return;
    }
    let about = About {
        id: subject,
        version,
        has_holder: false,
        citizen: Some(citizen),
    };
    let mail = waiting(
        writing,
        kind,
        about,
        Recipient::Citizen(Id::from_uuid(citizen)),
    );
    writing.later().post(mail);
}

/// Posts a mail to an address that somebody typed, about what they typed it for: that has the address.
pub(crate) fn to_typed_address(writing: &mut Writing, kind: MailKind, subject: Uuid) {
    let about = About {
        id: subject,
        version: 1,
        has_holder: false,
        citizen: None,
    };
    let mail = waiting(writing, kind, about, Recipient::Typed);
    writing.later().post(mail);
}

fn side(actor: Actor) -> Side {
    match actor {
        Actor::Client(_) => Side::Holder,
        Actor::User(_) | Actor::Citizen(_) | Actor::Anonymous | Actor::System => Side::Petr,
    }
}

fn waiting(
    writing: &mut Writing,
    kind: MailKind,
    about: About,
    recipient: Recipient,
) -> mails::Model {
    let (recipient, user_id, person) = recipient_columns(recipient);
    mails::Model {
        id: writing.new_id(),
        kind: kind.word().to_owned(),
        subject_id: about.id,
        subject_version: about.version,
        recipient,
        user_id,
        person,
        once: None,
        state: MailState::Waiting.word().to_owned(),
        problem: None,
        attempts: 0,
        created_at: writing.now(),
        next_attempt_at: Some(writing.now()),
        claimed_by: None,
        handed_over_at: None,
        ended_at: None,
    }
}

/// Who is written to as an officer.
async fn known_officers(writing: &Writing) -> Result<Vec<Id<User>>, StoreError> {
    let rows: Vec<(Uuid, String, sea_orm::JsonValue)> = users::Entity::find()
        .select_only()
        .columns([
            users::Column::Id,
            users::Column::State,
            users::Column::Roles,
        ])
        .order_by_asc(users::Column::Id)
        .into_tuple()
        .all(writing.db())
        .await?;
    let accounts = rows.into_iter().map(|(id, state, roles)| {
        let roles: Vec<Role> = serde_json::from_value(roles)
            .map_err(|error| StoreError::Unreadable(error.to_string()))?;
        Ok((Id::from_uuid(id), word(&state)?, roles))
    });
    Ok(officers(&accounts.collect::<Result<Vec<_>, StoreError>>()?))
}
