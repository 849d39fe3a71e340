//! Likely doubles over all who are known.

use super::*;

async fn list(app: &App, officer: &Staff, query: &[(&str, &str)]) -> Value {
    let list = app.get("/v1/citizens/doubles").query(query).by(officer);
    list.await.expect(200).body()
}

/// Who is proposed, each as the names of both with the reasons.
fn pairs(list: &Value) -> Vec<String> {
    let mut pairs = Vec::new();
    for row in list["data"].as_array().unwrap() {
        let later = row["citizen"]["name"].as_str().unwrap();
        for double in row["doubles"].as_array().unwrap() {
            let earlier = double["citizen"]["name"].as_str().unwrap();
            let reasons: Vec<&str> = double["reasons"]
                .as_array()
                .unwrap()
                .iter()
                .map(|reason| reason.as_str().unwrap())
                .collect();
            pairs.push(format!("{later}: {earlier} {}", reasons.join(" ")));
        }
    }
    pairs
}

#[tokio::test]
async fn all_who_may_be_one_are_proposed_once_until_somebody_decides() {
    on_each_database(async |app| {
        let officer = app.staff(Role::Officer).await;
        let mut them = Vec::new();
        for body in [
            json!({ "name": "Zoé Lefèvre", "email": "zoe@courriel.example", "commune_code": "54329" }),
            json!({ "name": "Ana Petit", "telephone": "0612345678", "commune_code": "54329" }),
            json!({ "name": "LEFEVRE Zoe", "email": "Zoe@courriel.example" }),
            json!({ "name": "A. Petit", "telephone": "+33 6 12 34 56 78", "commune_code": "54329" }),
            json!({ "name": "Lefèvre, Zoé", "telephone": "0611111111" }),
        ] {
            app.advance(chrono::TimeDelta::milliseconds(2));
            them.push(written_down(&app, &officer, body).await);
        }
        let all = list(&app, &officer, &[("count", "true")]).await;
        let expected = [
            "Lefèvre, Zoé: Zoé Lefèvre same_name",
            "Lefèvre, Zoé: LEFEVRE Zoe same_name",
            "A. Petit: Ana Petit same_telephone same_commune",
            "LEFEVRE Zoe: Zoé Lefèvre same_email same_name",
        ];
        assert_eq!(pairs(&all), expected);
        assert_eq!(all["page"]["total"], 3);
        let strong = list(&app, &officer, &[("reason", "same_email,same_telephone")]).await;
        assert_eq!(pairs(&strong), expected[2..]);
        let neighbours = list(&app, &officer, &[("reason", "same_commune")]).await;
        assert_eq!(pairs(&neighbours), Vec::<String>::new());
        // Page by page.
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut query = vec![("limit", "1")];
            if let Some(cursor) = &cursor {
                query.push(("cursor", cursor));
            }
            let page = list(&app, &officer, &query).await;
            seen.extend(pairs(&page));
            cursor = page["page"]["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, expected);

        let path = |one: &Value, what: &str| {
            format!("/v1/citizens/{}/{what}", one["id"].as_str().unwrap())
        };
        // Two of one name; whoever says so says it from either side, and once is enough.
        let distinct = async |one: &Value, other: &Value| {
            let said = app.post(&path(one, "distinct")).by(&officer);
            said.json(&json!({ "from": other["id"] })).await
        };
        distinct(&them[0], &them[4]).await.expect(200);
        distinct(&them[4], &them[0]).await.expect(200);
        distinct(&them[0], &them[0]).await.expect(409);
        let nobody = json!({ "id": "0198c0a0-0000-7000-8000-000000000001" });
        let unknown = distinct(&them[0], &nobody).await;
        assert_eq!(unknown.expect(422).faults(), ["/from unknown_citizen"]);
        let merge = app.post(&path(&them[3], "merge")).by(&officer);
        merge.json(&json!({ "into": them[1]["id"] })).await.expect(200);
        let left = list(&app, &officer, &[]).await;
        assert_eq!(pairs(&left), [expected[1], expected[3]]);
        let own = app.get(&path(&them[0], "doubles")).by(&officer).await.expect(200).body();
        let own: Vec<&Value> = own["data"].as_array().unwrap().iter().map(|one| &one["citizen"]["id"]).collect();
        assert_eq!(own, [&them[2]["id"]]);

        let director = app.staff(Role::Director).await;
        for (operation, facts, count) in [
            ("citizens_list_doubles", json!(["personal_data.read"]), 7),
            ("citizens_distinct", json!(["citizen.distinguished"]), 2),
            // The answer shows who it is also where it was said before.
            ("citizens_distinct", json!(["personal_data.read"]), 1),
        ] {
            let trail = app.get("/v1/audit-entries").query(&[("operation", operation)]);
            let trail = trail.by(&director).await.expect(200).body();
            let entries = trail["data"].as_array().unwrap().iter();
            let noted = entries.filter(|entry| entry["facts"] == facts);
            assert_eq!(noted.count(), count, "{operation}: {trail}");
        }
        let funder = app.staff(Role::Funder).await;
        app.get("/v1/citizens/doubles").by(&funder).await.expect(403);
    })
    .await;
}
