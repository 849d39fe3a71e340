//! How projects go, as it is told.

use harness::app::on_each_database;
use serde_json::json;

use super::*;

#[tokio::test]
async fn it_is_told_by_the_holder_and_the_petr_and_read_by_everybody_the_newest_first() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let body = json!({ "title": "Un local", "text": "La **caserne**.", "progress": 40 });
        let (first, told) = added(&app, &cast.partner, &project, "updates", &body).await;
        assert_eq!(told["by"], "holder");
        assert_eq!(told["text_html"], "<p>La <strong>caserne</strong>.</p>\n");
        let (_, last) = added(&app, &cast.officer, &project, "updates", &update("Bravo.")).await;
        assert_eq!(last["by"], "petr");

        let address = format!("{project}/updates");
        let list = read(&app, None, &address).await.expect(200).body();
        let [newest, oldest] = list["data"].as_array().unwrap().as_slice() else {
            panic!("{list}");
        };
        assert_eq!([&newest["id"], &oldest["id"]], [&last["id"], &told["id"]]);
        assert_eq!(oldest["progress"], 40);
        assert_eq!(oldest.get("text_html"), None);
        let shown = read(&app, None, &first).await.expect(200).body();
        assert_eq!(shown["text_html"], told["text_html"]);
        let expected = [&told, &last].map(|one| ("update_posted".to_owned(), one["id"].clone()));
        assert_eq!(timeline(&app, None, &project).await, expected);
        let page = read(&app, None, &format!("{address}?limit=1&count=true")).await;
        let page = page.expect(200).body()["page"].clone();
        assert_eq!(page["total"], 2);
        let next = page["next_cursor"].as_str().unwrap();
        let next = format!("{address}?limit=1&cursor={next}");
        assert_eq!(column(&app, None, &next, "id").await, [told["id"].clone()]);
    })
    .await;
}

#[tokio::test]
async fn it_is_told_from_the_acceptance_to_the_end() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = led(&app, &cast, &["submit"]).await;
        let refused = add(&app, &cast.partner, &project, "updates", &update("Tôt.")).await;
        assert_eq!(refused.expect(409).problem(), "wrong-state");
        assert_eq!(refused.body()["state"], "submitted");
        turn(&app, &cast, &project, "accept").await;
        let (path, _) = added(&app, &cast.partner, &project, "updates", &update("Bien.")).await;
        turn(&app, &cast, &project, "start").await;
        turn(&app, &cast, &project, "complete").await;
        let late = [
            add(&app, &cast.officer, &project, "updates", &update("Tard.")).await,
            patch(&app, &cast.partner, &path, &update("Autre.")).await,
            delete(&app, &cast.partner, &path).await,
        ];
        for refused in late {
            assert_eq!(refused.expect(409).body()["state"], "completed");
        }
        // The PETR mends even then.
        let mended = patch(&app, &cast.officer, &path, &update("Mieux.")).await;
        assert_eq!(mended.expect(200).body()["text"], "Mieux.");
    })
    .await;
}

#[tokio::test]
async fn it_is_mended_and_removed_by_who_saw_it_as_it_is() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let body = json!({ "title": "Un local", "text": "Bien.", "progress": 40 });
        let (path, told) = added(&app, &cast.partner, &project, "updates", &body).await;
        let etag = told["etag"].as_str().unwrap();
        let bare = app.patch(&path).by(&cast.partner).json(&update("X.")).await;
        assert_eq!(bare.expect(428).problem(), "precondition-required");
        let call = app.patch(&path).by(&cast.partner).if_match(etag);
        let patched = json!({ "title": null, "progress": 45 });
        let mended = call.json(&patched).await.expect(200).body();
        assert_eq!(mended.get("title"), None);
        assert_eq!(
            [&mended["text"], &mended["progress"]],
            [&json!("Bien."), &json!(45)]
        );
        let same = patch(&app, &cast.partner, &path, &json!({ "progress": 45 })).await;
        assert_eq!(same.expect(200).body(), mended);
        let stale = app
            .delete(&path)
            .by(&cast.partner)
            .if_match(etag)
            .empty()
            .await;
        assert_eq!(stale.expect(412).header("etag"), mended["etag"]);
        let wrong = json!({ "text": " ", "progress": 101 });
        let wrong = patch(&app, &cast.partner, &path, &wrong).await;
        assert_eq!(wrong.expect(422).faults(), ["/progress out_of_range"]);
        delete(&app, &cast.partner, &path).await.expect(204);
        read(&app, Some(&cast.officer), &path).await.expect(404);
        delete(&app, &cast.officer, &path).await.expect(404);
        assert_eq!(timeline(&app, Some(&cast.officer), &project).await, []);
        let left = column(&app, None, &format!("{project}/updates"), "id").await;
        assert_eq!(left, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn what_the_petr_told_a_holder_leaves_as_it_is() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let (path, told) = added(&app, &cast.officer, &project, "updates", &update("A.")).await;
        let refused = [
            patch(&app, &cast.partner, &path, &update("B.")).await,
            delete(&app, &cast.partner, &path).await,
        ];
        for refused in refused {
            assert_eq!(refused.expect(409).problem(), "conflict");
        }
        let shown = read(&app, Some(&cast.officer), &path).await;
        assert_eq!(shown.expect(200).body(), told);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_tells_it_once() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let post = || {
            let call = add(
                &app,
                &cast.partner,
                &project,
                "updates",
                &update("Une fois."),
            );
            call.header("Idempotency-Key", "une-fois")
        };
        let (first, again) = (post().await, post().await);
        assert_eq!(first.expect(201).body(), again.expect(201).body());
        assert_eq!(
            column(&app, None, &format!("{project}/updates"), "id")
                .await
                .len(),
            1
        );
    })
    .await;
}
