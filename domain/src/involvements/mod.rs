//! Involvements: who follows a project, supports it, helps it or carries it, by what stands for them; and who of
//! them is told how it goes. Uses `kernel`, `citizens` and `projects`.

mod decide;
mod involvement;
#[cfg(test)]
mod tests;

pub use decide::{
    Begin, InvolvementRefusal, accept, begin, decline, end, is_day, record, silence, withdraw,
};
pub use involvement::{
    Involvement, InvolvementFact, InvolvementMistake, InvolvementRole, InvolvementState,
    InvolvementTransition,
};
