//! Writing: an event made over HTTP, against its rows written without the service, commit by commit.

use crate::Outcome;
use crate::data::Event;
use crate::database::{Database, Trail};
use crate::load::{Load, request};
use crate::reads::bare_rate;
use crate::setting::{Bare, Setting};
use crate::table::{Goal, Row, in_turns, per_second};

/// The events that the service makes, and those of the bare loop.
const OURS: u64 = 20_000_000;
const THEIRS: u64 = 30_000_000;

/// The tables that an event is written to, and those that it might be.
const TABLES: [&str; 7] = [
    "events",
    "event_slugs",
    "occurrences",
    "event_terms",
    "event_texts",
    "audit_entries",
    "outbox",
];

/// An event made, by one client and by many.
pub(crate) fn creates(setting: &Setting) -> Outcome<()> {
    let mut database = setting.bare(Bare::Copy)?;
    let (mut ours, mut theirs) = (OURS, THEIRS);
    same_rows(setting, &mut database)?;
    for (work, clients, goal) in [
        ("create an event, 1 client", 1, 0.5),
        ("create an event, 64 clients", 64, 2.0),
    ] {
        if !setting.options.wants(work) {
            continue;
        }
        let load = Load {
            address: setting.service.address,
            clients,
            lasting: setting.options.lasting(),
            expected: 201,
        };
        let pair = in_turns(
            setting.options.runs,
            || {
                let token = setting.token()?;
                load.run(|out| {
                    ours += 1;
                    out.extend_from_slice(&create(&token, &Event::later(ours)));
                })
            },
            || {
                bare_rate(setting, || {
                    theirs += 1;
                    let event = Event::later(theirs);
                    setting.runtime.block_on(commit(&mut database, &event))
                })
            },
        )?;
        setting.row(&Row {
            work: work.to_owned(),
            figure: per_second(pair.ours),
            compared: format!(
                "the same rows, commit by commit: {}",
                per_second(pair.theirs)
            ),
            ratio: pair.ratio,
            goal: Goal::AtLeast(goal),
        })?;
    }
    Ok(())
}

fn create(token: &str, event: &Event) -> Vec<u8> {
    let headers = [
        ("authorization", token),
        ("content-type", "application/json"),
    ];
    let body = event.input().to_string();
    request("POST", "/v1/events", &headers, body.as_bytes())
}

async fn commit(database: &mut Database, event: &Event) -> Outcome<()> {
    database.execute("begin").await?;
    database.write(event, Trail::Kept).await?;
    database.execute("commit").await
}

fn same_rows(setting: &Setting, copy: &mut Database) -> Outcome<()> {
    let mut same = setting.bare(Bare::Same)?;
    let token = setting.token()?;
    setting.runtime.block_on(async {
        let before = same.counts(&TABLES).await?;
        let asked = create(&token, &Event::later(OURS));
        setting.service.ask(&asked)?.expect(201)?;
        let by_service = difference(&before, &same.counts(&TABLES).await?);
        let before = copy.counts(&TABLES).await?;
        commit(copy, &Event::later(THEIRS)).await?;
        let by_loop = difference(&before, &copy.counts(&TABLES).await?);
        are_same(&by_service, &by_loop)
    })
}

/// The comparison would be none if the bare loop wrote other rows than the service.
pub(crate) fn are_same(by_service: &[i64], by_loop: &[i64]) -> Outcome<()> {
    match by_service == by_loop {
        true => Ok(()),
        false => Err(format!("the service wrote {by_service:?} rows, the loop {by_loop:?}").into()),
    }
}

pub(crate) fn difference(before: &[i64], after: &[i64]) -> Vec<i64> {
    before
        .iter()
        .zip(after)
        .map(|(before, after)| after - before)
        .collect()
}
