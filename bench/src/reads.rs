//! Reading: what is kept and what is not, against the limit and against the bare statements.

use crate::data::{Event, Window, asked};
use crate::limit::Answer;
use crate::load::{Load, get, request};
use crate::process::{Limit, Service};
use crate::setting::{Bare, Setting, remove};
use crate::table::{Goal, Row, in_turns, median, per_second};
use crate::{Outcome, data};

const CLIENTS: usize = 16;
const MONTH: &str = "start=2027-03-01&end=2027-04-01";
const CODINGS: (&str, &str) = ("accept-encoding", "gzip, deflate, br, zstd");

/// A reading of what is kept.
struct Hot<'a> {
    work: &'static str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    goal: f64,
    /// The rest of the calendar is written to before each run.
    is_written_elsewhere: bool,
}

impl Hot<'_> {
    fn measure(&self, setting: &Setting) -> Outcome<()> {
        if !setting.options.wants(self.work) {
            return Ok(());
        }
        let service = &setting.service;
        let asked = get(self.path, self.headers);
        service.ask(&asked)?;
        let reply = service.ask(&asked)?;
        let status = reply.status;
        if !matches!(status, 200 | 304) {
            reply.expect(200)?;
            return Ok(());
        }
        let answer = Answer {
            status,
            body: setting.path("answer"),
            content_type: reply.header("content-type").unwrap_or("none").to_owned(),
            content_encoding: reply.header("content-encoding").map(str::to_owned),
        };
        std::fs::write(&answer.body, &reply.body)?;
        let limit = Limit::start(&answer)?;
        let load = Load {
            address: service.address,
            clients: CLIENTS,
            lasting: setting.options.lasting(),
            expected: status,
        };
        let mut number = 0;
        let pair = in_turns(
            setting.options.runs,
            || {
                if self.is_written_elsewhere {
                    number += 1;
                    write_elsewhere(setting, number)?;
                }
                let before = service.kept()?;
                let rate = load.run(|out| out.extend_from_slice(&asked))?;
                let kept = service.kept()? - before;
                match kept >= 0.99 * rate * setting.options.seconds {
                    true => Ok(rate),
                    false => {
                        Err(format!("{}: only {kept} answers were kept ones", self.work).into())
                    }
                }
            },
            || {
                let there = Load {
                    address: limit.address,
                    ..load
                };
                there.run(|out| out.extend_from_slice(&asked))
            },
        )?;
        let what = match status {
            304 => "a bare 304".to_owned(),
            _ => format!("the limit, {} bytes", reply.body.len()),
        };
        setting.row(&Row {
            work: self.work.to_owned(),
            figure: per_second(pair.ours),
            compared: format!("{what}: {}", per_second(pair.theirs)),
            ratio: pair.ratio,
            goal: Goal::AtLeast(self.goal),
        })
    }
}

/// Changes an event that is in no month which is read.
fn write_elsewhere(setting: &Setting, number: u64) -> Outcome<()> {
    let far = (0..).map(Event::of).find(|event| !event.is_near_march());
    let far = far.ok_or("no event is far from March")?;
    let token = setting.token()?;
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "application/merge-patch+json"),
        ("if-match", "*"),
    ];
    let body = format!("{{\"summary\": \"Version {number}.\"}}");
    let path = format!("/v1/events/{}", far.id);
    let asked = request("PATCH", &path, &headers, body.as_bytes());
    setting.service.ask(&asked)?.expect(200)?;
    Ok(())
}

/// What is kept.
pub(crate) fn hot(setting: &Setting) -> Outcome<()> {
    let month = format!("/v1/calendar?{MONTH}");
    let feed = format!("/v1/calendar.ics?{MONTH}");
    let event = format!("/v1/events/{}", Event::of(1).id);
    let first = setting.service.ask(&get(&month, &[CODINGS]))?.expect(200)?;
    let tag = first.header("etag").ok_or("no tag")?.to_owned();
    let token = setting.token()?;
    let row = |work, path, headers, goal| Hot {
        work,
        path,
        headers,
        goal,
        is_written_elsewhere: false,
    };
    let plain = &[CODINGS][..];
    let known = [CODINGS, ("if-none-match", tag.as_str())];
    let signed = [CODINGS, ("authorization", token.as_str())];
    let written = |row| Hot {
        is_written_elsewhere: true,
        ..row
    };
    for row in [
        row("calendar month, hot, JSON", month.as_str(), plain, 0.8),
        row("calendar month, hot, `.ics`", &feed, plain, 0.8),
        written(row("the JSON after a write elsewhere", &month, plain, 0.8)),
        written(row("the `.ics` after a write elsewhere", &feed, plain, 0.8)),
        row("304 on a matching ETag", &month, &known, 0.75),
        row("event by id, hot", &event, plain, 0.8),
        row("a signed-in read, hot", &month, &signed, 0.4),
    ] {
        row.measure(setting)?;
    }
    Ok(())
}

/// Windows that nobody asked for before, against the statements alone.
fn cold_rate(
    service: &Service,
    setting: &Setting,
    number: &mut u64,
    of: fn(u64) -> Window,
) -> Outcome<f64> {
    let load = Load {
        address: service.address,
        clients: CLIENTS,
        lasting: setting.options.lasting(),
        expected: 200,
    };
    load.run(|out| {
        *number += 1;
        let path = format!("/v1/calendar?{}", of(*number).query());
        out.extend_from_slice(&get(&path, &[]));
    })
}

/// How often something is done a second by one who waits each time.
pub(crate) fn bare_rate(setting: &Setting, mut once: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    let started = std::time::Instant::now();
    let mut done = 0_u32;
    while started.elapsed() < setting.options.lasting() {
        once()?;
        done += 1;
    }
    Ok(f64::from(done) / started.elapsed().as_secs_f64())
}

/// What is read from the database.
pub(crate) fn cold(setting: &Setting) -> Outcome<()> {
    let mut database = setting.bare(Bare::Same)?;
    let (mut number, mut other) = (0, 1_000_000);
    let work = "calendar month, cold";
    if setting.options.wants(work) {
        let pair = in_turns(
            setting.options.runs,
            || cold_rate(&setting.service, setting, &mut number, Window::month),
            || {
                bare_rate(setting, || {
                    other += 1;
                    let read = database.month(Window::month(other), 200);
                    setting.runtime.block_on(read).map(drop)
                })
            },
        )?;
        setting.row(&Row {
            work: work.to_owned(),
            figure: per_second(pair.ours),
            compared: format!("the same SELECT and serde: {}", per_second(pair.theirs)),
            ratio: pair.ratio,
            goal: Goal::AtLeast(0.5),
        })?;
    }
    let work = "`q` search, cold";
    if setting.options.wants(work) {
        let load = Load {
            address: setting.service.address,
            clients: CLIENTS,
            lasting: setting.options.lasting(),
            expected: 200,
        };
        let (mut number, mut other) = (0, 0);
        let pair = in_turns(
            setting.options.runs,
            || {
                load.run(|out| {
                    number += 1;
                    let [one, two] = asked(data::mixed(number));
                    let path = format!("/v1/events?q={one}+{two}&limit=50");
                    out.extend_from_slice(&get(&path, &[]));
                })
            },
            || {
                bare_rate(setting, || {
                    other += 1;
                    let [one, two] = asked(data::mixed(other));
                    let read = database.search([&one, &two], 50);
                    setting.runtime.block_on(read).map(drop)
                })
            },
        )?;
        setting.row(&Row {
            work: work.to_owned(),
            figure: per_second(pair.ours),
            compared: format!("the full-text SELECT: {}", per_second(pair.theirs)),
            ratio: pair.ratio,
            goal: Goal::AtLeast(0.5),
        })?;
    }
    Ok(())
}

/// The same month among few events and among many.
pub(crate) fn sizes(setting: &Setting) -> Outcome<()> {
    let few = || (0..1_000).map(Event::of);
    let rest = (1_000..)
        .map(Event::of)
        .filter(|event| !event.is_near_march());
    let (among_few, few_service, _) = setting.beside("few", few())?;
    let (among_many, many_service, _) = setting.beside("many", few().chain(rest.take(999_000)))?;
    let (mut one, mut other) = (0, 0);
    let mut ratios = Vec::new();
    let pair = in_turns(
        setting.options.runs,
        || cold_rate(&few_service, setting, &mut one, Window::march),
        || cold_rate(&many_service, setting, &mut other, Window::march),
    )?;
    ratios.push(pair.ratio);
    setting.row(&Row {
        work: "the same month among 1 000 000 events, cold".to_owned(),
        figure: per_second(pair.theirs),
        compared: format!("among 1 000: {}", per_second(pair.ours)),
        ratio: median(ratios),
        goal: Goal::AtMost(1.2),
    })?;
    for (place, service) in [(among_few, few_service), (among_many, many_service)] {
        service.stop()?;
        setting.runtime.block_on(remove(&setting.options, &place))?;
    }
    Ok(())
}
