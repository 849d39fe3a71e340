//! The columns of the table: what each is called, what stands in it, and what people are told of it.

use domain::events::Place;
use domain::kernel::{Contact, Coordinates, Vocabulary};
use domain::territory::Territory;
use persistence::events::CalendarRow;

use crate::calendar::feed::said;
use crate::events::wire::{event_url, local};
use crate::http::csv::{Column, Type, always, column, instant, some, words};

pub(super) const COLUMNS: [Column<CalendarRow>; 31] = [
    always(
        "id",
        Type::Id,
        "Identifiant de la date",
        "Ne change jamais.",
        |row, _| some(row.occurrence.id.uuid()),
    ),
    always(
        "event_id",
        Type::Id,
        "Identifiant de l’événement",
        "Le même pour toutes ses dates.",
        |row, _| some(row.event.id.uuid()),
    ),
    always(
        "title",
        Type::Text,
        "Titre",
        "Tel que l’organisateur l’a écrit.",
        |row, _| some(&row.event.content.title),
    ),
    column(
        "summary",
        Type::Text,
        "Résumé",
        "Une ou deux phrases.",
        |row, _| said::summary(row).map(str::to_owned),
    ),
    always(
        "kind",
        Type::Word,
        "Type d’événement",
        "Mot de la liste EventKind du contrat.",
        |row, _| some(row.event.content.kind.word()),
    ),
    column(
        "audiences",
        Type::Words,
        "Publics",
        "Mots de la liste Audience, séparés par « | ».",
        |row, _| words(&row.event.content.audiences),
    ),
    column(
        "tags",
        Type::Texts,
        "Mots-clés",
        "Séparés par « | ».",
        |row, _| some(said::tags(row).collect::<Vec<_>>().join("|")),
    ),
    column(
        "accessibility",
        Type::Words,
        "Accessibilité",
        "Mots de la liste Accessibility, séparés par « | ».",
        |row, _| words(&row.event.content.accessibility),
    ),
    always(
        "state",
        Type::Word,
        "État de la date",
        "scheduled (prévue), cancelled (annulée) ou postponed (reportée).",
        |row, _| some(row.occurrence.state.word()),
    ),
    always(
        "event_state",
        Type::Word,
        "État de l’événement",
        "Mot de la liste EventState du contrat.",
        |row, _| some(row.event.state.word()),
    ),
    column(
        "reason",
        Type::Text,
        "Motif",
        "Pourquoi la date est annulée, reportée ou déplacée.",
        |row, _| said::reason(row).map(str::to_owned),
    ),
    always(
        "starts_at",
        Type::Instant,
        "Début (UTC)",
        "Instant du début.",
        |row, _| instant(row.occurrence.timing.starts_at()),
    ),
    always(
        "ends_at",
        Type::Instant,
        "Fin (UTC)",
        "Instant de la fin.",
        |row, _| instant(row.occurrence.timing.ends_at()),
    ),
    always(
        "local_start",
        Type::LocalTime,
        "Début",
        "À l’heure du lieu.",
        |row, _| some(local(row.occurrence.timing.local_start())),
    ),
    always(
        "local_end",
        Type::LocalTime,
        "Fin",
        "À l’heure du lieu.",
        |row, _| some(local(row.occurrence.timing.local_end())),
    ),
    always(
        "time_zone",
        Type::Word,
        "Fuseau horaire",
        "Nom IANA.",
        |row, _| some(row.occurrence.timing.zone().name()),
    ),
    column(
        "previous_local_start",
        Type::LocalTime,
        "Début initial",
        "Avant le déplacement de la date, s’il y en a eu un.",
        |row, _| {
            row.occurrence
                .previous
                .map(|timing| local(timing.local_start()))
        },
    ),
    column(
        "place_name",
        Type::Text,
        "Lieu",
        "Nom du lieu.",
        |row, _| place(row)?.name.as_ref().map(ToString::to_string),
    ),
    column(
        "address",
        Type::Text,
        "Adresse",
        "Rue et numéro.",
        |row, _| place(row)?.address.as_ref().map(ToString::to_string),
    ),
    column(
        "commune_code",
        Type::Word,
        "Code INSEE de la commune",
        "Code officiel géographique.",
        |row, _| some(place(row)?.commune_code.as_ref()?.as_str()),
    ),
    column(
        "commune_name",
        Type::Text,
        "Commune",
        "Nom officiel.",
        |row, _| {
            let code = place(row)?.commune_code.as_ref()?;
            some(Territory::official().commune(code)?.name)
        },
    ),
    column(
        "latitude",
        Type::Number,
        "Latitude",
        "Degrés, WGS 84.",
        |row, _| some(point(row)?.latitude()),
    ),
    column(
        "longitude",
        Type::Number,
        "Longitude",
        "Degrés, WGS 84.",
        |row, _| some(point(row)?.longitude()),
    ),
    column(
        "online_url",
        Type::Address,
        "Adresse en ligne",
        "Pour participer à distance.",
        |row, _| said::online(row).map(str::to_owned),
    ),
    column(
        "organiser_name",
        Type::Text,
        "Organisateur",
        "Qui organise l’événement.",
        |row, _| said::organiser(row).map(str::to_owned),
    ),
    column(
        "contact_email",
        Type::Text,
        "Courriel de contact",
        "Adresse d’un service, non d’une personne.",
        |row, _| some(contact(row)?.email.as_ref()?.as_str()),
    ),
    column(
        "contact_telephone",
        Type::Text,
        "Téléphone de contact",
        "Précédé d’une apostrophe quand il commence par « + ».",
        |row, _| some(contact(row)?.telephone.as_ref()?.as_str()),
    ),
    column(
        "price_note",
        Type::Text,
        "Tarif",
        "En toutes lettres.",
        |row, _| {
            row.event
                .content
                .price_note
                .as_ref()
                .map(ToString::to_string)
        },
    ),
    column(
        "capacity",
        Type::Integer,
        "Capacité",
        "Nombre de personnes ; vide : sans limite.",
        |row, _| row.occurrence.capacity.map(|capacity| capacity.to_string()),
    ),
    column(
        "url",
        Type::Address,
        "Page de l’événement",
        "Adresse de l’événement.",
        |row, base| some(event_url(base, &row.event)),
    ),
    column(
        "updated_at",
        Type::Instant,
        "Dernière modification",
        "De la date ou de l’événement.",
        |row, _| instant(said::updated(row)),
    ),
];

fn place(row: &CalendarRow) -> Option<&Place> {
    row.event.content.place.as_ref()
}

fn point(row: &CalendarRow) -> Option<Coordinates> {
    place(row)?.coordinates
}

fn contact(row: &CalendarRow) -> Option<&Contact> {
    row.event.content.contact.as_ref()
}
