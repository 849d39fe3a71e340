//! Reading the items of a batch, each by itself, so that what is wrong with one is told of that one.

use domain::kernel::Id;
use domain::organisations::Organisation;
use serde_json::Value;

use crate::http::Problem;
use crate::http::body::Schemas;
use crate::http::faults::At;
use crate::http::request::checked_and_parsed;
use crate::projects::input::{Parsed, ProjectInput};
use crate::projects::links::holder_of;
use crate::projects::who::Who;

/// An item in the domain's words, and for whom it is; or what is wrong with it.
pub(super) type Item = Result<(Parsed, Id<Organisation>), Problem>;

/// Reads each item.
pub(super) fn read(items: Vec<Value>, who: Who, schemas: &Schemas) -> Vec<Item> {
    let items = items.into_iter();
    items.map(|item| one(item, who, schemas)).collect()
}

fn one(item: Value, who: Who, schemas: &Schemas) -> Item {
    let checked = schemas.check("ProjectInput", &item);
    checked_and_parsed(checked, item, |input: ProjectInput| {
        let parsed = input.parse(who.rights.side)?;
        let holder = holder_of(who, &parsed)?;
        Ok((parsed, holder))
    })
}

/// The problem of an item, with pointers that lead into the batch.
pub(super) fn refused(mut problem: Problem, index: usize) -> Problem {
    for fault in &mut problem.errors {
        if let At::Pointer(pointer) = &mut fault.at {
            *pointer = format!("/items/{index}{pointer}");
        }
    }
    problem
}
