//! Files had by whoever sees their project, whole or in part.

use super::*;

#[tokio::test]
async fn a_file_is_added_by_its_projects_holder_and_had_by_whoever_sees_the_project() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let (_, other) = app.partner(&director, "Jardins").await;
        let project = project(&app, &partner).await;
        let made = add(&app, &partner, &project, table()).await;
        let shown = made.expect(201).body();
        assert_eq!(made.header("location"), path(&shown));
        assert_eq!(made.header("etag"), shown["etag"].as_str().unwrap());
        let digest = Sha256::digest(TABLE);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = json!({
            "id": shown["id"], "project_id": shown["project_id"], "kind": "document",
            "title": "Les bénévoles", "file_name": "Bénévoles d’été.csv", "media_type": "text/csv",
            "bytes": TABLE.len(), "sha256": digest, "by": "holder", "url": shown["url"],
            "created_at": "2026-11-24T09:00:00Z", "updated_at": "2026-11-24T09:00:00Z",
            "etag": shown["etag"],
        });
        assert_eq!(shown, expected);
        let content = format!("{}/content", path(&shown));
        assert!(shown["url"].as_str().unwrap().ends_with(&content));
        let had = app.get(&content).by(&partner).await;
        assert_eq!(had.expect(200).bytes, TABLE);
        for (name, value) in [
            ("content-type", "text/csv"),
            ("content-length", "33"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "private, no-store"),
            (
                "content-disposition",
                "attachment; filename=\"B_n_voles d__t_.csv\"; \
                 filename*=UTF-8''B%C3%A9n%C3%A9voles%20d%E2%80%99%C3%A9t%C3%A9.csv",
            ),
        ] {
            assert_eq!(had.header(name), value, "{name}");
        }
        assert!(had.header("content-security-policy").contains("sandbox"));
        assert_eq!(had.header("etag"), format!("\"sha256-{digest}\""));
        let again = app.get(&content).by(&partner);
        let again = again.header("If-None-Match", &had.header("etag")).await;
        assert!(again.expect(304).bytes.is_empty());
        let head = app.call("HEAD", &content).by(&partner).await;
        assert_eq!(head.expect(200).header("content-length"), "33");

        // Nobody else sees a draft, nor what belongs to it.
        let all = [
            path(&shown),
            content.clone(),
            format!("{project}/attachments"),
        ];
        for at in &all {
            app.get(at).await.expect(404);
            app.get(at).by(&other).await.expect(404);
            app.get(at).by(&director).await.expect(200);
        }
        add(&app, &other, &project, table()).await.expect(404);
        app.delete(&path(&shown))
            .by(&other)
            .if_match("*")
            .await
            .expect(404);
        let patch = app.patch(&path(&shown)).by(&other).if_match("*");
        patch.json(&json!({ "title": "x" })).await.expect(404);

        turn(&app, &partner, &project, "submit").await;
        turn(&app, &director, &project, "accept").await;
        for at in &all {
            app.get(at).await.expect(200);
            app.get(at).by(&other).await.expect(200);
        }
        let public = app.get(&content).await;
        assert_eq!(
            public.header("cache-control"),
            "public, max-age=0, must-revalidate"
        );
        add(&app, &other, &project, table()).await.expect(404);
        let list = app.get(&format!("{project}/attachments")).await.body();
        assert_eq!(list["data"][0]["id"], shown["id"]);
        until_kept(&app, 1).await;
    })
    .await;
}

#[tokio::test]
async fn a_part_of_a_file_is_had_and_what_broke_off_is_gone_on_with() {
    on_each_database(|app| async move {
        let director = app.staff(Role::Director).await;
        let (_, partner) = app.partner(&director, "Velo").await;
        let project = project(&app, &partner).await;
        // Longer than what is read at once.
        let text = b"0123456789".repeat(20_000);
        let form = document(part(&text, "a.txt", "text/plain"));
        let at = path(&added(&app, &partner, &project, form).await);
        let content = || app.get(&format!("{at}/content")).by(&partner);
        let whole = content().await;
        assert_eq!(whole.expect(200).header("accept-ranges"), "bytes");
        let etag = whole.header("etag");
        for (range, expected) in [
            ("bytes=0-0", 0..1),
            ("bytes=65530-65545", 65_530..65_546),
            ("bytes=150001-", 150_001..200_000),
            ("bytes=-7", 199_993..200_000),
            ("bytes=199999-500000", 199_999..200_000),
        ] {
            let had = content().header("Range", range).await;
            assert_eq!(had.expect(206).bytes, text[expected.clone()], "{range}");
            let said = format!("bytes {}-{}/200000", expected.start, expected.end - 1);
            assert_eq!(had.header("content-range"), said);
            assert_eq!(had.header("content-length"), expected.len().to_string());
            assert_eq!(had.header("etag"), etag);
            assert_eq!(had.header("content-type"), "text/plain");
            assert!(had.header("content-disposition").starts_with("attachment"));
        }
        let beyond = content().header("Range", "bytes=200000-").await;
        assert_eq!(beyond.expect(416).problem(), "range-not-satisfiable");
        assert_eq!(beyond.header("content-range"), "bytes */200000");
        // Whatever else it says, the whole is had.
        for range in ["bytes=3-1", "bytes=0-1,5-6", "lines=0-1", "x"] {
            assert_eq!(
                content().header("Range", range).await.expect(200).bytes,
                text
            );
        }
        let part = || content().header("Range", "bytes=5-9");
        let same = part().header("If-Range", &etag).await;
        assert_eq!(same.expect(206).bytes, b"56789");
        for other in ["\"sha256-0\"", "Tue, 24 Nov 2026 09:00:00 GMT"] {
            assert_eq!(
                part().header("If-Range", other).await.expect(200).bytes,
                text
            );
        }
        part().header("If-None-Match", &etag).await.expect(304);
        let head = app.call("HEAD", &format!("{at}/content")).by(&partner);
        let head = head.header("Range", "bytes=5-9").await;
        assert_eq!(head.expect(200).header("content-length"), "200000");
        // Nobody learns by it how long a file is that they don't see.
        let hidden = app
            .get(&format!("{at}/content"))
            .header("Range", "bytes=200000-");
        hidden.await.expect(404);
    })
    .await;
}
