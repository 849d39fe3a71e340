//! Downloads over TLS: whose certificates are taken.

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;

/// A server that answers over TLS, as `agenda.example`.
async fn encrypted() -> SocketAddr {
    let certificate = include_bytes!("../certificates/agenda.pem");
    let certificate = CertificateDer::from_pem_slice(certificate).unwrap();
    let key = include_bytes!("../certificates/agenda.key.pem");
    let key = PrivateKeyDer::from_pem_slice(key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut head = [0; 8192];
                let _ = stream.read(&mut head).await;
                let _ = stream.write_all(&ok("there")).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    address
}

#[tokio::test]
async fn a_certificate_is_of_the_name_and_of_an_authority_that_is_trusted() {
    let port = encrypted().await.port();
    let mut authorities = RootCertStore::empty();
    let authority = include_bytes!("../certificates/authority.pem");
    let authority = CertificateDer::from_pem_slice(authority).unwrap();
    authorities.add(authority).unwrap();
    let here: &[&[&str]] = &[&["127.0.0.1"]];
    let trusting = Outgoing {
        resolver: changing(here, Arc::default()),
        tls: tls(authorities),
        ..client(&["127.0.0.1"])
    };
    let url = |name: &str| format!("https://{name}:{port}/");
    let there = get(&trusting, &url("agenda.example")).await;
    assert_eq!(body(there.unwrap()), "there");
    let distrusting = Outgoing {
        resolver: changing(here, Arc::default()),
        ..client(&["127.0.0.1"])
    };
    for (client, name) in [
        (&trusting, "other.example"),
        (&trusting, "127.0.0.1"),
        (&distrusting, "agenda.example"),
    ] {
        let refused = get(client, &url(name)).await;
        assert!(
            matches!(refused, Err(OutgoingError::Tls(_))),
            "{name}: {refused:?}"
        );
    }
}
