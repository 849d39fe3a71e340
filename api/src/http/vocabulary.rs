//! Schemas of the domain's closed lists: a reference to the one place in the contract where their
//! words stand.

use domain::kernel::Vocabulary;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{Array, ArrayBuilder};

/// One word.
pub(crate) fn word<V: Vocabulary>() -> Ref {
    Ref::from_schema_name(V::NAME)
}

/// Several words, each once.
pub(crate) fn words<V: Vocabulary>() -> Array {
    ArrayBuilder::new()
        .items(word::<V>())
        .unique_items(true)
        .max_items(Some(V::WORDS.len()))
        .build()
}
