//! Facts that follow from a registration or an involvement: what held before is voided, what holds now is noted.
//! Nothing is changed or removed, so that what was known at any moment can be told.

use domain::citizens::Citizen;
use domain::involvements::Involvement;
use domain::participations::{of_involvement, of_registration};
use domain::registrations::{Date, Registration};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::rows;
use crate::entities::{
    involvement_participations, participations, registration_participations as links,
};
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
    void(writing, before).await?;
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

/// Notes what follows from an involvement that began to count, or counts no more.
pub(crate) async fn follow_involvement(
    writing: &mut Writing,
    involvement: &Involvement,
    citizen: &Citizen,
) -> Result<(), StoreError> {
    use involvement_participations::{ActiveModel, Column, Entity};
    let now = writing.now();
    let before: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::ParticipationId)
        .filter(Column::InvolvementId.eq(involvement.id.uuid()))
        .into_tuple()
        .all(writing.db())
        .await?;
    void(writing, before).await?;
    let Some(fact) = of_involvement(involvement, citizen, writing.ids(), now) else {
        return Ok(());
    };
    let link = ActiveModel {
        participation_id: Set(fact.id.uuid()),
        involvement_id: Set(involvement.id.uuid()),
    };
    let db = writing.db();
    bulk::insert(db, vec![rows::row(&fact)], None).await?;
    bulk::insert(db, vec![link], None).await
}

/// Voids these facts, as far as they hold.
async fn void(writing: &Writing, facts: Vec<Uuid>) -> Result<(), StoreError> {
    let now = Some(writing.now());
    participations::Entity::update_many()
        .col_expr(participations::Column::VoidedAt, Expr::value(now))
        .filter(participations::Column::Id.is_in(facts))
        .filter(participations::Column::VoidedAt.is_null())
        .exec(writing.db())
        .await?;
    Ok(())
}
