//! Events are found by who holds them: the names of those that are there already, folded as tags are;
//! and by the point where they are, which an index narrows.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement, Value};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::dialect::is_sqlite;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("create index events_latitude on events (latitude)")
            .await?;
        let backend = manager.get_database_backend();
        let named = "select distinct organiser_name from events where organiser_name is not null";
        let names = db
            .query_all_raw(Statement::from_string(backend, named))
            .await?;
        let (term, name) = if is_sqlite(manager) {
            ("?", "?")
        } else {
            ("$1", "$2")
        };
        let remember = format!(
            "insert into event_terms (field, term, event_id)
             select 'organiser', {term}, id from events where organiser_name = {name}"
        );
        for row in names {
            let name: String = row.try_get("", "organiser_name")?;
            let values = [Value::from(fold(&name)), Value::from(name)];
            db.execute_raw(Statement::from_sql_and_values(backend, &remember, values))
                .await?;
        }
        Ok(())
    }
}

/// Folding as the service did when this step was written. Steps are never edited and use nothing of
/// ours, so that they do for ever what they did.
fn fold(name: &str) -> String {
    let is_silent = |c: &char| {
        is_combining_mark(*c)
            || matches!(
                c,
                '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}'
            )
    };
    let plain: String = name
        .nfkd()
        .filter(|c| !is_silent(c))
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_silent(c))
        .collect();
    let is_gap = |c: char| !c.is_alphanumeric() || matches!(c, '\u{2bb}'..='\u{2bd}');
    let words: Vec<&str> = plain
        .split(is_gap)
        .filter(|word| !word.is_empty())
        .collect();
    let mut folded = words.join(" ");
    for (letter, letters) in [
        ("œ", "oe"),
        ("æ", "ae"),
        ("ß", "ss"),
        ("ø", "o"),
        ("ł", "l"),
        ("đ", "d"),
        ("ı", "i"),
        ("ς", "σ"),
    ] {
        folded = folded.replace(letter, letters);
    }
    folded
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_found_however_it_is_typed() {
        for (name, folded) in [
            ("PETR du Pays", "petr du pays"),
            ("  L’Été — à Nancy !", "l ete a nancy"),
            ("Cœur, ÆGIDIUS, Straße, ﬁn", "coeur aegidius strasse fin"),
            ("Asso\u{ad}ciation", "association"),
            ("?!", ""),
        ] {
            assert_eq!(super::fold(name), folded);
        }
    }
}
