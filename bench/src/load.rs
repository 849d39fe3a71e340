//! The load: a few connections that are kept open, one request at a time on each, by one thread. A
//! connection is read where its answer is due next, so that the machine is asked for nothing but a
//! write and a read a request.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::Outcome;

/// Nothing that is measured takes longer.
const PATIENCE: Duration = Duration::from_secs(600);

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The body, when the status is the one that is expected.
    pub(crate) fn expect(self, status: u16) -> Outcome<Self> {
        if self.status == status {
            return Ok(self);
        }
        let said = String::from_utf8_lossy(&self.body);
        Err(format!("{} instead of {status}: {said}", self.status).into())
    }
}

/// A connection that is kept open.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// Where an answer lies in the buffer.
struct Parts {
    status: u16,
    head: usize,
    end: usize,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            buffer: vec![0; 256 << 10],
        })
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Outcome<Reply> {
        self.stream.write_all(request)?;
        let parts = self.read()?;
        Ok(Reply {
            status: parts.status,
            head: String::from_utf8_lossy(&self.buffer[..parts.head]).into_owned(),
            body: self.buffer[parts.head..parts.end].to_vec(),
        })
    }

    /// Reads one answer into the buffer. There is never a second one behind it.
    fn read(&mut self) -> Outcome<Parts> {
        let mut filled = 0;
        let (status, head, length) = loop {
            filled += self.more(filled)?;
            if let Some(head) = find(&self.buffer[..filled], b"\r\n\r\n") {
                let (status, length) = read_head(&self.buffer[..head])?;
                break (status, head + 4, length);
            }
        };
        let end = head + length;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        while filled < end {
            filled += self.more(filled)?;
        }
        Ok(Parts { status, head, end })
    }

    fn more(&mut self, filled: usize) -> Outcome<usize> {
        match self.stream.read(&mut self.buffer[filled..])? {
            0 => Err("the connection was closed, or a head is without end".into()),
            read => Ok(read),
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|here| here == wanted)
}

/// The status, and how long the body is.
fn read_head(head: &[u8]) -> Outcome<(u16, usize)> {
    let status = std::str::from_utf8(head.get(9..12).unwrap_or_default())?.parse()?;
    let name = b"content-length: ";
    let mut lines = head.split(|byte| *byte == b'\n');
    let length = lines.find_map(|line| {
        let start = line.get(..name.len())?;
        start
            .eq_ignore_ascii_case(name)
            .then(|| &line[name.len()..])
    });
    match length {
        Some(length) => Ok((status, std::str::from_utf8(length)?.trim().parse()?)),
        None if matches!(status, 204 | 304) => Ok((status, 0)),
        None => Err("an answer that doesn't say how long it is".into()),
    }
}

/// How a load is put on.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) clients: usize,
    pub(crate) lasting: Duration,
    /// The status of every answer.
    pub(crate) expected: u16,
}

impl Load {
    /// How many answers a second there were. `next` writes the next request.
    pub(crate) fn run(self, mut next: impl FnMut(&mut Vec<u8>)) -> Outcome<f64> {
        let mut request = Vec::with_capacity(4 << 10);
        let connect = |_| Connection::open(self.address);
        let mut connections: Vec<_> = (0..self.clients).map(connect).collect::<Outcome<_>>()?;
        let mut send = |connection: &mut Connection| -> Outcome<()> {
            request.clear();
            next(&mut request);
            Ok(connection.stream.write_all(&request)?)
        };
        let started = Instant::now();
        for connection in &mut connections {
            send(connection)?;
        }
        let mut answered = 0_u32;
        let mut is_over = false;
        while !is_over {
            is_over = started.elapsed() > self.lasting;
            for connection in &mut connections {
                let parts = connection.read()?;
                if parts.status != self.expected {
                    let said = String::from_utf8_lossy(&connection.buffer[..parts.end]);
                    return Err(format!("{} was expected: {said}", self.expected).into());
                }
                answered += 1;
                if !is_over {
                    send(connection)?;
                }
            }
        }
        Ok(f64::from(answered) / started.elapsed().as_secs_f64())
    }
}

/// A request without a body.
pub(crate) fn get(path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    request("GET", path, headers, b"")
}

/// A request; its length is said where it has a body.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if method != "GET" {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
