//! The access matrix: who may use which operation, in a file that a person reviews whenever it changes.

use std::fmt::Write as _;

use domain::accounts::{CITIZEN_SCOPES, PARTNER_SCOPES, Role, Scope};
use domain::kernel::Vocabulary;

use crate::http::operation::{Access, Operation};

const HEAD: &str = "\
# Who may use which operation

Made from the code by `concertation openapi`; a person reads every change of it. `yes` may use it, `no` \
is refused with 403, `401` is asked to sign in. What an operation shows may still depend on who asks: a \
partner, whose credentials allow all that they may, and a citizen have what is public and what is their own.

";

/// A line for each operation, by name.
pub(super) fn matrix(operations: &[Operation]) -> String {
    let mut text = HEAD.to_owned();
    let roles: Vec<_> = Role::WORDS.iter().map(|(_, word)| *word).collect();
    // Writing to a text can't fail.
    let _ = writeln!(
        text,
        "| operation | method | path | scopes | nobody | {} | partner | citizen |",
        roles.join(" | ")
    );
    let _ = writeln!(
        text,
        "|---|---|---|---|---|{}",
        "---|".repeat(roles.len() + 2)
    );
    let mut rows: Vec<_> = operations.iter().collect();
    rows.sort_by_key(|operation| &operation.id);
    for operation in rows {
        text.push_str(&row(operation));
    }
    text
}

fn row(operation: &Operation) -> String {
    let access = &operation.access;
    let (scopes, nobody) = match access {
        Access::Public => ("public".to_owned(), "yes"),
        Access::Token {
            staff,
            partner,
            citizen,
        } => {
            let ways = [
                said("", staff.as_deref()),
                said("partner: ", partner.as_deref()),
                said("citizen: ", citizen.as_deref()),
            ];
            let ways: Vec<_> = ways.into_iter().flatten().collect();
            (ways.join("; "), "401")
        }
    };
    let word = |may: bool| if may { "yes" } else { "no" };
    let roles = Role::WORDS.iter();
    let mut cells: Vec<_> = roles
        .map(|(role, _)| word(access.opens_to_staff(role.scopes())))
        .collect();
    cells.push(word(access.opens_to_partner(PARTNER_SCOPES)));
    cells.push(word(access.opens_to_citizen(CITIZEN_SCOPES)));
    format!(
        "| `{}` | {} | `{}` | {scopes} | {nobody} | {} |\n",
        operation.id,
        operation.method,
        operation.path,
        cells.join(" | "),
    )
}

/// What a token needs; nothing where none of these opens it.
fn said(of: &str, scopes: Option<&[Scope]>) -> Option<String> {
    let scopes = scopes?;
    let words: Vec<_> = scopes
        .iter()
        .map(|scope| format!("`{}`", scope.word()))
        .collect();
    let words = match words.is_empty() {
        true => "any token".to_owned(),
        false => words.join(" "),
    };
    Some(format!("{of}{words}"))
}
