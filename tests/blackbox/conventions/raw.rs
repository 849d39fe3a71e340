//! Requests that no HTTP client would send: byte by byte over a socket.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use harness::app::App;

/// Sends these bytes, stops sending where `ends`, and gives all that is answered. The service is
/// asked to close the connection by the request itself.
pub(super) async fn exchange(app: &App, sent: Vec<u8>, ends: bool) -> String {
    let address = app.base.trim_start_matches("http://").to_owned();
    let talk = move || {
        let mut socket = TcpStream::connect(address).expect("a connection");
        socket
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a timeout");
        // It may be refused before all of it is sent.
        let _ = socket.write_all(&sent);
        if ends {
            let _ = socket.shutdown(Shutdown::Write);
        }
        let mut answered = Vec::new();
        let mut some = [0; 4096];
        while let Ok(count @ 1..) = socket.read(&mut some) {
            answered.extend_from_slice(&some[..count]);
        }
        String::from_utf8_lossy(&answered).into_owned()
    };
    tokio::task::spawn_blocking(talk)
        .await
        .expect("an exchange")
}

/// The head of a request to make an event.
pub(super) fn posting(token: &str, length: &str) -> String {
    format!(
        "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
    )
}
