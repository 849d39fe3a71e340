//! The ids of the demonstration that the documentation's examples name: they work when they are
//! tried on it. A test of the story says that they are right.

/// *Les mercredis de la réparation*: published, ten dates ahead, one of them cancelled, one moved.
pub(crate) const EVENT_AHEAD: &str = "01a05b8d-9300-7000-8a36-ed8212f372a7";
/// The first date of that workshop.
pub(crate) const OCCURRENCE_AHEAD: &str = "01a05b8d-9300-7001-9dbb-16392dbad21a";
/// The second date of that workshop.
pub(crate) const SECOND_OCCURRENCE: &str = "01a05b8d-9300-7002-8b38-5cad0726efac";
/// The third date of that workshop.
pub(crate) const THIRD_OCCURRENCE: &str = "01a05b8d-9300-7003-b4df-1865d8b0dc37";
/// The date of that workshop that is cancelled.
pub(crate) const CANCELLED_OCCURRENCE: &str = "01a05b8d-9300-7004-8f45-57690484f90a";
/// The forum of project holders: a draft with one date.
pub(crate) const DRAFT: &str = "01a05b8d-9300-7000-b8ef-f0fbb5bde4a3";
/// The walk along a hedge: a draft that may go.
pub(crate) const DRAFT_TO_DELETE: &str = "01a05b8d-9300-7000-97f5-f4df5134298c";
/// *Vélo-école du samedi*: proposed by a partner, not answered yet.
pub(crate) const PROPOSED_EVENT: &str = "01a05b8d-9300-7000-9a73-41f0bdd84d14";
/// The visit that waits for a new date.
pub(crate) const POSTPONED_EVENT: &str = "01a05b8d-9300-7000-ad1e-85f2dbeb29eb";
/// The public meeting ahead that does not take place.
pub(crate) const CANCELLED_EVENT: &str = "01a05b8d-9300-7000-bd36-a2eb335c9481";
/// The climate fresco: published, one date ahead.
pub(crate) const WORKSHOP_AHEAD: &str = "01a05b8d-9300-7000-a033-938af853b44d";
/// *La permanence du jeudi*: published, a series of 54 weekly dates ahead, one of them cancelled, one
/// moved.
pub(crate) const WEEKLY_EVENT: &str = "01a05b8d-9300-7000-95f9-8b25e2850f2f";
/// The series of that event.
pub(crate) const SERIES: &str = "01a05b8d-9300-7001-9ec1-a678f9a20ace";
/// The series of a draft that may go.
pub(crate) const DRAFT_SERIES: &str = "01a05b8d-9300-7001-8597-f308d61afec3";
/// The director's account.
pub(crate) const DIRECTOR: &str = "016a70b0-dc00-7000-a397-f2d8ac8e6c73";
/// The officer's account.
pub(crate) const OFFICER: &str = "016a70b0-dc00-7000-a06e-a21ee42aea34";
/// The referent's account.
pub(crate) const REFERENT: &str = "016a70b0-dc00-7000-9604-909c77ebe868";
/// The funder's account.
pub(crate) const FUNDER: &str = "016a70b0-dc00-7000-a22d-8b678b2a5650";
/// The account of an officer who has left: nobody needs it to sign in.
pub(crate) const FORMER_OFFICER: &str = "016a70b0-dc00-7000-9753-7ad7932d0119";
/// The agenda of the neighbouring town: a source that is paused.
pub(crate) const PAUSED_SOURCE: &str = "0174876e-8000-7000-be3e-8c4332ac6577";
/// *Les Ateliers du vélo*: a partner.
pub(crate) const ORGANISATION: &str = "016d1415-4000-7000-ae9c-87c7f7518acf";
/// A commune: a partner.
pub(crate) const PARTNER_COMMUNE: &str = "016d1415-4000-7000-8db4-ec21cbe84118";
/// A school that waits.
pub(crate) const PENDING_ORGANISATION: &str = "016d1415-4000-7000-82ff-2d69b4df6303";
/// The workshops once more, by another name: to be merged into [`ORGANISATION`].
pub(crate) const DOUBLE_ORGANISATION: &str = "016d1415-4000-7000-97fa-e4a57d6b93f3";
/// What the software of [`ORGANISATION`] signs in as.
pub(crate) const CLIENT: &str = "016d4fb0-0a00-7000-8aa9-569208fbf766";
/// What it proves itself with.
pub(crate) const CLIENT_SECRET: &str = "ccs_ZGVtb25zdHJhdGlvbi1kZW1vbnN0cmF0aW9uLWRlbW8";
/// Other credentials of that structure, which nothing uses any more.
pub(crate) const SPARE_CLIENT: &str = "016d4fb0-0a00-7000-a5f3-95af3dc7c132";
/// What the software of [`PARTNER_COMMUNE`] signs in as.
pub(crate) const OTHER_CLIENT: &str = "016d4fb0-0a00-7000-9f02-4e619c65ea0e";
/// The climate plan of 2018.
pub(crate) const FRAMEWORK: &str = "016cd87a-7600-7000-875b-4a8d20298202";
/// Its first axis.
pub(crate) const AXIS: &str = "016cd87a-7600-7003-b658-9aff6c9d342f";
/// The first action of that axis.
pub(crate) const ACTION: &str = "016cd87a-7600-7001-9290-d1b1b4f62a08";
/// *Un atelier vélo itinérant*, of [`ORGANISATION`]: a draft that could be submitted.
pub(crate) const PROJECT_DRAFT: &str = "016d8b4a-d400-7000-a9e1-6511c5c4f768";
/// A draft that may go.
pub(crate) const PROJECT_TO_DELETE: &str = "016d8b4a-d400-7000-adef-7ec501583672";
/// One that waits for an answer, for too long.
pub(crate) const PROJECT_SUBMITTED: &str = "016d8b4a-d400-7000-b54f-1d0fc8921af5";
/// One that waits, and deserves a yes.
pub(crate) const PROJECT_TO_ACCEPT: &str = "016d8b4a-d400-7000-b725-907f0d97381c";
/// One that waits, and deserves a no.
pub(crate) const PROJECT_TO_DECLINE: &str = "016d8b4a-d400-7000-9b0a-cf99f7c94ab5";
/// One that was accepted.
pub(crate) const PROJECT_ACCEPTED: &str = "016d8b4a-d400-7000-84c5-e5cadb3fae76";
/// *Remettre mille vélos en selle*, of [`ORGANISATION`]: under way.
pub(crate) const PROJECT_IN_PROGRESS: &str = "016d8b4a-d400-7000-876c-4f4ccb30225d";
/// Another one under way.
pub(crate) const PROJECT_TO_COMPLETE: &str = "016d8b4a-d400-7000-a3c6-5e5361677385";
/// One that stands still.
pub(crate) const PROJECT_ON_HOLD: &str = "016d8b4a-d400-7000-bbe6-287035b07d4e";
/// One that was accepted, and may be given up.
pub(crate) const PROJECT_TO_ABANDON: &str = "016d8b4a-d400-7000-b0b2-1efd5ac0e42b";
/// The reference of [`PROJECT_DRAFT`].
pub(crate) const REFERENCE: &str = "AV-DEMO-01";
/// What was last told of [`PROJECT_IN_PROGRESS`].
pub(crate) const UPDATE: &str = "016dc6e5-9e00-7000-be66-b8136701ddc0";
/// What was told of it first.
pub(crate) const UPDATE_TO_DELETE: &str = "016dc6e5-9e00-7000-bf68-43dfda3b677b";
/// A public question about it, with the PETR's answer.
pub(crate) const ANSWERED_QUESTION: &str = "016dc6e5-9e00-7000-88c8-43b9c900b9b6";
/// A question of the PETR to its holder that waits for an answer.
pub(crate) const QUESTION: &str = "016dc6e5-9e00-7000-9bda-776200ef5cd3";
/// What stands in its way.
pub(crate) const BLOCKER: &str = "016dc6e5-9e00-7000-a210-c758107e49d2";
/// What stood in its way.
pub(crate) const RESOLVED_BLOCKER: &str = "016dc6e5-9e00-7000-b097-b6c306b2aafc";
/// A line of its funding plan that waits for an answer.
pub(crate) const FUNDING: &str = "016dc6e5-9e00-7000-9180-41419b6ec26e";
/// Its picture: bars.
pub(crate) const PICTURE: &str = "016dc6e5-9e00-7000-b014-6928f6462cb6";
/// Its table.
pub(crate) const TABLE: &str = "016dc6e5-9e00-7000-bdc9-febd7fb0b917";
/// A text of it that may go.
pub(crate) const TEXT_TO_DELETE: &str = "016dc6e5-9e00-7000-a590-9ecb7d6424d6";
/// The website of the PETR: a webhook that is paused.
pub(crate) const WEBHOOK: &str = "0174876e-8000-7000-92c9-a58086bbfbf1";
/// A citizen whom the staff wrote down.
pub(crate) const CITIZEN: &str = "016da918-3900-7000-bc9c-16ef1fc70ab3";
/// Perhaps the same person once more: the officer is to say.
pub(crate) const DOUBLE_CITIZEN: &str = "016da918-3900-7000-8f07-700c91a7d3c2";
/// One who turned out to be another one.
pub(crate) const MERGED_CITIZEN: &str = "016da918-3900-7000-96f6-bb9841eec8b9";
/// Her registration for [`OCCURRENCE_AHEAD`].
pub(crate) const REGISTRATION: &str = "016da918-3900-7000-9e16-35af75581b9f";
/// Another one for that date.
pub(crate) const REGISTRATION_TO_CANCEL: &str = "016da918-3900-7000-bb7e-55a8ae93a09c";
/// Hers for the climate fresco, which is full.
pub(crate) const PENDING_REGISTRATION: &str = "016da918-3900-7000-8398-1f99cb3e6593";
/// Hers for the first session of the club: she was there.
pub(crate) const PAST_REGISTRATION: &str = "016da918-3900-7000-abad-4cc29f3da1f9";
/// One of somebody who did not come to that session.
pub(crate) const MISSED_REGISTRATION: &str = "016da918-3900-7000-92f1-82e1a9abb60b";
/// One of somebody who came to the third session.
pub(crate) const ATTENDED_REGISTRATION: &str = "016da918-3900-7000-84ae-831c0b54a318";
/// The first session of the club, in 2019.
pub(crate) const PAST_OCCURRENCE: &str = "016a779c-67a0-7001-b343-87b48d4b8d59";
/// People counted at a market.
pub(crate) const HEADCOUNT: &str = "016da918-3900-7000-91f8-633367a5fdf0";
/// What stands in the link of a registration; it leads nowhere, since each service has keys of its own.
pub(crate) const REGISTRATION_LINK: &str = "AW2pGDkAcACeFjWvdVgbn0AAAAAAAAAAAAAAAAAAAAA";
/// One whose data are restricted.
pub(crate) const RESTRICTED_CITIZEN: &str = "016da918-3900-7000-87fe-db2998790e13";
/// An objection that waits for its answer.
pub(crate) const OBJECTION: &str = "016da918-3900-7000-9a5e-b4a1b5214714";
/// Somebody who carries [`PROJECT_IN_PROGRESS`].
pub(crate) const HOLDER: &str = "016da918-3900-7000-a19b-b2d444277297";
/// Somebody who helps with it.
pub(crate) const VOLUNTEER: &str = "016da918-3900-7000-939b-f46e62f25cc0";
/// Somebody who would, and waits for an answer.
pub(crate) const OFFER: &str = "016da918-3900-7000-926f-1dbc7bf881d0";
