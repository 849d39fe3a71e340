//! What is a partner's is nobody else's: every operation that partners may use, tried on what is another
//! partner's, by the example that names it.

use harness::app::{App, Staff};
use harness::contract::{Document, Operation};
use harness::demonstration::{OTHER_CLIENT, OTHER_CLIENT_SECRET};
use harness::engines::engines;
use harness::http::Reply;

use super::answer;

/// The operations that partners may use or see more by, and that name one thing of the workshops'.
fn about_one_thing() -> Vec<Operation> {
    let all = Document::served().operations().into_iter();
    let of_partners = all.filter(|one| one.partner_scopes().is_some());
    of_partners.filter(|one| one.path.contains('{')).collect()
}

/// What an answer says, but for what every request makes anew.
fn said(reply: &Reply) -> (u16, String) {
    let body = match reply.status {
        200 => reply.utf8(),
        _ => String::new(),
    };
    (reply.status, body)
}

async fn projects_of(app: &App, director: &Staff, partner: &Staff) -> Vec<String> {
    let me = app.get("/v1/me").by(partner).await.expect(200).body();
    let organisation = me["organisation"]["id"].as_str().expect("its id");
    let path = format!("/v1/projects?limit=200&organisation_id={organisation}");
    let theirs = app.get(&path).by(director).await.expect(200).body();
    let rows = theirs["data"].as_array().expect("rows").iter();
    rows.map(|row| row["id"].as_str().expect("an id").to_owned())
        .collect()
}

async fn read(app: &App, operation: &Operation, by: Option<&Staff>) -> (u16, String) {
    said(&answer(app, operation, by).await)
}

#[tokio::test]
async fn another_partner_sees_of_it_what_everybody_does_and_changes_nothing() {
    for engine in engines() {
        let app = App::demonstration(engine).await;
        let director = app.of_the_story("director").await;
        let commune = app.partner_with(OTHER_CLIENT, OTHER_CLIENT_SECRET).await;
        let workshops = app.partner_of_the_story().await;
        let of_the_commune = projects_of(&app, &director, &commune).await;
        // Some examples name what is the commune's: to the workshops that is another's.
        let other_than_owner = |operation: &Operation| {
            let path = operation.example_path();
            match of_the_commune.iter().any(|id| path.contains(id)) {
                true => &workshops,
                false => &commune,
            }
        };
        let operations = about_one_thing();
        let (reads, writes): (Vec<_>, Vec<_>) =
            operations.into_iter().partition(Operation::is_read);
        assert!(
            reads.len() > 8 && writes.len() > 15,
            "{} {}",
            reads.len(),
            writes.len()
        );
        let mut before = Vec::new();
        for operation in &reads {
            let seen = read(&app, operation, Some(other_than_owner(operation))).await;
            let expected = match operation.is_public() {
                true => read(&app, operation, None).await,
                false => (404, String::new()),
            };
            assert_eq!(seen, expected, "{operation} on {engine}");
            before.push(read(&app, operation, Some(&director)).await);
        }
        for operation in &writes {
            let refused = answer(&app, operation, Some(other_than_owner(operation))).await;
            assert_eq!(
                refused.status,
                404,
                "{operation} on {engine}: {}",
                refused.utf8()
            );
        }
        for (operation, before) in reads.iter().zip(before) {
            let after = read(&app, operation, Some(&director)).await;
            assert_eq!(after, before, "{operation} on {engine}");
        }
    }
}

/// Lists, tables and feeds hold nothing for another partner that they don't hold for everybody, but its own.
#[tokio::test]
async fn lists_tell_another_partner_nothing_of_what_is_not_public() {
    for engine in engines() {
        let app = App::demonstration(engine).await;
        let owner = app.partner_of_the_story().await;
        let other = app.partner_with(OTHER_CLIENT, OTHER_CLIENT_SECRET).await;
        let all = Document::served().operations().into_iter();
        let lists = all
            .filter(|one| one.is_read() && one.partner_scopes().is_some())
            .filter(|one| !one.path.contains('{') && one.path != "/v1/me");
        let mut private = 0;
        for operation in lists {
            let seen = |by| app.get(&operation.path).query(&[("limit", "200")]).by(by);
            let (owners, others) = (seen(&owner).await, seen(&other).await);
            let everybodys = app.get(&operation.path).query(&[("limit", "200")]).await;
            let everybodys = match operation.is_public() {
                true => ids_in(&everybodys),
                false => vec![],
            };
            let hidden: Vec<_> = ids_in(&owners)
                .into_iter()
                .filter(|id| !everybodys.contains(id))
                .collect();
            private += hidden.len();
            let theirs = ids_in(&others);
            for id in hidden {
                assert!(!theirs.contains(&id), "{operation} on {engine}: {id}");
            }
        }
        assert!(private > 3, "the owner has something that is not public");
    }
}

/// The ids of the rows, whatever the format.
fn ids_in(reply: &Reply) -> Vec<String> {
    let text = reply.utf8();
    let is_id = |word: &&str| word.len() == 36 && uuid::Uuid::try_parse(word).is_ok();
    let mut ids: Vec<_> = text
        .split(|c: char| !(c.is_ascii_hexdigit() || c == '-'))
        .filter(is_id)
        .map(str::to_owned)
        .collect();
    ids.sort();
    ids.dedup();
    ids
}
