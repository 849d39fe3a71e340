//! What may be asked: the form of an address, and the IP addresses it may lead to.

use std::net::IpAddr;

use url::{Host, Url};

use super::addresses::is_public;
use super::error::OutgoingError;
use super::is_in;
use crate::config::Network;

/// Below it are the ports of the system's services.
const FIRST_FREE_PORT: u16 = 1024;

/// The rule: public addresses, and those that are opened.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    opened: Vec<Network>,
}

/// Where an address leads, as far as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// To one IP address, which may be reached.
    Literal(IpAddr),
    /// To those that bear the name, each still to be checked.
    Name(String),
}

impl Guard {
    pub(super) fn new(opened: &[Network]) -> Self {
        Self {
            opened: opened.to_owned(),
        }
    }

    /// Whether the form is right, and a literal address one that is reached. The parser of addresses has
    /// read `0x7f.1` and `2130706433` as what they are.
    pub(super) fn admit(&self, url: &Url) -> Result<Place, OutgoingError> {
        let is_web = matches!(url.scheme(), "http" | "https");
        if !is_web || !url.username().is_empty() || url.password().is_some() {
            return Err(OutgoingError::Malformed);
        }
        let place = match url.host() {
            None => return Err(OutgoingError::Malformed),
            Some(Host::Domain(name)) if name.is_empty() || name.ends_with('.') => {
                return Err(OutgoingError::Malformed);
            }
            Some(Host::Domain(name)) => Place::Name(name.to_owned()),
            Some(Host::Ipv4(address)) => Place::Literal(address.into()),
            Some(Host::Ipv6(address)) => Place::Literal(address.into()),
        };
        match &place {
            Place::Literal(address) => self.check(url, *address)?,
            // Whether a name leads to an opened address shows when it is resolved.
            Place::Name(_) if self.opened.is_empty() => as_public(url)?,
            Place::Name(_) => {}
        }
        Ok(place)
    }

    /// Whether a connection for `url` may be made to `address`.
    pub(super) fn check(&self, url: &Url, address: IpAddr) -> Result<(), OutgoingError> {
        if is_in(&self.opened, address) {
            return Ok(());
        }
        if !is_public(address) {
            return Err(OutgoingError::Private);
        }
        as_public(url)
    }
}

/// How a public address is asked: encrypted, and not at a port of other services.
fn as_public(url: &Url) -> Result<(), OutgoingError> {
    if url.scheme() == "http" {
        return Err(OutgoingError::Unencrypted);
    }
    match url.port_or_known_default() {
        Some(port) if port == 443 || port >= FIRST_FREE_PORT => Ok(()),
        port => Err(OutgoingError::Port(port.unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn guard(opened: &[&str]) -> Guard {
        let networks: Vec<_> = opened
            .iter()
            .map(|text| Network::parse(text).unwrap())
            .collect();
        Guard::new(&networks)
    }

    /// What is said of an address: the word of the error, or nothing.
    fn said(guard: &Guard, text: &str) -> String {
        let url = Url::parse(text).unwrap();
        guard
            .admit(&url)
            .map_or_else(|error| error.to_string(), |_| String::new())
    }

    const PRIVATE: &str = "an address that is not public";
    const MALFORMED: &str = "not an address that is asked";
    const UNENCRYPTED: &str = "http is for opened targets only";

    #[test]
    fn every_way_to_write_an_inner_address_is_refused() {
        let guard = guard(&[]);
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://017700000001/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://127.0.0.1:8443/",
            "https://%31%32%37.0.0.1/",
            "https://１２７.0.0.1/",
            "https://0/",
            "https://0.0.0.0/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::127.0.0.1]/",
            "https://[0:0:0:0:0:0:0:1]/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "http://127.0.0.1/",
        ] {
            assert_eq!(said(&guard, text), PRIVATE, "{text}");
        }
    }

    #[test]
    fn what_is_not_asked_whatever_is_opened() {
        for guard in [guard(&[]), guard(&["0.0.0.0/0", "::/0"])] {
            for text in [
                "ftp://agenda.example/",
                "file:///etc/passwd",
                "gopher://agenda.example/",
                "https://name@agenda.example/",
                "https://name:word@agenda.example/",
                "https://:word@agenda.example/",
                "https://localhost./",
                "https://agenda.example./",
                "unix:/run/socket",
                "data:text/plain,x",
            ] {
                assert_eq!(said(&guard, text), MALFORMED, "{text}");
            }
        }
    }

    #[test]
    fn without_encryption_only_opened_targets_are_asked() {
        assert_eq!(said(&guard(&[]), "http://agenda.example/"), UNENCRYPTED);
        assert_eq!(said(&guard(&[]), "http://1.1.1.1/"), UNENCRYPTED);
        let inside = guard(&["10.0.0.0/8"]);
        // Whether the name leads to an opened one shows when it is resolved.
        assert_eq!(said(&inside, "http://agenda.example/"), "");
        assert_eq!(said(&inside, "http://10.1.2.3:21/"), "");
        assert_eq!(said(&inside, "http://1.1.1.1/"), UNENCRYPTED);
        assert_eq!(said(&inside, "http://127.0.0.1/"), PRIVATE);
    }

    #[test]
    fn an_opened_address_is_reached_however_it_is_written() {
        let guard = guard(&["127.0.0.1", "fd00::/8"]);
        for text in [
            "http://127.0.0.1:8080/",
            "http://2130706433/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
        ] {
            assert_eq!(said(&guard, text), "", "{text}");
        }
        assert_eq!(said(&guard, "http://127.0.0.2/"), PRIVATE);
        assert_eq!(said(&guard, "http://[::1]/"), PRIVATE);
    }

    #[test]
    fn ports_of_other_services_are_not_for_us() {
        let guard = guard(&[]);
        for port in [1, 22, 25, 53, 80, 143, 442, 444, 993, 1023] {
            let url = format!("https://1.1.1.1:{port}/");
            assert_eq!(
                said(&guard, &url),
                format!("port {port} is for another service")
            );
        }
        assert_eq!(
            said(&guard, "https://agenda.example:25/"),
            "port 25 is for another service"
        );
        for url in [
            "https://1.1.1.1/",
            "https://1.1.1.1:1024/",
            "https://agenda.example:8443/",
        ] {
            assert_eq!(said(&guard, url), "");
        }
    }

    proptest! {
        #[test]
        fn a_literal_is_admitted_only_when_it_may_be_connected_to(bits: u128, is_short: bool) {
            let address: IpAddr = if is_short {
                std::net::Ipv4Addr::from_bits(bits as u32).into()
            } else {
                std::net::Ipv6Addr::from_bits(bits).into()
            };
            let text = match address {
                IpAddr::V4(v4) => format!("https://{}/", v4.to_bits()),
                IpAddr::V6(v6) => format!("https://[{v6}]/"),
            };
            let guard = guard(&[]);
            let url = Url::parse(&text).unwrap();
            let admitted = guard.admit(&url).is_ok();
            prop_assert_eq!(admitted, is_public(address));
            prop_assert_eq!(admitted, guard.check(&url, address).is_ok());
        }
    }
}
