//! People who write one thing after the other until they are told to stop, and what they were told.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::task::JoinSet;

use super::*;

/// What became of one write.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// What was to be written; also its idempotency key.
    pub(super) title: String,
    /// When it was sent.
    pub(super) sent: Instant,
    /// How long the answer took.
    pub(super) took: Duration,
    /// The answer, if there was one.
    pub(super) reply: Option<Reply>,
}

impl Told {
    pub(super) fn is_acknowledged(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| reply.status == 201)
    }
}

/// Several people who write at once.
pub(super) struct Load {
    stop: Arc<AtomicBool>,
    told: Arc<Mutex<Vec<Told>>>,
    people: JoinSet<()>,
}

impl Load {
    /// So many, each at one of these services, the first at the first; what they write has `name` in it.
    pub(super) fn begin(at: &[&Served], officer: &Staff, people: usize, name: &str) -> Self {
        let mut load = Self {
            stop: Arc::default(),
            told: Arc::default(),
            people: JoinSet::new(),
        };
        for (person, served) in at.iter().cycle().take(people).enumerate() {
            let (address, officer) = (served.address, officer.clone());
            let (stop, told) = (load.stop.clone(), load.told.clone());
            let name = name.to_owned();
            load.people.spawn(async move {
                for count in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let title = format!("{name}-{person}-{count}");
                    let sent = Instant::now();
                    let reply = write(address, &officer, &title).answer().await;
                    let took = sent.elapsed();
                    let is_done = reply.as_ref().is_some_and(|reply| reply.status == 201);
                    told.lock().unwrap().push(Told {
                        title,
                        sent,
                        took,
                        reply,
                    });
                    if !is_done {
                        // As a client would, though not as patiently.
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            });
        }
        load
    }

    /// What they were told so far.
    pub(super) fn so_far(&self) -> Vec<Told> {
        self.told.lock().unwrap().clone()
    }

    /// What was acknowledged so far.
    pub(super) fn acknowledged(&self) -> Vec<String> {
        let so_far = self.told.lock().unwrap();
        let done = so_far.iter().filter(|told| told.is_acknowledged());
        done.map(|told| told.title.clone()).collect()
    }

    /// Waits until so many more are acknowledged.
    pub(super) async fn until_more(&self, more: usize) {
        let wanted = self.acknowledged().len() + more;
        let deadline = Instant::now() + LIMIT;
        while self.acknowledged().len() < wanted {
            let last = self.so_far().pop();
            assert!(
                Instant::now() < deadline,
                "writes come to nothing: {last:?}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets them finish what they are at.
    pub(super) async fn stop(mut self) -> Vec<Told> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(person) = self.people.join_next().await {
            person.expect("nobody panics");
        }
        self.so_far()
    }
}

/// One write; sent again it is the same one.
pub(super) fn write(address: SocketAddr, officer: &Staff, title: &str) -> Call {
    call("POST", &format!("http://{address}/v1/events"))
        .by(officer)
        .header("Idempotency-Key", title)
        .json(&an_event(title))
}

/// Sends again what was not acknowledged, until it is.
pub(super) async fn repeat(served: &Served, officer: &Staff, told: &[Told]) {
    for told in told.iter().filter(|told| !told.is_acknowledged()) {
        let deadline = Instant::now() + LIMIT;
        loop {
            let again = write(served.address, officer, &told.title).answer().await;
            match again {
                Some(reply) if reply.status == 201 => break,
                // The first one still runs, or the service is busy.
                Some(reply) if matches!(reply.status, 409 | 503) => {}
                other => panic!("{}: {other:?}", told.title),
            }
            assert!(Instant::now() < deadline, "{} is never done", told.title);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// How often each title is there.
pub(super) async fn titles(served: &Served, officer: &Staff) -> BTreeMap<String, usize> {
    let mut titles = BTreeMap::new();
    let mut path = "/v1/events?limit=200".to_owned();
    loop {
        let page = served.get(&path).by(officer).await.expect(200).body();
        for event in page["data"].as_array().unwrap() {
            let title = event["title"].as_str().unwrap().to_owned();
            *titles.entry(title).or_default() += 1;
        }
        match page["page"]["next_cursor"].as_str() {
            Some(next) => path = format!("/v1/events?limit=200&cursor={next}"),
            None => return titles,
        }
    }
}

/// Each of these titles is there, and there once.
pub(super) async fn assert_there_once<'t>(
    served: &Served,
    officer: &Staff,
    wanted: impl IntoIterator<Item = &'t String>,
) {
    let titles = titles(served, officer).await;
    for title in wanted {
        assert_eq!(titles.get(title), Some(&1), "{title}");
    }
}

/// What is there, is there with all that belongs to it, and nothing else is.
pub(super) async fn assert_nothing_is_half_written(database: &str) {
    for (what, query) in [
        (
            "events without their one date or their one entry in the audit trail",
            "select count(*) from events e where \
             (select count(*) from occurrences o where o.event_id = e.id) <> 1 or \
             (select count(*) from audit_entries a where a.subject_id = e.id) <> 1",
        ),
        (
            "entries about events that are not there",
            "select count(*) from audit_entries a where a.subject_kind = 'event' \
             and not exists (select 1 from events e where e.id = a.subject_id)",
        ),
        (
            "dates of events that are not there",
            "select count(*) from occurrences o \
             where not exists (select 1 from events e where e.id = o.event_id)",
        ),
        (
            "things told to others of events that are not there",
            "select count(*) from outbox t where t.subject_kind = 'event' \
             and not exists (select 1 from events e where e.id = t.subject_id)",
        ),
        (
            "events without their text for the search",
            "select count(*) from events e \
             where not exists (select 1 from event_texts t where t.event_id = e.id)",
        ),
    ] {
        assert_eq!(number(database, query).await, 0, "{what}");
    }
}
