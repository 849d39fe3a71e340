//! Pages of lists: `{"data": […], "page": {…}}`, and the same as `Link` headers (RFC 8288).

use actix_web::http::header;
use chrono::{DateTime, Utc};
use persistence::{Listed, Part, Place, Total};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::Request;
use super::answer::{Answer, Cache};
use super::cursor::At;
use super::shapes::Tombstone;

/// How a page is asked for, as the contract shows it where a page has 200 rows at most.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documentation: the parameters are read by name")]
pub(crate) struct PageParams {
    /// How many rows a page has.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u64>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// Whether to say how many there are.
    #[param(example = true)]
    count: Option<bool>,
}

/// Which page is asked for.
pub(crate) struct Paging {
    pub(crate) limit: u64,
    pub(crate) after: Option<Place>,
    /// What a mirror may be told in the end, as it was when the first page was read.
    pub(crate) synced_until: Option<DateTime<Utc>>,
    pub(crate) total: Total,
    pub(crate) filters: String,
}

impl Paging {
    /// The rows to look up: one more than the page has, which tells whether there is a next one.
    pub(crate) fn part(&self) -> Part {
        Part {
            after: self.after,
            limit: self.limit + 1,
            total: self.total,
        }
    }
}

/// What is said of a page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page {
    /// How many rows a page has at most.
    #[schema(minimum = 1, maximum = 1000, example = 50)]
    pub(crate) limit: u64,
    /// Pass it as `cursor`, with the same filters, for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) next_cursor: Option<String>,
    /// How many rows there are in all; only with `count=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub(crate) total: Option<u64>,
    /// On the last page with `updated_since`: pass it as `updated_since` at the next poll, and no
    /// change is missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) synced_until: Option<DateTime<Utc>>,
}

/// A page of a list on its way out.
pub(crate) struct Rows<T> {
    /// At most `limit` rows; the query asked for one more to know whether there is a next page.
    pub(crate) data: Vec<T>,
    pub(crate) last: Option<Place>,
    pub(crate) total: Option<u64>,
    pub(crate) synced_until: Option<DateTime<Utc>>,
}

impl<T> Rows<T> {
    /// Cuts off the row beyond the page; `place` says where a row stands.
    pub(crate) fn cut(mut data: Vec<T>, limit: u64, place: impl Fn(&T) -> Place) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = data.len() > limit;
        data.truncate(limit);
        let last = if more { data.last().map(place) } else { None };
        Self {
            data,
            last,
            total: None,
            synced_until: None,
        }
    }

    /// A page of a list that lies whole in memory, in whatever order.
    pub(crate) fn of_whole(mut data: Vec<T>, paging: &Paging, place: impl Fn(&T) -> Place) -> Self {
        data.sort_by_key(&place);
        let total = (paging.total == Total::Counted).then_some(data.len() as u64);
        data.retain(|row| paging.after.is_none_or(|after| place(row) > after));
        Self {
            total,
            ..Self::cut(data, paging.limit, place)
        }
    }

    pub(crate) fn map<U>(self, wire: impl FnMut(T) -> U) -> Rows<U> {
        Rows {
            data: self.data.into_iter().map(wire).collect(),
            last: self.last,
            total: self.total,
            synced_until: self.synced_until,
        }
    }
}

impl<T> Rows<Listed<T>> {
    /// A page of what a mirror may follow. `place` says where a row stands that is there; what is gone stands
    /// where it was last changed.
    pub(crate) fn listed(
        (rows, total): (Vec<Listed<T>>, Option<u64>),
        paging: &Paging,
        synced_until: Option<DateTime<Utc>>,
        place: impl Fn(&T) -> Place,
    ) -> Self {
        let place = |row: &Listed<T>| match row {
            Listed::There(there) => place(there),
            Listed::Gone { id, updated_at } => (*updated_at, id.uuid()),
        };
        Self {
            total,
            synced_until,
            ..Self::cut(rows, paging.limit, place)
        }
    }

    /// As it is shown: what is there, and what is left of what is gone.
    pub(crate) fn shown<U>(
        self,
        there: impl Fn(&T) -> U,
        gone: impl Fn(Tombstone) -> U,
    ) -> Rows<U> {
        self.map(|row| match row {
            Listed::There(one) => there(&one),
            Listed::Gone { id, updated_at } => gone(Tombstone {
                id: id.uuid(),
                deleted: true,
                updated_at,
            }),
        })
    }
}

impl<T: Serialize> Rows<T> {
    /// The answer: the page and its links.
    pub(crate) fn answer(self, request: &Request, paging: &Paging, view: &str) -> Answer {
        #[derive(Serialize)]
        struct NoMore {}
        self.answer_with(request, paging, view, NoMore {})
    }

    /// The same with `more` fields beside the page.
    pub(crate) fn answer_with(
        self,
        request: &Request,
        paging: &Paging,
        view: &str,
        more: impl Serialize,
    ) -> Answer {
        #[derive(Serialize)]
        struct Body<T, M> {
            data: Vec<T>,
            page: Page,
            #[serde(flatten)]
            more: M,
        }
        // What was written late may lie before a page that was read already: the mirror is complete up
        // to what held when the first one was.
        let synced_until = paging.synced_until.or(self.synced_until);
        let next = self.last.map(|place| {
            let place = At {
                place,
                synced_until,
            };
            request.app.cursors.write(place, &paging.filters)
        });
        // Until the last page nobody knows that nothing was missed.
        let synced_until = synced_until.filter(|_| next.is_none());
        let first = link(request, None);
        let mut links = format!("<{first}>; rel=\"first\"");
        if let Some(next) = &next {
            links.push_str(&format!(", <{}>; rel=\"next\"", link(request, Some(next))));
        }
        let page = Page {
            limit: paging.limit,
            next_cursor: next,
            total: self.total,
            synced_until,
        };
        Answer::json(&Body {
            data: self.data,
            page,
            more,
        })
        .tagged_by_content(view)
        .with_cache(Cache::Revalidate)
        .with_header(header::LINK, links)
    }
}

fn link(request: &Request, cursor: Option<&str>) -> String {
    let query = request.http.query_string().as_bytes();
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query).filter(|(name, _)| name != "cursor") {
        text.append_pair(&name, &value);
    }
    if let Some(cursor) = cursor {
        text.append_pair("cursor", cursor);
    }
    let query = text.finish();
    let path = request.http.path();
    let base = request.app.settings.public_url.as_str();
    if query.is_empty() {
        format!("{base}{path}")
    } else {
        format!("{base}{path}?{query}")
    }
}
