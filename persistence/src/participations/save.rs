//! Facts that follow from a registration: what held before is voided, what holds now is noted. Nothing is
//! changed or removed, so that what was known at any moment can be told.

use domain::citizens::Citizen;
use domain::participations::of_registration;
use domain::registrations::{Date, Registration};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::entities::{participations, registration_participations as links};
use crate::store::{StoreError, Writing, bulk};

/// Notes what follows from a registration whose presence was noted, corrected or taken back.
pub(crate) async fn follow(
    writing: &mut Writing,
    registration: &Registration,
    citizen: &Citizen,
    date: &Date,
) -> Result<(), StoreError> {
    let now = writing.now();
    let before: Vec<Uuid> = links::Entity::find()
        .select_only()
        .column(links::Column::ParticipationId)
        .filter(links::Column::RegistrationId.eq(registration.id.uuid()))
        .into_tuple()
        .all(writing.db())
        .await?;
    participations::Entity::update_many()
        .col_expr(participations::Column::VoidedAt, Expr::value(Some(now)))
        .filter(participations::Column::Id.is_in(before))
        .filter(participations::Column::VoidedAt.is_null())
        .exec(writing.db())
        .await?;
    let facts = of_registration(registration, citizen, date, writing.ids(), now);
    let linked = facts.iter().map(|fact| links::ActiveModel {
        participation_id: Set(fact.id.uuid()),
        registration_id: Set(registration.id.uuid()),
    });
    let linked: Vec<_> = linked.collect();
    let db = writing.db();
    bulk::insert(db, facts.iter().map(rows::row).collect(), None).await?;
    bulk::insert(db, linked, None).await
}
