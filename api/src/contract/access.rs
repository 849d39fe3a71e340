//! The access matrix: who may use which operation, in a file that a person reviews whenever it changes.

use std::fmt::Write as _;

use domain::accounts::Role;
use domain::kernel::Vocabulary;

use crate::http::operation::{Access, Operation};

const HEAD: &str = "\
# Who may use which operation

Made from the code by `concertation openapi`; a person reads every change of it. `yes` may use it, `no` \
is refused with 403, `401` is asked to sign in. What an operation shows may still depend on who asks.

";

/// A line for each operation, by name.
pub(super) fn matrix(operations: &[Operation]) -> String {
    let mut text = HEAD.to_owned();
    let roles: Vec<_> = Role::WORDS.iter().map(|(_, word)| *word).collect();
    // Writing to a text can't fail.
    let _ = writeln!(
        text,
        "| operation | method | path | scopes | nobody | {} |",
        roles.join(" | ")
    );
    let _ = writeln!(text, "|---|---|---|---|---|{}", "---|".repeat(roles.len()));
    let mut rows: Vec<_> = operations.iter().collect();
    rows.sort_by_key(|operation| &operation.id);
    for operation in rows {
        text.push_str(&row(operation));
    }
    text
}

fn row(operation: &Operation) -> String {
    let (scopes, nobody) = match &operation.access {
        Access::Public => ("public".to_owned(), "yes"),
        Access::Token(scopes) if scopes.is_empty() => ("any token".to_owned(), "401"),
        Access::Token(scopes) => {
            let words: Vec<_> = scopes
                .iter()
                .map(|scope| format!("`{}`", scope.word()))
                .collect();
            (words.join(" "), "401")
        }
    };
    let cell = |(role, _): &(Role, &str)| match &operation.access {
        Access::Token(scopes) if !scopes.iter().all(|s| role.scopes().contains(s)) => "no",
        _ => "yes",
    };
    let cells: Vec<_> = Role::WORDS.iter().map(cell).collect();
    format!(
        "| `{}` | {} | `{}` | {scopes} | {nobody} | {} |\n",
        operation.id,
        operation.method,
        operation.path,
        cells.join(" | "),
    )
}
