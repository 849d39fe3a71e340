//! One ends it with one click (RFC 8058): the mail program by itself, or the button of a page.

use harness::engines::engines;

use super::*;

/// What stands in the link of the last mail to an address.
fn link(office: &PostOffice, to: &str) -> String {
    let taken = office.taken();
    let of_them = taken.iter().filter(|one| one.to == to);
    let mut links = of_them.filter_map(|one| {
        let header = one
            .message()
            .header_raw("List-Unsubscribe")?
            .trim()
            .to_owned();
        let (_, token) = header.trim_matches(['<', '>']).rsplit_once('/')?;
        Some(token.to_owned())
    });
    format!("/unsubscribe/{}", links.next_back().expect("a link"))
}

async fn own(app: &App, who: &Staff) -> Vec<String> {
    let list = app
        .get("/v1/me/involvements")
        .by(who)
        .await
        .expect(200)
        .body();
    let rows = list["data"].as_array().unwrap().iter();
    rows.map(|row| {
        let word = |field: &str| row[field].as_str().unwrap().to_owned();
        format!("{} {} {}", word("role"), word("state"), row["told"])
    })
    .collect()
}

#[tokio::test]
async fn one_click_ends_it_and_a_look_does_not() {
    for engine in engines() {
        let office = PostOffice::open().await;
        let app = App::start_with(engine, by(&office)).await;
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        for role in ["follower", "supporter"] {
            joined(&app, &alma, &project, role).await;
        }
        joined(&app, &basile, &project, "follower").await;
        goes(&app, &cast, &project, "Un local").await;
        assert_eq!(outcomes(&app).await, ["sent", "sent"]);
        let path = link(&office, "alma@courriel.example");
        let page = app.get(&path).await.expect(200).utf8();
        assert!(
            page.contains("Mille vélos") && page.contains("<button"),
            "{page}"
        );
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("lang=\"fr\""));
        assert_eq!(
            own(&app, &alma).await,
            ["follower active true", "supporter active true"],
            "a look changes nothing"
        );
        for wrong in [&[("List-Unsubscribe", "Two-Clicks")][..], &[]] {
            let refused = app.post(&path).form(wrong).await;
            assert_eq!(
                refused.expect(422).faults(),
                ["/List-Unsubscribe unknown_value"]
            );
        }
        for _ in 0..2 {
            let done = app
                .post(&path)
                .form(&[("List-Unsubscribe", "One-Click")])
                .await;
            let page = done.expect(200).utf8();
            assert!(
                page.contains("C'est fait") || page.contains("C&#39;est fait"),
                "{page}"
            );
            assert!(!page.contains("<button"));
            assert!(done.headers.get("set-cookie").is_none());
        }
        assert_eq!(
            own(&app, &alma).await,
            ["follower ended false", "supporter active false"]
        );
        assert_eq!(own(&app, &basile).await, ["follower active true"]);
        goes(&app, &cast, &project, "Les outils").await;
        assert_eq!(outcomes(&app).await.len(), 3);
        // Who wants it again says so.
        joined(&app, &alma, &project, "follower").await;
        goes(&app, &cast, &project, "Les pneus").await;
        assert_eq!(outcomes(&app).await.len(), 5);
        let trail = texts(
            &app,
            "select facts || ' ' || actor_kind from audit_entries \
             where operation = 'involvements_unsubscribe' order by at, id",
        );
        let mut trail = trail.await;
        trail.sort();
        assert_eq!(
            trail,
            [
                "involvement.ended anonymous",
                "involvement.silenced anonymous"
            ]
        );
        no_faults(&app).await;
    }
}

#[tokio::test]
async fn a_form_in_parts_is_one_click_too_and_no_other_link_opens_it() {
    for engine in engines() {
        let office = PostOffice::open().await;
        let app = App::start_with(engine, by(&office)).await;
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        joined(&app, &alma, &project, "follower").await;
        goes(&app, &cast, &project, "Un local").await;
        assert_eq!(outcomes(&app).await, ["sent"]);
        let path = link(&office, "alma@courriel.example");
        let mut forged = path.clone();
        let at = forged.len() - 5..forged.len() - 4;
        let other = if &forged[at.clone()] == "A" { "B" } else { "A" };
        forged.replace_range(at, other);
        let sign_in = app.link_for("alma@courriel.example", "Alma").await;
        for other in [
            forged,
            "/unsubscribe/x".to_owned(),
            format!("/unsubscribe/{sign_in}"),
        ] {
            app.get(&other).await.expect(404);
            let post = app.post(&other).form(&[("List-Unsubscribe", "One-Click")]);
            post.await.expect(404);
        }
        let stolen = path.replace("/unsubscribe/", "/sign-in/");
        app.get(&stolen).await.expect(404);
        let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n\
                     One-Click\r\n--x--\r\n";
        let post = app
            .post(&path)
            .body("multipart/form-data; boundary=x", parts.to_owned());
        post.await.expect(200);
        assert_eq!(own(&app, &alma).await, ["follower ended false"]);
        // Who was erased since is told nothing anyhow.
        app.delete("/v1/me").by(&alma).await.expect(204);
        app.get(&path).await.expect(200);
        let post = app.post(&path).form(&[("List-Unsubscribe", "One-Click")]);
        post.await.expect(200);
    }
}

#[tokio::test]
async fn who_turned_out_to_be_one_ends_it_by_either_name() {
    for engine in engines() {
        let office = PostOffice::open().await;
        let app = App::start_with(engine, by(&office)).await;
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let other = app.citizen("a.b@courriel.example", "Alma B.").await;
        for one in [&alma, &other] {
            joined(&app, one, &project, "follower").await;
        }
        let merge = format!("/v1/citizens/{}/merge", other.id);
        let into = json!({ "into": alma.id });
        app.post(&merge)
            .by(&cast.officer)
            .json(&into)
            .await
            .expect(200);
        goes(&app, &cast, &project, "Un local").await;
        assert_eq!(outcomes(&app).await, ["sent"], "one mail a person");
        let path = link(&office, "alma@courriel.example");
        let post = app.post(&path).form(&[("List-Unsubscribe", "One-Click")]);
        post.await.expect(200);
        assert_eq!(
            own(&app, &alma).await,
            ["follower ended false", "follower ended false"]
        );
        no_faults(&app).await;
    }
}
