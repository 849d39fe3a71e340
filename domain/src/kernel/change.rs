//! What a decision gives: the state after it, and the facts that say what happened.

use uuid::Uuid;

/// Something that happened, in the domain's words.
pub trait Fact {
    /// Its name in the audit trail (`event.published`).
    fn name(&self) -> &'static str;

    /// Whether others are told of it (the outbox), and not only the audit trail.
    fn is_told(&self) -> bool;

    /// The part of the thing that it is about, when it is about one: the name of its id
    /// (`occurrence_id`) and the id.
    fn part(&self) -> Option<(&'static str, Uuid)> {
        None
    }
}

/// A state and what led to it. There is no change without a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<S, F> {
    before: Option<S>,
    after: S,
    facts: Vec<F>,
}

impl<S, F: Fact> Change<S, F> {
    /// A change by one fact; `before` is absent when something is made.
    pub fn new(before: Option<S>, after: S, fact: F) -> Self {
        Self {
            before,
            after,
            facts: vec![fact],
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn and(mut self, fact: F) -> Self {
        self.facts.push(fact);
        self
    }

    /// This one and what is done next, before anybody saw it: one change by the facts of both.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let mut facts = self.facts;
        facts.extend(next.facts);
        Self {
            before: self.before,
            after: next.after,
            facts,
        }
    }

    /// The same with its last details settled.
    #[must_use]
    pub fn settled(mut self, settle: impl FnOnce(Option<&S>, &mut S)) -> Self {
        settle(self.before.as_ref(), &mut self.after);
        self
    }

    /// The state before; absent when something is made.
    pub fn before(&self) -> Option<&S> {
        self.before.as_ref()
    }

    /// The state after.
    pub fn after(&self) -> &S {
        &self.after
    }

    /// The state after, the change being done.
    pub fn into_after(self) -> S {
        self.after
    }

    /// What happened, the main fact first.
    pub fn facts(&self) -> &[F] {
        &self.facts
    }
}
