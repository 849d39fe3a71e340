//! The closed lists of the domain, in the document.

use serde_json::{Map, Value};

/// The closed lists of the domain, as schemas of their own.
pub(super) fn add(schemas: &mut Map<String, Value>) {
    use super::shared::add_vocabulary as add;
    use crate::audit::Withheld;
    use crate::projects::OnConflict;
    use crate::registrations::AttendanceState;
    use domain::accounts::{Role, Scope, UserState};
    use domain::attachments::{AttachmentKind, MediaType};
    use domain::citizens::{AgeBand, CitizenSource, DoubleReason};
    use domain::clients::ClientState;
    use domain::consents::{ConsentChannel, ConsentPurpose};
    use domain::events::{
        Accessibility, Audience, EventKind, EventState, EventTransition, OccurrenceState,
        OccurrenceTransition, Visibility,
    };
    use domain::evidence::EvidenceBasis;
    use domain::follow_up::blockers::{BlockerState, InterlocutorKind};
    use domain::follow_up::funding::FundingState;
    use domain::follow_up::questions::QuestionVisibility;
    use domain::import_sources::{PollOutcome, SourceState};
    use domain::imports::{ImportFormat, ImportState, Outcome, WarningCode};
    use domain::involvements::{
        InvolvementMistake, InvolvementRole, InvolvementState, InvolvementTransition,
    };
    use domain::kernel::MailLanguage;
    use domain::mail::{MailKind, MailState};
    use domain::organisations::{OrganisationKind, OrganisationState, OrganisationTransition};
    use domain::participations::ParticipationKind;
    use domain::projects::{
        ProjectState, ProjectTransition, ProjectVisibility, Side, StepState, Theme, TimelineKind,
    };
    use domain::registrations::{
        AttendanceRole, CancelledBecause, RegistrationChannel, RegistrationState,
        RegistrationTransition,
    };
    use domain::rights::{LegalBasis, ObjectionState, Processing, RestrictionCause, Retention};
    add::<RestrictionCause>(
        schemas,
        "What led to a restriction: `asked`, they asked for it; `staff`, the staff restricted them; `objection`, they \
         objected",
    );
    add::<ObjectionState>(
        schemas,
        "How far an objection is: `pending`, it waits for an answer; `upheld`, they are right; `rejected`, there are \
         compelling grounds to go on",
    );
    add::<Processing>(
        schemas,
        "Something that is done with personal data, for one purpose",
    );
    add::<LegalBasis>(
        schemas,
        "On what ground personal data are processed (GDPR, article 6)",
    );
    add::<Retention>(
        schemas,
        "What personal data are kept for until the clock forgets them",
    );
    add::<Role>(schemas, "What a member of the staff is");
    add::<Scope>(schemas, "One thing that a token may do");
    add::<Withheld>(
        schemas,
        "Why an entry of the audit trail doesn't show what changed: `erased`, the person it speaks of \
         was, and their key with them; `unreadable`, the key is there and doesn't open it, which is an \
         error to tell the operator",
    );
    add::<UserState>(schemas, "Whether an account may sign in");
    add::<AttachmentKind>(schemas, "What a file of a project is there for");
    add::<MediaType>(schemas, "What a file of a project holds");
    add::<ClientState>(schemas, "Whether credentials count");
    add::<EventKind>(schemas, "What sort of event it is");
    add::<Audience>(schemas, "Whom an event is for");
    add::<Accessibility>(
        schemas,
        "What makes an event reachable for people with a disability",
    );
    add::<Visibility>(
        schemas,
        "Who sees an event once it is published; `members` means the staff as long as there are no clubs",
    );
    add::<EventState>(schemas, "How far an event is");
    add::<EventTransition>(
        schemas,
        "What can be done with an event from the state it is in",
    );
    add::<OccurrenceState>(schemas, "How far one date is");
    add::<OccurrenceTransition>(
        schemas,
        "What can be done with one date from the state it is in",
    );
    add::<ImportFormat>(schemas, "How an export is written");
    add::<ImportState>(schemas, "How far an import is");
    add::<Outcome>(schemas, "What became of a record");
    add::<SourceState>(schemas, "Whether a source is polled by the clock");
    add::<PollOutcome>(schemas, "How a poll went");
    add::<OrganisationKind>(schemas, "Of which kind a structure is");
    add::<OrganisationState>(
        schemas,
        "Whether a structure is a partner: `pending`, nobody has decided yet; `active`, it is; `suspended`, \
         it is shut out",
    );
    add::<Theme>(schemas, "What a project is about");
    add::<ProjectState>(
        schemas,
        "How far a project is: `draft`, its holder writes it; `submitted`, it waits for the PETR's answer; \
         `information_requested`, the PETR asked for more; `accepted` or `declined`; then `in_progress`, \
         `on_hold`, and in the end `completed` or `abandoned`",
    );
    add::<ProjectTransition>(
        schemas,
        "What can be done with a project from the state it is in",
    );
    add::<OnConflict>(
        schemas,
        "What is done with an item of a batch whose reference is there already: it is refused (`fail`), the \
         one that is there stays (`skip`) or is changed (`update`)",
    );
    add::<StepState>(schemas, "How far a step of a project is");
    add::<ProjectVisibility>(
        schemas,
        "Whether everybody sees a project once it was decided on: `hidden`, its holder and the staff do",
    );
    add::<MailLanguage>(schemas, "In which language somebody is written to");
    add::<Side>(schemas, "On which side: the project's holder, or the PETR");
    add::<QuestionVisibility>(
        schemas,
        "Who sees a question and its answers: `public`, whoever sees the project; `internal`, its holder and \
         the staff",
    );
    add::<BlockerState>(schemas, "Whether something still stands in a project's way");
    add::<InterlocutorKind>(
        schemas,
        "Of which kind the structure is with which a blocker is to be cleared",
    );
    add::<FundingState>(
        schemas,
        "How far a line of a funding plan is: `planned`, to be asked for; `sought`, asked for; then `granted`, \
         `partly_granted` or `refused`",
    );
    add::<TimelineKind>(schemas, "What an entry of a project's timeline tells");
    add::<OrganisationTransition>(
        schemas,
        "What can be done with a structure from the state it is in",
    );
    add::<WarningCode>(schemas, "In what a record was not taken as it was written");
    add::<AgeBand>(schemas, "How old somebody is, roughly");
    add::<CitizenSource>(
        schemas,
        "How somebody came to be known: `own`, by themselves; `staff`, the staff wrote them down",
    );
    add::<DoubleReason>(
        schemas,
        "Why two may be the same person; `same_commune` comes with another one only",
    );
    add::<RegistrationState>(
        schemas,
        "How far a registration is: `pending`, a place is held until it is confirmed; `confirmed`; \
         `waitlisted`, they wait for a place; `offered`, a place is held for them until they take it; \
         `cancelled`; `attended` or `no_show`, they were there or were not",
    );
    add::<RegistrationTransition>(
        schemas,
        "What can be done with a registration from the state it is in",
    );
    add::<RegistrationChannel>(
        schemas,
        "How a registration came in: on the web without an account, by a citizen's `account`, by the \
         `staff`, or at the door (`walk_in`)",
    );
    add::<CancelledBecause>(
        schemas,
        "Why a registration was cancelled: `withdrawn`, by the person; `by_staff`; `not_confirmed`, nobody \
         showed in time that the address is theirs; `offer_expired`, the offered place was not taken; \
         `replaced`, they registered again; `already_registered`; `erased`, with the person",
    );
    add::<ParticipationKind>(
        schemas,
        "What sort of fact it is: `attendance`, somebody was there; `companions`, those who came with \
         somebody and left no name; `headcount`, people were counted without identity; `volunteering`, \
         somebody helps with a project; `project_holding`, somebody carries a project",
    );
    add::<InvolvementRole>(
        schemas,
        "As what somebody is tied to a project: `follower`, they want to hear how it goes; `supporter`, they are \
         for it; `volunteer`, they help with it; `holder`, they carry it",
    );
    add::<InvolvementState>(
        schemas,
        "How far it is: `offered`, they would, and nobody has answered yet; `active`; `declined`; `ended`; \
         `withdrawn`, it was noted by mistake",
    );
    add::<InvolvementTransition>(
        schemas,
        "What the staff can do with an involvement from the state it is in",
    );
    add::<InvolvementMistake>(
        schemas,
        "In what it was noted wrongly that somebody took part",
    );
    add::<EvidenceBasis>(
        schemas,
        "By what right evidence is kept: `public_interest`, a task of public interest has to be accounted for \
         (GDPR, article 6, 1, e), until the end of the audit",
    );
    add::<AttendanceState>(
        schemas,
        "How it was with somebody who registered: they were there (`attended`), or were not (`no_show`)",
    );
    add::<AttendanceRole>(schemas, "As what somebody takes part");
    add::<ConsentPurpose>(
        schemas,
        "What is consented to: the `newsletter`; `pictures` in which one can be recognised; `parental`, that \
         somebody under 15 takes part",
    );
    add::<ConsentChannel>(
        schemas,
        "How it was said: `account`, by the person who had signed in; `staff`, to the staff, which wrote it down",
    );
    add::<MailKind>(schemas, "What a mail is about");
    add::<MailState>(
        schemas,
        "How far a mail is: `waiting`, `sent`, `failed`, or `skipped`, there being nothing to say any more",
    );
}
