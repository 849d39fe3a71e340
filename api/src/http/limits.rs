//! Rate limits: a bucket for each token's owner and for each anonymous address.
//!
//! Each instance counts for itself: behind a balancer the limit is that of one instance times their
//! number, which keeps a request from waiting for the database.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

type Buckets<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// The buckets.
pub(crate) struct Limits {
    addresses: Buckets<IpAddr>,
    owners: Buckets<Uuid>,
    clock: DefaultClock,
}

/// A policy as its header names it: so many requests at once, refilled in so many seconds.
struct Policy {
    name: &'static str,
    a_second: u32,
    burst: u32,
}

const ANONYMOUS: Policy = Policy {
    name: "anonymous",
    a_second: 50,
    burst: 500,
};
const TOKEN: Policy = Policy {
    name: "token",
    a_second: 100,
    burst: 2_000,
};

impl Policy {
    fn quota(&self) -> Quota {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Quota::per_second(at_least_one(self.a_second)).allow_burst(at_least_one(self.burst))
    }
}

/// What is left of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    /// The value of `RateLimit-Policy`.
    pub(crate) policy: String,
    /// The value of `RateLimit`.
    pub(crate) limit: String,
    /// For how many seconds nothing more is given; 0 when this request may go on.
    pub(crate) wait: u64,
}

impl Limits {
    pub(crate) fn new() -> Self {
        let buckets = |policy: &Policy| policy.quota();
        Self {
            addresses: RateLimiter::dashmap(buckets(&ANONYMOUS)).with_middleware(),
            owners: RateLimiter::dashmap(buckets(&TOKEN)).with_middleware(),
            clock: DefaultClock::default(),
        }
    }

    /// Takes one request of an address.
    pub(crate) fn of_address(&self, address: IpAddr) -> Left {
        let taken = self.addresses.check_key(&network_of(address));
        self.left(
            &ANONYMOUS,
            taken.map(|state| state.remaining_burst_capacity()),
        )
    }

    /// Takes one request of a token's owner.
    pub(crate) fn of_owner(&self, owner: Uuid) -> Left {
        let taken = self.owners.check_key(&owner);
        self.left(&TOKEN, taken.map(|state| state.remaining_burst_capacity()))
    }

    fn left(
        &self,
        policy: &Policy,
        taken: Result<u32, governor::NotUntil<<DefaultClock as Clock>::Instant>>,
    ) -> Left {
        let window = policy.burst / policy.a_second;
        let (remaining, wait) = match taken {
            Ok(remaining) => (remaining, 0),
            Err(until) => (0, until.wait_time_from(self.clock.now()).as_secs() + 1),
        };
        // Seconds until the bucket is full again.
        let refill = (policy.burst - remaining.min(policy.burst)).div_ceil(policy.a_second);
        Left {
            policy: format!("\"{}\";q={};w={window}", policy.name, policy.burst),
            limit: format!("\"{}\";r={remaining};t={refill}", policy.name),
            wait,
        }
    }

    /// Forgets the buckets that are full again, so that memory stays bounded.
    pub(crate) fn forget_full(&self) {
        self.addresses.retain_recent();
        self.owners.retain_recent();
        self.addresses.shrink_to_fit();
        self.owners.shrink_to_fit();
    }
}

/// A household has a whole /64 of IPv6 addresses.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let mut octets = v6.octets();
            octets[8..].fill(0);
            IpAddr::V6(Ipv6Addr::from(octets))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_says_how_long_to_wait() {
        let limits = Limits::new();
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        let lefts: Vec<_> = (0..510).map(|_| limits.of_address(address)).collect();
        assert!(lefts[..500].iter().all(|left| left.wait == 0));
        assert!(lefts.iter().any(|left| left.wait >= 1));
        assert_eq!(lefts[0].policy, "\"anonymous\";q=500;w=10");
        assert!(
            lefts[0].limit.starts_with("\"anonymous\";r=499;t="),
            "{}",
            lefts[0].limit
        );
        assert_eq!(limits.of_address("192.0.2.2".parse().unwrap()).wait, 0);
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_bucket() {
        let of = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
