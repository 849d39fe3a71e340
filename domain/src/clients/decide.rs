//! What may be done with credentials: issued, given another secret, revoked.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::accounts::{PARTNER_SCOPES, Scope};
use crate::kernel::{Change, Fact, Id, Ids, Line, Vocabulary};
use crate::organisations::{Organisation, OrganisationState};

/// The longest that a secret goes on counting beside the one that replaces it.
pub const LONGEST_OVERLAP: TimeDelta = TimeDelta::days(30);

/// Credentials of one organisation. The secrets themselves are the outer layers' matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Client {
    /// Their id, which is the `client_id` too.
    pub id: Id<Client>,
    /// For whom they act, and for nobody else.
    pub organisation: Id<Organisation>,
    /// What they are for and may do.
    pub content: ClientContent,
    /// Until when the secret before the present one counts.
    pub previous_until: Option<DateTime<Utc>>,
    /// Since when they are worth nothing.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Changes with every write.
    pub version: i64,
    /// When they were issued.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is said when credentials are issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientContent {
    /// Which software uses them.
    pub name: Option<Line<120>>,
    /// What they allow, in the vocabulary's order: never more than a partner may.
    scopes: Vec<Scope>,
    /// From when on they are worth nothing.
    pub expires_at: Option<DateTime<Utc>>,
}

impl ClientContent {
    /// Scopes come in the vocabulary's order, each once; none named means all that a partner may have.
    ///
    /// # Errors
    /// The first scope that no partner may have.
    pub fn new(
        name: Option<Line<120>>,
        scopes: &[Scope],
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Self, Scope> {
        if let Some(beyond) = scopes.iter().find(|scope| !PARTNER_SCOPES.contains(scope)) {
            return Err(*beyond);
        }
        let is_asked = |scope: &Scope| scopes.is_empty() || scopes.contains(scope);
        Ok(Self {
            name,
            scopes: PARTNER_SCOPES.iter().copied().filter(is_asked).collect(),
            expires_at,
        })
    }

    /// As it was stored. What partners may has its say today, whatever was granted once; where nothing is left
    /// of it, they may nothing.
    #[must_use]
    pub fn stored(
        name: Option<Line<120>>,
        mut scopes: Vec<Scope>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Self {
        scopes.retain(|scope| PARTNER_SCOPES.contains(scope));
        Self {
            name,
            scopes,
            expires_at,
        }
    }

    /// What they allow.
    #[must_use]
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }
}

/// Whether credentials count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientState {
    /// They do.
    Active,
    /// Their time is over.
    Expired,
    /// Somebody ended them.
    Revoked,
}

impl Vocabulary for ClientState {
    const NAME: &'static str = "ClientState";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Active, "active"),
        (Self::Expired, "expired"),
        (Self::Revoked, "revoked"),
    ];
}

impl Client {
    /// Whether they count at that moment.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> ClientState {
        if self.revoked_at.is_some() {
            ClientState::Revoked
        } else if self.content.expires_at.is_some_and(|at| at <= now) {
            ClientState::Expired
        } else {
            ClientState::Active
        }
    }

    fn next(&self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now.max(self.updated_at),
            ..self.clone()
        }
    }
}

/// Which of its secrets a client proved to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// The present one.
    Present,
    /// The one before.
    Previous,
}

/// What happened to credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientFact {
    /// They were issued.
    Issued,
    /// They got another secret.
    Rotated,
    /// They were ended.
    Revoked,
    /// Their organisation turned out to be another one.
    Moved,
}

impl Fact for ClientFact {
    fn name(&self) -> &'static str {
        match self {
            Self::Issued => "client.issued",
            Self::Rotated => "client.rotated",
            Self::Revoked => "client.revoked",
            Self::Moved => "client.moved",
        }
    }

    fn is_told(&self) -> bool {
        false
    }
}

/// Why credentials are not issued or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientRefusal {
    /// Whoever is shut out gets no credentials.
    #[error("the organisation is shut out")]
    Suspended,
    /// The structure turned out to be another one.
    #[error("the organisation was merged into another one")]
    Merged(Id<Organisation>),
    /// They would be worth nothing from the start.
    #[error("the credentials would have expired already")]
    ExpiresInThePast,
    /// They are worth nothing any more.
    #[error("the credentials count no more")]
    Ended(ClientState),
    /// The secret before would go on counting for too long.
    #[error("the secret before the new one would count for too long")]
    OverlapTooLong,
}

type Changed = Change<Client, ClientFact>;

/// Issues credentials to a structure. One that waits for its decision gets them too: the director who
/// hands them out has decided that much.
///
/// # Errors
/// The structure is shut out or was merged; they would have expired.
pub fn issue(
    organisation: &Organisation,
    content: ClientContent,
    ids: &mut dyn Ids,
    now: DateTime<Utc>,
) -> Result<Changed, ClientRefusal> {
    if let Some(into) = organisation.merged_into {
        return Err(ClientRefusal::Merged(into));
    }
    if organisation.state == OrganisationState::Suspended {
        return Err(ClientRefusal::Suspended);
    }
    if content.expires_at.is_some_and(|at| at <= now) {
        return Err(ClientRefusal::ExpiresInThePast);
    }
    let client = Client {
        id: Id::new(ids),
        organisation: organisation.id,
        content,
        previous_until: None,
        revoked_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Ok(Change::new(None, client, ClientFact::Issued))
}

/// Gives them another secret; the one before goes on counting for `overlap`.
///
/// # Errors
/// They count no more; the overlap is too long.
pub fn rotate(
    client: Client,
    overlap: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Changed, ClientRefusal> {
    counts(&client, now)?;
    if overlap > LONGEST_OVERLAP {
        return Err(ClientRefusal::OverlapTooLong);
    }
    let after = Client {
        previous_until: (overlap > TimeDelta::zero()).then(|| now + overlap),
        ..client.next(now)
    };
    Ok(Change::new(Some(client), after, ClientFact::Rotated))
}

/// Ends them at once, with all their tokens.
///
/// # Errors
/// They were ended before.
pub fn revoke(client: Client, now: DateTime<Utc>) -> Result<Changed, ClientRefusal> {
    if client.revoked_at.is_some() {
        return Err(ClientRefusal::Ended(ClientState::Revoked));
    }
    let after = Client {
        previous_until: None,
        revoked_at: Some(now),
        ..client.next(now)
    };
    Ok(Change::new(Some(client), after, ClientFact::Revoked))
}

/// Credentials of a structure that was merged act for the one that stays. Those of one that was shut out are
/// ended: whoever knows their secrets must not get in by the other's door.
#[must_use]
pub fn follow(
    client: Client,
    from: OrganisationState,
    into: Id<Organisation>,
    now: DateTime<Utc>,
) -> Changed {
    let is_ended = from == OrganisationState::Suspended && client.revoked_at.is_none();
    let moved = Client {
        organisation: into,
        ..client.next(now)
    };
    if !is_ended {
        return Change::new(Some(client), moved, ClientFact::Moved);
    }
    let ended = Client {
        previous_until: None,
        revoked_at: Some(now),
        ..moved
    };
    Change::new(Some(client), ended, ClientFact::Moved).and(ClientFact::Revoked)
}

/// Whether whoever knows that secret signs in: it counts, they count, and the organisation is not shut
/// out.
#[must_use]
pub fn may_sign_in(
    client: &Client,
    organisation: OrganisationState,
    secret: Secret,
    now: DateTime<Utc>,
) -> bool {
    let secret_counts = match secret {
        Secret::Present => true,
        Secret::Previous => client.previous_until.is_some_and(|until| now < until),
    };
    secret_counts && may_act(client, organisation, now)
}

/// Whether a token that was given counts: the credentials do, and the organisation is not shut out.
#[must_use]
pub fn may_act(client: &Client, organisation: OrganisationState, now: DateTime<Utc>) -> bool {
    counts(client, now).is_ok() && organisation != OrganisationState::Suspended
}

fn counts(client: &Client, now: DateTime<Utc>) -> Result<(), ClientRefusal> {
    match client.state(now) {
        ClientState::Active => Ok(()),
        ended => Err(ClientRefusal::Ended(ended)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::testing::Counter;
    use crate::kernel::{Reason, Slug};
    use crate::organisations;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn later(hours: i64) -> DateTime<Utc> {
        NOW + TimeDelta::hours(hours)
    }

    fn organisation() -> Organisation {
        let content = organisations::tests::content("Jardins");
        let slug = Slug::of("Jardins");
        organisations::create(content, slug, &[], &[], &mut Counter(0), NOW)
            .unwrap()
            .into_after()
    }

    fn content(expires_at: Option<DateTime<Utc>>) -> ClientContent {
        ClientContent::new(None, &[], expires_at).unwrap()
    }

    fn issued(expires_at: Option<DateTime<Utc>>) -> Client {
        issue(&organisation(), content(expires_at), &mut Counter(9), NOW)
            .unwrap()
            .into_after()
    }

    #[test]
    fn scopes_are_those_of_a_partner_or_fewer() {
        assert_eq!(content(None).scopes(), PARTNER_SCOPES);
        let some = [
            Scope::WebhooksWrite,
            Scope::ProjectsRead,
            Scope::WebhooksWrite,
        ];
        let some = ClientContent::new(None, &some, None).unwrap();
        assert_eq!(some.scopes(), [Scope::ProjectsRead, Scope::WebhooksWrite]);
        for (scope, _) in Scope::WORDS {
            let given = ClientContent::new(None, &[*scope], None);
            assert_eq!(given.is_ok(), PARTNER_SCOPES.contains(scope));
        }
    }

    #[test]
    fn nobody_who_is_shut_out_gets_credentials() {
        let try_issue = |organisation: &Organisation, expires_at| {
            issue(organisation, content(expires_at), &mut Counter(9), NOW).map(|_| ())
        };
        assert_eq!(try_issue(&organisation(), None), Ok(()));
        let refused = try_issue(&organisation(), Some(NOW));
        assert_eq!(refused, Err(ClientRefusal::ExpiresInThePast));
        let suspended = organisations::suspend(organisation(), Reason::default(), NOW);
        let suspended = suspended.unwrap().into_after();
        assert_eq!(try_issue(&suspended, None), Err(ClientRefusal::Suspended));
        let merged = Organisation {
            merged_into: Some(suspended.id),
            ..organisation()
        };
        let refused = try_issue(&merged, None);
        assert_eq!(refused, Err(ClientRefusal::Merged(suspended.id)));
    }

    #[test]
    fn two_secrets_count_for_as_long_as_was_said() {
        let rotated = rotate(issued(None), TimeDelta::hours(24), later(1));
        let rotated = rotated.unwrap().into_after();
        let knows = |secret, at| may_sign_in(&rotated, OrganisationState::Active, secret, at);
        assert!(knows(Secret::Present, later(1)) && knows(Secret::Present, later(1000)));
        assert!(knows(Secret::Previous, later(24)));
        assert!(!knows(Secret::Previous, later(25)));
        let at_once = rotate(rotated.clone(), TimeDelta::zero(), later(2)).unwrap();
        let (at_once, active) = (at_once.into_after(), OrganisationState::Active);
        assert!(!may_sign_in(&at_once, active, Secret::Previous, later(2)));
        let beyond = LONGEST_OVERLAP + TimeDelta::seconds(1);
        let refused = rotate(rotated, beyond, NOW).map(|_| ());
        assert_eq!(refused, Err(ClientRefusal::OverlapTooLong));
    }

    #[test]
    fn what_ended_is_worth_nothing() {
        let client = issued(Some(later(2)));
        let active = OrganisationState::Active;
        assert!(may_act(&client, active, later(1)));
        assert!(may_act(&client, OrganisationState::Pending, later(1)));
        assert!(!may_act(&client, OrganisationState::Suspended, later(1)));
        assert!(!may_act(&client, active, later(2)));
        assert_eq!(client.state(later(2)), ClientState::Expired);
        let revoked = revoke(client, later(1)).unwrap().into_after();
        assert!(!may_act(&revoked, active, later(1)));
        let ended = ClientRefusal::Ended(ClientState::Revoked);
        let rotated = rotate(revoked.clone(), TimeDelta::zero(), later(1)).map(|_| ());
        assert_eq!(rotated, Err(ended));
        assert_eq!(revoke(revoked, later(1)).map(|_| ()), Err(ended));
    }

    #[test]
    fn those_of_one_that_was_shut_out_do_not_get_in_by_the_other_s_door() {
        use OrganisationState::{Active, Pending, Suspended};
        let into = Id::from_uuid(uuid::Uuid::from_u128(42));
        for (from, is_ended) in [(Pending, false), (Active, false), (Suspended, true)] {
            let rotated = rotate(issued(None), TimeDelta::hours(2), NOW);
            let rotated = rotated.unwrap().into_after();
            let moved = follow(rotated, from, into, later(0)).into_after();
            assert_eq!(moved.organisation, into);
            for secret in [Secret::Present, Secret::Previous] {
                assert_eq!(
                    may_sign_in(&moved, Active, secret, NOW),
                    !is_ended,
                    "{from:?}"
                );
            }
            assert_eq!(may_act(&moved, Active, NOW), !is_ended);
        }
        let ended = revoke(issued(None), NOW).unwrap().into_after();
        let moved = follow(ended.clone(), Suspended, into, later(1)).into_after();
        assert_eq!(moved.revoked_at, ended.revoked_at);
    }

    #[test]
    fn a_scope_that_partners_lost_leaves_no_other_in_its_place() {
        let withdrawn = ClientContent::stored(None, vec![Scope::UsersWrite], None);
        assert_eq!(withdrawn.scopes(), []);
        let kept = ClientContent::stored(None, PARTNER_SCOPES.to_vec(), None);
        assert_eq!(kept.scopes(), PARTNER_SCOPES);
    }
}
