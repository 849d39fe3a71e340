//! Where mail goes. It may hold a password, so it shows itself without one.

use std::fmt;
use std::net::IpAddr;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::{Host, Url};

/// Where mail goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MailWay {
    /// Into files, for those who develop or try it out.
    #[default]
    File,
    /// To a server.
    Smtp(MailServer),
    /// Nowhere.
    Off,
}

/// A server that takes mail.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Its name, or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the conversation is kept secret.
    pub secrecy: Secrecy,
    /// Who we say we are.
    pub credentials: Option<(String, String)>,
    /// Whose certificates are taken besides those of the authorities that browsers trust: these authorities',
    /// such as those that public bodies have of their own.
    pub authorities: Vec<CertificateDer<'static>>,
}

/// How a conversation is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// From its first byte.
    Tls,
    /// From the first commands on: nothing is said before, and nothing to a server that can't.
    StartTls,
    /// Not at all: on this machine, or to a private address, which whoever chose this scheme trusts.
    Plain,
}

impl MailWay {
    /// `file`, `off` or the address of a server; the fault, in words, for anything else. What is not
    /// encrypted never goes over the Internet: an address says here whether it does, a name when it is
    /// resolved.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "file" => return Ok(Self::File),
            "off" => return Ok(Self::Off),
            _ => {}
        }
        let (scheme, _) = text.split_once("://").unwrap_or_default();
        let (secrecy, usual_port) = match scheme {
            "smtp" => (Secrecy::StartTls, 587),
            "smtps" => (Secrecy::Tls, 465),
            "smtp+plain" => (Secrecy::Plain, 25),
            _ => {
                return Err(
                    "give `file`, `off`, or a server such as smtp://user@mail.example.fr:587"
                        .to_owned(),
                );
            }
        };
        let url = Url::parse(text).map_err(|fault| fault.to_string())?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(
                "it ends with the port; write `#`, `?`, `/` and `@` in a password as \
                        %23, %3F, %2F and %40"
                    .to_owned(),
            );
        }
        let host = url.host().ok_or("it names no server")?;
        let server = MailServer {
            host: match host {
                Host::Ipv6(address) => address.to_string(),
                other => other.to_string(),
            },
            port: url.port().unwrap_or(usual_port),
            secrecy,
            credentials: credentials(&url)?,
            authorities: Vec::new(),
        };
        match server.host.parse() {
            Ok(address) if !server.may_be_at(address) => Err(
                "unencrypted mail stays on this machine, or goes to a private address: give smtp:// \
                 or smtps://"
                    .to_owned(),
            ),
            _ => Ok(Self::Smtp(server)),
        }
    }

    /// The same with that password; the fault, in words, when it can't have it.
    pub(super) fn with_password(self, password: String) -> Result<Self, String> {
        let Self::Smtp(server) = self else {
            return Err("`mail` names no server, which alone has a password".to_owned());
        };
        match server.credentials {
            Some((user, none)) if none.is_empty() => Ok(Self::Smtp(MailServer {
                credentials: Some((user, password)),
                ..server
            })),
            Some(_) => Err("`mail` holds a password already: keep one of the two".to_owned()),
            None => Err("`mail` names no user whose password it is".to_owned()),
        }
    }

    /// The same, which takes the certificates of these authorities (PEM) too; the fault, in words, when it
    /// can't.
    pub(super) fn with_authorities(self, pem: &str) -> Result<Self, String> {
        let Self::Smtp(mut server) = self else {
            return Err("`mail` names no server, which alone shows a certificate".to_owned());
        };
        if server.secrecy == Secrecy::Plain {
            return Err("`mail` is never encrypted, and so no certificate is shown".to_owned());
        }
        for authority in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let authority = authority.map_err(|fault| format!("it is no PEM: {fault:?}"))?;
            let taken = RootCertStore::empty().add(authority.clone());
            taken.map_err(|fault| format!("it holds what is no authority: {fault}"))?;
            server.authorities.push(authority);
        }
        if server.authorities.is_empty() {
            return Err("it holds no certificate: give a file of the form PEM".to_owned());
        }
        Ok(Self::Smtp(server))
    }

    /// Whether there is a user without the password that goes with them.
    pub(super) fn lacks_password(&self) -> bool {
        let Self::Smtp(server) = self else {
            return false;
        };
        matches!(&server.credentials, Some((_, password)) if password.is_empty())
    }
}

impl MailServer {
    /// Whether it may be talked to at that address: what is not encrypted reads on the way whoever wants.
    pub(crate) fn may_be_at(&self, address: IpAddr) -> bool {
        self.secrecy != Secrecy::Plain || is_inside(address)
    }
}

/// Whether it is this machine's, or a private network's (RFC 1918, RFC 4193): no more than those that are
/// certainly not reached over the Internet.
fn is_inside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

fn credentials(url: &Url) -> Result<Option<(String, String)>, String> {
    let user = decoded(url.username())?;
    let password = decoded(url.password().unwrap_or_default())?;
    match (user.is_empty(), password.is_empty()) {
        (true, true) => Ok(None),
        (true, false) => Err("it has a password and no user".to_owned()),
        (false, _) => Ok(Some((user, password))),
    }
}

/// What stands between `%`s.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let (byte, left) = match (first, others) {
            (b'%', [high, low, left @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (16 * high + low, left),
                _ => (b'%', others),
            },
            _ => (*first, others),
        };
        bytes.push(byte);
        rest = left;
    }
    String::from_utf8(bytes).map_err(|_| "its user or password is not UTF-8 text".to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16)?.try_into().ok()
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.credentials.as_ref().map(|(user, _)| user);
        f.debug_struct("MailServer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("secrecy", &self.secrecy)
            .field("user", &user)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> MailServer {
        match MailWay::parse(text) {
            Ok(MailWay::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn knows_the_ways() {
        assert_eq!(MailWay::parse("file"), Ok(MailWay::File));
        assert_eq!(MailWay::parse("off"), Ok(MailWay::Off));
        for (text, host, port, secrecy) in [
            ("smtp://m.example", "m.example", 587, Secrecy::StartTls),
            ("smtp://m.example:25/", "m.example", 25, Secrecy::StartTls),
            ("smtps://m.example", "m.example", 465, Secrecy::Tls),
            (
                "smtp+plain://127.0.0.1:1025",
                "127.0.0.1",
                1025,
                Secrecy::Plain,
            ),
            ("smtp+plain://[::1]:1025", "::1", 1025, Secrecy::Plain),
            ("smtp+plain://localhost", "localhost", 25, Secrecy::Plain),
        ] {
            let server = server(text);
            assert_eq!(
                (server.host.as_str(), server.port, server.secrecy),
                (host, port, secrecy),
                "{text}"
            );
            assert_eq!(server.credentials, None);
        }
    }

    #[test]
    fn a_user_and_a_password_are_read_and_never_shown() {
        let server = server("smtp://petr%40example.fr:s3c%2Fr%C3%A9t%@m.example");
        let credentials = ("petr@example.fr".to_owned(), "s3c/rét%".to_owned());
        assert_eq!(server.credentials, Some(credentials));
        assert!(!format!("{server:?}").contains("s3c"), "{server:?}");

        let way = MailWay::parse("smtps://petr@m.example").unwrap();
        assert!(way.lacks_password());
        let whole = way.with_password("s3cret".to_owned()).unwrap();
        assert!(!whole.lacks_password() && !format!("{whole:?}").contains("s3cret"));
        assert!(whole.with_password("other".to_owned()).is_err());
        assert!(MailWay::File.with_password("p".to_owned()).is_err());
    }

    #[test]
    fn what_is_not_encrypted_never_goes_over_the_internet() {
        for (text, is_taken) in [
            ("smtp+plain://10.3.1.2", true),
            ("smtp+plain://172.31.0.1:2525", true),
            ("smtp+plain://192.168.1.2", true),
            ("smtp+plain://[fd00::25]", true),
            ("smtp+plain://[::ffff:10.3.1.2]", true),
            // Where it leads shows when it is resolved.
            ("smtp+plain://relay", true),
            ("smtp+plain://1.1.1.1", false),
            ("smtp+plain://172.32.0.1", false),
            ("smtp+plain://192.0.2.1", false),
            ("smtp+plain://169.254.169.254", false),
            ("smtp+plain://0.0.0.0", false),
            ("smtp+plain://[2606:4700::1111]", false),
            ("smtp+plain://[::ffff:1.1.1.1]", false),
            ("smtp://1.1.1.1", true),
        ] {
            assert_eq!(MailWay::parse(text).is_ok(), is_taken, "{text}");
        }
    }

    #[test]
    fn authorities_of_one_s_own_are_for_servers_that_show_a_certificate() {
        let pem = include_str!("../outgoing/download/certificates/authority.pem");
        let of = |way: &str, pem: &str| MailWay::parse(way).unwrap().with_authorities(pem);
        for way in ["smtp://m.example", "smtps://m.example"] {
            let Ok(MailWay::Smtp(server)) = of(way, &[pem, pem].concat()) else {
                panic!("{way}");
            };
            assert_eq!(server.authorities.len(), 2);
        }
        for (way, pem) in [
            ("file", pem),
            ("off", pem),
            ("smtp+plain://127.0.0.1", pem),
            ("smtps://m.example", ""),
            ("smtps://m.example", "authority"),
            (
                "smtps://m.example",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            ),
        ] {
            assert!(of(way, pem).is_err(), "{way} {pem}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://u:p#q@m.example",
            "smtp://m.example/inbox",
            "smtp://:p@m.example",
            "smtp://m.example:port",
        ] {
            assert!(MailWay::parse(text).is_err(), "{text}");
        }
    }
}
