//! Between the table's rows and a framework.

use domain::frameworks::{Framework, FrameworkAbout};
use domain::kernel::{Id, Line, Prose, Slug};
use sea_orm::ActiveValue::Set;

use crate::entities::frameworks::{ActiveModel, Model};
use crate::store::StoreError;

pub(super) fn row(framework: &Framework) -> ActiveModel {
    let about = &framework.about;
    let description = about.description.as_ref();
    ActiveModel {
        id: Set(framework.id.uuid()),
        code: Set(about.code.as_str().to_owned()),
        name: Set(about.name.to_string()),
        description: Set(description.map(|text| text.as_str().to_owned())),
        starts_on: Set(about.starts_on),
        ends_on: Set(about.ends_on),
        axes: Set(serde_json::to_value(&framework.axes)
            .expect("values of the domain have no key that is no text")),
        version: Set(framework.version),
        created_at: Set(framework.created_at),
        updated_at: Set(framework.updated_at),
    }
}

pub(super) fn framework(row: Model) -> Result<Framework, StoreError> {
    let axes = serde_json::from_value(row.axes);
    Ok(Framework {
        id: Id::from_uuid(row.id),
        about: FrameworkAbout {
            code: Slug::stored(row.code),
            name: Line::stored(row.name),
            description: row.description.map(Prose::stored),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
        },
        axes: axes.map_err(|error| StoreError::Unreadable(error.to_string()))?,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
