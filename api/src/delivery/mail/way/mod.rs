//! The ways by which mail leaves.

mod folder;
mod smtp;

use domain::mail::{Attempt, MailProblem};

use super::message::{From, Parcel};
use super::post::Until;
use super::sender::Told;
use crate::config::{MailWay, Settings};
use folder::Folder;
use smtp::Smtp;

/// How mail leaves.
pub(super) enum Way {
    /// Into files.
    Folder(Folder),
    /// To a server.
    Smtp(Smtp),
    /// Not at all.
    Off,
}

impl Way {
    pub(super) fn new(settings: &Settings, from: &From) -> Self {
        match &settings.mail {
            MailWay::File => Self::Folder(Folder::new(settings.data_dir.join("mail"))),
            MailWay::Smtp(server) => Self::Smtp(Smtp::new(server.clone(), from.address.clone())),
            MailWay::Off => Self::Off,
        }
    }

    /// Sends these, and tells of each what came of it. What has not begun in time is left.
    pub(super) async fn send(&mut self, parcels: Vec<Parcel>, until: &Until, told: &Told) {
        match self {
            Self::Folder(folder) => folder.put(parcels, told).await,
            Self::Smtp(smtp) => smtp.send(parcels, until, told).await,
            Self::Off => {
                for parcel in parcels {
                    told.came(parcel.mail, Attempt::Skipped(MailProblem::Off));
                }
            }
        }
    }

    /// Nothing more is to be sent for now.
    pub(super) async fn rest(&mut self) {
        if let Self::Smtp(smtp) = self {
            smtp.hang_up().await;
        }
    }
}
