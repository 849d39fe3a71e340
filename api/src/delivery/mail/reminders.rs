//! What nobody did, once a day: the officers are reminded of the projects that have waited too long for an
//! answer. The database keeps that it is once, over any number of instances and starts.

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike as _, Utc};
use chrono_tz::Europe::Paris;
use persistence::{Part, Stop, StoreError, projects};

use super::post::act;
use crate::app::App;

/// From which hour on, where the PETR is.
const FROM: u32 = 7;

/// Which day's reminders were posted here.
#[derive(Default)]
pub(super) struct Reminders(Option<NaiveDate>);

impl Reminders {
    /// Posts those of today, if that was not done.
    pub(super) async fn post_when_due(&mut self, app: &App) {
        let Some(day) = day_of(app.store.clock().now()) else {
            return;
        };
        if self.0 == Some(day) {
            return;
        }
        match post(app, day).await {
            Ok(()) => self.0 = Some(day),
            Err(error) => tracing::warn!(%error, "reminders could not be posted yet"),
        }
    }
}

/// Which day's reminders are due then.
fn day_of(now: DateTime<Utc>) -> Option<NaiveDate> {
    let local = now.with_timezone(&Paris);
    (local.hour() >= FROM).then(|| local.date_naive())
}

/// How long an answer may take.
pub(super) fn patience(app: &App) -> TimeDelta {
    TimeDelta::days(app.settings.answer_within_days.into())
}

async fn post(app: &App, day: NaiveDate) -> Result<(), StoreError> {
    let snapshot = app.store.read().await?;
    let before = snapshot.now().await? - patience(app);
    let overdue = projects::overdue(&snapshot, before, Part::first(1)).await?;
    drop(snapshot);
    if overdue.is_empty() {
        return Ok(());
    }
    let posted = app
        .store
        .write(act("mails_remind", app.new_id()), move |writing| {
            Box::pin(async move { Ok(persistence::mail::remind_of_overdue(writing, day).await?) })
        });
    posted.await.map_err(Stop::<StoreError>::into_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_s_reminders_are_due_in_the_morning_where_the_petr_is() {
        for (now, day) in [
            ("2026-11-24T05:59:59Z", None),
            ("2026-11-24T06:00:00Z", Some("2026-11-24")),
            ("2026-07-24T05:00:00Z", Some("2026-07-24")),
            ("2026-11-24T22:59:59Z", Some("2026-11-24")),
            ("2026-11-24T23:00:00Z", None),
        ] {
            let day = day.map(|day| day.parse().unwrap());
            assert_eq!(day_of(now.parse().unwrap()), day, "{now}");
        }
    }
}
