//! Addresses that were asked for before, with what is kept for them: neither the route nor the query
//! is looked at again. Each worker has its own. What is kept, and whether it may be given, is asked
//! each time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use actix_web::{HttpRequest, HttpResponse};

use super::gate::Resource;
use super::kept::Way;

/// How many addresses are known, and how long one may be.
const MOST: usize = 1_024;
const LONGEST: usize = 512;

/// The addresses that a worker knows.
#[derive(Default)]
pub(crate) struct Shortcuts {
    known: RefCell<HashMap<Box<str>, Shortcut>>,
}

struct Shortcut {
    resource: Rc<Resource>,
    way: Way,
}

fn target(http: &HttpRequest) -> Option<&str> {
    http.uri().path_and_query().map(|target| target.as_str())
}

impl Shortcuts {
    /// The answer, when it is kept.
    pub(crate) fn answer(&self, http: &HttpRequest) -> Option<HttpResponse> {
        let started = Instant::now();
        let known = self.known.borrow();
        let Shortcut { resource, way } = known.get(target(http)?)?;
        resource.give_kept(way, http, started)
    }

    /// Where that address led.
    pub(super) fn learn(&self, http: &HttpRequest, resource: &Rc<Resource>, way: Way) {
        let Some(target) = target(http).filter(|target| target.len() <= LONGEST) else {
            return;
        };
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST {
            known.clear();
        }
        let resource = resource.clone();
        known.insert(target.into(), Shortcut { resource, way });
    }
}
