//! Imports and what became of their records.
