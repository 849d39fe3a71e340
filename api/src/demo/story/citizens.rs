//! The people of the demonstration, all invented: who came to the first sessions of the club, who comes to what
//! lies ahead, and whom the officer counted in schools.

use chrono::{DateTime, TimeDelta, Utc};
use domain::citizens::{
    AgeBand, Citizen, CitizenContent, CitizenFact, CitizenRefusal, CitizenSource, Pseudonym, enter,
};
use domain::events::{Audience, Event};
use domain::kernel::{
    Change, EmailAddress, FaultCode, Id, InseeCode, Line, MailLanguage, Prose, Telephone,
};
use domain::participations::{Headcount, HeadcountContent, HeadcountFact, count};
use domain::projects::Theme;
use domain::registrations::{
    Asked, AttendanceRole, By, Date, Hall, Registration, RegistrationFact, RegistrationRefusal,
    RegistrationSettings, check_in, miss, register,
};
use domain::rights::{
    Objection, ObjectionFact, ObjectionRefusal, Processing, Restricted, RestrictionCause, object,
    restrict_because,
};

use super::ids::StoryIds;

/// The moment in their ids.
const SINCE_SECONDS: i64 = 1_570_500_000;

/// Somebody of the story.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    key: &'static str,
    name: &'static str,
    /// Before `@courriel.example`.
    mailbox: Option<&'static str>,
    telephone: Option<&'static str>,
    commune: Option<&'static str>,
    age_band: AgeBand,
    interests: &'static [Theme],
}

/// Who they are.
pub(crate) const PEOPLE: &[Person] = &[
    person(
        "lea",
        "Léa Colin",
        "lea.colin",
        "54329",
        AgeBand::From25To39,
        &[Theme::Mobility, Theme::Water],
    ),
    person(
        "marc",
        "Marc Didier",
        "marc.didier",
        "54039",
        AgeBand::From40To64,
        &[Theme::Energy],
    ),
    person(
        "nour",
        "Nour Haddad",
        "nour.haddad",
        "54329",
        AgeBand::From18To24,
        &[Theme::Biodiversity],
    ),
    person(
        "paul",
        "Paul Marchal",
        "paul.marchal",
        "54039",
        AgeBand::From65,
        &[Theme::FoodAgriculture],
    ),
    person(
        "ines",
        "Inès Roussel",
        "ines.roussel",
        "54329",
        AgeBand::From40To64,
        &[],
    ),
    person(
        "yann",
        "Yann Thiery",
        "yann.thiery",
        "54329",
        AgeBand::From25To39,
        &[Theme::CircularEconomy],
    ),
    person(
        "rose",
        "Rose Humbert",
        "rose.humbert",
        "54039",
        AgeBand::From65,
        &[Theme::Housing],
    ),
    // The same person twice, perhaps: the officer is to say.
    Person {
        mailbox: None,
        telephone: Some("06 00 00 00 08"),
        ..person("colin", "Lea COLIN", "", "54329", AgeBand::From25To39, &[])
    },
    // From elsewhere.
    person(
        "jean",
        "Jean Petitjean",
        "jean.petitjean",
        "75056",
        AgeBand::From40To64,
        &[],
    ),
    // A name on a sheet, and nothing more: nobody could reach them.
    Person {
        mailbox: None,
        commune: None,
        ..person(
            "anonyme",
            "M. Girard",
            "",
            "54329",
            AgeBand::From40To64,
            &[],
        )
    },
    // Himself once more, from a sheet: the officer said so.
    Person {
        mailbox: None,
        telephone: Some("06 00 00 00 11"),
        ..person(
            "petitjean",
            "Jean PETIT-JEAN",
            "",
            "75056",
            AgeBand::From40To64,
            &[],
        )
    },
    // Who asked on paper that his data are not used until his commune is set right.
    person(
        "gilles",
        "Gilles Aubertin",
        "gilles.aubertin",
        "54039",
        AgeBand::From40To64,
        &[],
    ),
    // Who objects to being counted.
    person(
        "maud",
        "Maud Vautrin",
        "maud.vautrin",
        "54329",
        AgeBand::From25To39,
        &[],
    ),
];

/// Which of them turned out to be which.
pub(crate) const MERGED: &[(usize, usize)] = &[(10, 8)];

/// Whose data are restricted.
pub(crate) const RESTRICTED: usize = 11;

/// Who objects.
pub(crate) const OBJECTS: usize = 12;

/// How the staff restricted somebody.
pub(crate) fn restricted(
    citizen: &Citizen,
    now: DateTime<Utc>,
) -> Result<Option<Restricted>, CitizenStoryError> {
    let reason = Prose::parse("La personne conteste sa commune (courrier) : à vérifier.")?;
    let because = (RestrictionCause::Staff, None);
    let ids = &mut ids("restriction", "gilles");
    let restricted = restrict_because(citizen, because, Some(reason), &[], ids, now)?;
    Ok(restricted)
}

/// How somebody objected, and what restricts them until they are answered.
pub(crate) fn objected(
    citizen: &Citizen,
    now: DateTime<Utc>,
) -> Result<(Change<Objection, ObjectionFact>, Option<Restricted>), CitizenStoryError> {
    let grounds = Prose::parse("Je suis seule de ma tranche d’âge au village : on me reconnaît.")?;
    let (person, processing) = (citizen.pseudonym, Processing::Participations);
    let objection_ids = &mut ids("objection", "maud");
    let objected = object(person, processing, grounds, &[], objection_ids, now)?;
    let because = (RestrictionCause::Objection, Some(objected.after().id));
    let ids = &mut ids("restriction", "maud");
    let restricted = restrict_because(citizen, because, None, &[], ids, now)?;
    Ok((objected, restricted))
}

const fn person(
    key: &'static str,
    name: &'static str,
    mailbox: &'static str,
    commune: &'static str,
    age_band: AgeBand,
    interests: &'static [Theme],
) -> Person {
    Person {
        key,
        name,
        mailbox: Some(mailbox),
        telephone: None,
        commune: Some(commune),
        age_band,
        interests,
    }
}

/// What became of a registration.
#[derive(Clone, Copy)]
enum Then {
    /// They come, or wait.
    Comes,
    /// So many of them were there.
    Was(u32),
    /// The same, as that.
    WasAs(AttendanceRole),
    /// Nobody was.
    Missed,
}

/// A registration of the story.
#[derive(Clone, Copy)]
pub(crate) struct Enrolment {
    /// What its id is drawn from.
    key: &'static str,
    /// For the first date of that event.
    pub(crate) event: &'static str,
    /// Whose: which of the people.
    pub(crate) person: usize,
    party: u32,
    then: Then,
}

const fn enrolment(
    key: &'static str,
    event: &'static str,
    person: usize,
    party: u32,
    then: Then,
) -> Enrolment {
    Enrolment {
        key,
        event,
        person,
        party,
        then,
    }
}

/// Who registered for what, in their turn. The fresco ahead holds fourteen, and is full.
pub(crate) const ENROLMENTS: &[Enrolment] = &[
    enrolment("2019-05/lea", "club-2019-05", 0, 2, Then::Was(2)),
    enrolment("2019-05/marc", "club-2019-05", 1, 1, Then::Was(1)),
    enrolment("2019-05/nour", "club-2019-05", 2, 1, Then::Missed),
    enrolment("2019-05/paul", "club-2019-05", 3, 3, Then::Was(2)),
    enrolment("2019-05/girard", "club-2019-05", 9, 1, Then::Was(1)),
    enrolment(
        "2019-07/lea",
        "club-2019-07",
        0,
        1,
        Then::WasAs(AttendanceRole::Member),
    ),
    enrolment("2019-07/ines", "club-2019-07", 4, 1, Then::Was(1)),
    enrolment("2019-07/jean", "club-2019-07", 8, 1, Then::Was(1)),
    enrolment(
        "2019-09/marc",
        "club-2019-09",
        1,
        1,
        Then::WasAs(AttendanceRole::Member),
    ),
    enrolment("2019-09/nour", "club-2019-09", 2, 2, Then::Was(2)),
    enrolment("2019-09/colin", "club-2019-09", 7, 1, Then::Was(1)),
    enrolment("repair/lea", "ahead-repair-weekly", 0, 2, Then::Comes),
    enrolment("repair/yann", "ahead-repair-weekly", 5, 1, Then::Comes),
    enrolment("fresque/lea", "ahead-fresque", 0, 2, Then::Comes),
    enrolment("fresque/marc", "ahead-fresque", 1, 3, Then::Comes),
    enrolment("fresque/nour", "ahead-fresque", 2, 4, Then::Comes),
    enrolment("fresque/paul", "ahead-fresque", 3, 5, Then::Comes),
    enrolment("fresque/ines", "ahead-fresque", 4, 2, Then::Comes),
    enrolment("fresque/yann", "ahead-fresque", 5, 1, Then::Comes),
    enrolment("fresque/rose", "ahead-fresque", 6, 3, Then::Comes),
];

/// People who were counted without identity, at the first date of an event.
#[derive(Clone, Copy)]
pub(crate) struct Counted {
    key: &'static str,
    pub(crate) event: &'static str,
    count: u32,
    audience: Audience,
    evidence: &'static str,
}

/// Whom the officer counted.
pub(crate) const COUNTED: &[Counted] = &[
    Counted {
        key: "school",
        event: "outreach-2019-10-school",
        count: 27,
        audience: Audience::PrimarySchool,
        evidence: "Fiche de séance signée par l’enseignante (classe de CM2)",
    },
    Counted {
        key: "college",
        event: "outreach-2019-11-college",
        count: 52,
        audience: Audience::MiddleSchool,
        evidence: "Deux classes de cinquième, fiche de la vie scolaire",
    },
    Counted {
        key: "market",
        event: "outreach-2025-06-market",
        count: 140,
        audience: Audience::GeneralPublic,
        evidence: "Compté au stand, à la main",
    },
];

/// Why it can't be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CitizenStoryError {
    #[error("a value is wrong: {0:?}")]
    Value(FaultCode),
    #[error(transparent)]
    Refused(#[from] RegistrationRefusal),
    #[error(transparent)]
    Citizen(#[from] CitizenRefusal),
    #[error(transparent)]
    Objection(#[from] ObjectionRefusal),
}

impl From<FaultCode> for CitizenStoryError {
    fn from(code: FaultCode) -> Self {
        Self::Value(code)
    }
}

impl Person {
    /// Their id, the same in every demonstration.
    pub(super) fn id(&self) -> Id<Citizen> {
        Id::new(&mut ids("citizen", self.key))
    }

    /// How they were written down.
    pub(crate) fn tell(
        &self,
        pseudonym: Id<Pseudonym>,
        now: DateTime<Utc>,
    ) -> Result<Change<Citizen, CitizenFact>, CitizenStoryError> {
        let email = self
            .mailbox
            .map(|mailbox| format!("{mailbox}@courriel.example"));
        let content = CitizenContent {
            name: Line::parse(self.name)?,
            email: email.map(|email| EmailAddress::parse(&email)).transpose()?,
            telephone: self.telephone.map(Telephone::parse).transpose()?,
            commune: self.commune.map(InseeCode::parse).transpose()?,
            age_band: Some(self.age_band),
            language: MailLanguage::Fr,
            interests: self.interests.to_vec(),
        };
        let ids = &mut ids("citizen", self.key);
        Ok(enter(content, CitizenSource::Staff, pseudonym, ids, now))
    }
}

impl Enrolment {
    /// Its id, the same in every demonstration.
    #[cfg(test)]
    fn id(&self) -> Id<Registration> {
        Id::new(&mut ids("registration", self.key))
    }

    /// What happened to it.
    pub(crate) fn tell(
        &self,
        date: &Date,
        hall: Hall,
        person: Id<Pseudonym>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Change<Registration, RegistrationFact>>, CitizenStoryError> {
        let asked = Asked {
            date,
            settings: &RegistrationSettings::default(),
            hall,
            person,
            party_size: self.party,
            by: By::Staff,
        };
        // One after the other, in the order in which they are told.
        let turn = ENROLMENTS
            .iter()
            .take_while(|one| one.key != self.key)
            .count();
        let turn = TimeDelta::minutes(i64::try_from(turn).unwrap_or(0));
        let week_before = date.starts_at - TimeDelta::days(7);
        let made_at = (now - TimeDelta::hours(1)).min(week_before) + turn;
        let made = register(asked, &mut ids("registration", self.key), made_at)?;
        let at = date.ends_at;
        let registration = made.after().clone();
        let then = match self.then {
            Then::Comes => None,
            Then::Was(present) => check_in(registration, date, Some(present), None, at)?,
            Then::WasAs(role) => check_in(registration, date, None, Some(role), at)?,
            Then::Missed => miss(registration, date, at)?,
        };
        Ok([Some(made), then].into_iter().flatten().collect())
    }
}

impl Counted {
    /// How it was noted.
    pub(crate) fn tell(
        &self,
        event: &Event,
        date: &Date,
        now: DateTime<Utc>,
    ) -> Result<Change<Headcount, HeadcountFact>, CitizenStoryError> {
        let place = event.content.place.as_ref();
        let content = HeadcountContent {
            count: self.count,
            audience: self.audience,
            organisation: None,
            commune: place.and_then(|place| place.commune_code),
            evidence: Some(Prose::parse(self.evidence)?),
        };
        let at = now.min(date.ends_at);
        Ok(count(date, content, &mut ids("headcount", self.key), at))
    }
}

fn ids(kind: &str, key: &str) -> StoryIds {
    let since = DateTime::from_timestamp(SINCE_SECONDS, 0).unwrap_or_default();
    StoryIds::of_two(kind, key, since)
}

/// What the documentation names of it.
#[cfg(test)]
pub(super) fn named() -> Vec<(String, &'static str)> {
    use crate::demo::known;
    let of = |key: &str| {
        let is_it = |one: &&Enrolment| one.key == key;
        ENROLMENTS
            .iter()
            .find(is_it)
            .map(|one| one.id().to_string())
            .unwrap_or_default()
    };
    let objection: Id<Objection> = Id::new(&mut ids("objection", "maud"));
    let counted: Id<Headcount> = Id::new(&mut ids("headcount", "market"));
    vec![
        (PEOPLE[0].id().to_string(), known::CITIZEN),
        (PEOPLE[7].id().to_string(), known::DOUBLE_CITIZEN),
        (PEOPLE[10].id().to_string(), known::MERGED_CITIZEN),
        (of("repair/lea"), known::REGISTRATION),
        (of("repair/yann"), known::REGISTRATION_TO_CANCEL),
        (of("fresque/lea"), known::PENDING_REGISTRATION),
        (of("2019-05/lea"), known::PAST_REGISTRATION),
        (of("2019-05/nour"), known::MISSED_REGISTRATION),
        (of("2019-09/nour"), known::ATTENDED_REGISTRATION),
        (counted.to_string(), known::HEADCOUNT),
        (
            PEOPLE[RESTRICTED].id().to_string(),
            known::RESTRICTED_CITIZEN,
        ),
        (objection.to_string(), known::OBJECTION),
    ]
}
