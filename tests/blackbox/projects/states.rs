//! From a draft to its end.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn a_project_is_submitted_answered_and_led_to_its_end() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let draft = made(&app, &cast.partner, &project("Atelier")).await;
        assert_eq!(
            [
                &draft["state"],
                &draft["organisation_id"],
                &draft["organisation_name"],
                &draft["language"]
            ],
            ["draft", cast.holder.as_str(), "Ateliers", "fr"]
        );
        assert_eq!(draft["allowed_transitions"], json!(["submit", "delete"]));
        let way = [
            ("submit", true, "submitted", json!(["abandon"])),
            (
                "request-information",
                false,
                "information_requested",
                json!(["submit", "abandon"]),
            ),
            ("submit", true, "submitted", json!(["abandon"])),
            ("accept", false, "accepted", json!(["start", "abandon"])),
            (
                "start",
                true,
                "in_progress",
                json!(["hold", "complete", "abandon"]),
            ),
            (
                "hold",
                true,
                "on_hold",
                json!(["resume", "complete", "abandon"]),
            ),
            (
                "resume",
                true,
                "in_progress",
                json!(["hold", "complete", "abandon"]),
            ),
            ("complete", true, "completed", json!([])),
        ];
        for (action, by_holder, state, open) in way {
            let by = if by_holder {
                &cast.partner
            } else {
                &cast.officer
            };
            let reply = turn(&app, by, &draft, action).await;
            assert_eq!(reply.expect(200).body()["state"], state);
            assert_eq!(reply.header("etag"), reply.body()["etag"]);
            let seen = read(&app, Some(&cast.partner), &draft)
                .await
                .expect(200)
                .body();
            assert_eq!(
                (&seen["state"], &seen["allowed_transitions"]),
                (&json!(state), &open)
            );
        }
        let shown = read(&app, None, &draft).await.expect(200).body();
        for date in ["submitted_at", "decided_at", "started_at", "completed_at"] {
            assert!(shown[date].is_string(), "{date}");
        }
        for hidden in [
            "allowed_transitions",
            "reference",
            "language",
            "visibility",
            "internal_note",
        ] {
            assert_eq!(shown[hidden], Value::Null, "{hidden}");
        }
        assert_eq!(
            shown["description_html"],
            "<p>Tout au <strong>long</strong>.</p>\n"
        );
        let refused = turn(&app, &cast.officer, &draft, "abandon").await;
        assert_eq!(refused.expect(409).problem(), "wrong-state");
        let (state, open) = (
            &refused.body()["state"],
            &refused.body()["allowed_transitions"],
        );
        assert_eq!((state, open), (&json!("completed"), &json!([])));
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_is_told_all_at_once_when_it_is_submitted() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let bare = made(&app, &cast.partner, &json!({ "title": "Atelier" })).await;
        let refused = turn(&app, &cast.partner, &bare, "submit").await;
        let missing = [
            "/commune_codes required",
            "/contact required",
            "/description required",
            "/summary required",
            "/theme required",
        ];
        assert_eq!(refused.expect(422).faults(), missing);
        // The contact of the structure will do.
        let own = app.patch(&format!("/v1/organisations/{}", cast.holder));
        let contact = json!({ "contact": { "email": "contact@velo.example" } });
        own.by(&cast.partner)
            .if_match("*")
            .json(&contact)
            .await
            .expect(200);
        let refused = turn(&app, &cast.partner, &bare, "submit").await;
        let left = missing.iter().filter(|fault| !fault.contains("contact"));
        assert_eq!(
            refused.expect(422).faults(),
            left.copied().collect::<Vec<_>>()
        );
    })
    .await;
}

#[tokio::test]
async fn a_transition_says_why_and_for_which_version() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let submitted = led(&app, &cast, "Atelier", &["submit"]).await;
        let call = |action: &str| {
            app.post(&format!("{}/{action}", path(&submitted)))
                .by(&cast.officer)
        };
        assert_eq!(
            call("accept").await.expect(428).problem(),
            "precondition-required"
        );
        let stale = call("accept").if_match("\"v1-staff-0\"").await;
        assert_eq!(stale.expect(412).problem(), "precondition-failed");
        for action in ["decline", "request-information", "abandon"] {
            let silent = call(action).if_match("*").await;
            assert_eq!(
                silent.expect(422).faults(),
                ["/reason reason_required"],
                "{action}"
            );
        }
        let words = json!({ "note": "Bravo.", "internal_note": "À suivre de près." });
        let accepted = call("accept")
            .if_match("*")
            .json(&words)
            .await
            .expect(200)
            .body();
        assert_eq!(accepted["note"], "Bravo.");
        let note = json!({ "internal_note": "Entre nous." });
        let partners = app
            .post(&format!("{}/start", path(&submitted)))
            .by(&cast.partner);
        let partners = partners.if_match("*").json(&note).await;
        assert_eq!(partners.expect(422).faults(), ["/internal_note petr_only"]);
    })
    .await;
}

#[tokio::test]
async fn only_the_petr_decides_and_only_who_may() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let referent = app.staff(Role::Referent).await;
        let submitted = led(&app, &cast, "Atelier", &["submit"]).await;
        for action in ["accept", "decline", "request-information"] {
            for by in [&cast.partner, &referent] {
                let refused = turn(&app, by, &submitted, action).await;
                assert_eq!(refused.expect(403).problem(), "forbidden");
            }
        }
        let seen = read(&app, Some(&referent), &submitted)
            .await
            .expect(200)
            .body();
        assert_eq!(seen["allowed_transitions"], json!([]));
        let open = ["request_information", "accept", "decline", "abandon"];
        let seen = read(&app, Some(&cast.officer), &submitted)
            .await
            .expect(200)
            .body();
        assert_eq!(seen["allowed_transitions"], json!(open));
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_deleted_and_what_was_submitted_is_not() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let body = with(project("Atelier"), json!({ "reference": "A-1" }));
        let draft = made(&app, &cast.partner, &body).await;
        let gone = app
            .delete(&path(&draft))
            .by(&cast.partner)
            .if_match("*")
            .await;
        gone.expect(204);
        read(&app, Some(&cast.officer), &draft).await.expect(404);
        // Its reference and its slug are free again.
        let again = made(&app, &cast.partner, &body).await;
        assert_eq!(again["slug"], "atelier");
        turn(&app, &cast.partner, &again, "submit")
            .await
            .expect(200);
        let refused = app
            .delete(&path(&again))
            .by(&cast.partner)
            .if_match("*")
            .await;
        assert_eq!(
            refused.expect(409).body()["allowed_transitions"],
            json!(["abandon"])
        );
    })
    .await;
}
