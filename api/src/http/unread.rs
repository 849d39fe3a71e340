//! A body that was not read to its end. The server closes a connection on which one is left when the
//! answer is out, but only while somebody still holds it: otherwise it reads a chunked one on and on,
//! so as to keep the connection.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::{HttpResponse, web};

/// The body of a request, which its handler takes, and puts back when it stops before the end.
pub(super) type Incoming = Rc<Cell<Option<Payload>>>;

pub(super) fn incoming(payload: Payload) -> Incoming {
    Rc::new(Cell::new(Some(payload)))
}

/// Holds what is left of the request's body until the answer is out.
pub(super) fn held_by(response: HttpResponse, incoming: &Incoming) -> HttpResponse {
    match incoming.take() {
        Some(left) => response.map_body(|_, body| BoxBody::new(Holding { body, _left: left })),
        None => response,
    }
}

struct Holding {
    body: BoxBody,
    _left: Payload,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<web::Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
