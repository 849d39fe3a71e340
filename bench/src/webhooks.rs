//! Telling webhooks: how many calls a second a receiver on loopback gets, and what one address where nobody
//! answers, among a hundred, costs the others.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::load::{Connection, request};
use crate::setting::{Setting, remove};
use crate::table::{Goal, Row, in_turns, per_second};

/// So many webhooks; the first is the one that may be dead.
const WEBHOOKS: usize = 100;
/// So many events are told to each, again in each run.
const EVENTS: usize = 100;
/// Nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Both rows: they are measured in turns.
pub(crate) fn told(setting: &Setting) -> Outcome<()> {
    let (work, dead) = ("webhooks told", "webhooks told, one of 100 dead");
    if !setting.options.wants(work) && !setting.options.wants(dead) {
        return Ok(());
    }
    let (place, service, password) = setting.beside("webhooks", std::iter::empty())?;
    let token = service.sign_in(&password)?;
    let receiver = Receiver::start()?;
    let mut there = There {
        connection: Connection::open(service.address)?,
        token,
        receiver,
        webhooks: Vec::new(),
    };
    there.begin()?;
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let alive = there.receiver.address;
    let there = std::cell::RefCell::new(there);
    let pair = in_turns(
        setting.options.runs,
        || there.borrow_mut().run(nobody),
        || there.borrow_mut().run(alive),
    )?;
    setting.row(&Row {
        work: work.to_owned(),
        figure: per_second(pair.theirs),
        compared: per_second(1_000.0),
        ratio: pair.theirs / 1_000.0,
        goal: Goal::AtLeast(1.0),
    })?;
    setting.row(&Row {
        work: dead.to_owned(),
        figure: per_second(pair.ours),
        compared: format!("none dead: {}", per_second(pair.theirs)),
        ratio: pair.ratio,
        goal: Goal::AtLeast(0.95),
    })?;
    service.stop()?;
    setting.runtime.block_on(remove(&setting.options, &place))
}

/// The service, and who is told.
struct There {
    connection: Connection,
    token: String,
    receiver: Receiver,
    webhooks: Vec<String>,
}

impl There {
    /// Makes the webhooks, and what they are told of.
    fn begin(&mut self) -> Outcome<()> {
        for number in 0..WEBHOOKS {
            let url = url(self.receiver.address, number);
            let body = json!({ "url": url, "types": ["event.published"] });
            let made = self.ask("POST", "/v1/webhooks", &body, 201)?;
            let id = made["id"].as_str().ok_or("no id")?;
            self.webhooks.push(format!("/v1/webhooks/{id}"));
        }
        for number in 0..EVENTS {
            let event = json!({ "title": format!("Atelier {number}"), "occurrences": [{
                "local_start": "2031-03-25T18:30:00", "local_end": "2031-03-25T20:30:00",
            }] });
            let made = self.ask("POST", "/v1/events", &event, 201)?;
            let id = made["id"].as_str().ok_or("no id")?;
            let publish = format!("/v1/events/{id}/publish");
            self.ask("POST", &publish, &json!({}), 200)?;
        }
        self.receiver.heard((WEBHOOKS - 1) * EVENTS)
    }

    /// Tells everything again, the first being at that address; so many calls a second the others get.
    fn run(&mut self, first: SocketAddr) -> Outcome<f64> {
        let path = self.webhooks[0].clone();
        self.ask("PATCH", &path, &json!({ "url": url(first, 0) }), 200)?;
        let before = self.receiver.count();
        let since = json!({ "since": "2020-01-01T00:00:00Z" });
        let begun = Instant::now();
        for webhook in self.webhooks.clone() {
            self.ask("POST", &format!("{webhook}/replay"), &since, 200)?;
        }
        let told = (WEBHOOKS - 1) * EVENTS;
        self.receiver.heard(before + told)?;
        let took = begun.elapsed().as_secs_f64();
        Ok(f64::from(u32::try_from(told)?) / took)
    }

    fn ask(&mut self, method: &str, path: &str, body: &Value, status: u16) -> Outcome<Value> {
        let headers = [
            ("authorization", self.token.as_str()),
            ("content-type", "application/json"),
            ("if-match", "*"),
        ];
        let asked = request(method, path, &headers, body.to_string().as_bytes());
        let reply = self.connection.ask(&asked)?.expect(status)?;
        Ok(serde_json::from_slice(&reply.body)?)
    }
}

fn url(address: SocketAddr, number: usize) -> String {
    format!("http://{address}/{number}")
}

/// Takes everything, on connections that are kept; counts what the others than the first are told.
struct Receiver {
    address: SocketAddr,
    heard: Arc<AtomicU64>,
}

impl Receiver {
    fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let heard = Arc::new(AtomicU64::new(0));
        let count = heard.clone();
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = count.clone();
                std::thread::spawn(move || converse(stream, &count));
            }
        });
        Ok(Self { address, heard })
    }

    fn count(&self) -> usize {
        usize::try_from(self.heard.load(Ordering::SeqCst)).unwrap_or(usize::MAX)
    }

    fn heard(&self, enough: usize) -> Outcome<()> {
        let begun = Instant::now();
        while self.count() < enough {
            if begun.elapsed() > PATIENCE {
                return Err(format!("told {} times, not {enough}", self.count()).into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

fn converse(mut stream: TcpStream, heard: &AtomicU64) {
    // Whoever calls may leave at any moment: nothing is wrong with that here.
    let _ = stream.set_nodelay(true);
    let (mut bytes, mut some) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut some) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&some[..read]),
            _ => return,
        }
        while let Some(length) = whole(&bytes) {
            if !bytes.starts_with(b"POST /0 ") {
                heard.fetch_add(1, Ordering::SeqCst);
            }
            bytes.drain(..length);
            let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    }
}

/// How long the first request is, when all of it is there.
fn whole(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    })?;
    (bytes.len() >= end + length).then_some(end + length)
}
