//! Between the table's rows and a structure.

use domain::kernel::{
    EmailAddress, FaultCode, Id, InseeCode, Line, Prose, Reason, Rna, Siret, Slug, Telephone,
    Vocabulary, WebUrl, text,
};
use domain::organisations::{Organisation, OrganisationContent};
use sea_orm::ActiveValue::Set;

use crate::entities::organisations::{ActiveModel, Model};
use crate::store::StoreError;
use crate::values::{contact, reason, word};

pub(super) fn row(organisation: &Organisation) -> ActiveModel {
    let content = &organisation.content;
    let contact = content.contact.as_ref();
    let role = contact.and_then(|contact| contact.role.as_ref());
    let email = contact.and_then(|contact| contact.email.as_ref());
    let telephone = contact.and_then(|contact| contact.telephone.as_ref());
    let owned = str::to_owned;
    ActiveModel {
        id: Set(organisation.id.uuid()),
        slug: Set(owned(organisation.slug.as_str())),
        name: Set(content.name.to_string()),
        folded_name: Set(text::fold(content.name.as_str())),
        kind: Set(owned(content.kind.word())),
        siret: Set(content.siret.map(|siret| owned(siret.as_str()))),
        rna: Set(content.rna.map(|rna| owned(rna.as_str()))),
        address: Set(content.address.as_ref().map(Line::as_str).map(owned)),
        commune_code: Set(content.commune_code.map(|code| owned(code.as_str()))),
        description: Set(content.description.as_ref().map(Prose::as_str).map(owned)),
        website: Set(content.website.as_ref().map(WebUrl::as_str).map(owned)),
        contact_role: Set(role.map(Line::as_str).map(owned)),
        contact_email: Set(email.map(EmailAddress::as_str).map(owned)),
        contact_telephone: Set(telephone.map(Telephone::as_str).map(owned)),
        other_contacts: Set(serde_json::to_value(&content.other_contacts)
            .expect("a list of contacts has no key that is no text")),
        language: Set(owned(content.language.word())),
        distinct_from: Set(serde_json::to_value(&organisation.distinct_from)
            .expect("a list of ids has no key that is no text")),
        merged_into: Set(organisation.merged_into.map(Id::uuid)),
        was_public: Set(organisation.was_public),
        version: Set(organisation.version),
        created_at: Set(organisation.created_at),
        updated_at: Set(organisation.updated_at),
        ..state_row(organisation)
    }
}

fn state_row(organisation: &Organisation) -> ActiveModel {
    let Reason {
        reason,
        note,
        internal_note,
    } = &organisation.reason;
    let owned = str::to_owned;
    ActiveModel {
        state: Set(owned(organisation.state.word())),
        reason: Set(reason.as_ref().map(Prose::as_str).map(owned)),
        note: Set(note.as_ref().map(Prose::as_str).map(owned)),
        internal_note: Set(internal_note.as_ref().map(Prose::as_str).map(owned)),
        ..Default::default()
    }
}

pub(crate) fn organisation(row: Model) -> Result<Organisation, StoreError> {
    let unreadable = |e: serde_json::Error| StoreError::Unreadable(e.to_string());
    let contact = contact(row.contact_role, row.contact_email, row.contact_telephone);
    Ok(Organisation {
        id: Id::from_uuid(row.id),
        slug: Slug::stored(row.slug),
        content: OrganisationContent {
            name: Line::stored(row.name),
            kind: word(&row.kind)?,
            siret: code(row.siret, Siret::parse)?,
            rna: code(row.rna, Rna::parse)?,
            address: row.address.map(Line::stored),
            commune_code: code(row.commune_code, InseeCode::parse)?,
            description: row.description.map(Prose::stored),
            website: row.website.map(WebUrl::stored),
            contact,
            other_contacts: serde_json::from_value(row.other_contacts).map_err(unreadable)?,
            language: word(&row.language)?,
        },
        state: word(&row.state)?,
        reason: reason(row.reason, row.note, row.internal_note),
        distinct_from: serde_json::from_value(row.distinct_from).map_err(unreadable)?,
        merged_into: row.merged_into.map(Id::from_uuid),
        was_public: row.was_public,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn code<T>(
    text: Option<String>,
    parse: impl Fn(&str) -> Result<T, FaultCode>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(&text).map_err(|_| StoreError::Unreadable(format!("code {text:?}"))))
        .transpose()
}
