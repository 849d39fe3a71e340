//! The address that people use, from which every absolute link is written.

use std::fmt;
use std::net::SocketAddr;

use url::Url;

/// An `http` or `https` address without query, fragment or trailing slash; it may have a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address; the fault, in words, when it is none that links can start with.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|fault| {
            format!("{fault}; give one such as https://concertation.example.fr")
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("it starts with http:// or https://".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it has neither `?` nor `#`".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds no user name and no password".to_owned());
        }
        Ok(Self(url))
    }

    /// Where somebody on this machine reaches a service that listens there.
    pub(super) fn of_listener(address: SocketAddr) -> Self {
        let ip = address.ip();
        let text = if ip.is_loopback() || ip.is_unspecified() {
            format!("http://localhost:{}", address.port())
        } else {
            // A scope (fe80::1%2) means nothing in a link.
            format!("http://{}", SocketAddr::new(ip, address.port()))
        };
        Self(
            Url::parse(&text).expect("http:// with an IP address or localhost and a port is a URL"),
        )
    }

    /// The address without a trailing slash: a link is this and a path that begins with one.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The path without a trailing slash, empty at the root of the host.
    pub fn path(&self) -> &str {
        self.0.path().trim_end_matches('/')
    }

    /// Scheme, host and port, as browsers write an origin.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The domain of addresses for mail: the host, unless that is a number or this machine.
    pub(super) fn mail_domain(&self) -> &str {
        match self.0.domain() {
            Some(name) if name.contains('.') => name,
            _ => "concertation.local",
        }
    }

    /// Whether people come by HTTPS, which cookies and strict transport go by.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_no_trailing_slash() {
        for (text, shown, path) in [
            ("https://a.example", "https://a.example", ""),
            ("https://a.example/", "https://a.example", ""),
            (
                "https://a.example/agenda/",
                "https://a.example/agenda",
                "/agenda",
            ),
            ("http://a.example:8080", "http://a.example:8080", ""),
        ] {
            let url = PublicUrl::parse(text).unwrap();
            assert_eq!((url.as_str(), url.path()), (shown, path));
        }
    }

    #[test]
    fn refuses_what_no_link_starts_with() {
        for text in [
            "",
            "a.example",
            "ftp://a.example",
            "https://a.example/?x",
            "https://a/#x",
            "https://u:p@a/",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn follows_the_listener() {
        for (listen, shown) in [
            ("127.0.0.1:8080", "http://localhost:8080"),
            ("[::1]:8080", "http://localhost:8080"),
            ("0.0.0.0:9000", "http://localhost:9000"),
            ("192.0.2.1:80", "http://192.0.2.1"),
            ("[2001:db8::1]:8080", "http://[2001:db8::1]:8080"),
        ] {
            assert_eq!(
                PublicUrl::of_listener(listen.parse().unwrap()).as_str(),
                shown
            );
        }
    }
}
