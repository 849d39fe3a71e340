//! An intercommunality (EPCI), and how its line of the official file is read.

use std::borrow::Cow;

use crate::kernel::codes::Siren;

/// An intercommunality with its own taxation, as the official list gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intercommunality {
    /// Its number.
    pub siren: Siren,
    /// Its name.
    pub name: Cow<'static, str>,
    /// What the law calls it.
    pub kind: IntercommunalityKind,
    /// The legal population of its communes.
    pub population: Option<u32>,
}

/// The kinds of intercommunality that the law knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntercommunalityKind {
    /// *Communauté de communes*.
    CommunityOfCommunes,
    /// *Communauté d'agglomération*.
    AgglomerationCommunity,
    /// *Communauté urbaine*.
    UrbanCommunity,
    /// *Métropole*.
    Metropolis,
    /// The *métropole de Lyon*, which is a collectivity of its own kind.
    MetropolisOfLyon,
}

impl IntercommunalityKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::CommunityOfCommunes,
        Self::AgglomerationCommunity,
        Self::UrbanCommunity,
        Self::Metropolis,
        Self::MetropolisOfLyon,
    ];

    /// The abbreviation used officially.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CommunityOfCommunes => "CC",
            Self::AgglomerationCommunity => "CA",
            Self::UrbanCommunity => "CU",
            Self::Metropolis => "METRO",
            Self::MetropolisOfLyon => "MET69",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl Intercommunality {
    /// Reads `siren,name,kind,population`, where only the name may hold commas or quotes.
    pub(super) fn from_line(line: &'static str) -> Option<Self> {
        let (siren, line) = line.split_once(',')?;
        let (line, population) = line.rsplit_once(',')?;
        let (name, kind) = line.rsplit_once(',')?;
        Some(Self {
            siren: Siren::parse(siren).ok()?,
            name: unquoted(name)?,
            kind: IntercommunalityKind::from_code(kind)?,
            population: match population {
                "" => None,
                figure => Some(figure.parse().ok()?),
            },
        })
    }
}

fn unquoted(field: &'static str) -> Option<Cow<'static, str>> {
    let Some(quoted) = field.strip_prefix('"') else {
        return (!field.contains([',', '"'])).then_some(Cow::Borrowed(field));
    };
    let inside = quoted.strip_suffix('"')?;
    Some(if inside.contains('"') {
        Cow::Owned(inside.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_and_quotes_are_read() {
        for (line, name) in [
            ("200067643,CC du Sanon,CC,5", "CC du Sanon"),
            (
                "200067643,\"CC Avallon, Vézelay, Morvan\",CC,5",
                "CC Avallon, Vézelay, Morvan",
            ),
            ("200067643,\"CA \"\"L'Agglo\"\"\",CA,", "CA \"L'Agglo\""),
        ] {
            assert_eq!(Intercommunality::from_line(line).unwrap().name, name);
        }
    }

    #[test]
    fn a_line_with_a_fault_is_not_read() {
        for line in [
            "",
            "200067643,CC du Sanon,CC",
            "200067643,CC du Sanon,XX,5",
            "200067643,CC du Sanon,CC,many",
            "200067643,CC du Sanon, encore,CC,5",
            "200067644,CC du Sanon,CC,5",
        ] {
            assert!(Intercommunality::from_line(line).is_none(), "{line}");
        }
    }
}
