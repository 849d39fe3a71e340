//! Conversations that are kept secret: with whom, and by whose word.

use harness::authority::Authority;
use harness::engines::Engine;
use harness::post_office::Secrecy;
use tokio_rustls::TlsAcceptor;

use super::*;

/// How a conversation is kept secret, by what encrypts it.
type Kept = fn(TlsAcceptor) -> Secrecy;

/// The two ways, and the scheme that asks for each.
const WAYS: [(&str, Kept); 2] = [("smtps", Secrecy::AtOnce), ("smtp", Secrecy::WhenAsked)];

/// Mail to that server by its name on this machine, with a password; these authorities are trusted too.
async fn app(post: &PostOffice, scheme: &str, trusted: Option<&Authority>) -> App {
    post.can("AUTH PLAIN LOGIN");
    let url = post.url_of(scheme, "petr:s3cret@");
    let url = url.replace("127.0.0.1", "localhost");
    let settings = |raw: &mut RawSettings| {
        raw.mail = url.parse().ok();
        raw.mail_from = "concertation@petr.example".parse().ok();
        raw.mail_ca_file = trusted.map(|authority| authority.file().parse().unwrap());
    };
    App::start_with(Engine::Sqlite, settings).await
}

#[tokio::test]
async fn a_server_with_a_certificate_of_an_authority_of_one_s_own_gets_mail_in_secret() {
    let authority = Authority::new();
    for (scheme, secrecy) in WAYS {
        let post = PostOffice::open_with(secrecy(authority.server("localhost"))).await;
        let app = app(&post, scheme, Some(&authority)).await;
        let officer = officer(&app).await;
        activated(&app, &officer, "Jardins").await;
        until(&app, &["sent 1"]).await;
        let taken = post.taken();
        let took = taken.iter().map(|one| (one.to.as_str(), one.was_encrypted));
        assert_eq!(
            took.collect::<Vec<_>>(),
            [("jardins@asso.example", true)],
            "{scheme}"
        );
        assert!(post.heard().iter().any(|line| line.starts_with("AUTH ")));
    }
}

#[tokio::test]
async fn one_whose_certificate_is_of_an_unknown_authority_or_another_name_is_told_nothing() {
    let (known, unknown) = (Authority::new(), Authority::new());
    for (scheme, secrecy) in WAYS {
        for (trusted, server) in [
            (None, known.server("localhost")),
            (Some(&known), unknown.server("localhost")),
            (Some(&known), known.server("other.example")),
            (Some(&known), known.server("127.0.0.1")),
        ] {
            let post = PostOffice::open_with(secrecy(server)).await;
            let app = app(&post, scheme, trusted).await;
            let officer = officer(&app).await;
            activated(&app, &officer, "Jardins").await;
            until(&app, &["waiting insecure 1"]).await;
            let heard = post.heard();
            let says_nothing = |line: &String| line.starts_with("EHLO ") || line == "STARTTLS";
            assert!(heard.iter().all(says_nothing), "{heard:?}");
            assert_eq!(heard.is_empty(), scheme == "smtps", "{heard:?}");
        }
    }
}
