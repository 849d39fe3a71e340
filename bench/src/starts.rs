//! Starting with all of the data, the memory that takes, and what an import takes.

use std::time::{Duration, Instant};

use crate::data::Event;
use crate::load::{get, request};
use crate::process::Service;
use crate::setting::{Setting, remove};
use crate::table::{Goal, Row, median, per_second};
use crate::{Outcome, tell};

/// How many records are brought in; and how many before, to see what memory they take.
const RECORDS: u64 = 100_000;
const FEW_RECORDS: u64 = 10_000;

/// Starts some more times; says how long that took, and what was in memory before and after.
pub(crate) fn again(mut setting: Setting) -> Outcome<Setting> {
    let work = "start to ready";
    if !setting.options.wants(work) {
        return Ok(setting);
    }
    let peak = setting.service.memory("VmHWM")?;
    let mut times = Vec::new();
    for _ in 0..setting.options.runs {
        let new = {
            setting.service.stop()?;
            setting.place.start()?
        };
        times.push(new.readied.as_secs_f64());
        setting.service = new;
    }
    std::thread::sleep(Duration::from_secs(3));
    let idle = setting.service.memory("VmRSS")?;
    let ready = median(times);
    let against = |work: &str, figure: String, ratio, bound: &str| Row {
        work: work.to_owned(),
        figure,
        compared: bound.to_owned(),
        ratio,
        goal: Goal::AtMost(1.0),
    };
    setting.row(&against(
        work,
        format!("{ready:.3} s"),
        ready / 0.3,
        "0.3 s",
    ))?;
    let idle_row = against(
        "resident, idle",
        format!("{idle:.0} MiB"),
        idle / 64.0,
        "64 MiB",
    );
    setting.row(&idle_row)?;
    let row = against(
        "resident, the most under the loads above",
        format!("{peak:.0} MiB"),
        peak / 200.0,
        "200 MiB",
    );
    setting.row(&row)?;
    Ok(setting)
}

/// A calendar file brought in, few records and then many.
pub(crate) fn import(setting: &Setting) -> Outcome<()> {
    let work = "import of 100 000 records";
    if !setting.options.wants(work) {
        return Ok(());
    }
    let (place, service, password) = setting.beside("import", std::iter::empty())?;
    let token = service.sign_in(&password)?;
    bring_in(&service, &token, 0..FEW_RECORDS)?;
    let few = service.memory("VmHWM")?;
    let rate = bring_in(&service, &token, FEW_RECORDS..FEW_RECORDS + RECORDS)?;
    let many = service.memory("VmHWM")?;
    setting.row(&Row {
        work: work.to_owned(),
        figure: per_second(rate),
        compared: per_second(5_000.0),
        ratio: rate / 5_000.0,
        goal: Goal::AtLeast(1.0),
    })?;
    setting.row(&Row {
        work: "the most in memory meanwhile".to_owned(),
        figure: format!("{many:.0} MiB"),
        compared: format!("10 000 records: {few:.0} MiB"),
        ratio: many / few,
        goal: Goal::AtMost(1.2),
    })?;
    service.stop()?;
    setting.runtime.block_on(remove(&setting.options, &place))
}

/// How many records a second.
fn bring_in(service: &Service, token: &str, records: std::ops::Range<u64>) -> Outcome<f64> {
    let count = records.end - records.start;
    let mut file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ailleurs//FR\r\n".to_owned();
    for number in records {
        file.push_str(&Event::of(number).entry());
    }
    file.push_str("END:VCALENDAR\r\n");
    let headers = [("authorization", token), ("content-type", "text/calendar")];
    let started = Instant::now();
    let asked = request(
        "POST",
        "/v1/imports?publish=true",
        &headers,
        file.as_bytes(),
    );
    let mut reply = service.ask(&asked)?;
    let at = reply.header("location").ok_or("no import")?.to_owned();
    while reply.status == 202 {
        std::thread::sleep(Duration::from_millis(100));
        reply = service
            .ask(&get(&at, &[("authorization", token)]))?
            .expect(200)?;
        let import: serde_json::Value = serde_json::from_slice(&reply.body)?;
        if import["state"] == "running" {
            reply.status = 202;
        }
    }
    let took = started.elapsed();
    let import: serde_json::Value = serde_json::from_slice(&reply.body)?;
    tell(&format!("import: {}", import["state"]));
    Ok(count as f64 / took.as_secs_f64())
}
