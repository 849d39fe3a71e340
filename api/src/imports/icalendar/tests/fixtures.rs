//! Files in the manner of the programs that write most of them.

use domain::events::Visibility;

use domain::kernel::Line;

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../../../tests/data/icalendar/", $name))
    };
}

fn whole(bytes: &[u8]) -> Read {
    let (read, end) = all(bytes);
    assert_eq!(end.unwrap().records as usize, read.len());
    read
}

#[test]
fn a_calendar_of_google_comes_in() {
    let read = whole(fixture!("google.ics"));
    let [series, party, private] = &read[..] else {
        panic!("{read:?}")
    };
    let series = series.as_ref().unwrap();
    assert_eq!(
        dates(series),
        [
            "2027-03-04 18:30 – 2027-03-04 20:00",
            "2027-03-11 18:30 – 2027-03-11 20:00",
            "2027-03-26 19:00 – 2027-03-26 20:30",
            "2027-04-01 18:30 – 2027-04-01 20:00",
            "2027-04-08 18:30 – 2027-04-08 20:00 off",
            "2027-04-15 18:30 – 2027-04-15 20:00",
        ]
    );
    assert_eq!(uids(series)[2], "4a1b2c3d4e5f@google.com#20270325T183000");
    assert_eq!(
        series.event.excluded,
        ["4a1b2c3d4e5f@google.com#20270318T183000"]
    );
    // The change of hour lies between these two.
    let instant = |at: usize| series.event.dates[at].timing.starts_at().to_rfc3339();
    assert_eq!(instant(1), "2027-03-11T17:30:00+00:00");
    assert_eq!(instant(3), "2027-04-01T16:30:00+00:00");
    assert_eq!(
        codes(series),
        [WarningCode::OverrideReduced, WarningCode::OrganiserSetAside,]
    );
    let content = &series.event.content;
    assert_eq!(content.title.as_str(), "Atelier de réparation");
    assert_eq!(
        content.description.as_ref().unwrap().as_str(),
        "Une heure et demie pour **réparer** ensemble.\n\nApportez vos objets, et \
         [inscrivez-vous](https://repair.example/)."
    );
    let place = content.place.as_ref().unwrap();
    assert_eq!(place.name.as_ref().unwrap().as_str(), "Maison du vélo");
    assert_eq!(place.commune_code.as_ref().unwrap().as_str(), "54329");

    let party = party.as_ref().unwrap();
    assert_eq!(dates(party), ["2027-06-05 00:00 – 2027-06-07 00:00"]);
    assert_eq!(codes(party), [WarningCode::AllDay]);
    let point = party.event.content.place.as_ref().unwrap().coordinates;
    assert_eq!(point.unwrap().latitude(), 48.5894);

    let private = private.as_ref().unwrap();
    assert_eq!(dates(private), ["2027-02-10 18:30 – 2027-02-10 20:00"]);
    assert_eq!(private.event.content.visibility, Visibility::Staff);
    assert_eq!(uids(private), ["utc-1@google.com"]);
}

#[test]
fn no_name_of_a_guest_or_of_an_organiser_is_taken() {
    let read = format!("{:?}", whole(fixture!("google.ics")));
    for name in ["Camille", "camille.martin", "Dominique", "Petit"] {
        assert!(!read.contains(name), "{name}");
    }
}

#[test]
fn a_calendar_of_outlook_comes_in() {
    let read = whole(fixture!("outlook.ics"));
    let [meeting, office, lost] = &read[..] else {
        panic!("{read:?}")
    };
    let meeting = meeting.as_ref().unwrap();
    assert_eq!(dates(meeting), ["2027-03-11 18:30 – 2027-03-11 20:30"]);
    assert_eq!(codes(meeting), []);
    let content = &meeting.event.content;
    assert_eq!(
        content.organiser_name.as_ref().unwrap().as_str(),
        "Accueil du PETR"
    );
    let contact = content.contact.as_ref().unwrap();
    assert_eq!(
        contact.email.as_ref().unwrap().as_str(),
        "accueil@petr.example"
    );
    assert_eq!(
        content.description.as_ref().unwrap().as_str(),
        "Réunion publique sur le plan climat.\n\nEntrée libre."
    );

    let office = office.as_ref().unwrap();
    assert_eq!(dates(office), ["2027-07-01 09:00 – 2027-07-01 10:30"]);
    assert_eq!(office.event.dates[0].timing.zone().name(), "Europe/Paris");
    assert_eq!(codes(office), [WarningCode::ZoneGuessed]);

    let lost = lost.as_ref().unwrap_err();
    assert_eq!(faults(lost), [("/DTSTART", FaultCode::UnknownTimeZone)]);
    assert_eq!(lost.faults[0].quote.as_deref(), Some("Fuseau perdu"));
}

#[test]
fn a_calendar_of_apple_comes_in() {
    let read = whole(fixture!("apple.ics"));
    let [garden, floating] = &read[..] else {
        panic!("{read:?}")
    };
    let garden = garden.as_ref().unwrap();
    assert_eq!(
        dates(garden),
        [
            "2027-04-02 09:30 – 2027-04-02 12:00",
            "2027-04-17 09:30 – 2027-04-17 12:00",
            "2027-05-07 09:30 – 2027-05-07 12:00",
            "2027-06-04 09:30 – 2027-06-04 12:00",
            "2027-07-02 09:30 – 2027-07-02 12:00",
        ]
    );
    assert_eq!(codes(garden), [WarningCode::AttachmentSetAside]);
    let content = &garden.event.content;
    assert_eq!(content.title.as_str(), "Chantier au jardin partagé 🌱");
    let place = content.place.as_ref().unwrap();
    assert_eq!(place.name.as_ref().unwrap().as_str(), "Jardin partagé");
    assert_eq!(
        place.address.as_ref().unwrap().as_str(),
        "8 rue des Jardins, 54120 Baccarat, France"
    );
    assert_eq!(place.coordinates.unwrap().longitude(), 6.74);
    assert_eq!(
        content.description.as_ref().unwrap().as_str(),
        "[Source](https://jardins.example/chantier)"
    );

    let floating = floating.as_ref().unwrap();
    assert_eq!(dates(floating), ["2027-05-01 08:00 – 2027-05-01 08:01"]);
    assert_eq!(
        codes(floating),
        [WarningCode::ZoneAssumed, WarningCode::NoEnd]
    );
}

#[test]
fn a_calendar_of_nextcloud_comes_in() {
    let read = whole(fixture!("nextcloud.ics"));
    let workshop = read[0].as_ref().unwrap();
    assert_eq!(dates(workshop), ["2027-03-15 14:00 – 2027-03-15 17:00"]);
    let content = &workshop.event.content;
    let tags: Vec<_> = content.tags.iter().map(Line::as_str).collect();
    assert_eq!(tags, ["Climat", "Jeux"]);
    let online = content.online_url.as_ref().unwrap();
    assert_eq!(online.as_str(), "https://visio.example/climat");
    assert_eq!(
        codes(workshop),
        [WarningCode::Tentative, WarningCode::ImageSetAside]
    );
}

#[test]
fn a_calendar_of_thunderbird_comes_in() {
    let read = whole(fixture!("thunderbird.ics"));
    let choir = read[0].as_ref().unwrap();
    assert_eq!(codes(choir), [WarningCode::SeriesCut]);
    // A series without end: up to two years ahead, less the date that is left out.
    assert_eq!(choir.event.dates.len(), 103);
    assert_eq!(dates(choir)[3], "2026-12-22 19:00 – 2026-12-22 21:00");
    assert_eq!(dates(choir)[4], "2027-01-05 19:00 – 2027-01-05 21:00");
    assert_eq!(dates(choir)[102], "2028-11-21 19:00 – 2028-11-21 21:00");
}
