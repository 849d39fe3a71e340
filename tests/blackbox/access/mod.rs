//! Who may do what: every cell of the matrix tried over HTTP, derived from the document. An operation
//! that is served and not in the document can't be: the routes are made from the same list that the
//! document is made from, and a path that is in none answers 404. Nothing is anybody's own yet but one's
//! own account (`/v1/me`), so a cell is an operation and a role.

mod methods;
mod others;

use domain::accounts::{CITIZEN_SCOPES, PARTNER_SCOPES, Role};
use domain::kernel::Vocabulary;
use harness::app::{App, Staff, on_each_database_with};
use harness::contract::{Document, Operation, made};
use harness::demonstration::{CLIENT, CLIENT_SECRET, PASSWORD};
use harness::engines::engines;
use harness::http::Reply;

/// What one cell of the matrix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    SignIn,
    No,
    Yes,
}

impl Cell {
    fn word(self) -> &'static str {
        match self {
            Self::SignIn => "401",
            Self::No => "no",
            Self::Yes => "yes",
        }
    }

    /// What an answer says. Past the gate the document knows the answer; below `/oauth` the gate asks
    /// nothing, and a 401 is about what was sent.
    #[track_caller]
    fn of(operation: &Operation, reply: &Reply) -> Self {
        let is_form = operation.path.starts_with("/oauth/");
        match reply.status {
            401 if !is_form => {
                assert_eq!(reply.problem(), "unauthorized", "{operation}");
                assert_eq!(
                    reply.header("www-authenticate").split(',').next(),
                    Some("Bearer realm=\"concertation\"")
                );
                Self::SignIn
            }
            403 => {
                assert_eq!(reply.problem(), "forbidden", "{operation}");
                Self::No
            }
            status => {
                let is_known = operation.statuses().contains(&status);
                assert!(
                    is_known && status < 500,
                    "{operation}: {status} {}",
                    reply.utf8()
                );
                Self::Yes
            }
        }
    }
}

/// What the document promises somebody with these scopes, when such a token needs those.
fn promised(operation: &Operation, wanted: Option<Vec<String>>, had: &[&str]) -> Cell {
    let holds = |wanted: Vec<String>| wanted.iter().all(|one| had.contains(&one.as_str()));
    match operation.is_public() || wanted.is_some_and(holds) {
        true => Cell::Yes,
        false => Cell::No,
    }
}

fn promised_to_nobody(operation: &Operation) -> Cell {
    match operation.is_public() {
        true => Cell::Yes,
        false => Cell::SignIn,
    }
}

async fn answer(app: &App, operation: &Operation, by: Option<&Staff>) -> Reply {
    let body = operation.bodies().into_iter().next();
    operation
        .call(app, &operation.example_path(), body.as_ref(), by)
        .await
}

/// The line of the reviewed file, from what was answered.
fn line(operation: &Operation, cells: &[Cell]) -> String {
    let said = |of: &str, scopes: Option<Vec<String>>| {
        let words: Vec<_> = scopes?.iter().map(|scope| format!("`{scope}`")).collect();
        let words = match words.is_empty() {
            true => "any token".to_owned(),
            false => words.join(" "),
        };
        Some(format!("{of}{words}"))
    };
    let ways = [
        said("", operation.staff_scopes()),
        said("partner: ", operation.partner_scopes()),
        said("citizen: ", operation.citizen_scopes()),
    ];
    let ways: Vec<_> = ways.into_iter().flatten().collect();
    let scopes = match operation.is_public() {
        true => "public".to_owned(),
        false => ways.join("; "),
    };
    let cells: Vec<_> = cells.iter().map(|cell| cell.word()).collect();
    let (id, method, path) = (operation.id(), &operation.method, &operation.path);
    format!(
        "| `{id}` | {method} | `{path}` | {scopes} | {} |",
        cells.join(" | ")
    )
}

#[tokio::test]
async fn every_cell_of_the_reviewed_matrix_is_what_is_answered() {
    for engine in engines() {
        let app = App::demonstration(engine).await;
        let mut lines = Vec::new();
        for operation in Document::served().operations() {
            let nobody = Cell::of(&operation, &answer(&app, &operation, None).await);
            assert_eq!(
                nobody,
                promised_to_nobody(&operation),
                "{operation}: nobody"
            );
            let mut cells = vec![nobody];
            for (role, word) in Role::WORDS {
                // Fresh accounts: some operations end the sessions of who asks.
                let email = format!("{word}.{}@petr.example", operation.id().replace('_', "-"));
                let staff = app.staff_named(&email, &[*role]).await;
                let cell = Cell::of(&operation, &answer(&app, &operation, Some(&staff)).await);
                let scopes: Vec<_> = role.scopes().iter().map(|scope| scope.word()).collect();
                assert_eq!(
                    cell,
                    promised(&operation, operation.staff_scopes(), &scopes),
                    "{operation}: {word}"
                );
                cells.push(cell);
            }
            // Some operations end the tokens of who asks.
            let partner = app.partner_of_the_story().await;
            let cell = Cell::of(&operation, &answer(&app, &operation, Some(&partner)).await);
            let scopes: Vec<_> = PARTNER_SCOPES.iter().map(|scope| scope.word()).collect();
            assert_eq!(
                cell,
                promised(&operation, operation.partner_scopes(), &scopes),
                "{operation}: partner"
            );
            cells.push(cell);
            // One of them erases who asks.
            let name = operation.id().replace('_', "-");
            let citizen = app
                .citizen(&format!("{name}@courriel.example"), "Alma")
                .await;
            let cell = Cell::of(&operation, &answer(&app, &operation, Some(&citizen)).await);
            let scopes: Vec<_> = CITIZEN_SCOPES.iter().map(|scope| scope.word()).collect();
            assert_eq!(
                cell,
                promised(&operation, operation.citizen_scopes(), &scopes),
                "{operation}: citizen"
            );
            cells.push(cell);
            lines.push(line(&operation, &cells));
        }
        lines.sort();
        let reviewed = made("access.md");
        let mut reviewed: Vec<_> = reviewed
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        reviewed.sort_unstable();
        assert_eq!(lines, reviewed, "on {engine}");
    }
}

/// A token may be asked for with fewer scopes than the roles give; then it may no more than they say.
#[tokio::test]
async fn a_token_of_one_scope_opens_what_that_scope_opens() {
    for engine in engines() {
        let app = App::demonstration(engine).await;
        for scope in Role::Director.scopes().iter().map(|scope| scope.word()) {
            let signed_in = app.post("/oauth/token").form(&[
                ("grant_type", "password"),
                ("username", "director@petr.example"),
                ("password", PASSWORD),
                ("scope", scope),
            ]);
            let signed_in = signed_in.await;
            let staff = Staff {
                id: String::new(),
                token: signed_in.expect(200).text("access_token"),
                refresh_token: String::new(),
            };
            // A new password, which any token may ask for, ends the session.
            let operations = Document::served().operations().into_iter();
            for operation in operations.filter(|one| one.id() != "me_change_password") {
                let cell = Cell::of(&operation, &answer(&app, &operation, Some(&staff)).await);
                assert_eq!(
                    cell,
                    promised(&operation, operation.staff_scopes(), &[scope]),
                    "{operation}: {scope}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_partners_token_of_one_scope_opens_what_that_scope_opens() {
    for engine in engines() {
        let app = App::demonstration(engine).await;
        for scope in PARTNER_SCOPES.iter().map(|scope| scope.word()) {
            let signed_in = app.post("/oauth/token").form(&[
                ("grant_type", "client_credentials"),
                ("client_id", CLIENT),
                ("client_secret", CLIENT_SECRET),
                ("scope", scope),
            ]);
            let signed_in = signed_in.await;
            assert_eq!(signed_in.expect(200).text("scope"), scope);
            let partner = Staff {
                id: CLIENT.to_owned(),
                token: signed_in.text("access_token"),
                refresh_token: String::new(),
            };
            for operation in Document::served().operations() {
                let cell = Cell::of(&operation, &answer(&app, &operation, Some(&partner)).await);
                assert_eq!(
                    cell,
                    promised(&operation, operation.partner_scopes(), &[scope]),
                    "{operation}: {scope}"
                );
            }
        }
    }
}

/// Who sends a token means it: one that doesn't count is told, even where none is needed.
#[tokio::test]
async fn a_bad_token_is_refused_on_public_operations_too() {
    on_each_database_with(
        |raw| raw.rate_limits = "off".parse().ok(),
        |app| async move {
            let bad = Staff {
                id: String::new(),
                token: "eyJhbGciOiJub25lIn0.e30.".to_owned(),
                refresh_token: String::new(),
            };
            for operation in Document::served().operations() {
                let reply = answer(&app, &operation, Some(&bad)).await;
                if operation.path.starts_with("/oauth/") {
                    // The header says there which client asks: this one is none.
                    assert_eq!(
                        reply.expect(401).text("error"),
                        "invalid_client",
                        "{operation}"
                    );
                } else {
                    assert_eq!(Cell::of(&operation, &reply), Cell::SignIn, "{operation}");
                }
            }
        },
    )
    .await;
}
