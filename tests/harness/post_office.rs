//! Somebody else's mail server, over loopback: it speaks SMTP (RFC 5321), takes what it is sent, and answers
//! what the test says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use mail_parser::MimeHeaders;
use mail_parser::{Message, MessageParser};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Who sent it, by the envelope.
    pub from: String,
    /// Who gets it, by the envelope.
    pub to: String,
    /// Its text as it came.
    pub raw: Vec<u8>,
    /// Whether nobody could read it on the way.
    pub was_encrypted: bool,
}

/// How a conversation is kept secret.
pub enum Secrecy {
    /// Not at all.
    None,
    /// From its first byte.
    AtOnce(TlsAcceptor),
    /// When the other side asks for it (RFC 3207).
    WhenAsked(TlsAcceptor),
}

impl Taken {
    /// The message, as a reader who is not ours understands it.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        read(&self.raw)
    }

    /// What it says.
    ///
    /// # Panics
    /// When it has no text.
    #[must_use]
    pub fn text(&self) -> String {
        let message = self.message();
        message.body_text(0).expect("a text").into_owned()
    }

    /// What stands in its link behind that.
    ///
    /// # Panics
    /// When it has no such link.
    #[must_use]
    pub fn behind(&self, path: &str) -> String {
        let text = self.text();
        let (_, rest) = text.split_once(path).expect("a link");
        rest.lines().next().expect("a line").trim().to_owned()
    }

    /// Its code of six digits.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn code(&self) -> String {
        let digits = |line: &str| {
            let code = line.rsplit(' ').next().unwrap_or_default();
            let is_code = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
            is_code.then(|| code.to_owned())
        };
        self.text().lines().find_map(digits).expect("a code")
    }
}

/// A message, as a reader who is not ours understands it.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn read(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).expect("a message")
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    heard: Vec<String>,
    conversations: usize,
    answers: HashMap<String, String>,
    extensions: Vec<String>,
    waits: bool,
}

struct Shared {
    secrecy: Secrecy,
    state: Mutex<State>,
    news: Notify,
    go: Semaphore,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The server; it ends with the test.
pub struct PostOffice {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: Option<JoinSet<()>>,
}

impl PostOffice {
    /// A server that takes all.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn open() -> Self {
        Self::open_with(Secrecy::None).await
    }

    /// The same, which speaks in secret.
    ///
    /// # Panics
    /// When there is no port.
    pub async fn open_with(secrecy: Secrecy) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let shared = Arc::new(Shared {
            secrecy,
            state: Mutex::default(),
            news: Notify::new(),
            go: Semaphore::new(0),
        });
        let serving = Some(serve(listener, shared.clone()));
        Self {
            address,
            shared,
            serving,
        }
    }

    /// Its address as the settings take it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp+plain://{}", self.address)
    }

    /// The same with another scheme, and somebody who signs in.
    #[must_use]
    pub fn url_of(&self, scheme: &str, user: &str) -> String {
        format!("{scheme}://{user}{}", self.address)
    }

    /// Goes away, with every conversation.
    pub fn close(&mut self) {
        self.serving = None;
    }

    /// Comes back at the same place.
    ///
    /// # Panics
    /// When somebody else is there now.
    pub async fn reopen(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("its port");
        self.serving = Some(serve(listener, self.shared.clone()));
    }

    /// Answers a command that begins so with that line, from now on; with an empty one, as usual again.
    pub fn says(&self, command: &str, answer: &str) {
        let mut state = self.shared.state();
        if answer.is_empty() {
            state.answers.remove(command);
        } else {
            state.answers.insert(command.to_owned(), answer.to_owned());
        }
    }

    /// Says that it can do that too.
    pub fn can(&self, extension: &str) {
        self.shared.state().extensions.push(extension.to_owned());
    }

    /// Takes each mail only once the test lets it.
    pub fn wait(&self) {
        self.shared.state().waits = true;
    }

    /// Lets so many mails go on.
    pub fn let_go(&self, mails: usize) {
        self.shared.go.add_permits(mails);
    }

    /// What it took.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.state().taken.clone()
    }

    /// All lines that it was told, the mails' own left out.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        self.shared.state().heard.clone()
    }

    /// How many conversations were begun.
    #[must_use]
    pub fn conversations(&self) -> usize {
        self.shared.state().conversations
    }

    /// Waits until it has taken so many, and gives them.
    pub async fn has_taken(&self, mails: usize) -> Vec<Taken> {
        self.until(|state| state.taken.len() >= mails).await;
        self.taken()
    }

    /// Waits until it was told so many lines that begin so.
    pub async fn has_heard(&self, command: &str, times: usize) {
        let counted = |state: &State| {
            let heard = state.heard.iter().filter(|line| line.starts_with(command));
            heard.count() >= times
        };
        self.until(counted).await;
    }

    async fn until(&self, holds: impl Fn(&State) -> bool) {
        loop {
            let news = self.shared.news.notified();
            if holds(&self.shared.state()) {
                return;
            }
            news.await;
        }
    }
}

/// What is talked over.
trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

fn serve(listener: TcpListener, shared: Arc<Shared>) -> JoinSet<()> {
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        let mut conversations = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            shared.state().conversations += 1;
            let shared = shared.clone();
            // Whoever hangs up, hangs up.
            conversations.spawn(async move { converse(stream, &shared).await.ok() });
        }
    });
    serving
}

async fn converse(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    match &shared.secrecy {
        Secrecy::None => talk(&mut BufReader::new(stream), shared, Phase::Clear).await?,
        Secrecy::AtOnce(tls) => {
            let stream = tls.accept(stream).await?;
            talk(&mut BufReader::new(stream), shared, Phase::Secret).await?
        }
        Secrecy::WhenAsked(tls) => {
            let mut clear = BufReader::new(stream);
            if talk(&mut clear, shared, Phase::BeforeTls).await? == Next::Tls {
                let stream = tls.accept(clear.into_inner()).await?;
                return talk(&mut BufReader::new(stream), shared, Phase::AfterTls)
                    .await
                    .map(drop);
            }
            Next::End
        }
    };
    Ok(())
}

/// How far a conversation is kept secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It is not, and can't be.
    Clear,
    /// It is, from its first byte.
    Secret,
    /// It is not yet.
    BeforeTls,
    /// It is, and goes on.
    AfterTls,
}

/// How a talk ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    End,
    Tls,
}

async fn talk(
    stream: &mut BufReader<impl Stream>,
    shared: &Shared,
    phase: Phase,
) -> std::io::Result<Next> {
    if phase != Phase::AfterTls {
        let greeting = answer(shared, "GREETING", "220 post.example ESMTP");
        say(stream, &greeting).await?;
    }
    let (mut from, mut to) = (String::new(), String::new());
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(Next::End);
        }
        let command = line.trim_end().to_owned();
        shared.state().heard.push(command.clone());
        shared.news.notify_waiters();
        let said = match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => extensions(shared, phase),
            "STARTTLS" if phase == Phase::BeforeTls => {
                say(stream, "220 go on").await?;
                return Ok(Next::Tls);
            }
            "AUTH" => answer(shared, &command, "235 welcome"),
            "MAIL" => {
                from = between(&command);
                answer(shared, &command, "250 OK")
            }
            "RCPT" => {
                to = between(&command);
                answer(shared, &command, "250 OK")
            }
            "DATA" => {
                say(stream, "354 go on").await?;
                let taken = Taken {
                    from: from.clone(),
                    to: to.clone(),
                    raw: data(stream).await?,
                    was_encrypted: matches!(phase, Phase::Secret | Phase::AfterTls),
                };
                take(shared, taken).await
            }
            "RSET" | "NOOP" => "250 OK".to_owned(),
            "QUIT" => return say(stream, "221 bye").await.map(|()| Next::End),
            _ => "502 not here".to_owned(),
        };
        say(stream, &said).await?;
    }
}

fn extensions(shared: &Shared, phase: Phase) -> String {
    let mut names = shared.state().extensions.clone();
    names.extend((phase == Phase::BeforeTls).then(|| "STARTTLS".to_owned()));
    let lines = names.iter().map(|name| format!("250-{name}\r\n"));
    format!(
        "250-post.example\r\n{}250 8BITMIME",
        lines.collect::<String>()
    )
}

/// Takes a mail, once the test lets it; what is said of that.
async fn take(shared: &Shared, taken: Taken) -> String {
    let waits = shared.state().waits;
    if waits && let Ok(permit) = shared.go.acquire().await {
        permit.forget();
    }
    let said = answer(shared, "DATA", "250 taken");
    if said.starts_with('2') {
        shared.state().taken.push(taken);
        shared.news.notify_waiters();
    }
    said
}

/// What the test says to a command that begins like one it named; else as usual.
fn answer(shared: &Shared, command: &str, usual: &str) -> String {
    let state = shared.state();
    let said = state.answers.iter();
    let mut said = said.filter(|(start, _)| command.starts_with(start.as_str()));
    said.next()
        .map_or_else(|| usual.to_owned(), |(_, answer)| answer.clone())
}

fn between(command: &str) -> String {
    let inner = command.split(['<', '>']).nth(1);
    inner.unwrap_or_default().to_owned()
}

async fn data(stream: &mut BufReader<impl Stream>) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(raw);
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

async fn say(stream: &mut BufReader<impl Stream>, line: &str) -> std::io::Result<()> {
    stream.write_all(line.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.flush().await
}
