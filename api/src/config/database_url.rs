//! The address of a database. It may hold a password, so it shows itself without one.

use std::fmt;
use std::path::{Path, PathBuf};

use url::Url;

/// A database: an SQLite file, or PostgreSQL.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Address);

#[derive(Clone, PartialEq, Eq)]
enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl DatabaseUrl {
    /// The SQLite database in this file.
    pub fn sqlite(path: PathBuf) -> Self {
        Self(Address::Sqlite(path))
    }

    /// `sqlite:PATH` or `postgres://…`; the fault, in words, for anything else.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return sqlite_path(path).map(Self::sqlite);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let url = Url::parse(text).map_err(|fault| fault.to_string())?;
            if url.fragment().is_some() {
                return Err("write a `#` in the password as %23".to_owned());
            }
            return Ok(Self(Address::Postgres(text.to_owned())));
        }
        Err("give `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`".to_owned())
    }

    /// The same address with this password, which it does not hold yet; the fault, in words, when it
    /// can't have it.
    pub(super) fn with_password(&self, password: &str) -> Result<Self, String> {
        let Address::Postgres(text) = &self.0 else {
            return Err("`database_url` is an SQLite file, which has no password".to_owned());
        };
        if self.has_password() {
            return Err("`database_url` holds a password already: keep one of the two".to_owned());
        }
        let mut url = Url::parse(text).map_err(|fault| fault.to_string())?;
        // As an option, which takes any character and does not need a host.
        url.query_pairs_mut().append_pair("password", password);
        Ok(Self(Address::Postgres(url.into())))
    }

    /// Whether the address itself holds a password.
    pub(super) fn has_password(&self) -> bool {
        let Address::Postgres(text) = &self.0 else {
            return false;
        };
        Url::parse(text).is_ok_and(|url| {
            url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
        })
    }

    /// The file, when the database is SQLite.
    pub fn sqlite_path(&self) -> Option<&Path> {
        match &self.0 {
            Address::Sqlite(path) => Some(path),
            Address::Postgres(_) => None,
        }
    }

    /// The address with its password, for the driver alone, when the database is PostgreSQL.
    pub fn postgres_url_with_password(&self) -> Option<&str> {
        match &self.0 {
            Address::Sqlite(_) => None,
            Address::Postgres(url) => Some(url),
        }
    }
}

fn sqlite_path(path: &str) -> Result<PathBuf, String> {
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() {
        return Err("`sqlite:` wants the path of a file".to_owned());
    }
    if path.contains(":memory:") {
        return Err(
            "a database in memory is forgotten and can't be shared: give a file".to_owned(),
        );
    }
    if path.contains('?') {
        return Err("give the path of the file alone, without `?` and options".to_owned());
    }
    Ok(PathBuf::from(path))
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Address::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// The text with `***` for what may be a password. It works on any text, well-formed or not,
/// because it is the malformed address that ends up in a message; it rather hides too much.
pub(super) fn without_password(text: &str) -> String {
    without_password_option(&without_password_of_user(text))
}

fn without_password_of_user(text: &str) -> String {
    // The last `@`: a password that was not escaped may hold one itself.
    let Some((before, host)) = text.rsplit_once('@') else {
        return text.to_owned();
    };
    let (scheme, user) = match before.split_once("://") {
        Some((scheme, user)) => (format!("{scheme}://"), user),
        None => (String::new(), before),
    };
    match user.split_once(':') {
        Some((name, _)) if !scheme.is_empty() => format!("{scheme}{name}:***@{host}"),
        None if !scheme.is_empty() => text.to_owned(),
        _ => format!("***@{host}"),
    }
}

/// `password=…` and `sslpassword=…`, as a query or as libpq's own words.
fn without_password_option(text: &str) -> String {
    const OPTION: &str = "password=";
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.to_ascii_lowercase().find(OPTION) {
        let (before, value) = rest.split_at(at + OPTION.len());
        shown.push_str(before);
        shown.push_str("***");
        rest = value.find('&').map_or("", |end| &value[end..]);
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_both_databases() {
        for (text, path) in [
            ("sqlite:a.sqlite", "a.sqlite"),
            ("sqlite:/var/lib/a.sqlite", "/var/lib/a.sqlite"),
            ("sqlite://a.sqlite", "a.sqlite"),
            ("sqlite:///var/lib/a.sqlite", "/var/lib/a.sqlite"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.sqlite_path(), Some(Path::new(path)), "{text}");
            assert_eq!(url.postgres_url_with_password(), None);
        }
        for text in [
            "postgres://u:p@h/d",
            "postgresql:///d?host=/var/run/postgresql",
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.postgres_url_with_password(), Some(text));
            assert_eq!(url.sqlite_path(), None);
        }
    }

    #[test]
    fn takes_any_password_once_and_hides_it() {
        for text in ["postgres://u@h:5432/d", "postgres:///d?host=/run&user=u"] {
            let url = DatabaseUrl::parse(text).unwrap();
            let whole = url.with_password("s3c%41&@ é+").unwrap();
            let sent = Url::parse(whole.postgres_url_with_password().unwrap()).unwrap();
            let given = sent.query_pairs().find(|(name, _)| name == "password");
            assert_eq!(given.unwrap().1, "s3c%41&@ é+");
            assert!(!format!("{whole} {whole:?}").contains("s3c"), "{whole}");
            assert!(whole.with_password("other").is_err());
        }
        for text in [
            "sqlite:a",
            "postgres://u:p@h/d",
            "postgres://h/d?password=p",
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert!(url.with_password("p").is_err(), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "mysql://u@h/d",
            "data.sqlite",
            "sqlite:",
            "sqlite::memory:",
            "sqlite:a?mode=ro",
            "postgres:u@h/d",
            "postgres://u:p#q@h/d",
        ] {
            assert!(DatabaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hides_the_password() {
        for (text, shown) in [
            ("postgres://u:s3cret@h:5432/d", "postgres://u:***@h:5432/d"),
            ("postgres://u:s3c@r/et@h/d", "postgres://u:***@h/d"),
            ("postgres://u@h/d", "postgres://u@h/d"),
            (
                "postgres://h/d?user=u&password=s3cret&x=1",
                "postgres://h/d?user=u&password=***&x=1",
            ),
            (
                "postgres://h/d?sslPassword=s3cret",
                "postgres://h/d?sslPassword=***",
            ),
            ("postgres:u:s3cret@h/d", "***@h/d"),
            ("host=h password=s3cret user=u", "host=h password=***"),
            ("127.0.0.1:80", "127.0.0.1:80"),
        ] {
            assert_eq!(without_password(text), shown);
        }
        let url = DatabaseUrl::parse("postgres://u:s3cret@h/d").unwrap();
        assert_eq!(
            format!("{url} {url:?}"),
            "postgres://u:***@h/d DatabaseUrl(postgres://u:***@h/d)"
        );
    }
}
