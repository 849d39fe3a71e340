//! A request: who asks, in which language, for which operation, with what.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use chrono::{DateTime, Utc};
use domain::accounts::{Scope, User};
use domain::citizens::{Citizen, Pseudonym};
use domain::clients::Client;
use domain::kernel::{FaultCode, Faults, Id, Slug};
use domain::organisations::Organisation;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use persistence::{Act, Actor, Answer as Kept, Claim, Once, Snapshot, Stop, Writing, audit};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use super::etag::{IfMatch, Tag};
use super::faults::FieldError;
use super::language::Language;
use super::operation::Operation;
use super::query::Query;
use super::room::Held;
use super::unread::Incoming;
use super::writing::once;
use super::{Answer, Kind, Problem, body};
use crate::app::App;

/// Whoever asks.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Without a token.
    Anonymous,
    /// A member of the staff, with what the token allows.
    Staff(Box<Staff>),
    /// A partner's software, which acts for one organisation.
    Partner(Box<Partner>),
    /// A citizen, for what is theirs.
    Citizen(Box<Person>),
}

/// A citizen behind a token; by nothing that names them.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: Id<Citizen>,
    pub(crate) pseudonym: Id<Pseudonym>,
    pub(crate) scopes: Vec<Scope>,
}

/// A partner behind a token.
#[derive(Debug, Clone)]
pub(crate) struct Partner {
    pub(crate) client: Client,
    /// What its organisation is called.
    pub(crate) organisation: String,
    pub(crate) scopes: Vec<Scope>,
}

/// A member of the staff behind a token.
#[derive(Debug, Clone)]
pub(crate) struct Staff {
    pub(crate) user: User,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) session: Uuid,
}

/// A request on its way to its handler.
pub(crate) struct Request {
    pub(crate) app: Arc<App>,
    pub(crate) http: HttpRequest,
    pub(crate) caller: Caller,
    pub(crate) language: Language,
    pub(crate) id: Uuid,
    pub(crate) address: IpAddr,
    pub(crate) operation: &'static Operation,
    pub(super) payload: Incoming,
    /// The room that the body takes, until the request is done with.
    pub(super) room: RefCell<Held>,
}

impl Request {
    /// Whether whoever asks is of the staff and may do that, to whatever it is done.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        matches!(&self.caller, Caller::Staff(staff) if staff.scopes.contains(&scope))
    }

    /// For whom a partner asks, and for nobody else; none when it is no partner who asks.
    pub(crate) fn organisation(&self) -> Option<Id<Organisation>> {
        match &self.caller {
            Caller::Partner(partner) => Some(partner.client.organisation),
            Caller::Anonymous | Caller::Staff(_) | Caller::Citizen(_) => None,
        }
    }

    /// The organisation of a partner who may do that to what is its own.
    pub(crate) fn own(&self, scope: Scope) -> Option<Id<Organisation>> {
        match &self.caller {
            Caller::Partner(partner) if partner.scopes.contains(&scope) => {
                Some(partner.client.organisation)
            }
            _ => None,
        }
    }

    /// Whoever asks, when they are of the staff.
    pub(crate) fn staff(&self) -> Result<&Staff, Problem> {
        match &self.caller {
            Caller::Staff(staff) => Ok(staff),
            Caller::Anonymous => Err(Problem::new(Kind::Unauthorized)),
            Caller::Partner(_) | Caller::Citizen(_) => Err(Problem::new(Kind::Forbidden)),
        }
    }

    /// Whoever asks, when they are a citizen.
    pub(crate) fn citizen(&self) -> Result<&Person, Problem> {
        match &self.caller {
            Caller::Citizen(person) => Ok(person),
            Caller::Anonymous => Err(Problem::new(Kind::Unauthorized)),
            Caller::Partner(_) | Caller::Staff(_) => Err(Problem::new(Kind::Forbidden)),
        }
    }

    /// What the write door is told.
    pub(crate) fn act(&self) -> Act {
        let actor = match &self.caller {
            Caller::Anonymous => Actor::Anonymous,
            Caller::Staff(staff) => Actor::User(staff.user.id),
            Caller::Partner(partner) => Actor::Client(partner.client.id),
            Caller::Citizen(person) => Actor::Citizen(person.pseudonym),
        };
        Act {
            actor,
            operation: &self.operation.id,
            request_id: self.id,
        }
    }

    /// A look at what is stored. The staff finds what it has just written, which a copy of the
    /// database may not have yet; and what is kept must not be older than the last write.
    pub(crate) async fn look(&self) -> Result<Snapshot, Problem> {
        Ok(match &self.caller {
            Caller::Anonymous if self.operation.keeping.is_none() => self.app.store.read().await?,
            _ => self.app.store.read_current().await?,
        })
    }

    /// A look for whoever keeps a mirror, when changes since a moment are asked for, and up to when it
    /// is complete: it must be, however far behind a copy of the database is.
    pub(crate) async fn look_since(
        &self,
        since: Option<DateTime<Utc>>,
    ) -> Result<(Snapshot, Option<DateTime<Utc>>), Problem> {
        if since.is_none() {
            return Ok((self.look().await?, None));
        }
        let (snapshot, until) = self.app.store.read_synced().await?;
        Ok((snapshot, Some(until)))
    }

    /// Does `work` through the write door, in the name of whoever asks.
    pub(crate) async fn write<T, W>(&self, work: W) -> Result<T, Problem>
    where
        T: Send + 'static,
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<Problem>>>
            + Send
            + Sync
            + 'static,
    {
        Ok(self.app.store.write(self.act(), work).await?)
    }

    /// The same, once only for what is claimed; the answer that was kept, or is kept now.
    pub(crate) async fn write_once<W>(
        &self,
        claim: Option<Claim>,
        work: W,
    ) -> Result<Answer, Problem>
    where
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<Kept, Stop<Problem>>>
            + Send
            + Sync
            + 'static,
    {
        let done = self.app.store.write_once(self.act(), claim, work).await?;
        Ok(once(done))
    }

    /// Does `work` through the write door; or, where it is only tried, undoes it.
    pub(crate) async fn write_or_try<T, W>(&self, only_tried: bool, work: W) -> Result<T, Problem>
    where
        T: Send + 'static,
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<T, Stop<Problem>>>
            + Send
            + Sync
            + 'static,
    {
        match only_tried {
            false => self.write(work).await,
            true => Ok(self.app.store.try_out(self.act(), work).await?),
        }
    }

    /// The same, once only for what is claimed. What is only tried claims nothing, and is nowhere.
    pub(crate) async fn write_once_or_try<W>(
        &self,
        only_tried: bool,
        claim: Option<Claim>,
        work: W,
    ) -> Result<Answer, Problem>
    where
        W: for<'w> Fn(&'w mut Writing) -> BoxFuture<'w, Result<Kept, Stop<Problem>>>
            + Send
            + Sync
            + 'static,
    {
        if !only_tried {
            return self.write_once(claim, work).await;
        }
        let tried = self.app.store.try_out(self.act(), work).await?;
        Ok(once(Once::First(Kept {
            location: None,
            ..tried
        })))
    }

    /// Notes in the audit trail, before the answer, that personal data of that kind is read; of one
    /// thing, or of many.
    pub(crate) async fn note_reading(
        &self,
        kind: &'static str,
        id: Option<Uuid>,
    ) -> Result<(), Problem> {
        let noted = self.write(move |writing| {
            Box::pin(async move { Ok(audit::note_reading(writing, kind, id).await?) })
        });
        noted.await
    }

    /// A piece of the path.
    pub(crate) fn path(&self, name: &str) -> String {
        self.http
            .match_info()
            .get(name)
            .map(str::to_owned)
            .unwrap_or_default()
    }

    /// An id in the path; what is no id names nothing.
    pub(crate) fn path_id<T>(&self, name: &str) -> Result<Id<T>, Problem> {
        let text = self.path(name);
        // The one form that ids are written in; braces and URNs name nothing here.
        let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == 36);
        id.map(Id::from_uuid)
            .ok_or_else(|| Problem::new(Kind::NotFound))
    }

    /// A header that is text.
    pub(crate) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.http.headers().get(name)?.to_str().ok()
    }

    /// What `If-Match` asks for.
    pub(crate) fn if_match(&self) -> Option<IfMatch> {
        let lines = self.http.headers().get_all(header::IF_MATCH);
        let lines: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
        (!lines.is_empty()).then(|| IfMatch::parse(&lines.join(",")))
    }

    /// The body as the operation's schema has it; `T`'s default when there is none and none is
    /// needed.
    pub(crate) async fn body_or_default<T: DeserializeOwned + Default>(
        &self,
    ) -> Result<(T, Vec<u8>), Problem> {
        let bytes = self.bytes().await?;
        if bytes.is_empty() {
            Query::strict(self).done()?;
            return Ok((T::default(), bytes));
        }
        self.media_type()?;
        Ok((self.typed(&bytes)?, bytes))
    }

    /// The body as the operation's schema has it.
    pub(crate) async fn body<T: DeserializeOwned>(&self) -> Result<(T, Vec<u8>), Problem> {
        let (value, bytes) = self.body_value().await?;
        Ok((serde_json::from_value(value).map_err(mismatch)?, bytes))
    }

    /// The body turned into what `parse` makes of it. What the schema finds and what the domain finds
    /// is told together, as far as a body that breaks the schema can be read at all.
    pub(crate) async fn parsed_body<T: DeserializeOwned, P>(
        &self,
        parse: impl FnOnce(T) -> Result<P, Faults>,
    ) -> Result<(P, Vec<u8>), Problem> {
        self.within_limit()?;
        self.media_type()?;
        let bytes = self.bytes().await?;
        let value = body::parse(&bytes)?;
        let checked = self.check(&value);
        Ok((checked_and_parsed(checked, value, parse)?, bytes))
    }

    /// The body, checked against the operation's schema and not yet turned into a type.
    pub(crate) async fn body_value(&self) -> Result<(Value, Vec<u8>), Problem> {
        self.within_limit()?;
        self.media_type()?;
        let bytes = self.bytes().await?;
        let value = body::parse(&bytes)?;
        self.check(&value)?;
        Ok((value, bytes))
    }

    fn typed<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, Problem> {
        let value = body::parse(bytes)?;
        self.check(&value)?;
        serde_json::from_value(value).map_err(mismatch)
    }

    /// What the address and the body are wrong in, all at once.
    fn check(&self, value: &Value) -> Result<(), Problem> {
        let address = Query::strict(self).done();
        let body = match &self.operation.body_schema {
            Some(schema) => self.app.contract.schemas.check(schema, value),
            None => Ok(()),
        };
        match (address, body) {
            (Err(address), Err(mut body)) if body.kind == Kind::Invalid => {
                body.errors.splice(0..0, address.errors);
                Err(body)
            }
            (address, body) => body.and(address),
        }
    }

    /// Refuses what announces itself as too large before anything else is said of it.
    pub(crate) fn within_limit(&self) -> Result<(), Problem> {
        let announced = self
            .header(header::CONTENT_LENGTH)
            .and_then(|v| v.parse::<usize>().ok());
        if announced.is_some_and(|length| length > self.operation.limit.bytes()) {
            return Err(Problem::new(Kind::PayloadTooLarge));
        }
        Ok(())
    }

    /// Refuses a body of another type than the contract lists.
    pub(crate) fn media_type(&self) -> Result<String, Problem> {
        let given = self.header(header::CONTENT_TYPE).unwrap_or_default();
        let given = given
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let is_coded = self
            .header(header::CONTENT_ENCODING)
            .is_some_and(|c| c != "identity");
        if self.operation.media_types.contains(&given) && !is_coded {
            return Ok(given);
        }
        let known = self.operation.media_types.join(", ");
        Err(Problem::new(Kind::UnsupportedMediaType).with_detail(
            format!("Types acceptés ici : {known}, sans Content-Encoding."),
            format!("Types taken here: {known}, without Content-Encoding."),
        ))
    }

    /// The bytes of the body, within the operation's limit.
    pub(crate) async fn bytes(&self) -> Result<Vec<u8>, Problem> {
        self.within_limit()?;
        let mut bytes = Vec::new();
        let mut payload = self.payload()?;
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| {
                Problem::new(Kind::MalformedBody).with_detail(
                    "Le corps a été interrompu avant la fin.",
                    "The body broke off before its end.",
                )
            })?;
            if bytes.len() + chunk.len() > self.operation.limit.bytes() {
                self.payload.set(Some(payload));
                return Err(Problem::new(Kind::PayloadTooLarge));
            }
            let room = self.room.borrow_mut().grow_to(bytes.len() + chunk.len());
            if let Err(problem) = room {
                self.payload.set(Some(payload));
                return Err(problem);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// The body as it streams in; it can be taken once.
    pub(crate) fn payload(&self) -> Result<Payload, Problem> {
        self.payload
            .take()
            .ok_or_else(|| Problem::internal("the body was read twice"))
    }

    /// What `Idempotency-Key` claims for this body.
    pub(crate) fn claim(&self, body: &[u8]) -> Result<Option<Claim>, Problem> {
        let name = header::HeaderName::from_static("idempotency-key");
        let Some(value) = self.http.headers().get(name) else {
            return Ok(None);
        };
        let key = value.to_str().unwrap_or_default();
        let printable = key.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if key.is_empty() || key.len() > 255 || !printable {
            let malformed = FaultCode::Malformed("idempotency_key");
            let fault = FieldError::of_parameter("Idempotency-Key", &malformed);
            return Err(Problem::invalid(vec![fault]));
        }
        // Keyed, since a body may hold a password: a plain digest would let it be guessed.
        let mut digest = Hmac::<Sha256>::new_from_slice(&self.app.pepper)
            .expect("HMAC takes a key of any length");
        // Another address or other parameters make it another request.
        for part in [self.http.method().as_str(), &self.http.uri().to_string()] {
            digest.update(part.as_bytes());
            digest.update(&[0]);
        }
        digest.update(body);
        Ok(Some(Claim {
            key: key.to_owned(),
            fingerprint: digest.finalize().into_bytes().into(),
        }))
    }
}

/// The schema and the type disagree: our fault, but the sender is told what could be wrong.
/// A name in a path that can be that of a thing: an id, or a slug. What is neither names nothing.
pub(crate) fn name_of_thing(name: &str) -> Result<&str, Problem> {
    let is_id = name.len() == 36 && Uuid::try_parse(name).is_ok();
    if is_id || Slug::parse(name).is_ok() {
        Ok(name)
    } else {
        Err(Problem::new(Kind::NotFound))
    }
}

/// What was sent, in the domain's words; or all that is wrong with it, of its shape and of what only the
/// domain knows.
pub(crate) fn checked_and_parsed<T: DeserializeOwned, P>(
    checked: Result<(), Problem>,
    value: Value,
    parse: impl FnOnce(T) -> Result<P, Faults>,
) -> Result<P, Problem> {
    match (checked, serde_json::from_value::<T>(value)) {
        (Ok(()), Ok(typed)) => Ok(parse(typed)?),
        (Ok(()), Err(error)) => Err(mismatch(error)),
        (Err(problem), Err(_)) => Err(problem),
        (Err(mut problem), Ok(typed)) => {
            if let Err(faults) = parse(typed) {
                let more = faults.all().iter().map(FieldError::from);
                let told = problem.errors.clone();
                let is_new = |fault: &FieldError| !told.iter().any(|one| one.holds(fault));
                problem.errors.extend(more.filter(is_new));
            }
            Err(problem)
        }
    }
}

fn mismatch(error: serde_json::Error) -> Problem {
    tracing::warn!(%error, "a body passed its schema and not its type");
    Problem::new(Kind::Invalid).with_detail(
        "Le corps ne correspond pas au schéma de l’opération.",
        "The body doesn't match the operation's schema.",
    )
}

/// Refuses a write whose `If-Match` doesn't hold for what is stored; `current` is its tag now.
pub(crate) fn precondition(
    if_match: Option<&IfMatch>,
    version: i64,
    current: impl FnOnce() -> Tag,
) -> Result<(), Problem> {
    match if_match {
        None => Err(Problem::new(Kind::PreconditionRequired)),
        Some(wanted) if wanted.holds(version) => Ok(()),
        Some(_) => {
            let etag = Some(current().quoted(None));
            Err(Problem {
                etag,
                ..Problem::new(Kind::PreconditionFailed)
            })
        }
    }
}
