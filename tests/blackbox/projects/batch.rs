//! Many at once, each with its own result.

use harness::app::on_each_database;

use super::*;

fn batch(app: &App, by: &Staff, body: &Value) -> Call {
    app.post("/v1/projects/batch").by(by).json(body)
}

/// The status of each item.
fn statuses(reply: &Reply) -> Vec<u64> {
    let body = reply.expect(200).body();
    let items = body["items"].as_array().unwrap().iter().enumerate();
    let status = |(at, item): (usize, &Value)| {
        assert_eq!(item["index"], at);
        item["status"].as_u64().unwrap()
    };
    items.map(status).collect()
}

/// The faults of an item.
fn faults(reply: &Reply, at: usize) -> Vec<String> {
    let errors = &reply.body()["items"][at]["problem"]["errors"];
    let errors = errors.as_array().into_iter().flatten();
    let said = |fault: &Value| {
        let [pointer, code] = ["pointer", "code"].map(|field| fault[field].as_str().unwrap());
        format!("{pointer} {code}")
    };
    errors.map(said).collect()
}

fn of(title: &str, reference: &str) -> Value {
    json!({ "title": title, "reference": reference })
}

#[tokio::test]
async fn each_item_has_its_own_result_and_spoils_no_other() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        made(&app, &cast.partner, &of("Là", "L-1")).await;
        let items = json!([
            of("Un", "A-1"), { "reference": "A-2" }, { "title": "x", "motif": 1 }, of("Deux", "A-1"),
            of("Autre", "L-1"), 7, { "title": "Trois", "commune_codes": ["54999"] }, of("Un", "A-3"),
            { "title": "Note", "petr_note": "x" }, { "title": "Lot", "slug": "batch" },
        ]);
        let reply = batch(&app, &cast.partner, &json!({ "items": items })).await;
        assert_eq!(statuses(&reply), [201, 422, 422, 422, 409, 422, 422, 201, 422, 422]);
        for (at, expected) in [
            (1, "/items/1/title required"),
            (2, "/items/2/motif unknown_field"),
            (3, "/items/3/reference duplicate"),
            (4, "/items/4/reference already_used"),
            (5, "/items/5 type"),
            (6, "/items/6/commune_codes/0 unknown_commune"),
            (8, "/items/8/petr_note petr_only"),
            (9, "/items/9/slug already_used"),
        ] {
            assert_eq!(faults(&reply, at), [expected]);
        }
        let titles = titles(&app, Some(&cast.partner), "sort=title").await;
        assert_eq!(titles, ["Là", "Un", "Un"]);
        let slugs = app.get("/v1/projects/un-2").by(&cast.partner).await;
        assert_eq!(slugs.expect(200).body()["id"], reply.body()["items"][7]["id"]);
        let shown = app.get(&format!("/v1/projects/{}", reply.body()["items"][0]["id"].as_str().unwrap()));
        let shown = shown.by(&cast.partner).await.expect(200).body();
        let timeline = app.get(&format!("{}/timeline", path(&shown))).by(&cast.partner).await;
        assert_eq!(timeline.expect(200).body()["data"][0]["kind"], "created");
        assert_eq!(super::titles(&app, Some(&cast.partner), "q=deux").await.len(), 0);
        assert_eq!(super::titles(&app, Some(&cast.partner), "q=un").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_reference_that_is_there_fails_is_skipped_or_updated() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let items = json!([of("Un", "A-1"), of("Deux", "A-2")]);
        let made = batch(&app, &cast.partner, &json!({ "items": items })).await;
        assert_eq!(statuses(&made), [201, 201]);
        let again = json!([of("Un bis", "A-1"), of("Deux", "A-2"), of("Trois", "A-3")]);
        let with_word = |word: &str| json!({ "items": again, "on_conflict": word });
        let failed = batch(&app, &cast.partner, &with_word("fail")).await;
        assert_eq!(statuses(&failed), [409, 409, 201]);
        assert_eq!(
            failed.body()["items"][0]["problem"]["existing"]["id"],
            made.body()["items"][0]["id"]
        );
        let skipped = batch(&app, &cast.partner, &with_word("skip")).await;
        assert_eq!(statuses(&skipped), [200, 200, 200]);
        assert_eq!(
            titles(&app, Some(&cast.partner), "sort=title").await,
            ["Deux", "Trois", "Un"]
        );
        let updated = batch(&app, &cast.partner, &with_word("update")).await;
        assert_eq!(statuses(&updated), [200, 200, 200]);
        for at in 0..2 {
            assert_eq!(
                updated.body()["items"][at]["id"],
                made.body()["items"][at]["id"]
            );
        }
        assert_eq!(
            titles(&app, Some(&cast.partner), "sort=title").await,
            ["Deux", "Trois", "Un bis"]
        );
        // What its state locks is told of that item alone.
        let locked = led(&app, &cast, "Accepté", &["submit", "accept"]).await;
        let reference = json!({ "reference": "A-4" });
        let refused = patch(&app, &cast.partner, &locked, &reference).await;
        assert_eq!(refused.expect(422).faults(), ["/reference locked"]);
        let submitted = app
            .get("/v1/projects?reference=A-1")
            .by(&cast.partner)
            .await;
        let submitted = submitted.expect(200).body()["data"][0].clone();
        let complete = with(project("Un bis"), reference_of("A-1"));
        let complete = json!({ "items": [complete], "on_conflict": "update" });
        assert_eq!(
            statuses(&batch(&app, &cast.partner, &complete).await),
            [200]
        );
        turn(&app, &cast.partner, &submitted, "submit")
            .await
            .expect(200);
        let closed = batch(&app, &cast.partner, &with_word("update")).await;
        assert_eq!(statuses(&closed), [409, 200, 200]);
        assert_eq!(closed.body()["items"][0]["problem"]["state"], "submitted");
    })
    .await;
}

fn reference_of(reference: &str) -> Value {
    json!({ "reference": reference })
}

#[tokio::test]
async fn an_atomic_batch_is_stored_whole_or_not_at_all() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let items = json!([of("Un", "A-1"), of("Deux", "A-1"), of("Trois", "A-3")]);
        let body = json!({ "items": items, "atomic": true });
        let refused = batch(&app, &cast.partner, &body).await;
        assert_eq!(statuses(&refused), [424, 422, 424]);
        let why = &refused.body()["items"][0]["problem"]["type"];
        assert_eq!(why, "/problems/not-stored");
        assert_eq!(
            titles(&app, Some(&cast.partner), "").await,
            Vec::<String>::new()
        );
        let body = json!({ "items": [of("Un", "A-1"), of("Deux", "A-2")], "atomic": true });
        assert_eq!(
            statuses(&batch(&app, &cast.partner, &body).await),
            [201, 201]
        );
    })
    .await;
}

#[tokio::test]
async fn five_hundred_are_made_once_with_one_key_and_not_when_only_tried() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let item =
            |number: usize| with(project("Même titre"), reference_of(&format!("R-{number}")));
        let items: Vec<_> = (0..500).map(item).collect();
        let body = json!({ "items": items });
        let tried = app
            .post("/v1/projects/batch?dry_run=true")
            .by(&cast.partner)
            .json(&body)
            .await;
        assert_eq!(statuses(&tried), vec![201; 500]);
        assert_eq!(
            titles(&app, Some(&cast.partner), "").await,
            Vec::<String>::new()
        );
        let call = || batch(&app, &cast.partner, &body).header("Idempotency-Key", "k");
        let first = call().await;
        assert_eq!(statuses(&first), vec![201; 500]);
        assert_eq!(call().await.expect(200).body(), first.body());
        let count = app
            .get("/v1/projects?limit=1&count=true")
            .by(&cast.partner)
            .await;
        assert_eq!(count.expect(200).body()["page"]["total"], 500);
        let many = json!({ "items": vec![json!({ "title": "x" }); 501] });
        let refused = batch(&app, &cast.partner, &many).await;
        assert_eq!(refused.expect(422).faults(), ["/items too_many"]);
        let none = batch(&app, &cast.partner, &json!({ "items": [] })).await;
        assert_eq!(none.expect(422).faults(), ["/items too_few"]);
    })
    .await;
}

#[tokio::test]
async fn the_staff_names_a_holder_for_each_and_a_partner_is_its_own() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let (other, partner) = app.partner(&cast.director, "Vergers").await;
        let for_both = json!([
            with(of("Un", "A-1"), json!({ "organisation_id": cast.holder })),
            with(of("Deux", "A-1"), json!({ "organisation_id": other })),
            of("Sans porteur", "A-2"),
            with(
                of("Personne", "A-1"),
                json!({ "organisation_id": "0198c0a0-0000-7000-8000-00000000ffff" })
            ),
        ]);
        let reply = batch(&app, &cast.officer, &json!({ "items": for_both })).await;
        assert_eq!(statuses(&reply), [201, 201, 422, 422]);
        assert_eq!(faults(&reply, 2), ["/items/2/organisation_id required"]);
        assert_eq!(
            faults(&reply, 3),
            ["/items/3/organisation_id unknown_organisation"]
        );
        let taken = json!({ "items": for_both, "on_conflict": "update" });
        let reply = batch(&app, &partner, &taken).await;
        assert_eq!(statuses(&reply), [422, 200, 201, 422]);
        assert_eq!(
            faults(&reply, 0),
            ["/items/0/organisation_id other_organisation"]
        );
        assert_eq!(titles(&app, Some(&cast.partner), "").await, ["Un"]);
    })
    .await;
}

#[tokio::test]
async fn of_an_item_every_fault_is_told_as_if_it_came_alone() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let item = json!({ "title": "", "commune_codes": ["54999"] });
        let alone = create(&app, &cast.partner, &item).await;
        let alone = alone.expect(422).faults();
        assert_eq!(alone.len(), 2, "{alone:?}");
        let reply = batch(&app, &cast.partner, &json!({ "items": [item] })).await;
        assert_eq!(statuses(&reply), [422]);
        let mut told = faults(&reply, 0);
        told.sort_unstable();
        let expected: Vec<_> = alone
            .iter()
            .map(|fault| format!("/items/0{fault}"))
            .collect();
        assert_eq!(told, expected);
    })
    .await;
}

#[tokio::test]
async fn of_two_items_that_want_one_slug_the_first_gets_it() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let items = json!([of("Un", "A-1"), of("Deux", "A-2"), of("Trois", "A-3")]);
        batch(&app, &cast.partner, &json!({ "items": items })).await.expect(200);
        let wanting = |title: &str, reference: &str, slug: &str| {
            json!({ "title": title, "reference": reference, "slug": slug })
        };
        // Two that are there; one that is new; its own old one, again; one that is named by its title alone.
        let items = json!([
            wanting("Un", "A-1", "vitrine"), wanting("Deux", "A-2", "vitrine"),
            wanting("Quatre", "A-4", "vitrine"), wanting("Trois", "A-3", "tiers"), of("Vitrine", "A-5"),
        ]);
        let body = json!({ "items": items, "on_conflict": "update" });
        for dry in ["?dry_run=true", ""] {
            let call = app.post(&format!("/v1/projects/batch{dry}")).by(&cast.partner);
            let reply = call.json(&body).await;
            assert_eq!(statuses(&reply), [200, 422, 422, 200, 201]);
            for at in [1, 2] {
                assert_eq!(faults(&reply, at), [format!("/items/{at}/slug already_used")]);
            }
        }
        let back = json!([wanting("Trois", "A-3", "trois"), wanting("Cinq", "A-5", "tiers")]);
        let body = json!({ "items": back, "on_conflict": "update" });
        let reply = batch(&app, &cast.partner, &body).await;
        assert_eq!(statuses(&reply), [200, 422]);
        for (slug, reference) in [("vitrine", "A-1"), ("vitrine-2", "A-5"), ("trois", "A-3")] {
            let found = app.get(&format!("/v1/projects/{slug}")).by(&cast.partner).await;
            assert_eq!(found.expect(200).text("reference"), reference);
        }
    })
    .await;
}
