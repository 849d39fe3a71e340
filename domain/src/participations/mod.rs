//! Participations: one dated fact each, of a person by their pseudonym, or of people counted without identity.
//! The ground on which citizens are counted. Nothing is changed in it: what was noted by mistake is voided, and
//! noted anew. Uses `kernel`, `citizens`, `events`, `involvements`, `organisations`, `projects` and
//! `registrations`.

mod figures;
mod headcount;
mod participation;

pub use figures::{By, Cell, Figures, MERGED, Tally, merged};
pub use headcount::{Headcount, HeadcountContent, HeadcountFact, count, void};
pub use participation::{Participation, ParticipationKind, of_involvement, of_registration};
