//! The structures of the demonstration: partners, one that waits, one that is shut out, and one that was
//! typed twice.

use chrono::{DateTime, TimeDelta, Utc};
use domain::kernel::{
    Change, Contact, EmailAddress, FaultCode, Id, InseeCode, Line, MailLanguage, Prose, Reason,
    Rna, Siret, Slug, WebUrl,
};
use domain::organisations::{
    self, Organisation, OrganisationContent, OrganisationFact, OrganisationKind,
    OrganisationRefusal, OrganisationState,
};

use super::ids::StoryIds;

/// The moment in their ids, when they were made.
const SINCE_SECONDS: i64 = 1_568_000_000;

/// A structure of the story, and the state it comes to.
#[derive(Clone, Copy)]
pub(crate) struct Structure {
    pub(super) name: &'static str,
    kind: OrganisationKind,
    siret: Option<&'static str>,
    rna: Option<&'static str>,
    address: Option<&'static str>,
    commune_code: &'static str,
    description: Option<&'static str>,
    website: Option<&'static str>,
    desk: Option<(&'static str, &'static str)>,
    state: OrganisationState,
    reason: Option<&'static str>,
}

const PLAIN: Structure = Structure {
    name: "",
    kind: OrganisationKind::Association,
    siret: None,
    rna: None,
    address: None,
    commune_code: "54329",
    description: None,
    website: None,
    desk: None,
    state: OrganisationState::Pending,
    reason: None,
};

pub(super) const WORKSHOPS: Structure = Structure {
    name: "Les Ateliers du vélo (démonstration)",
    rna: Some("W543000101"),
    address: Some("3 quai des Bateliers"),
    description: Some("On y répare son vélo soi-même, avec qui sait."),
    website: Some("https://velo.example/"),
    desk: Some(("Permanence", "permanence@velo.example")),
    state: OrganisationState::Active,
    ..PLAIN
};

pub(super) const COMMUNE: Structure = Structure {
    name: "Commune de Baccarat",
    kind: OrganisationKind::Commune,
    siret: Some("21540039100011"),
    commune_code: "54039",
    desk: Some(("Accueil de la mairie", "mairie@baccarat.example")),
    state: OrganisationState::Active,
    ..PLAIN
};

pub(super) const SCHOOL: Structure = Structure {
    name: "École des Deux-Rivières (démonstration)",
    kind: OrganisationKind::School,
    commune_code: "54040",
    description: Some("Trois classes, un potager et une mare."),
    ..PLAIN
};

pub(super) const COMPANY: Structure = Structure {
    name: "Bois et chaleur du Piémont (démonstration)",
    kind: OrganisationKind::Company,
    siret: Some("90000001900019"),
    commune_code: "54129",
    state: OrganisationState::Suspended,
    reason: Some("Activité cessée."),
    ..PLAIN
};

/// The workshops once more, by another name.
pub(super) const DOUBLE: Structure = Structure {
    name: "Atelier participatif à deux roues (démonstration)",
    ..PLAIN
};

/// All of them.
pub(crate) const STRUCTURES: [Structure; 5] = [WORKSHOPS, COMMUNE, SCHOOL, COMPANY, DOUBLE];

impl Structure {
    /// Its id, the same in every demonstration.
    pub(crate) fn id(&self) -> Id<Organisation> {
        Id::new(&mut StoryIds::of(self.name, since()))
    }

    /// What is known of it.
    ///
    /// # Errors
    /// The story is badly written.
    pub(crate) fn content(&self) -> Result<OrganisationContent, FaultCode> {
        let desk = self.desk.map(|(role, email)| {
            Ok(Contact {
                role: Some(Line::parse(role)?),
                email: Some(EmailAddress::parse(email)?),
                telephone: None,
            })
        });
        Ok(OrganisationContent {
            name: Line::parse(self.name)?,
            kind: self.kind,
            siret: self.siret.map(Siret::parse).transpose()?,
            rna: self.rna.map(Rna::parse).transpose()?,
            address: self.address.map(Line::parse).transpose()?,
            commune_code: Some(InseeCode::parse(self.commune_code)?),
            description: self.description.map(Prose::parse).transpose()?,
            website: self.website.map(WebUrl::parse).transpose()?,
            contact: desk.transpose()?,
            other_contacts: vec![],
            language: MailLanguage::Fr,
        })
    }

    /// All that happened to it; refused when one of `others`, which the staff made meanwhile, is it.
    pub(crate) fn tell(
        &self,
        content: OrganisationContent,
        slug: Slug,
        others: &[Organisation],
    ) -> Result<Vec<Change<Organisation, OrganisationFact>>, OrganisationRefusal> {
        let (made_at, later) = (since(), since() + TimeDelta::days(7));
        let mut ids = StoryIds::of(self.name, made_at);
        let mut told = vec![organisations::create(
            content,
            slug,
            others,
            &[],
            &mut ids,
            made_at,
        )?];
        let made = told[0].after().clone();
        let reason = Reason {
            reason: self.reason.map(|text| Prose::stored(text.to_owned())),
            ..Reason::default()
        };
        match self.state {
            OrganisationState::Pending => {}
            OrganisationState::Active => told.push(organisations::activate(made, reason, later)?),
            OrganisationState::Suspended => {
                told.push(organisations::suspend(made, reason, later)?);
            }
        }
        Ok(told)
    }
}

fn since() -> DateTime<Utc> {
    DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default()
}
