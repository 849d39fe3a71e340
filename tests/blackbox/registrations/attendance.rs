//! Who was there.

use chrono::TimeDelta;
use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn who_was_there_is_noted_corrected_and_taken_back() {
    on_each_database(async |app| {
        let officer = officer(&app).await;
        let date = date_for(&app, &officer, Some(3)).await;
        let alma = registered(&app, &officer, &date, "Alma", 2).await;
        let basile = registered(&app, &officer, &date, "Basile", 1).await;
        let chloe = registered(&app, &officer, &date, "Chloe", 1).await;
        assert_eq!(chloe["state"], "waitlisted");
        turned(&app, &officer, &alma, "check-in").await.expect(409);
        app.advance(TimeDelta::days(16) + TimeDelta::hours(8) + TimeDelta::minutes(30));
        let officer = app
            .staff_named("evening@petr.example", &[Role::Officer])
            .await;
        let check_in = async |registration: &Value, body: Value| {
            let call = app
                .post(&path(registration, "check-in"))
                .by(&officer)
                .json(&body);
            call.await
        };
        check_in(&alma, json!({ "present": 3 })).await.expect(422);
        let one = check_in(&alma, json!({ "present": 1 }))
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&one["state"], &one["present"]),
            (&json!("attended"), &json!(1))
        );
        let both = check_in(&alma, json!({ "role": "member" }))
            .await
            .expect(200)
            .body();
        assert_eq!(
            (&both["present"], &both["role"]),
            (&json!(2), &json!("member"))
        );
        check_in(&chloe, json!({})).await.expect(200);
        turned(&app, &officer, &basile, "miss").await.expect(200);
        let expected = ["Alma attended", "Basile no_show", "Chloe attended"];
        assert_eq!(states(&app, &officer, &date).await, expected);
        turned(&app, &officer, &chloe, "take-back")
            .await
            .expect(200);
        turned(&app, &officer, &basile, "take-back")
            .await
            .expect(200);
        turned(&app, &officer, &basile, "take-back")
            .await
            .expect(409);
        let expected = ["Alma attended", "Basile confirmed", "Chloe waitlisted"];
        assert_eq!(states(&app, &officer, &date).await, expected);
    })
    .await;
}
