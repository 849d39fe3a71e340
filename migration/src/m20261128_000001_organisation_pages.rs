//! Structures get what their public page needs: a slug, kept for ever as those of events and projects are,
//! and further contacts. They, and the members of the staff, say in which language they are written to.

use std::collections::HashSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::Uuid;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement, Value};

use crate::dialect::{is_sqlite, run};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            "
            alter table users add column language text not null default 'fr';
            alter table organisations add column language text not null default 'fr';
            alter table organisations add column other_contacts jsonb not null default '[]';
            alter table organisations add column slug text not null default '';
            create table organisation_slugs (
                slug text primary key,
                organisation_id uuid not null references organisations (id)
            );
            create index organisation_slugs_organisation on organisation_slugs (organisation_id);
            ",
        )
        .await?;
        name_all(manager).await?;
        run(
            manager,
            "create unique index organisations_slug on organisations (slug);",
        )
        .await
    }
}

/// Gives each structure that is there the slug of its name, or one with a number behind it.
async fn name_all(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = manager.get_database_backend();
    let there = "select id, folded_name from organisations order by created_at, id";
    let rows = db
        .query_all_raw(Statement::from_string(backend, there))
        .await?;
    let (first, second) = if is_sqlite(manager) {
        ("?", "?")
    } else {
        ("$1", "$2")
    };
    let name = format!("update organisations set slug = {first} where id = {second}");
    let remember = format!(
        "insert into organisation_slugs (slug, organisation_id) values ({first}, {second})"
    );
    let mut taken = HashSet::new();
    for row in rows {
        let id: Uuid = row.try_get("", "id")?;
        let folded: String = row.try_get("", "folded_name")?;
        let slug = free(&slug(&folded), &mut taken);
        for sql in [&name, &remember] {
            let values = [Value::from(slug.clone()), Value::from(id)];
            db.execute_raw(Statement::from_sql_and_values(backend, sql, values))
                .await?;
        }
    }
    Ok(())
}

fn free(wanted: &str, taken: &mut HashSet<String>) -> String {
    let mut slug = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(slug.clone()) {
        slug = format!("{wanted}-{number}");
        number += 1;
    }
    slug
}

/// The longest slug without a number behind it.
const LONGEST: usize = 80;

/// A slug as the service made it of a folded name when this step was written.
fn slug(folded: &str) -> String {
    let mut slug = String::new();
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        if slug.is_empty() {
            slug.push_str(&word[..word.len().min(LONGEST)]);
        } else if slug.len() + 1 + word.len() <= LONGEST {
            slug.push('-');
            slug.push_str(word);
        } else {
            break;
        }
    }
    if slug.is_empty() {
        return "sans-titre".to_owned();
    }
    if Uuid::try_parse(&slug).is_ok() {
        slug.insert_str(0, "e-");
    }
    slug
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn each_gets_a_slug_of_its_own() {
        let mut taken = HashSet::new();
        let mut named = |folded: &str| super::free(&super::slug(folded), &mut taken);
        assert_eq!(named("l atelier velo"), "l-atelier-velo");
        assert_eq!(named("l atelier velo"), "l-atelier-velo-2");
        assert_eq!(named("l atelier velo"), "l-atelier-velo-3");
        assert_eq!(named("東京"), "sans-titre");
        assert_eq!(
            named("01990000 0000 7000 8000 000000000000"),
            "e-01990000-0000-7000-8000-000000000000"
        );
    }
}
