//! Between the tables' rows and facts.

use domain::kernel::{Id, InseeCode, Prose, Vocabulary};
use domain::participations::{Headcount, HeadcountContent, Participation};
use sea_orm::ActiveValue::Set;

use crate::entities::{headcounts, participations};
use crate::store::StoreError;
use crate::values::word;

pub(super) fn row(fact: &Participation) -> participations::ActiveModel {
    let owned = |word: &str| word.to_owned();
    participations::ActiveModel {
        id: Set(fact.id.uuid()),
        kind: Set(owned(fact.kind.word())),
        person: Set(fact.person.map(Id::uuid)),
        is_identified: Set(fact.is_identified),
        role: Set(fact.role.map(|role| owned(role.word()))),
        count: Set(fact.count.into()),
        occurred_on: Set(fact.occurred_on),
        event_id: Set(fact.event.map(Id::uuid)),
        occurrence_id: Set(fact.occurrence.map(Id::uuid)),
        project_id: Set(fact.project.map(Id::uuid)),
        commune_code: Set(fact.commune.map(|code| owned(code.as_str()))),
        audience: Set(fact.audience.map(|audience| owned(audience.word()))),
        organisation_id: Set(fact.organisation.map(Id::uuid)),
        recorded_at: Set(fact.recorded_at),
        voided_at: Set(fact.voided_at),
    }
}

pub(super) fn participation(row: participations::Model) -> Result<Participation, StoreError> {
    Ok(Participation {
        id: Id::from_uuid(row.id),
        kind: word(&row.kind)?,
        person: row.person.map(Id::from_uuid),
        is_identified: row.is_identified,
        role: row.role.as_deref().map(word).transpose()?,
        count: u32::try_from(row.count).unwrap_or(u32::MAX),
        occurred_on: row.occurred_on,
        event: row.event_id.map(Id::from_uuid),
        occurrence: row.occurrence_id.map(Id::from_uuid),
        project: row.project_id.map(Id::from_uuid),
        commune: commune(row.commune_code)?,
        audience: row.audience.as_deref().map(word).transpose()?,
        organisation: row.organisation_id.map(Id::from_uuid),
        recorded_at: row.recorded_at,
        voided_at: row.voided_at,
    })
}

pub(super) fn headcount_row(headcount: &Headcount) -> headcounts::ActiveModel {
    let content = &headcount.content;
    headcounts::ActiveModel {
        id: Set(headcount.id.uuid()),
        event_id: Set(headcount.event.uuid()),
        occurrence_id: Set(headcount.occurrence.uuid()),
        count: Set(content.count.into()),
        audience: Set(content.audience.word().to_owned()),
        organisation_id: Set(content.organisation.map(Id::uuid)),
        commune_code: Set(content.commune.map(|code| code.as_str().to_owned())),
        evidence: Set(content
            .evidence
            .as_ref()
            .map(|text| text.as_str().to_owned())),
        voided_at: Set(headcount.voided_at),
        version: Set(headcount.version),
        created_at: Set(headcount.created_at),
        updated_at: Set(headcount.updated_at),
    }
}

pub(super) fn headcount(row: headcounts::Model) -> Result<Headcount, StoreError> {
    Ok(Headcount {
        id: Id::from_uuid(row.id),
        event: Id::from_uuid(row.event_id),
        occurrence: Id::from_uuid(row.occurrence_id),
        content: HeadcountContent {
            count: u32::try_from(row.count).unwrap_or(u32::MAX),
            audience: word(&row.audience)?,
            organisation: row.organisation_id.map(Id::from_uuid),
            commune: commune(row.commune_code)?,
            evidence: row.evidence.map(Prose::stored),
        },
        voided_at: row.voided_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn commune(code: Option<String>) -> Result<Option<InseeCode>, StoreError> {
    let unreadable = |code: &str| StoreError::Unreadable(format!("commune {code:?}"));
    code.map(|code| InseeCode::parse(&code).map_err(|_| unreadable(&code)))
        .transpose()
}
