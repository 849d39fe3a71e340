//! Mail to a server: a few conversations at once, each of many mails. What the server answers is looked at
//! command by command: who is refused, we or the recipient, tells whether to try again. Its words are never
//! logged, since it likes to quote the address.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::kernel::Vocabulary as _;
use domain::mail::{Attempt, MailProblem};
use futures_util::future::join_all;
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};

use crate::config::{MailServer, Secrecy};
use crate::delivery::mail::message::Parcel;
use crate::delivery::mail::post::Until;
use crate::delivery::mail::sender::Told;

/// So many conversations are had at once.
const AT_ONCE: usize = 4;
/// How long a server may take to be ready for a conversation.
const GREETING: Duration = Duration::from_secs(20);
/// How long one mail may take, its server's greeting aside.
const ONE_MAIL: Duration = Duration::from_secs(40);
/// By this the server says that it ends the conversation.
const CLOSING: u16 = 421;

/// A server, and what is being said to it.
pub(in crate::delivery::mail) struct Smtp {
    server: Server,
    conversations: Vec<Conversation>,
}

struct Server {
    at: MailServer,
    from: Address,
}

impl Smtp {
    pub(super) fn new(at: MailServer, from: Address) -> Self {
        Self {
            server: Server { at, from },
            conversations: Vec::new(),
        }
    }

    pub(super) async fn send(&mut self, parcels: Vec<Parcel>, until: &Until, told: &Told) {
        let wanted = parcels.len().min(AT_ONCE);
        self.conversations
            .resize_with(wanted.max(self.conversations.len()), Conversation::default);
        let queue = Queue(Mutex::new(parcels.into()));
        let server = &self.server;
        let conversing = self.conversations[..wanted]
            .iter_mut()
            .map(|conversation| conversation.go_on(server, &queue, until, told));
        let ended = join_all(conversing).await;
        // Where none can be begun, none of the rest is tried one by one.
        let attempt = match ended.into_iter().find_map(Result::err) {
            Some(problem) => Attempt::PutOff(problem),
            None => Attempt::Untried,
        };
        while let Some(parcel) = queue.next() {
            told.came(parcel.mail, attempt);
        }
    }

    pub(super) async fn hang_up(&mut self) {
        for mut conversation in self.conversations.drain(..) {
            if let Some(connection) = &mut conversation.connection {
                let _ = tokio::time::timeout(GREETING, connection.quit()).await;
            }
        }
    }
}

/// What is still to be sent.
struct Queue(Mutex<VecDeque<Parcel>>);

impl Queue {
    fn next(&self) -> Option<Parcel> {
        let queue = self.0.lock();
        queue.unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn give_back(&self, parcel: Parcel) {
        let queue = self.0.lock();
        queue
            .unwrap_or_else(PoisonError::into_inner)
            .push_front(parcel);
    }
}

/// A conversation; it is begun when there is something to say.
#[derive(Default)]
struct Conversation {
    connection: Option<AsyncSmtpConnection>,
}

impl Conversation {
    /// Sends one mail after the other; the error says why the server can't be talked to.
    async fn go_on(
        &mut self,
        server: &Server,
        queue: &Queue,
        until: &Until,
        told: &Told,
    ) -> Result<(), MailProblem> {
        while !until.is_over() {
            let Some(parcel) = queue.next() else {
                return Ok(());
            };
            if let Err(problem) = self.be_ready(server).await {
                queue.give_back(parcel);
                return Err(problem);
            }
            // What is not ours any more, or could not be kept, is left to whoever claims it next.
            if !told.may_hand_over(&parcel.mail).await {
                continue;
            }
            let attempt = self.say(server, &parcel).await;
            tracing::debug!(mail = %parcel.mail.id, kind = parcel.mail.kind.word(), ?attempt, "a mail was tried");
            told.came(parcel.mail, attempt);
        }
        Ok(())
    }

    /// Has a conversation in which nothing is under way.
    async fn be_ready(&mut self, server: &Server) -> Result<(), MailProblem> {
        if let Some(connection) = &mut self.connection {
            let reset = tokio::time::timeout(GREETING, connection.command(Rset)).await;
            if matches!(reset, Ok(Ok(_))) {
                return Ok(());
            }
            // It was left alone for too long: another one.
            self.connection = None;
        }
        let begun = tokio::time::timeout(GREETING, server.begin()).await;
        let begun = begun.unwrap_or_else(|_| {
            tracing::warn!("the mail server does not answer");
            Err(MailProblem::Unreachable)
        });
        self.connection = Some(begun?);
        Ok(())
    }

    async fn say(&mut self, server: &Server, parcel: &Parcel) -> Attempt {
        let Some(connection) = &mut self.connection else {
            return Attempt::Untried;
        };
        // Only then the server may have it without our knowing.
        let mut is_given = false;
        let saying = say(connection, &server.from, parcel, &mut is_given);
        let said = tokio::time::timeout(ONE_MAIL, saying).await;
        let silent = || match is_given {
            true => Attempt::cut_off(parcel.mail.kind),
            false => Attempt::PutOff(MailProblem::Unreachable),
        };
        match said {
            Ok(Ok(())) => Attempt::Sent,
            Ok(Err(refusal)) => {
                if !refusal.goes_on {
                    self.connection = None;
                }
                refusal.attempt.unwrap_or_else(silent)
            }
            Err(_) => {
                self.connection = None;
                silent()
            }
        }
    }
}

/// What became of a mail, and whether the conversation goes on.
struct Refusal {
    /// Nothing where the server fell silent.
    attempt: Option<Attempt>,
    goes_on: bool,
}

async fn say(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    parcel: &Parcel,
    is_given: &mut bool,
) -> Result<(), Refusal> {
    use MailProblem::{MessageRefused, RecipientRefused, SenderRefused};
    let mut parameters = Vec::new();
    if !parcel.to.to_string().is_ascii() {
        let extension = Extension::SmtpUtfEight;
        if !connection.server_info().supports_feature(extension) {
            return Err(Refusal {
                attempt: Some(Attempt::Failed(MailProblem::BadAddress)),
                goes_on: true,
            });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    // What is wrong with us may be put right; what is wrong with the recipient, or the text, stays so.
    let said = connection
        .command(Mail::new(Some(from.clone()), parameters))
        .await;
    said.map_err(|error| refusal(&error, Attempt::PutOff(SenderRefused)))?;
    let said = connection
        .command(Rcpt::new(parcel.to.clone(), Vec::new()))
        .await;
    said.map_err(|error| refusal(&error, Attempt::Failed(RecipientRefused)))?;
    let said = connection.command(Data).await;
    said.map_err(|error| refusal(&error, Attempt::Failed(MessageRefused)))?;
    *is_given = true;
    let said = connection.message(&parcel.bytes).await;
    said.map_err(|error| refusal(&error, Attempt::Failed(MessageRefused)))?;
    Ok(())
}

fn refusal(error: &Error, for_good: Attempt) -> Refusal {
    let Some(status) = error.status() else {
        tell_of(error, MailProblem::Unreachable);
        return Refusal {
            attempt: None,
            goes_on: false,
        };
    };
    let status = u16::from(status);
    let attempt = if error.is_permanent() {
        for_good
    } else {
        Attempt::PutOff(MailProblem::ServerBusy)
    };
    tracing::info!(status, ?attempt, "the mail server did not take a mail");
    Refusal {
        attempt: Some(attempt),
        goes_on: status != CLOSING,
    }
}

impl Server {
    /// Begins a conversation: greeted, kept secret as it must be, and with our name.
    async fn begin(&self) -> Result<AsyncSmtpConnection, MailProblem> {
        let us = ClientId::Domain(self.from.domain().to_owned());
        let tls = || {
            let tls = self.tls();
            tls.map_err(|error| tell_of(&error, MailProblem::Insecure))
        };
        let at_once = match self.at.secrecy {
            Secrecy::Tls => Some(tls()?),
            Secrecy::StartTls | Secrecy::Plain => None,
        };
        let places = self.places().await?;
        let begun =
            AsyncSmtpConnection::connect_tokio1(&places[..], Some(GREETING), &us, at_once, None);
        let mut connection = begun.await.map_err(|error| beginning(&error))?;
        if self.at.secrecy == Secrecy::StartTls {
            let secret = connection.starttls(tls()?, &us).await;
            secret.map_err(|error| tell_of(&error, MailProblem::Insecure))?;
        }
        if let Some((user, password)) = &self.at.credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            let known = connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .await;
            known.map_err(|error| match error.is_transient() {
                true => tell_of(&error, MailProblem::ServerBusy),
                false => tell_of(&error, MailProblem::SenderRefused),
            })?;
        }
        Ok(connection)
    }

    /// Whose certificate is taken: that of the server's name, by the authorities that browsers trust and those
    /// that were given.
    fn tls(&self) -> Result<TlsParameters, Error> {
        let mut tls = TlsParameters::builder(self.at.host.clone());
        for authority in &self.at.authorities {
            tls = tls.add_root_certificate(Certificate::from_der(authority.to_vec())?);
        }
        tls.build_rustls()
    }

    /// The addresses that it may be talked to at: what was looked at is what is connected to.
    async fn places(&self) -> Result<Vec<SocketAddr>, MailProblem> {
        let found = tokio::net::lookup_host((self.at.host.as_str(), self.at.port)).await;
        let found = found.map_err(|error| {
            tracing::warn!(%error, "the mail server's name could not be resolved");
            MailProblem::Unreachable
        })?;
        allowed(&self.at, found.collect())
    }
}

fn allowed(server: &MailServer, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, MailProblem> {
    let may_be_at = |place: &SocketAddr| server.may_be_at(place.ip());
    let allowed: Vec<_> = found.into_iter().filter(may_be_at).collect();
    if allowed.is_empty() {
        tracing::warn!(
            "the mail server is at no private address: unencrypted mail does not go there"
        );
        return Err(MailProblem::Insecure);
    }
    Ok(allowed)
}

fn beginning(error: &Error) -> MailProblem {
    let problem = if is_of_tls(error) {
        MailProblem::Insecure
    } else if error.status().is_some() {
        MailProblem::ServerBusy
    } else {
        MailProblem::Unreachable
    };
    tell_of(error, problem)
}

/// Whether the conversation could not be kept secret: a certificate that is not taken is told as a connection
/// that broke, with the reason inside.
fn is_of_tls(error: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref().and_then(io::Error::get_ref);
        if inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        cause = error.source();
    }
    error.is_tls()
}

/// What goes wrong between us and the server is for the operator to mend.
fn tell_of(error: &Error, problem: MailProblem) -> MailProblem {
    let problem_word = problem.word();
    match error.status() {
        Some(status) => {
            let status = u16::from(status);
            tracing::warn!(status, problem = problem_word, "the mail server refuses");
        }
        // What can't be read as an answer may quote anything.
        None if error.is_response() => {
            tracing::warn!(
                problem = problem_word,
                "the mail server does not speak SMTP"
            );
        }
        None => {
            tracing::warn!(%error, problem = problem_word, "the mail server can't be talked to")
        }
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(secrecy: Secrecy) -> MailServer {
        MailServer {
            host: "relay.example".to_owned(),
            port: 25,
            secrecy,
            credentials: None,
            authorities: Vec::new(),
        }
    }

    #[test]
    fn what_is_not_encrypted_goes_to_the_private_addresses_of_a_name_alone() {
        let at = |addresses: &[&str]| -> Vec<SocketAddr> {
            let places = addresses.iter().map(|place| place.parse().unwrap());
            places.collect()
        };
        let (inside, outside) = (at(&["10.3.1.2:25", "[fd00::2]:25"]), at(&["1.1.1.1:25"]));
        let both = [outside.clone(), inside.clone()].concat();
        let plain = server(Secrecy::Plain);
        assert_eq!(allowed(&plain, both.clone()), Ok(inside));
        let refused = Err(MailProblem::Insecure);
        assert_eq!(allowed(&plain, outside), refused);
        assert_eq!(allowed(&server(Secrecy::StartTls), both.clone()), Ok(both));
    }
}
