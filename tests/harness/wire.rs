//! A way to PostgreSQL that can break as networks do: nothing comes through any more, and nobody is told.
//! Only the connections that listen break; those that ask would be missed at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Such a way, whole until it is broken.
pub struct Wire {
    server: u16,
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    is_broken: AtomicBool,
    is_listened_to: AtomicBool,
}

impl Wire {
    /// To the server of that URL.
    ///
    /// # Panics
    /// When the URL has no port, or no other port is free.
    pub async fn to(url: &str) -> Self {
        let server = url::Url::parse(url).expect("a URL");
        let server = server.port().expect("a test's server has a port");
        let entry = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = entry.local_addr().expect("an address").port();
        let state = Arc::new(State::default());
        tokio::spawn(accept(entry, server, state.clone()));
        Self {
            server,
            port,
            state,
        }
    }

    /// The same URL by this way.
    #[must_use]
    pub fn through(&self, url: &str) -> String {
        url.replace(&format!(":{}/", self.server), &format!(":{}/", self.port))
    }

    /// Whether somebody listens.
    #[must_use]
    pub fn is_listened_to(&self) -> bool {
        self.state.is_listened_to.load(Ordering::SeqCst)
    }

    /// From now on nothing comes through to those who listen.
    pub fn break_silently(&self) {
        self.state.is_broken.store(true, Ordering::SeqCst);
    }
}

async fn accept(entry: TcpListener, server: u16, state: Arc<State>) {
    while let Ok((client, _)) = entry.accept().await {
        let Ok(there) = TcpStream::connect(("127.0.0.1", server)).await else {
            continue;
        };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = there.into_split();
        let listens = Arc::new(AtomicBool::new(false));
        tokio::spawn(carry(
            from_client,
            to_server,
            state.clone(),
            listens.clone(),
        ));
        tokio::spawn(carry(from_server, to_client, state.clone(), listens));
    }
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    state: Arc<State>,
    listens: Arc<AtomicBool>,
) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let carried = &buffer[..read];
        if carried.windows(7).any(|text| text == b"LISTEN ") {
            listens.store(true, Ordering::SeqCst);
            state.is_listened_to.store(true, Ordering::SeqCst);
        }
        if listens.load(Ordering::SeqCst) && state.is_broken.load(Ordering::SeqCst) {
            // The connection stays open, and silent.
            return std::future::pending().await;
        }
        if to.write_all(carried).await.is_err() {
            return;
        }
    }
}
