//! What was imported, as the calendar and every feed show it.

use domain::accounts::Role;
use harness::app::on_each_database;

use super::*;
use crate::calendar::readings::{self, FORMATS};

const WINDOW: &str = "start=2018-03-01&end=2018-04-01";

#[tokio::test]
async fn the_dates_of_march_are_in_the_calendar_and_the_same_in_every_feed() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let import = send(&app, &officer, "?publish=true", export())
            .await
            .expect(201)
            .body();
        assert_eq!(figures(&import), [100, 390, 100, 0, 0, 0]);

        let list = app.get(&format!("/v1/calendar?{WINDOW}&limit=1000")).await;
        let rows = readings::list(&list);
        let in_march = rows.iter().filter(|row| row.start.starts_with("2018-03"));
        assert_eq!(in_march.count(), 113);
        for (format, read) in FORMATS {
            let reply = app.get(&format!("/v1/calendar.{format}?{WINDOW}")).await;
            assert_eq!(read(&reply), rows, "{format}");
        }
    })
    .await;
}
