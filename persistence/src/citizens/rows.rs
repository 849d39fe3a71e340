//! Between the table's rows and a citizen.

use domain::citizens::{Citizen, CitizenContent, Likeness};
use domain::kernel::{EmailAddress, Id, InseeCode, Line, Telephone, Vocabulary, text};
use sea_orm::ActiveValue::Set;

use crate::entities::citizens::{ActiveModel, Model};
use crate::store::StoreError;
use crate::values::word;

pub(super) fn row(citizen: &Citizen) -> ActiveModel {
    let content = &citizen.content;
    let likeness = Likeness::of(citizen);
    let owned = str::to_owned;
    ActiveModel {
        id: Set(citizen.id.uuid()),
        pseudonym: Set(citizen.pseudonym.uuid()),
        name: Set(content.name.to_string()),
        folded_name: Set(text::fold(content.name.as_str())),
        name_key: Set(likeness.name),
        email: Set(content.email.as_ref().map(EmailAddress::as_str).map(owned)),
        email_key: Set(likeness.email),
        telephone: Set(content.telephone.as_ref().map(Telephone::as_str).map(owned)),
        telephone_key: Set(likeness.telephone),
        commune_code: Set(content.commune.map(|code| owned(code.as_str()))),
        age_band: Set(content.age_band.map(|band| owned(band.word()))),
        language: Set(owned(content.language.word())),
        interests: Set(content.interests.iter().map(|theme| theme.word()).collect()),
        confirmed_at: Set(citizen.confirmed_at),
        source: Set(owned(citizen.source.word())),
        merged_into: Set(citizen.merged_into.map(Id::uuid)),
        restricted_at: Set(citizen.restricted_at),
        version: Set(citizen.version),
        created_at: Set(citizen.created_at),
        updated_at: Set(citizen.updated_at),
    }
}

pub(super) fn citizen(row: Model) -> Result<Citizen, StoreError> {
    let interests: Vec<String> = serde_json::from_value(row.interests)
        .map_err(|error| StoreError::Unreadable(error.to_string()))?;
    let commune = row.commune_code.map(|code| {
        InseeCode::parse(&code).map_err(|_| StoreError::Unreadable(format!("commune {code:?}")))
    });
    Ok(Citizen {
        id: Id::from_uuid(row.id),
        pseudonym: Id::from_uuid(row.pseudonym),
        content: CitizenContent {
            name: Line::stored(row.name),
            email: row.email.map(EmailAddress::stored),
            telephone: row.telephone.map(Telephone::stored),
            commune: commune.transpose()?,
            age_band: row.age_band.as_deref().map(word).transpose()?,
            language: word(&row.language)?,
            interests: interests
                .iter()
                .map(|theme| word(theme))
                .collect::<Result<_, _>>()?,
        },
        confirmed_at: row.confirmed_at,
        source: word(&row.source)?,
        merged_into: row.merged_into.map(Id::from_uuid),
        restricted_at: row.restricted_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
