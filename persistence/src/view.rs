//! Who looks: what is public, or all of it.

/// What may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// What everybody may.
    Public,
    /// All of it.
    Staff,
}
