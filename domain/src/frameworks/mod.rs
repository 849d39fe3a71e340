//! Plans that projects are part of (PCAET, CTES…): their axes and the actions of each. Uses `kernel` only.

mod decide;
mod framework;

pub use decide::{FrameworkRefusal, PartInUse, create, edit};
pub use framework::{
    Action, ActionDraft, Axis, AxisDraft, Framework, FrameworkAbout, FrameworkDraft, FrameworkFact,
};
