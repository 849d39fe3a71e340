//! Citizens, their registrations, what they took part in, and who a mail to one of them goes to.

use sea_orm_migration::prelude::*;

use crate::dialect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }
}

const TABLES: &str = "
    create table citizens (
        id uuid primary key,
        pseudonym uuid not null unique,
        name text not null,
        folded_name text not null,
        name_key text not null,
        email text,
        email_key text,
        telephone text,
        telephone_key text,
        commune_code text,
        age_band text,
        language text not null,
        interests jsonb not null,
        confirmed_at timestamptz,
        source text not null,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create unique index citizens_confirmed_email on citizens (email_key)
        where confirmed_at is not null;
    create index citizens_email on citizens (email_key);
    create index citizens_telephone on citizens (telephone_key);
    create index citizens_name on citizens (name_key);
    create index citizens_updated on citizens (updated_at, id);

    create table registrations (
        id uuid primary key,
        occurrence_id uuid not null references occurrences (id),
        event_id uuid not null references events (id),
        person uuid,
        party_size bigint not null,
        state text not null,
        is_confirmed boolean not null,
        expires_at timestamptz,
        because text,
        channel text not null,
        role text not null,
        previous_state text,
        present bigint,
        checked_in_at timestamptz,
        address_key bytea,
        sealed_details bytea,
        tries bigint not null,
        reminded_at timestamptz,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create index registrations_hall
        on registrations (occurrence_id, state, created_at, id, party_size);
    create index registrations_event on registrations (event_id);
    create index registrations_person on registrations (person);
    create unique index registrations_address on registrations (occurrence_id, address_key)
        where address_key is not null;
    create index registrations_expiry on registrations (expires_at) where expires_at is not null;
    create index registrations_updated on registrations (updated_at, id);

    create table participations (
        id uuid primary key,
        kind text not null,
        person uuid,
        is_identified boolean not null,
        role text,
        count bigint not null,
        occurred_on date not null,
        event_id uuid references events (id),
        occurrence_id uuid references occurrences (id),
        commune_code text,
        audience text,
        organisation_id uuid references organisations (id),
        recorded_at timestamptz not null,
        voided_at timestamptz
    );
    create index participations_day on participations (occurred_on, id);
    create index participations_person on participations (person);
    create index participations_occurrence on participations (occurrence_id);
    create index participations_event on participations (event_id);

    create table registration_participations (
        participation_id uuid primary key references participations (id),
        registration_id uuid not null references registrations (id)
    );
    create index registration_participations_registration
        on registration_participations (registration_id);

    create table headcounts (
        id uuid primary key references participations (id),
        event_id uuid not null references events (id),
        occurrence_id uuid not null references occurrences (id),
        count bigint not null,
        audience text not null,
        organisation_id uuid references organisations (id),
        commune_code text,
        evidence text,
        voided_at timestamptz,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );
    create index headcounts_occurrence on headcounts (occurrence_id, created_at, id);

    create table registration_settings (
        id uuid primary key,
        content jsonb not null,
        version bigint not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
    );

    create table erasures (
        pseudonym uuid primary key,
        erased_at timestamptz not null
    );

    alter table mails add column person uuid;
    create index mails_person on mails (person) where person is not null;
";
