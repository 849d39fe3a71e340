//! Reminders: ten thousand people whose date is tomorrow, told by a mail server on loopback; and the same with the
//! service killed in the middle: nobody is told twice.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::citizens::{There, email, ids, name};
use crate::data::now;
use crate::database::Given;
use crate::process::Place;
use crate::setting::{Setting, remove};
use crate::table::{Goal, Row};
use crate::{Outcome, tell};

const PEOPLE: u64 = 10_000;
/// Nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(240);
/// As many conversations as the service has at once: so many mails it may be killed over.
const CONVERSATIONS: usize = 4;

const CITIZEN: &str = "insert into citizens (id, pseudonym, name, folded_name, name_key, email,
    email_key, language, interests, source, confirmed_at, version, created_at, updated_at)
    values ($1, $2, $3, $3, $3, $4, $4, 'fr', '[]', 'own', $5, 1, $5, $5)";
const REGISTRATION: &str = "insert into registrations (id, occurrence_id, event_id, person,
    party_size, state, is_confirmed, channel, role, tries, version, created_at, updated_at)
    values ($1, $2, $3, $4, 1, 'confirmed', true, 'web', 'citizen', 0, 1, $5, $5)";

/// Both rows.
pub(crate) fn sent(setting: &Setting) -> Outcome<()> {
    for (work, is_killed) in [
        ("10 000 reminders by SMTP", false),
        ("10 000 reminders by SMTP, killed in the middle", true),
    ] {
        if !setting.options.wants(work) {
            continue;
        }
        let took = send(setting, is_killed)?.as_secs_f64();
        setting.row(&Row {
            work: work.to_owned(),
            figure: format!("{took:.1} s"),
            compared: "60 s".to_owned(),
            ratio: took / 60.0,
            goal: Goal::AtMost(1.0),
        })?;
    }
    Ok(())
}

/// How long it took from the start of the service until everybody was told.
fn send(setting: &Setting, is_killed: bool) -> Outcome<Duration> {
    let (mut place, service, password) = setting.beside("reminders", std::iter::empty())?;
    let start = (now() + chrono::Duration::hours(20)).naive_utc();
    let at = |hours| (start + chrono::Duration::hours(hours)).format("%Y-%m-%dT%H:%M:%S");
    let there = There {
        service: &service,
        password: &password,
    };
    let places = u32::try_from(PEOPLE)?;
    let date = there.date_at(&at(0).to_string(), &at(2).to_string(), places)?;
    service.stop()?;
    let mut database = setting.bare_of(&place)?;
    setting.runtime.block_on(async {
        use Given::{Id, Moment, Text};
        let long_ago = Moment(now() - chrono::Duration::days(2));
        database.execute("begin").await?;
        for number in 0..PEOPLE {
            let (id, person) = ids(number);
            let (name, email) = (name(number), email(number));
            let given = [Id(id), Id(person), Text(&name), Text(&email), long_ago];
            database.put(CITIZEN, &given).await?;
            let given = [Id(id), Id(date.id), Id(date.event), Id(person), long_ago];
            database.put(REGISTRATION, &given).await?;
        }
        database.execute("commit").await
    })?;
    let server = MailServer::start()?;
    place.settings = vec![
        (
            "CONCERTATION_MAIL",
            format!("smtp+plain://{}", server.address),
        ),
        (
            "CONCERTATION_MAIL_FROM",
            "concertation@petr.example".to_owned(),
        ),
    ];
    let begun = Instant::now();
    let spared = told(&place, &server, is_killed)?;
    let took = begun.elapsed();
    // Those that were waited for after a kill without end were in the server's hands then.
    tell(&format!(
        "{spared} of {PEOPLE} not told, for they may have been"
    ));
    setting.runtime.block_on(remove(&setting.options, &place))?;
    Ok(took)
}

/// Waits until everybody was told once; how many were not, since they may have been when the service was killed.
fn told(place: &Place, server: &MailServer, is_killed: bool) -> Outcome<usize> {
    let all = usize::try_from(PEOPLE)?;
    let mut service = place.start()?;
    let mut spared = 0;
    if is_killed {
        server.has(all / 2)?;
        service.kill()?;
        service = place.start()?;
        spared = CONVERSATIONS;
    }
    server.has(all - spared)?;
    // Whoever is told twice would be by now.
    service.stop()?;
    let taken = server.taken();
    match taken.values().find(|times| **times > 1) {
        Some(times) => Err(format!("somebody was reminded {times} times").into()),
        None => Ok(all - taken.len()),
    }
}

/// Takes every mail, and counts them by recipient.
struct MailServer {
    address: SocketAddr,
    taken: Arc<Mutex<HashMap<String, usize>>>,
}

impl MailServer {
    fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let taken = Arc::new(Mutex::new(HashMap::new()));
        let counted = taken.clone();
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counted = counted.clone();
                // Whoever is killed hangs up in the middle of a word.
                std::thread::spawn(move || converse(&stream, &counted).ok());
            }
        });
        Ok(Self { address, taken })
    }

    fn taken(&self) -> HashMap<String, usize> {
        let taken = self.taken.lock();
        taken.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many people have a mail.
    fn has(&self, people: usize) -> Outcome<()> {
        let begun = Instant::now();
        while self
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
            < people
        {
            if begun.elapsed() > PATIENCE {
                return Err(format!("{} were told, not {people}", self.taken().len()).into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

/// As much of RFC 5321 as a client needs that does nothing wrong.
fn converse(mut stream: &TcpStream, taken: &Mutex<HashMap<String, usize>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?);
    stream.write_all(b"220 here\r\n")?;
    let (mut to, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match command.as_str() {
            "RCPT" => to = line.trim().to_ascii_lowercase(),
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                while line != ".\r\n" {
                    line.clear();
                    if lines.read_line(&mut line)? == 0 {
                        return Ok(());
                    }
                }
                let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
                *taken.entry(std::mem::take(&mut to)).or_default() += 1;
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n"),
            _ => {}
        }
        stream.write_all(b"250 yes\r\n")?;
    }
}
