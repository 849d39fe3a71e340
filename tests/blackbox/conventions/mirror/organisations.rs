//! Mirrors of the structures.

use chrono::TimeDelta;
use domain::accounts::Role;
use harness::app::on_each_database;
use serde_json::{Value, json};

use super::{Mirror, source};

const ADDRESS: &str = "/v1/organisations";

#[tokio::test]
async fn a_mirror_of_the_structures_follows_what_is_suspended_merged_and_back() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let post = |id: &Value, action: &str| {
            let path = format!("{ADDRESS}/{}/{action}", id.as_str().unwrap());
            app.post(&path).by(&officer).if_match("*")
        };
        let mut ids = Vec::new();
        for name in ["Ateliers", "Vergers", "Ruches", "Moulins", "Sentiers"] {
            let body = json!({ "name": name, "kind": "association", "commune_code": "54329" });
            let made = app.post(ADDRESS).by(&officer).json(&body).await;
            ids.push(made.expect(201).body()["id"].clone());
        }
        for id in &ids[..4] {
            post(id, "activate").await.expect(200);
        }
        let (mut public, mut staff) = (Mirror::of(ADDRESS), Mirror::of(ADDRESS));
        for round in 0..4 {
            match round {
                0 => {}
                1 => {
                    post(&ids[0], "suspend").await.expect(200);
                }
                2 => {
                    let into = json!({ "into": ids[2] });
                    post(&ids[1], "merge").json(&into).await.expect(200);
                }
                _ => {
                    post(&ids[0], "activate").await.expect(200);
                }
            }
            public.poll(&app, None, 2).await;
            staff.poll(&app, Some(&officer), 2).await;
            assert_eq!(public.rows, source(&app, None, ADDRESS).await, "{round}");
            let all = source(&app, Some(&officer), ADDRESS).await;
            assert_eq!(staff.rows, all, "{round}");
            assert_eq!(public.rows.len(), [4, 3, 2, 3][round]);
            assert_eq!(staff.rows.len(), [5, 5, 4, 4][round]);
            app.advance(TimeDelta::minutes(1));
        }
    })
    .await;
}
