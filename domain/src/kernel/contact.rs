//! Whom to ask, for an event or for a structure.

use serde::{Deserialize, Serialize};

use super::{EmailAddress, FaultCode, Faults, Line, Telephone};

/// Whom to ask: a role's address by default (*accueil du PETR*), so that no person's name lies here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// The role or the desk.
    pub role: Option<Line<120>>,
    /// Its e-mail address.
    pub email: Option<EmailAddress>,
    /// Its telephone.
    pub telephone: Option<Telephone>,
}

impl Contact {
    /// # Errors
    /// Neither an e-mail address nor a telephone.
    pub fn new(
        role: Option<Line<120>>,
        email: Option<EmailAddress>,
        telephone: Option<Telephone>,
    ) -> Result<Self, Faults> {
        if email.is_none() && telephone.is_none() {
            return Err(Faults::one("/email", FaultCode::Required));
        }
        Ok(Self {
            role,
            email,
            telephone,
        })
    }
}
